// A snapshot made under one engine goes on under every other: the same rest of the output, the same status. And the commands
// that make snapshots of a running box, and what they refuse.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BROWSERS, openPage } from '../e2e/browser/browsers.ts';
import type { PageResult } from '../e2e/browser/page.ts';
import { PageServer } from '../e2e/browser/server.ts';
import { BUN, CURRENT_NODE, DENO, WASMTIME } from '../e2e/engines.ts';
import { type Outcome, outcome, WBX } from '../e2e/hello-box.ts';
import { makeBusyboxBox } from '../library/busybox-box.ts';
import type { SavingResult } from './saving-page.ts';

const PLAIN_WASI = ['--no-warnings', 'examples/engines/node-wasi.mjs'];
const BROWSER_TIMEOUT_MS = 60_000;
const MAKERS: [name: string, program: string][] = [
  ['Node', process.execPath],
  ['Bun', BUN],
];

const directory = mkdtempSync(join(tmpdir(), 'wbx-snapshot-'));
// Records and sockets of boxes with names are the test's own.
process.env.XDG_DATA_HOME = join(directory, 'data');
process.env.XDG_RUNTIME_DIR = join(directory, 'run');
const rootfs = join(directory, 'root');
const TICKS = 'i=0; while [ $i -lt 8 ]; do echo tick $i; i=$((i+1)); sleep 0.05; done; exit 5';
const BEFORE = 'tick 0\ntick 1\ntick 2\ntick 3\n';
/** What a run that was saved at tick 3 still prints. */
const REST: Outcome = { status: 5, stdout: 'tick 4\ntick 5\ntick 6\ntick 7\n', stderr: '' };

const path = (name: string) => join(directory, name);
const engines = (box: string): [name: string, program: string, args: string[]][] => [
  ['Node of this machine', process.execPath, [WBX, 'run', box]],
  ['current Node', CURRENT_NODE, [WBX, 'restore', box]],
  ['Bun', BUN, [WBX, 'run', box]],
  ['Deno', DENO, ['run', '-A', '--no-prompt', WBX, 'run', box]],
  ['node:wasi', process.execPath, [...PLAIN_WASI, box]],
  ['wasmtime', WASMTIME, ['examples/engines/run_wasmtime.py', box]],
];

before(() => {
  mkdirSync(join(rootfs, 'bin'), { recursive: true });
  for (const name of ['sh', 'sleep', 'cat']) copyFileSync('/bin/busybox', join(rootfs, 'bin', name));
  process.env.XDG_RUNTIME_DIR = directory;
});
after(() => rmSync(directory, { recursive: true, force: true }));

for (const [maker, program] of MAKERS) {
  test(`${maker} writes a snapshot once a text has been printed`, () => {
    const box = path(`${maker}.wasm`);
    const options = ['--rootfs', rootfs, '--snapshot-after', 'tick 3', '-o', box];
    const made = outcome(program, [WBX, 'run', ...options, '/bin/sh', '-c', TICKS]);
    assert.match(made.stderr, /^wrote .*\n$/);
    assert.deepEqual({ ...made, stderr: '' }, { status: 0, stdout: BEFORE, stderr: '' });
    assert.equal(statSync(box).mode & 0o777, 0o600);
  });
}

test('Chromium writes a snapshot once a text has been printed', { timeout: BROWSER_TIMEOUT_MS }, async () => {
  const box = makeBusyboxBox(path('busybox'));
  const query = new URLSearchParams([
    ['after', 'tick 3'],
    ...['sh', '-c', TICKS].map((word): [string, string] => ['command', word]),
  ]);
  const made = await inChromium<SavingResult>(box, `test/snapshot/saving-page.html?${query}`);
  assert.equal(made.stdout, BEFORE);
  writeFileSync(path('Chromium.wasm'), Buffer.from(made.snapshot, 'base64'));
});

for (const maker of [...MAKERS.map(([name]) => name), 'Chromium']) {
  const box = path(`${maker}.wasm`);

  for (const [engine, runner, args] of engines(box)) {
    test(`made by ${maker}, goes on under ${engine}`, () => assert.deepEqual(outcome(runner, args), REST));
  }

  test(`made by ${maker}, goes on in Chromium`, { timeout: BROWSER_TIMEOUT_MS }, async () => {
    const { status, stdout, stderr } = await inChromium<PageResult>(box, '?source=url');
    assert.deepEqual({ status, stdout, stderr }, REST);
  });
}

/** What a page says that is opened beside that box. */
async function inChromium<Result>(box: string, page: string): Promise<Result> {
  const server = new PageServer<Result>(box);
  const close = openPage(BROWSERS.chromium, `${await server.listen()}/${page}`);
  try {
    return await server.result;
  } finally {
    await close();
    server.close();
  }
}

const ECHO = 'echo ready; while read x; do n=$n$x; echo $n; done; echo end $n; exit 5';

