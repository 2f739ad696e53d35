// Law 1 in bytes: all state of a box is its linear memory. And what the contract says of imports, exports and the table.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { TABLE_SLOT_READ_SEGMENT, TABLE_SLOT_SETTLE } from '../../abi/host.ts';

const wasm = readFileSync('build/kernel.wasm');
const module = new WebAssembly.Module(wasm);
const text = readFileSync('build/kernel.wat', 'utf8');

/** The text of one function. */
function functionText(name: string): string {
  const start = text.indexOf(`\n (func $${name} `);
  assert.notEqual(start, -1, `no function ${name}`);
  return text.slice(start, text.indexOf('\n )', start));
}

/** How many labels the largest br_table of a function has. */
function largestTable(name: string): number {
  const tables = functionText(name).match(/br_table [^\n]*/g) ?? [];
  return Math.max(0, ...tables.map((table) => table.split(' ').length - 1));
}

test('the kernel has no mutable globals', () => {
  assert.deepEqual(
    text.split('\n').filter((line) => /^ \(global .*\(mut /.test(line)),
    [],
  );
});

test('everything the kernel imports is WASI preview 1', () => {
  const modules = new Set(WebAssembly.Module.imports(module).map((each) => each.module));
  assert.deepEqual([...modules], ['wasi_snapshot_preview1']);
});

test('the exports are those of abi/host.ts', () => {
  const documented = readFileSync('abi/host.ts', 'utf8').match(/(?<=^\/\/ {3})(memory, table|\w+(?=\())/gm) ?? [];
  const expected = documented.flatMap((name) => name.split(', ')).sort();
  assert.deepEqual(
    WebAssembly.Module.exports(module)
      .map((each) => each.name)
      .sort(),
    expected,
  );
});

test('the table holds the placeholders of the linker and of hosts where these look for them, and nothing else', () => {
  const elements = text.split('\n').filter((line) => line.startsWith(' (elem '));
  const functions = '$kernel/io/segment/no_segments $kernel/mm/twin/nobody_keeps';
  assert.deepEqual(elements, [` (elem $0 (i32.const ${TABLE_SLOT_READ_SEGMENT}) ${functions})`]);
  assert.equal(TABLE_SLOT_SETTLE, TABLE_SLOT_READ_SEGMENT + 1);
});

test('the hot switches are jump tables', () => {
  assert.ok(largestTable('kernel/cpu/interp/run_loop') > 100, 'interpreter');
  assert.ok(largestTable('kernel/syscalls/dispatch.gen/dispatch') > 100, 'dispatcher');
  assert.ok(largestTable('kernel/cpu/sse/exec/sse_run') > 50, 'SSE');
});

test('page 0 stays zero, so that a null host pointer is recognisable', () => {
  const { instance } = instantiate();
  const memory = instance.exports.memory as WebAssembly.Memory;
  assert.ok(new Uint8Array(memory.buffer, 0, 4096).every((byte) => byte === 0));
});

function instantiate(): { instance: WebAssembly.Instance } {
  const unused = () => assert.fail('called while instantiating');
  const imports = Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, unused]));
  return { instance: new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports }) };
}
