// Code that is translated ahead of time: the same output on every engine, really by the baked functions, in boxes whose bytes
// can be made again, and in snapshots of them.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WASI } from 'node:wasi';
import { CHAIN_BASE, CHAIN_ENTRIES } from '../../abi/box.ts';
import { CHAIN_ENTRY_SIZE, CHAIN_SLOT } from '../../abi/translate.ts';
import { BROWSERS, openPage } from '../e2e/browser/browsers.ts';
import { PageServer } from '../e2e/browser/server.ts';
import { BUN, CURRENT_NODE, DENO, WASMTIME } from '../e2e/engines.ts';
import { type Outcome, outcome, WBX } from '../e2e/hello-box.ts';
import { linkMixed, mixedRoot, nativeOutput } from './baked.ts';

const PLAIN_WASI = ['--no-warnings', 'examples/engines/node-wasi.mjs'];
const BROWSER_TIMEOUT_MS = 60_000;
const TRAINING = ['["/bin/mixed","2"]'];

let root: string;
let native: Outcome;
const path = (name: string) => join(root, name);
const ENGINES: [name: string, program: string, args: (box: string) => string[]][] = [
  ['wbx run', process.execPath, (box) => [WBX, 'run', box]],
  ['wbx run --tier interp', process.execPath, (box) => [WBX, 'run', '--tier', 'interp', box]],
  ['wbx run --tier jit', process.execPath, (box) => [WBX, 'run', '--tier', 'jit', box]],
  ['wbx run, Bun', BUN, (box) => [WBX, 'run', box]],
  ['wbx run, Deno', DENO, (box) => ['run', '-A', '--no-prompt', WBX, 'run', box]],
  ['node:wasi', process.execPath, (box) => [...PLAIN_WASI, box]],
  ['node:wasi of current Node', CURRENT_NODE, (box) => [...PLAIN_WASI, box]],
  ['wasmtime', WASMTIME, (box) => ['examples/engines/run_wasmtime.py', box]],
];

before(async () => {
  root = mixedRoot();
  process.env.XDG_CACHE_HOME = path('cache');
  process.env.XDG_RUNTIME_DIR = root;
  native = nativeOutput(root, '6');
  const regions = await linkMixed(root, path('mixed.wasm'), ['/bin/mixed', '6'], TRAINING);
  assert.ok(regions > 3, `${regions} regions`);
});
after(() => rmSync(root, { recursive: true, force: true }));

for (const [name, program, args] of ENGINES) {
  test(name, () => assert.deepEqual(outcome(program, args(path('mixed.wasm'))), native));
}

for (const [name, browser] of Object.entries(BROWSERS)) {
  test(`${name}, main thread`, { timeout: BROWSER_TIMEOUT_MS }, async () => {
    const server = new PageServer(path('mixed.wasm'));
    const close = openPage(browser, `${await server.listen()}/?source=url`);
    try {
      const { status, stdout, stderr } = await server.result;
      assert.deepEqual({ status, stdout, stderr }, native);
    } finally {
      await close();
      server.close();
    }
  });
}

/** Regions that ran with a slot of the module's own, as the jump cache shows; of the kernel's slots none is a region. */
async function regionsThatRan(box: string): Promise<number> {
  const wasi = new WASI({ version: 'preview1', args: ['box'], returnOnExit: true, stdout: 2 });
  const module = await WebAssembly.compile(readFileSync(box));
  const instance = await WebAssembly.instantiate(module, wasi.getImportObject() as WebAssembly.Imports);
  assert.equal(wasi.start(instance), 3);
  const view = new DataView((instance.exports.memory as WebAssembly.Memory).buffer);
  const slots = Array.from({ length: CHAIN_ENTRIES }, (_, n) =>
    view.getUint32(CHAIN_BASE + n * CHAIN_ENTRY_SIZE + CHAIN_SLOT, true),
  );
  return new Set(slots.filter((slot) => slot !== 0)).size;
}

test('baked functions run under a plain WASI runtime, and none in a box without', async () => {
  await linkMixed(root, path('plain.wasm'), ['/bin/mixed', '3']);
  assert.equal(await regionsThatRan(path('plain.wasm')), 0);
  assert.ok((await regionsThatRan(path('mixed.wasm'))) > 3);
});

test('the same training makes the same bytes', async () => {
  await linkMixed(root, path('again.wasm'), ['/bin/mixed', '6'], TRAINING);
  assert.ok(readFileSync(path('again.wasm')).equals(readFileSync(path('mixed.wasm'))));
});

test('code of another CPU level is not used, and not missed', () => {
  const { status, stdout } = outcome(process.execPath, [WBX, 'run', '--cpu', 'v1', path('mixed.wasm')]);
  assert.deepEqual({ status, stdout }, { status: 3, stdout: native.stdout });
});

test('a snapshot goes on with baked code under every engine', async () => {
  const slow = path('slow.wasm');
  await linkMixed(root, slow, ['/bin/mixed', '6', '100000'], TRAINING);
  const lines = native.stdout.split('\n');
  const saved = path('saved.wasm');
  const made = outcome(process.execPath, [WBX, 'run', '--snapshot-after', lines[2], '-o', saved, slow]);
  assert.equal(made.stdout, `${lines.slice(0, 3).join('\n')}\n`);
  const rest = { status: 3, stdout: lines.slice(3).join('\n'), stderr: '' };
  for (const [name, program, args] of ENGINES) assert.deepEqual(outcome(program, args(saved)), rest, name);
  assert.ok((await regionsThatRan(saved)) > 0);
});
