// Programs of C in a box: what they see of files as the same program on Linux does, what WASI answers as in Node and wasmtime.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { program } from './compile.ts';
import { WasmRoot } from './in-box.ts';

let root: WasmRoot;
const scratch = mkdtempSync(join(tmpdir(), 'wbx-wasi-'));
before(() => {
  root = new WasmRoot({
    'files.wasm': program('files'),
    'files-O0.wasm': program('files', ['-O0']),
    'wasi.wasm': program('wasi'),
  });
});
after(() => {
  root.remove();
  rmSync(scratch, { recursive: true });
});

function onLinux(source: string): string {
  const path = join(scratch, 'native');
  execFileSync('gcc', ['-O1', '-D_GNU_SOURCE', '-o', path, source]);
  return spawnSync(path, { cwd: scratch, encoding: 'utf8' }).stdout;
}

const NODE = `
  const { WASI } = require('node:wasi');
  const wasi = new WASI({ version: 'preview1', args: ['x'], preopens: { '.': '.' } });
  const module = new WebAssembly.Module(require('node:fs').readFileSync(process.argv[1]));
  wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));`;

function inNodeWasi(module: string): string {
  const args = ['--no-warnings', '-e', NODE, resolve(module)];
  return spawnSync(process.execPath, args, { cwd: scratch, encoding: 'utf8' }).stdout;
}

/** What uvwasi does otherwise, with our answer, which is wasmtime's or the specification's (the right to seek contains that to tell). */
const NODE_DIFFERS = new Map([
  ['seek to here: 76', 'seek to here: 0'],
  ['out and in again: 44', 'out and in again: 76'],
  ['not through a link: 44', 'not through a link: 32'],
  ['an empty path: 28', 'an empty path: 44'],
]);

/** What only we are asked. */
const ESCAPING = [
  'a link out: 0',
  'through it: 76',
  'readlink into little room: 0',
  '2 bytes',
  'unlink what is outside: 76',
  'rename out: 76',
  '',
];

const lines = (text: string): string[] => text.split('\n');

for (const name of ['files.wasm', 'files-O0.wasm']) {
  test(`${name} as on Linux`, async () => {
    const { status, output } = await root.sh(name);
    assert.deepEqual(lines(output), lines(onLinux('test/wasm/c/files.c')));
    assert.equal(status, 0);
  });
}

test('files, with translated code', async () => {
  const { output } = await root.sh('files.wasm', { tier: 'jit' });
  assert.deepEqual(lines(output), lines(onLinux('test/wasm/c/files.c')));
});

test('WASI as in Node', async () => {
  const { output } = await root.sh('wasi.wasm');
  const expected = lines(inNodeWasi(program('wasi'))).map((line) => NODE_DIFFERS.get(line) ?? line);
  const ours = lines(output);
  assert.deepEqual(ours.slice(0, -ESCAPING.length), expected.slice(0, ours.length - ESCAPING.length));
  assert.deepEqual(ours.slice(-ESCAPING.length), ESCAPING);
});