/** A box that runs until its stdin ends. */
function waiting(...args: string[]): ChildProcess {
  return spawn(process.execPath, [WBX, 'run', '-i', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Tells a box a line, to which it answers with one. */
async function tell(child: ChildProcess, line: string): Promise<string> {
  child.stdin!.write(`${line}\n`);
  const [answer] = await once(child.stdout!, 'data');
  return String(answer);
}

/** A box that prints a line for each one it is told; it has been told one. */
async function echoing(name: string): Promise<ChildProcess> {
  const child = waiting('--name', name, '--rootfs', rootfs, '/bin/sh', '-c', ECHO);
  await once(child.stdout!, 'data');
  await tell(child, 'a');
  return child;
}

test('a box that runs under a name is saved and forked, and goes on', async () => {
  const child = await echoing('echo');
  const saved = outcome(process.execPath, [WBX, 'snapshot', 'echo', '-o', path('echo.wasm')]);
  assert.equal(saved.status, 0, saved.stderr);
  const twin = outcome(process.execPath, [WBX, 'fork', 'echo']);
  assert.deepEqual(twin, { status: 5, stdout: 'end a\n', stderr: '' });
  const second = outcome(process.execPath, [WBX, 'run', '--name', 'echo', '--rootfs', rootfs, '/bin/cat']);
  assert.match(second.stderr, /the name "echo" is in use by the box/);
  child.stdin!.end('b\n');
  const [output] = await once(child.stdout!, 'data');
  await once(child, 'close');
  assert.match(String(output), /^ab\n/);
  assert.deepEqual(outcome(process.execPath, [WBX, 'run', path('echo.wasm')]), {
    status: 5,
    stdout: 'end a\n',
    stderr: '',
  });
  assert.match(
    outcome(process.execPath, [WBX, 'snapshot', 'echo', '-o', path('x.wasm')]).stderr,
    /the box echo is not running/,
  );
});

test('a delta goes on beside its base, and beside no other box', async () => {
  const warm = path('warm.wasm');
  const save = ['--snapshot-after', 'ready', '-o', warm];
  await once(waiting(...save, '--rootfs', rootfs, '/bin/sh', '-c', ECHO), 'close');
  const child = waiting('--name', 'delta', warm);
  assert.equal(await tell(child, 'a'), 'a\n');
  const delta = path('delta');
  const saved = outcome(process.execPath, [WBX, 'snapshot', 'delta', '--delta', '-o', delta]);
  assert.equal(saved.status, 0, saved.stderr);
  child.stdin!.end();
  await once(child, 'close');
  assert.ok(statSync(delta).size < statSync(warm).size / 4);
  const rest = outcome(process.execPath, [WBX, 'run', '--base', warm, delta]);
  assert.deepEqual(rest, { status: 5, stdout: 'end a\n', stderr: '' });
  assert.match(outcome(process.execPath, [WBX, 'run', delta]).stderr, /a delta, which needs the box/);
  assert.match(outcome(process.execPath, [WBX, 'run', '--base', path('Bun.wasm'), delta]).stderr, /from another base/);
});

test('a damaged or cut snapshot is refused with a sentence, also under plain WASI', () => {
  const bytes = readFileSync(path('Node.wasm'));
  const flipped = Buffer.from(bytes);
  flipped[flipped.length - 1000] ^= 4;
  for (const [name, content, message] of [
    ['flipped', flipped, /a checksum does not match/],
    ['cut', bytes.subarray(0, bytes.length - 500), /truncated box/],
  ] as const) {
    writeFileSync(path(name), content);
    const { status, stdout, stderr } = outcome(process.execPath, [WBX, 'run', path(name)]);
    assert.deepEqual([status, stdout], [125, '']);
    assert.match(stderr, message);
  }
  const plain = outcome(process.execPath, [...PLAIN_WASI, path('flipped')]);
  assert.notEqual(plain.status, 0);
  assert.equal(plain.stdout, '');
});

test('a snapshot takes no options that say how a box boots', () => {
  const { status, stderr } = outcome(process.execPath, [WBX, 'run', '-e', 'A=1', path('Node.wasm')]);
  assert.equal(status, 125);
  assert.match(stderr, /goes on as it was started: leave "env" out/);
});

test('wbx build bakes a box that has started already', () => {
  mkdirSync(path('context'));
  writeFileSync(path('context/Dockerfile'), `FROM scratch\nCOPY bin /bin\nENTRYPOINT ["/bin/sh", "-c", "${TICKS}"]\n`);
  cpSync(join(rootfs, 'bin'), path('context/bin'), { recursive: true });
  const args = [WBX, 'build', '--snapshot-after', 'tick 3', '-o', path('baked.wasm'), path('context')];
  const env = { ...process.env, XDG_DATA_HOME: path('data') };
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  assert.equal(status, 0, stderr);
  assert.deepEqual(outcome(process.execPath, [WBX, 'run', path('baked.wasm')]), REST);
});

test('a deterministic run ends at an instruction, and goes on from there as it would have', () => {
  const options = ['run', '--deterministic', '--rootfs', rootfs];
  const whole = outcome(process.execPath, [WBX, ...options, '/bin/sh', '-c', TICKS]);
  const stop = ['--until', '300000', '-o', path('until.wasm')];
  const start = outcome(process.execPath, [WBX, ...options, ...stop, '/bin/sh', '-c', TICKS]);
  const rest = outcome(process.execPath, [WBX, 'run', path('until.wasm')]);
  assert.equal(start.status, 0, start.stderr);
  assert.ok(start.stdout.length < whole.stdout.length, start.stdout);
  assert.deepEqual({ ...rest, stdout: start.stdout + rest.stdout }, whole);
});
