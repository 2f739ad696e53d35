// The kernel's LZ4 decoder: gives back what the linker's encoder took, and never leaves its buffers whatever it reads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lz4Encoder } from '../../src/box/lz4.ts';
import { instantiateAsc } from '../asc.ts';

const SOURCE = 0x20000;
const TARGET = 0x60000;
const ROOM = 0x30000;
const GUARD = 0xa5;

async function decoder() {
  const { memory, lz4_decode } = (await instantiateAsc('test/kernel/lz4.as.ts')) as {
    memory: WebAssembly.Memory;
    lz4_decode(src: number, srcLen: number, dst: number, dstLen: number): number;
  };
  const bytes = new Uint8Array(memory.buffer);
  return (block: Uint8Array, size: number): Uint8Array | undefined => {
    bytes.fill(GUARD, TARGET - 64, TARGET + ROOM);
    bytes.set(block, SOURCE);
    const ok = lz4_decode(SOURCE, block.length, TARGET, size) !== 0;
    assert.ok(bytes.subarray(TARGET - 64, TARGET).every((b) => b === GUARD));
    assert.ok(bytes.subarray(TARGET + size, TARGET + size + 64).every((b) => b === GUARD));
    return ok ? bytes.slice(TARGET, TARGET + size) : undefined;
  };
}

/** Deterministic bytes: the lower `variety`, the more there is to compress. */
function sample(length: number, variety: number, seed: number): Uint8Array {
  const out = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = (state >>> 24) % variety;
    if (i > 100 && state % 97 === 0) out.copyWithin(i, i - (state % 100) - 1, i);
  }
  return out;
}

test('blocks of the encoder come back', async () => {
  const decode = await decoder();
  const encoder = new Lz4Encoder();
  for (const length of [1, 12, 13, 100, 4096, 65535, 65536]) {
    for (const variety of [1, 2, 5, 60, 256]) {
      const raw = sample(length, variety, length + variety);
      const block = encoder.encode(raw);
      if (block === undefined || block.length >= raw.length) continue;
      assert.deepEqual(decode(block, length), raw, `${length} bytes of ${variety} values`);
    }
  }
});

test('damaged blocks are refused or decode within bounds', async () => {
  const decode = await decoder();
  const raw = sample(3000, 5, 1);
  const block = new Lz4Encoder().encode(raw);
  assert.ok(block);
  for (let i = 0; i < block.length; i++) {
    const damaged = block.slice();
    damaged[i] ^= 1 << (i & 7);
    decode(damaged, raw.length);
    decode(block.slice(0, i), raw.length);
  }
  assert.equal(decode(block, raw.length - 1), undefined);
  assert.equal(decode(block, raw.length + 1), undefined);
  assert.equal(decode(new Uint8Array(0), 1), undefined);
});
