// `npm run bench:servers`: redis in a box behind a published port, and the same server on this machine's Linux, asked in turn by
// redis-benchmark. Prints requests a second and the ratio. Needs root, as chroot does, and the Debian tree of the tests.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SOURCE } from './command-root.ts';
import { interleave, median } from './measure.ts';

const ROUNDS = 3;
const SERVER = ['/usr/bin/redis-server', '--save', '', '--protected-mode', 'no'];

/** What redis-benchmark is told besides the port. */
const LOADS: { name: string; args: string[] }[] = [
  { name: 'get, 50 clients', args: ['-t', 'get', '-n', '20000'] },
  { name: 'set, 50 clients', args: ['-t', 'set', '-n', '20000'] },
  { name: 'get, pipelines of 16', args: ['-t', 'get', '-n', '100000', '-P', '16'] },
  { name: 'get, 1000 clients', args: ['-t', 'get', '-n', '10000', '-c', '1000'] },
];

async function main(): Promise<void> {
  const [native, box] = [await freePort(), await freePort()];
  const servers = [
    start('chroot', [SOURCE, ...SERVER, '--port', `${native}`]),
    start(process.execPath, ['dist/bin/wbx.cjs', 'run', '-p', `127.0.0.1:${box}:6379`, '--rootfs', SOURCE, ...SERVER]),
  ];
  try {
    await Promise.all([answers(native), answers(box)]);
    for (const { name, args } of LOADS) await compare(name, args, native, box);
  } finally {
    for (const server of servers) server.kill('SIGKILL');
  }
}

async function compare(name: string, args: string[], native: number, box: number): Promise<void> {
  const contenders = [
    { name: 'native', run: () => requestsPerSecond(native, args) },
    { name: 'box', run: () => requestsPerSecond(box, args) },
  ];
  const samples = await interleave(contenders, ROUNDS);
  const [fast, slow] = [median(samples.get('native')!), median(samples.get('box')!)];
  const ratio = (slow / fast).toFixed(3);
  console.log(
    `${name.padEnd(22)} native ${fast.toFixed(0).padStart(8)}/s  box ${slow.toFixed(0).padStart(8)}/s  ${ratio}x`,
  );
}

function requestsPerSecond(port: number, args: string[]): number {
  const all = [SOURCE, '/usr/bin/redis-benchmark', '-p', `${port}`, '--csv', ...args];
  const output = execFileSync('chroot', all, { encoding: 'utf8', timeout: 60_000 });
  const found = /^"[A-Z]+","([\d.]+)"/m.exec(output.split('\n').slice(1).join('\n'));
  if (!found) throw new Error(`redis-benchmark: ${output}`);
  return Number(found[1]);
}

function start(command: string, args: string[]): ChildProcess {
  return spawn(command, args, { stdio: 'ignore' });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      execFileSync('chroot', [SOURCE, '/usr/bin/redis-cli', '-p', `${port}`, 'ping'], { stdio: 'ignore' });
      return;
    } catch {
      await sleep(100);
    }
  }
  throw new Error(`no server answers at port ${port}`);
}

await main();
