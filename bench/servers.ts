// `npm run bench:servers`: nginx, redis and PostgreSQL in boxes started with -d -p, beside the same servers on this machine's Linux, asked
// in turn by the same clients. Prints requests a second with their median and 99th percentile, and the ratio. Needs root, as chroot does,
// the Debian trees of the tests, and gcc. `-- redis` measures that server alone.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { interleave, median } from './measure.ts';
import { makeDatabaseRoot, makeWebRoot, PG } from './server-roots.ts';

const ROUNDS = 3;
/** A port that is published takes connections before the server listens; a box that translates may be slow to refuse them. */
const STANDS_MS = 1000;
const TIER = process.env.WBX_TIER ?? 'the usual tier';
const directory = mkdtempSync(join(tmpdir(), 'wbx-servers-'));
const env = { ...process.env, XDG_DATA_HOME: join(directory, 'data'), XDG_RUNTIME_DIR: join(directory, 'run') };

/** Requests a second; microseconds. */
interface Speed {
  rate: number;
  median: number;
  slow: number;
}

interface Load {
  name: string;
  run(port: number): Speed;
}

interface ServerKind {
  name: string;
  root: string;
  /** As which user of the root. */
  user: string;
  command: string[];
  /** Options of wbx run besides. */
  options: string[];
  /** Where it listens in the box, and natively. */
  boxPort: number;
  nativePort: number;
  loads: Load[];
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  console.log(`boxes by ${TIER}; medians of ${ROUNDS} rounds in turn`);
  try {
    for (const make of [redis, nginx, postgres]) {
      if (wanted.length === 0 || wanted.includes(make.name)) await measure(await make());
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(server: ServerKind): Promise<void> {
  const native = spawn('chroot', [`--userspec=${server.user}`, server.root, ...server.command], { stdio: 'ignore' });
  const published = await freePort();
  const publish = `127.0.0.1:${published}:${server.boxPort}`;
  const words = [
    '-d',
    '--name',
    server.name,
    '-u',
    server.user,
    '-p',
    publish,
    ...server.options,
    '--rootfs',
    server.root,
  ];
  wbx('run', ...words, ...server.command);
  try {
    await Promise.all([server.nativePort, published].map((port) => answers(port)));
    for (const load of server.loads) await compare(server, load, published);
    console.log(`${server.name}: ${await idleConnections(published)} idle connections held in the box`);
  } finally {
    wbx('rm', '-f', server.name);
    await ended(native);
  }
}

async function compare({ name, nativePort }: ServerKind, load: Load, published: number): Promise<void> {
  const contenders = [
    { name: 'native', run: () => load.run(nativePort) },
    { name: 'box', run: () => load.run(published) },
  ];
  const samples = await interleave(contenders, ROUNDS);
  const of = (who: string, field: keyof Speed) => median(samples.get(who)!.map((speed) => speed[field]));
  const show = (who: string) =>
    `${who} ${of(who, 'rate').toFixed(0)}/s p50 ${(of(who, 'median') / 1000).toFixed(2)} ms p99 ${(of(who, 'slow') / 1000).toFixed(2)} ms`;
  const ratio = (of('box', 'rate') / of('native', 'rate')).toFixed(3);
  console.log(`${name}, ${load.name}: ${show('native')}; ${show('box')}; ${ratio}x`);
}

async function redis(): Promise<ServerKind> {
  const root = await webRoot();
  const nativePort = await freePort();
  const load = (name: string, ...args: string[]): Load => ({ name, run: (port) => redisSpeed(root.path, port, args) });
  return {
    name: 'redis',
    root: root.path,
    user: 'root',
    command: ['/usr/bin/redis-server', '--save', '', '--protected-mode', 'no', '--port', `${nativePort}`],
    options: [],
    boxPort: nativePort,
    nativePort,
    loads: [
      load('get by 50 clients', '-t', 'get', '-n', '20000'),
      load('set by 50 clients', '-t', 'set', '-n', '20000'),
      load('get in pipelines of 16', '-t', 'get', '-n', '100000', '-P', '16'),
      load('get by 1000 clients', '-t', 'get', '-n', '10000', '-c', '1000'),
    ],
  };
}

async function nginx(): Promise<ServerKind> {
  const { path, port: nativePort } = await webRoot();
  const client = join(directory, 'http-load');
  execFileSync('gcc', ['-O2', '-w', '-o', client, 'bench/http-load.c']);
  const load = (clients: number, requests: number): Load => ({
    name: `keep-alive by ${clients} clients`,
    run: (port) => {
      const output = execFileSync(client, [port, clients, requests].map(String), { encoding: 'utf8' });
      const [rate, middle, slow] = output.split(' ').map(Number);
      return { rate, median: middle, slow };
    },
  });
  const command = ['/usr/sbin/nginx', '-c', '/nginx.conf'];
  const loads = [load(1, 2000), load(50, 20000)];
  return { name: 'nginx', root: path, user: 'root', command, options: [], boxPort: nativePort, nativePort, loads };
}

/** The box has a copy of the database on a host mount, where fsync means fsync. */
async function postgres(): Promise<ServerKind> {
  const root = join(directory, 'database');
  makeDatabaseRoot(root);
  const copy = join(directory, 'copy');
  cpSync(join(root, 'data'), copy, { recursive: true, preserveTimestamps: true });
  execFileSync('cp', ['-aT', join(root, 'data'), copy]);
  const nativePort = await freePort();
  const load = (name: string, ...args: string[]): Load => ({ name, run: (port) => pgbenchSpeed(root, port, args) });
  return {
    name: 'postgres',
    root,
    user: 'postgres',
    command: [
      `${PG}/bin/postgres`,
      '-D',
      '/data/db',
      '-c',
      'listen_addresses=*',
      '-c',
      'unix_socket_directories=/tmp',
      '-p',
      `${nativePort}`,
    ],
    options: ['-v', `${copy}:/data`],
    boxPort: nativePort,
    nativePort,
    loads: [
      load('pgbench -S by 4 clients', '-S', '-c', '4', '-T', '5'),
      load('pgbench by 4 clients', '-c', '4', '-T', '5'),
    ],
  };
}

let web: { path: string; port: number } | undefined;

async function webRoot(): Promise<{ path: string; port: number }> {
  if (web) return web;
  web = { path: join(directory, 'web'), port: await freePort() };
  makeWebRoot(web.path, web.port);
  return web;
}

/** redis-benchmark tells milliseconds. */
function redisSpeed(root: string, port: number, args: string[]): Speed {
  const all = [root, '/usr/bin/redis-benchmark', '-p', `${port}`, '--csv', ...args];
  const output = execFileSync('chroot', all, {
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const numbers = output
    .trim()
    .split('\n')
    .at(-1)!
    .split(',')
    .map((text) => Number(text.replaceAll('"', '')));
  return { rate: numbers[1], median: numbers[4] * 1000, slow: numbers[6] * 1000 };
}

/** The times of single transactions are in a log. */
function pgbenchSpeed(root: string, port: number, args: string[]): Speed {
  const log = ['-l', '--log-prefix', '/tmp/times'];
  const all = [
    '--userspec=postgres',
    root,
    `${PG}/bin/pgbench`,
    '-n',
    '-h',
    '127.0.0.1',
    '-p',
    `${port}`,
    ...log,
    ...args,
    'postgres',
  ];
  const output = execFileSync('chroot', all, {
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const rate = Number(/^tps = ([\d.]+) \(without/m.exec(output)?.[1]);
  const logs = readdirSync(join(root, 'tmp'))
    .filter((name) => name.startsWith('times.'))
    .map((name) => join(root, 'tmp', name));
  const times = logs.flatMap((path) =>
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[2])),
  );
  for (const path of logs) rmSync(path);
  times.sort((a, b) => a - b);
  return { rate, median: times[times.length >> 1], slow: times[Math.floor(times.length * 0.99)] };
}

/** How many of a thousand connections that say nothing are still there after a while, beside one that is made then. */
async function idleConnections(port: number): Promise<number> {
  const sockets = Array.from({ length: 1000 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await Promise.all(sockets.map(stands));
  await sleep(2000);
  await answers(port);
  const held = sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
  for (const socket of sockets) socket.destroy();
  return held;
}

function wbx(...args: string[]): void {
  execFileSync(process.execPath, ['dist/src/cli/main.js', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function ended(child: ChildProcess): Promise<void> {
  const end = once(child, 'exit');
  child.kill('SIGINT');
  await end;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** False when it is broken off before. */
function stands(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => socket.once('connect', () => resolve(true)).once('close', () => resolve(false)));
}

/** Until a connection stands that is not broken off at once. */
async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    const isOpen = (await stands(socket)) && (await sleep(STANDS_MS).then(() => !socket.destroyed));
    socket.destroy();
    if (isOpen) return;
    await sleep(100);
  }
  throw new Error(`no server answers at port ${port}`);
}

await main();
