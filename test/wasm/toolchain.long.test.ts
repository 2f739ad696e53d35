// examples/toolchain as it is: Debian's clang, installed in a box, compiles C to WebAssembly there, and what it made runs there and in
// a box of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { resolve } from 'node:path';
import { Wbx } from '../cli/wbx.ts';
import { copySources, NO_SOURCES, proxies, WITH_SOURCES } from '../dockerfiles/apt-sources.ts';

const EXAMPLE = resolve('examples/toolchain');
const MAIN = resolve('dist/src/cli/main.js');
/** The tree of Debian as an image. */
const BOOKWORM = resolve('build/bookworm');

const wbx = new Wbx();
after(() => wbx.remove());

/** Waits as long as it takes: packages are installed by an interpreter. */
async function build(...args: string[]): Promise<void> {
  const all = [...proxies()].flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const child = spawn(process.execPath, [MAIN, 'build', '--progress', 'plain', ...all, ...args], {
    cwd: wbx.directory,
    env: wbx.env,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (log += bytes));
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(status, 0, log);
}

/** debian:bookworm as it is, but for where apt looks for packages. */
async function makeBase(): Promise<void> {
  const { status, stderr } = wbx.run('import', BOOKWORM, 'bookworm', '--cmd', 'bash');
  assert.equal(status, 0, stderr);
  mkdirSync(wbx.path('base'));
  copySources(wbx.path('base'));
  writeFileSync(wbx.path('base/Dockerfile'), `FROM bookworm\n${WITH_SOURCES}`);
  await build('-t', 'debian:bookworm', 'base');
}

before(async () => {
  if (NO_SOURCES) return;
  await makeBase();
  await build('-o', 'primes.wasm', EXAMPLE);
  await build('--target', 'toolchain', '-o', 'toolchain.wasm', EXAMPLE);
});

const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29];

test('what the box has compiled is a box', { skip: NO_SOURCES }, () => {
  assert.deepEqual(wbx.run('run', 'primes.wasm'), { status: 0, stdout: `${PRIMES.join('\n')}\n`, stderr: '' });
  assert.equal(wbx.run('run', 'primes.wasm', '1000').stdout.split('\n').length - 1, 168);
});

const FAULTY = 'int main(int c, char **v) { return c > 1 ? *(volatile char *)-8 : 42; }';
const SCRIPT = `cat > a.c; $CC -Wall -o a a.c || exit; ./a; echo status $?; ./a x 2>&1; echo status $?
  $CC -c a.c && wasm-ld --version | cut -d' ' -f1-2; od -An -tx1 -N4 a`;

test('in the box of the compiler, programs are compiled and run', { skip: NO_SOURCES }, () => {
  const { status, stdout, stderr } = wbx.runWith(FAULTY, 'run', '-i', 'toolchain.wasm', 'sh', '-c', SCRIPT);
  const lines = [
    'status 42',
    './a: wasm trap: out of bounds memory access',
    'status 134',
    'Debian LLD',
    ' 00 61 73 6d',
    '',
  ];
  assert.deepEqual([status, stdout.split('\n')], [0, lines], stderr);
});
