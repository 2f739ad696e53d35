// A box under a plain WASI runtime saves itself into a preopened directory, goes on, and goes on from the file beside the box.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BUN, CURRENT_NODE, WASMTIME } from '../e2e/engines.ts';
import { outcome, WBX } from '../e2e/hello-box.ts';
import { makeBusyboxBox } from '../library/busybox-box.ts';

const TIMEOUT_MS = 120_000;
const directory = mkdtempSync(join(tmpdir(), 'wbx-itself-'));
const saves = join(directory, 'saves');
const saved = (name: string) => join(saves, name);
let box: string;

/** A child that sleeps, a pipe with something in it, and a file: the box is in the middle of something. */
const scriptFor = (file: string) => `
cd /tmp; echo kept > note; mkfifo pipe
(sleep 0.3; echo late) &
i=0; while [ $i -lt 4 ]; do
  echo tick $i
  if [ $i = 1 ]; then exec 3>/saves/${file}; echo 3 > /dev/snapshot || exit 9; exec 3>&-; fi
  i=$((i+1)); done
cat note; wait; exit 5`;
const WHOLE = 'tick 0\ntick 1\ntick 2\ntick 3\nkept\nlate\n';
const REST = { status: 5, stdout: 'tick 2\ntick 3\nkept\nlate\n', stderr: '' };

const ENGINES: [name: string, program: string, args: string[]][] = [
  ['node:wasi', process.execPath, ['--no-warnings', 'examples/engines/node-wasi.mjs']],
  ['node:wasi of current Node', CURRENT_NODE, ['--no-warnings', 'examples/engines/node-wasi.mjs']],
  ['wasmtime', WASMTIME, ['examples/engines/run_wasmtime.py']],
];

before(() => {
  mkdirSync(saves);
  box = makeBusyboxBox(directory);
});
after(() => rmSync(directory, { recursive: true, force: true }));

function plain(program: string, args: string[], script: string) {
  const env = { ...process.env, PREOPEN: `${saves}=/saves` };
  const { status, stdout, stderr } = spawnSync(program, [...args, box, 'sh', '-c', script], {
    encoding: 'utf8',
    env,
    timeout: TIMEOUT_MS,
  });
  return { status, stdout, stderr };
}

for (const [i, [name, program, args]] of ENGINES.entries()) {
  test(`a box saves itself under ${name}; it goes on, and from the file, too`, () => {
    const file = `${i}.saved`;
    // What was there before is replaced, however long it was.
    writeFileSync(saved(file), Buffer.alloc(40 << 20, 1));
    assert.deepEqual(plain(program, args, scriptFor(file)), { status: 5, stdout: WHOLE, stderr: '' });
    assert.ok(statSync(saved(file)).size < 32 << 20);
    for (const runner of [process.execPath, BUN]) {
      assert.deepEqual(outcome(runner, [WBX, 'restore', '--base', box, saved(file)]), REST);
    }
  });
}

test('a box that went on from such a file becomes a box of its own, which runs everywhere', () => {
  const made = join(directory, 'warm.wasm');
  const save = ['--base', box, '--snapshot-after', 'tick 2', '-o', made];
  const first = outcome(process.execPath, [WBX, 'run', ...save, saved('0.saved')]);
  assert.equal(first.status, 0, first.stderr);
  const [, program, args] = ENGINES[2];
  const rest = outcome(program, [...args, made]);
  assert.deepEqual(rest, { ...REST, stdout: REST.stdout.slice(first.stdout.length) });
});

test('beside another box, cut off or damaged it is refused with a sentence', () => {
  const other = join(directory, 'other');
  mkdirSync(other);
  copyFileSync('/bin/true', join(directory, 'root/bin/another'));
  const refusal = (path: string, base = box) => {
    const { status, stdout, stderr } = outcome(process.execPath, [WBX, 'run', '--base', base, path]);
    assert.deepEqual([status, stdout], [125, '']);
    return stderr;
  };
  assert.match(refusal(saved('0.saved'), makeAnother(other)), /another box than the base/);
  assert.match(outcome(process.execPath, [WBX, 'run', saved('0.saved')]).stderr, /a delta, which needs the box/);
  const bytes = readFileSync(saved('0.saved'));
  const broken = join(directory, 'broken');
  for (const content of [
    bytes.subarray(0, bytes.length - 500),
    bytes.subarray(0, 100),
    flipped(bytes, 30),
    flipped(bytes, 3e6),
  ]) {
    writeFileSync(broken, content);
    assert.match(refusal(broken), /damaged|has format/);
  }
});

test('what is no file of the host is refused; a box with a host asks that one', () => {
  const [, program, args] = ENGINES[0];
  const script = 'echo 3 > /dev/snapshot; echo x > /dev/snapshot; echo 3 3>/tmp/a > /dev/snapshot; ls -l /dev/snapshot';
  const { stdout, stderr } = plain(program, args, script);
  assert.match(stderr, /write error: Bad file descriptor\n.*Bad file descriptor\n.*Invalid argument\n/s);
  assert.match(stdout, /^crw-------/);
  const hosted = outcome(process.execPath, [
    WBX,
    'run',
    '-v',
    `${saves}:/saves`,
    box,
    'sh',
    '-c',
    'echo 3 3>/saves/x > /dev/snapshot',
  ]);
  assert.match(hosted.stderr, /Operation not supported/i);
});

function makeAnother(at: string): string {
  mkdirSync(join(at, 'root/bin'), { recursive: true });
  writeFileSync(join(at, 'root/bin/another'), 'x');
  return makeBusyboxBox(at);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] ^= 4;
  return copy;
}
