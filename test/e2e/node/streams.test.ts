// What a box has of the process it runs in: streams, signals, the terminal, the exit status.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { runBox } from '../../../src/runtime/node/run.ts';
import { runnableDirectory } from '../../../src/runtime/node/runnable-tree.ts';
import { BUSYBOX_ROOTFS, makeBusyboxRootfs } from '../busybox.ts';

const WBX = `${process.execPath} dist/src/cli/main.js run --rootfs ${BUSYBOX_ROOTFS}`;
const TIMEOUT_MS = 30_000;

before(makeBusyboxRootfs);

function shell(line: string, input = ''): { stdout: string; stderr: string; status: number | null } {
  const env = { ...process.env, WBX };
  return spawnSync('bash', ['-c', line], { encoding: 'utf8', input, env, timeout: TIMEOUT_MS, maxBuffer: 2 ** 26 });
}

function start(...command: string[]): ChildProcess {
  const [program, ...args] = WBX.split(' ');
  return spawn(program, [...args, ...command], { stdio: ['ignore', 'pipe', 'inherit'], timeout: TIMEOUT_MS });
}

test('stdout, stderr and the exit status are passed on', () => {
  const { stdout, stderr, status } = shell("$WBX sh -c 'echo out; echo err >&2; exit 42'");
  assert.deepEqual([stdout, stderr, status], ['out\n', 'err\n', 42]);
});

test('a pipe is read to its end', () => {
  const input = Array.from({ length: 50_000 }, (_, i) => `line ${i}\n`).join('');
  assert.equal(shell('$WBX -i cat', input).stdout, input);
});

test('without -i stdin is at its end', () => assert.equal(shell('$WBX cat', 'input').stdout, ''));

test('nothing is read before the box asks', () => {
  writeFileSync('build/test/input', 'first\nsecond\n');
  const stdin = openSync('build/test/input', 'r');
  const line = `${WBX} -i true; cat`;
  const { stdout } = spawnSync('bash', ['-c', line], { encoding: 'utf8', stdio: [stdin, 'pipe', 'inherit'] });
  closeSync(stdin);
  assert.equal(stdout, 'first\nsecond\n');
});

test('a slow reader gets everything', () => {
  const { stdout } = shell('$WBX seq 1 200000 | (sleep 0.5; cat) | md5sum; seq 1 200000 | md5sum');
  const [box, native] = stdout.split('\n');
  assert.equal(box, native);
});

test('a reader that goes away ends the writer with SIGPIPE, pid 1 with EPIPE', () => {
  const child = shell(`set -o pipefail; $WBX sh -c 'yes; exit $?' | head -n 1`);
  assert.deepEqual([child.stdout, child.status], ['y\n', 141]);
  const init = shell('set -o pipefail; $WBX yes | head -n 1');
  assert.deepEqual([init.stdout, init.status], ['y\n', 1]);
  assert.match(init.stderr, /Broken pipe/);
});

test('commands that cannot be run give 127 and 126', () => {
  const missing = shell('$WBX no-such-command');
  assert.equal(missing.status, 127);
  assert.match(missing.stderr, /no-such-command/);
  assert.equal(shell('$WBX /etc/text').status, 126);
});

test('signals reach pid 1', async () => {
  const child = start('sh', '-c', 'trap "echo caught; exit 9" TERM; echo ready; while :; do sleep 0.1; done');
  const output: Buffer[] = [];
  child.stdout!.on('data', (chunk: Buffer) => output.push(chunk));
  await once(child.stdout!, 'data');
  child.kill('SIGTERM');
  const [status] = (await once(child, 'close')) as [number];
  assert.deepEqual([Buffer.concat(output).toString(), status], ['ready\ncaught\n', 9]);
});

test('a sleeping box costs no time of the CPU', async () => {
  const box = runnableDirectory(BUSYBOX_ROOTFS);
  const before = process.cpuUsage();
  const start = performance.now();
  await runBox({ ...box, boot: await box.bootOptions({ command: ['sleep', '1'] }), stdin: null });
  const { user, system } = process.cpuUsage(before);
  assert.ok(performance.now() - start > 995);
  assert.ok(user + system < 500_000, `${user + system} µs`);
});

test('a busy box leaves the event loop responsive', async () => {
  const box = runnableDirectory(BUSYBOX_ROOTFS);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 20);
  const command = ['sh', '-c', 'i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done'];
  const start = performance.now();
  await runBox({ ...box, boot: await box.bootOptions({ command }), stdin: null });
  clearInterval(timer);
  assert.ok(ticks > (performance.now() - start) / 20 / 4);
});

type Action = ['expect', string] | ['send', string] | ['resize', number, number];

/** Runs a command in a terminal of 100 x 30; the last line tells the status and the terminal's modes afterwards. */
function terminal(script: Action[], ...command: string[]): string[] {
  const words = [...WBX.split(' '), '-it', ...command];
  const args = ['test/e2e/node/terminal.py', '100', '30', JSON.stringify(script), ...words];
  const { stdout, stderr, status } = spawnSync('python3', args, { encoding: 'utf8', timeout: TIMEOUT_MS * 2 });
  assert.equal(status, 0, stderr);
  return stdout.split(/\r?\n/).filter(Boolean);
}

test('with -t the box has the terminal and its size, and gives it back', () => {
  const lines = terminal([], 'sh', '-c', 'tty; stty size; exit 3');
  assert.match(lines[0], /^\/dev\/(console|tty|pts\/0)$/);
  assert.deepEqual(lines.slice(1), ['30 100', 'status 3 ICANON ECHO']);
});

test('ctrl-C interrupts the foreground program, not wbx', () => {
  const script: Action[] = [
    ['expect', 'ready'],
    ['send', '\x03'],
    ['expect', 'interrupted'],
  ];
  const lines = terminal(
    script,
    'sh',
    '-c',
    'trap "echo interrupted; exit 5" INT; echo ready; while :; do sleep 0.1; done',
  );
  assert.equal(lines.at(-1), 'status 5 ICANON ECHO');
});

test('a change of the window reaches the box', () => {
  const script: Action[] = [
    ['expect', 'ready'],
    ['resize', 90, 25],
    ['expect', 'changed 25 90'],
  ];
  const trap = "trap 'echo changed $(stty size); exit 0' WINCH";
  const lines = terminal(script, 'sh', '-c', `${trap}; echo ready; while :; do sleep 0.1; done`);
  assert.equal(lines.at(-1), 'status 0 ICANON ECHO');
});

test('keys are echoed and edited by the line discipline of the box', () => {
  const script: Action[] = [
    ['expect', 'ready'],
    ['send', 'helxx\x7f\x7flo\r'],
    ['expect', 'got hello'],
  ];
  const lines = terminal(script, 'sh', '-c', 'echo ready; read line; echo got $line');
  assert.equal(lines.at(-1), 'status 0 ICANON ECHO');
});
