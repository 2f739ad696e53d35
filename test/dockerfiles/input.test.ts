// Where a build reads from: standard input (a Dockerfile, a tar), git, URLs, named contexts; labels.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { Sandbox } from './sandbox.ts';

const WBX = resolve('dist/src/cli/main.js');
const sandbox = new Sandbox({
  Dockerfile: 'FROM scratch\nCOPY . /all\nCMD ["/x"]\n',
  '.dockerignore': 'secret*\n!secret-not\n',
  'secret.txt': 's',
  'secret-not': 'n',
  'docker/other.Dockerfile': 'FROM scratch\nCOPY docker/x /only\n',
  'docker/x': 'x',
});
const repository = join(sandbox.directory, 'repository.git');
let tar: Buffer;
let server: Server;
let origin: string;

before(async () => {
  tar = execFileSync('tar', ['-C', sandbox.context, '-czf', '-', '.']);
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-C', sandbox.context, ...words]);
  git('init', '-q', '-b', 'main', '.');
  git('add', '.');
  git('commit', '-qm', 'one');
  git('clone', '-q', '--bare', '.', repository);
  execFileSync('rm', ['-rf', join(sandbox.context, '.git')]);
  server = createServer((request, response) => {
    if (request.url === '/context.tar.gz') response.end(tar);
    else response.end('FROM scratch\nLABEL from=url\n');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.close();
  sandbox.remove();
});

const names = ({ rootfs }: { rootfs: { entries: Map<string, { entries?: Map<string, unknown> }> } }) =>
  [...(rootfs.entries.get('all')?.entries?.keys() ?? [])].sort();
const EVERYTHING = ['.dockerignore', 'Dockerfile', 'docker', 'secret-not'];

test('a git repository, a reference and a directory of it', async () => {
  const url = `git@localhost:${repository}`;
  process.env.GIT_CONFIG_COUNT = '1';
  process.env.GIT_CONFIG_KEY_0 = `url.${repository}.insteadOf`;
  process.env.GIT_CONFIG_VALUE_0 = url;
  assert.deepEqual(names(await sandbox.buildFrom(url)), EVERYTHING);
  const { rootfs } = await sandbox.buildFrom(`${url}#main`, 'docker/other.Dockerfile');
  assert.deepEqual([...rootfs.entries.keys()], ['only']);
  await assert.rejects(sandbox.buildFrom(`${url}#main:none`), /has no directory "none" at main/);
});

test('a tar and a Dockerfile by URL', async () => {
  assert.deepEqual(names(await sandbox.buildFrom(`${origin}/context.tar.gz`)), EVERYTHING);
  const { config } = await sandbox.buildFrom(`${origin}/Dockerfile`);
  assert.deepEqual(config.Labels, { from: 'url' });
  server.closeAllConnections();
});

test('standard input: a tar, a Dockerfile, a Dockerfile for a directory', () => {
  const build = (input: string | Buffer, ...words: string[]) => {
    const env = { ...process.env, XDG_DATA_HOME: sandbox.directory };
    return spawnSync(process.execPath, [WBX, 'build', ...words], {
      input,
      env,
      cwd: sandbox.directory,
      encoding: 'utf8',
    });
  };
  assert.match(build(tar, '-o', 'a.wasm', '-').stderr, /COPY \. \/all/);
  assert.match(build('FROM scratch\nCMD ["/x"]\n', '-o', 'b.wasm', '-').stderr, /wrote b\.wasm/);
  assert.match(
    build('FROM scratch\nCOPY docker/x /x\nCMD ["/x"]\n', '-o', 'c.wasm', '-f', '-', sandbox.context).stderr,
    /wrote c\.wasm/,
  );
  const both = build('FROM scratch\n', '-f', '-', '-');
  assert.deepEqual(
    [both.status, both.stderr],
    [125, 'wbx: standard input cannot be the context and the Dockerfile at once\n'],
  );
  const quiet = build('FROM scratch\nCMD ["/x"]\n', '-q', '-o', 'd.wasm', '--iidfile', 'id', '--label', 'y=2', '-');
  assert.match(quiet.stdout, /^sha256:[0-9a-f]{64}\n$/);
  assert.equal(quiet.stderr, '');
  assert.equal(readFileSync(join(sandbox.directory, 'id'), 'utf8'), quiet.stdout.trim());
  assert.ok(existsSync(join(sandbox.directory, 'd.wasm')));
});

test('named contexts', async () => {
  const contexts = new Map([['more', join(sandbox.context, 'docker')]]);
  const { rootfs } = await sandbox.build('FROM scratch\nCOPY --from=more x /y\n', { contexts });
  assert.deepEqual([...rootfs.entries.keys()], ['y']);
});
