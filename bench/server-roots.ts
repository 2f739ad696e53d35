// Root file systems of the servers that bench:servers measures, made of the Debian trees of the tests, and a database in one of them.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smallRoot } from '../test/e2e/small-root.ts';

export const PG = '/usr/lib/postgresql/15';
const PAGE = '<!doctype html><title>bench</title><p>Served by nginx.\n'.repeat(10);

/** nginx, which listens at the port, and redis. */
export function makeWebRoot(root: string, port: number): void {
  const programs = ['nginx', 'redis-server', 'redis-benchmark', 'redis-cli'];
  const paths = programs.map((name) => (name === 'nginx' ? '/usr/sbin/nginx' : `/usr/bin/${name}`));
  smallRoot('build/software', root, paths, []);
  for (const name of ['var/log/nginx', 'var/lib/nginx', 'srv']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, 'srv/index.html'), PAGE);
  const events = 'events { worker_connections 4096; }';
  const http = `http { access_log off; keepalive_requests 1000000; server { listen ${port}; root /srv; } }`;
  const main = 'user root; daemon off; worker_processes 1; error_log stderr; pid /tmp/nginx.pid;';
  writeFileSync(join(root, 'nginx.conf'), `${main}\n${events}\n${http}\n`);
}

/** PostgreSQL with pgbench's tables in /data/db. */
export function makeDatabaseRoot(root: string): void {
  const programs = ['initdb', 'postgres', 'pg_ctl', 'pgbench', 'pg_isready', 'psql'].map((name) => `${PG}/bin/${name}`);
  const files = [`${PG}/lib`, '/usr/share/postgresql/15', '/usr/share/zoneinfo', '/usr/lib/locale'];
  smallRoot('build/servers', root, programs, files);
  mkdirSync(join(root, 'data'));
  for (const name of ['data', 'dev/shm']) {
    mkdirSync(join(root, name), { recursive: true });
    chmodSync(join(root, name), 0o1777);
  }
  execFileSync('mknod', ['-m', '666', join(root, 'dev/null'), 'c', '1', '3']);
  execFileSync('mknod', ['-m', '666', join(root, 'dev/urandom'), 'c', '1', '9']);
  const script = `
    ${PG}/bin/initdb -A trust -N -D /data/db
    echo "host all all all trust" >> /data/db/pg_hba.conf
    ${PG}/bin/pg_ctl -w -D /data/db -o "-c listen_addresses='' -c unix_socket_directories=/tmp" -l /tmp/log start
    ${PG}/bin/pgbench -i -q -h /tmp postgres
    ${PG}/bin/pg_ctl -w -D /data/db stop`;
  execFileSync('chroot', ['--userspec=postgres', root, 'sh', '-ec', script], { stdio: 'pipe' });
}
