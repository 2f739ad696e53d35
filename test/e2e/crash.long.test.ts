// PostgreSQL in a box with a volume: killed in the middle of transactions and started again it has lost no committed row, and shows none of
// those that were not. Its client is the one of this machine.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { makeDatabaseRoot, PG } from '../../bench/server-roots.ts';
import { KeptBoxes, until } from '../boxes/kept.ts';

const wbx = new KeptBoxes();
const root = wbx.path('database');
after(() => wbx.end());

const port = () => wbx.must('port', 'db', '5432').trim().split(':')[1];

function psql(sql: string): string {
  const words = [root, `${PG}/bin/psql`, '-h', '127.0.0.1', '-p', port(), '-U', 'postgres', '-Atc', sql];
  return execFileSync('chroot', words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 60_000,
  }).trim();
}

function answer(sql: string): string | undefined {
  try {
    return psql(sql);
  } catch {
    return undefined;
  }
}

test('killed in the middle of transactions, twice', async () => {
  makeDatabaseRoot(root);
  execFileSync('cp', ['-aT', `${root}/data`, wbx.path('volume')]);
  const server = [
    `${PG}/bin/postgres`,
    '-D',
    '/data/db',
    '-c',
    'listen_addresses=*',
    '-c',
    'unix_socket_directories=/tmp',
  ];
  const options = [
    '-d',
    '--name',
    'db',
    '-u',
    'postgres',
    '-p',
    '127.0.0.1:0:5432',
    '-v',
    `${wbx.path('volume')}:/data`,
  ];
  wbx.must('run', ...options, '--rootfs', root, ...server);
  await until('the server', () => answer('create table if not exists t(n int)') !== undefined);
  let committed = 0;
  for (let round = 0; round < 2; round++) {
    // Every committed row is told before the next one begins; a transaction of a thousand rows stays open meanwhile.
    const open = ['-h', '127.0.0.1', '-p', port(), '-U', 'postgres', '-Atc'];
    const hanging = spawn(
      'chroot',
      [
        root,
        `${PG}/bin/psql`,
        ...open,
        'begin; insert into t select -1 from generate_series(1, 1000); select pg_sleep(100)',
      ],
      { stdio: 'ignore' },
    );
    for (let i = 0; i < 20; i++) {
      psql(`insert into t values (${++committed})`);
    }
    process.kill(wbx.state('db').pid, 'SIGKILL');
    await once(hanging, 'exit');
    wbx.must('start', 'db');
    await until('the server again', () => answer('select 1') === '1');
    assert.equal(psql('select count(*), max(n), min(n) from t'), `${committed}|${committed}|1`);
  }
});
