import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLz4, Lz4Encoder } from './lz4.ts';

const encoder = new Lz4Encoder();

function assertRoundTrip(bytes: Uint8Array): number {
  const block = encoder.encode(bytes);
  if (!block) return bytes.length;
  assert.ok(block.length < bytes.length);
  assert.ok(Buffer.from(decodeLz4(block, bytes.length)).equals(bytes));
  return block.length;
}

/** A small generator: tests must not depend on the day. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Literals and copies of earlier bytes, with lengths and distances around the format's limits. */
function compressible(next: () => number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; ) {
    const length = Math.min(size - at, Math.floor(next() ** 3 * 600) + 1);
    const distance = next() < 0.1 ? 1 : Math.floor(next() * at);
    for (let i = 0; i < length; i++, at++) bytes[at] = distance && next() < 0.98 ? bytes[at - distance] : next() * 256;
  }
  return bytes;
}

test('random blocks come back', () => {
  const next = random(1);
  for (let round = 0; round < 300; round++) {
    assertRoundTrip(compressible(next, Math.floor(next() ** 4 * 65536)));
  }
  assertRoundTrip(compressible(next, 65536));
});

test('short and uniform blocks come back', () => {
  for (let size = 0; size < 64; size++) assertRoundTrip(new Uint8Array(size).fill(7));
  for (const size of [255, 270, 4096, 65535, 65536]) assert.ok(assertRoundTrip(new Uint8Array(size)) < 300);
});

test('text shrinks about as with the reference encoder', () => {
  const text = Array.from({ length: 1200 }, (_, i) => `line ${i}: the quick brown fox ${i * 7919} jumps\n`).join('');
  const bytes = new TextEncoder().encode(text).subarray(0, 65536);
  assert.ok(assertRoundTrip(bytes) < bytes.length * 0.3);
});

test('the decoder knows the format of other encoders', () => {
  // Two literals, a match of 4 + 15 + 1 at distance 2 (overlapping), five last literals.
  const block = Uint8Array.of(0x2f, 97, 98, 2, 0, 1, 0x50, 49, 50, 51, 52, 53);
  assert.equal(Buffer.from(decodeLz4(block, 27)).toString(), `${'ab'.repeat(11)}12345`);
});

test('damaged blocks never decode out of bounds', () => {
  const next = random(3);
  const bytes = compressible(next, 5000);
  for (let round = 0; round < 2000; round++) {
    const block = encoder.encode(bytes)!.slice();
    block[Math.floor(next() * block.length)] = next() * 256;
    try {
      assert.equal(decodeLz4(block, bytes.length).length, bytes.length);
    } catch (error) {
      assert.ok(error instanceof RangeError);
    }
  }
});
