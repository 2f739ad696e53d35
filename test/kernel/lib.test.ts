// The kernel's library: random bytes against the ChaCha20 of OpenSSL, numbers against JavaScript's, lists against arrays.
import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import { instantiateAsc } from '../asc.ts';

interface Exports {
  memory: WebAssembly.Memory;
  BUFFER: WebAssembly.Global;
  LIST: WebAssembly.Global;
  random(n: number): void;
  parse(n: number): number;
  compare(a: number, b: number): number;
  is_hello(n: number): number;
  format(v: bigint): number;
  text_ptr(t: number): number;
  text_len(t: number): number;
  append(node: number): void;
  prepend(node: number): void;
  remove(node: number): void;
}

const lib = (await instantiateAsc('test/kernel/lib.as.ts')) as unknown as Exports;
const BUFFER = lib.BUFFER.value as number;

function bytes(at: number, length: number): Buffer {
  return Buffer.from(lib.memory.buffer, at, length);
}

function put(text: string): number {
  bytes(BUFFER, 1024).fill(0).write(text, 'latin1');
  return text.length;
}

test('random bytes are ChaCha20 keyed anew by its own first block', () => {
  const seed = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7));
  seed.copy(bytes(BUFFER, 32));
  lib.random(200);
  const stream = createCipheriv('chacha20', seed, Buffer.alloc(16)).update(Buffer.alloc(64 + 200));
  assert.deepEqual(bytes(BUFFER, 200), stream.subarray(64));
});

test('numbers are parsed only when they are numbers and fit', () => {
  for (const [text, value] of [
    ['0', 0],
    ['42', 42],
    ['2147483647', 2147483647],
  ] as const) {
    assert.equal(lib.parse(put(text)), value);
  }
  for (const text of ['', '-1', '2147483648', '12a', '99999999999']) assert.equal(lib.parse(put(text)), -1, text);
});

test('text is formatted as printf does', () => {
  for (const v of [0n, 7n, -1n, 123456n, -(1n << 63n), (1n << 63n) - 1n]) {
    const t = lib.format(v);
    const u = BigInt.asUintN(64, v);
    const wanted = `é ${v} ${u} ${`${v}`.padStart(6)} ${u.toString(16).padStart(4, '0')} ${u.toString(8)}`;
    assert.equal(bytes(lib.text_ptr(t), lib.text_len(t)).toString(), wanted);
  }
});

test('strings compare as unsigned bytes', () => {
  bytes(BUFFER, 64).fill(0).write('abc\0ab\0ab\xff', 'latin1');
  assert.ok(lib.compare(BUFFER, BUFFER + 4) > 0);
  assert.ok(lib.compare(BUFFER, BUFFER + 7) < 0);
  assert.equal(lib.compare(BUFFER + 1, BUFFER + 1), 0);
  assert.deepEqual(
    ['hello', 'hell', 'helloo', 'hellp'].map((s) => lib.is_hello(put(s))),
    [1, 0, 0, 0],
  );
});

test('a list keeps both directions', () => {
  const head = lib.LIST.value as number;
  const word = (at: number) => new DataView(lib.memory.buffer).getUint32(at, true);
  const walk = (first: number, step: number) => {
    const seen: number[] = [];
    for (let n = word(first); n; n = word(n + step)) seen.push((n - BUFFER) / 8);
    return seen;
  };
  const node = (i: number) => BUFFER + i * 8;
  lib.append(node(1));
  lib.append(node(2));
  lib.prepend(node(0));
  lib.append(node(3));
  assert.deepEqual(
    [walk(head, 0), walk(head + 4, 4)],
    [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
    ],
  );
  for (const i of [0, 3, 1]) lib.remove(node(i));
  assert.deepEqual([walk(head, 0), walk(head + 4, 4)], [[2], [2]]);
  lib.remove(node(2));
  assert.deepEqual([walk(head, 0), walk(head + 4, 4)], [[], []]);
});
