// A Dockerfile of a WebAssembly program alone: it becomes a box that runs as one of an ELF program does, in every engine.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { Wbx } from '../cli/wbx.ts';
import { CURRENT_NODE, WASMTIME } from '../e2e/engines.ts';
import { program } from './compile.ts';

const wbx = new Wbx();
after(() => wbx.remove());

before(() => {
  mkdirSync(wbx.path('context'));
  copyFileSync(program('hello'), wbx.path('context/hello.wasm'));
  copyFileSync(program('hello'), wbx.path('context/hello'));
  copyFileSync(program('sleep'), wbx.path('context/sleep.wasm'));
});

function build(dockerfile: string): void {
  writeFileSync(wbx.path('context/Dockerfile'), dockerfile);
  const { status, stderr } = wbx.run('build', '-o', 'box.wasm', 'context');
  assert.equal(status, 0, stderr);
}

test('FROM scratch, COPY and CMD', () => {
  build('FROM scratch\nCOPY hello.wasm /\nENV COLOUR=blue\nCMD ["/hello.wasm", "one"]\n');
  const { status, stdout, stderr } = wbx.runWith('a\nbc\n', 'run', '-i', 'box.wasm');
  const lines = [
    'argument 0: /hello.wasm',
    'argument 1: one',
    'COLOUR is blue',
    'read 2 bytes: a',
    'read 3 bytes: bc',
    '',
  ];
  assert.deepEqual({ status, stdout, stderr }, { status: 2, stdout: lines.join('\n'), stderr: '3.000 to stderr\n' });
});

const PLAIN_WASI = ['--no-warnings', resolve('examples/engines/node-wasi.mjs')];
const PLAIN_ENGINES: [name: string, program: string, args: string[]][] = [
  ['node:wasi, Node of this machine', process.execPath, PLAIN_WASI],
  ['node:wasi, current Node', CURRENT_NODE, PLAIN_WASI],
  ['wasmtime', WASMTIME, [resolve('examples/engines/run_wasmtime.py')]],
];

for (const [name, engine, args] of PLAIN_ENGINES) {
  test(`the same box without wbx: ${name}`, () => {
    build('FROM scratch\nCOPY hello.wasm /\nENV COLOUR=blue\nCMD ["/hello.wasm", "one"]\n');
    const expected = wbx.runWith('a\nbc\n', 'run', '-i', 'box.wasm');
    const options = { input: 'a\nbc\n', encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(engine, [...args, wbx.path('box.wasm')], options);
    assert.deepEqual({ status, stdout, stderr }, expected);
  });
}

test('wbx exec and wbx run --rootfs', () => {
  build('FROM scratch\nCOPY *.wasm /bin/\nENV PATH=/bin\nCMD ["sleep.wasm", "60"]\n');
  const started = wbx.run('run', '-d', '--name', 'sleeper', 'box.wasm');
  assert.equal(started.status, 0, started.stderr);
  const { status, stdout } = wbx.run('exec', 'sleeper', 'hello.wasm', 'two');
  assert.deepEqual([status, stdout], [2, 'argument 0: hello.wasm\nargument 1: two\nCOLOUR is unset\n']);
  assert.equal(wbx.run('rm', '-f', 'sleeper').status, 0);
  const direct = wbx.run('run', '--rootfs', 'context', '/hello.wasm');
  assert.deepEqual([direct.status, direct.stdout], [1, 'argument 0: /hello.wasm\nCOLOUR is unset\n']);
});

test('a program is known by what it is, not by its name', () => {
  build('FROM scratch\nWORKDIR /app\nCOPY hello .\nENTRYPOINT ["./hello"]\n');
  const { status, stdout } = wbx.run('run', 'box.wasm', 'x');
  assert.deepEqual([status, stdout], [2, 'argument 0: ./hello\nargument 1: x\nCOLOUR is unset\n']);
});

test('without the loader it is no program, as for Linux', () => {
  build('FROM scratch\nCOPY hello /other\nCMD ["/none"]\n');
  const { status, stderr } = wbx.run('run', 'box.wasm', '/other');
  assert.equal(status, 126);
  assert.match(stderr, /exec format error|cannot be executed|Exec format/i);
});
