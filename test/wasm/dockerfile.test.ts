// A Dockerfile of a WebAssembly program alone: it becomes a box that runs as one of an ELF program does.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Wbx } from '../cli/wbx.ts';
import { program } from './compile.ts';

const wbx = new Wbx();
after(() => wbx.remove());

before(() => {
  mkdirSync(wbx.path('context'));
  copyFileSync(program('hello'), wbx.path('context/hello.wasm'));
  copyFileSync(program('hello'), wbx.path('context/hello'));
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
