import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_MEMORY_PAGES } from '../../abi/box.ts';
import * as S from '../../abi/state.ts';
import { xxh32 } from '../box/xxh32.ts';
import { WbxError } from '../errors.ts';
import type { SavedMemory } from './saved-memory.ts';
import { decodeState, encodeState } from './state.ts';

const SIZE = INITIAL_MEMORY_PAGES + 4;

function block(seed: number, noise: boolean): Uint8Array {
  return new Uint8Array(S.STATE_BLOCK_SIZE).map((_, i) => (noise ? Math.imul(i + seed, 2654435761) >>> 24 : seed));
}

function memory(...blocks: [number, Uint8Array][]): SavedMemory {
  return { size: SIZE, blocks: new Map(blocks) };
}

const base = memory([0, block(1, false)], [7, block(2, true)], [9, block(3, true)]);

function refused(bytes: Uint8Array, by?: SavedMemory): string {
  try {
    decodeState(bytes, by);
  } catch (error) {
    assert.ok(error instanceof WbxError);
    assert.equal(error.code, 'BAD_BOX');
    return error.message;
  }
  return assert.fail('accepted');
}

test('XXH32 gives the values of its specification', () => {
  const text = (value: string) => xxh32(new TextEncoder().encode(value));
  assert.equal(text(''), 0x02cc5d05);
  assert.equal(text('abc'), 0x32d153ff);
  assert.equal(text('Nobody inspects the spammish repetition'), 0xe2293b2f);
});

test('a memory comes back as it was; blocks of zeros cost nothing', () => {
  assert.deepEqual(decodeState(encodeState(base)), base);
  assert.ok(encodeState(base).length < 2.1 * S.STATE_BLOCK_SIZE);
});

test('a delta holds what differs, and gives the memory beside its base alone', () => {
  const changed = block(2, true);
  changed[77] ^= 1;
  const next = memory(
    [0, block(1, false)],
    [7, changed],
    [9, new Uint8Array(S.STATE_BLOCK_SIZE)],
    [12, block(4, true)],
  );
  const delta = encodeState(next, base);
  assert.ok(delta.length < 2.1 * S.STATE_BLOCK_SIZE);
  assert.deepEqual(decodeState(delta, base), next);
  assert.match(refused(delta), /wrong kind/);
  assert.match(refused(encodeState(base), base), /wrong kind/);
});

test('a memory that is cut off anywhere is refused', () => {
  const bytes = encodeState(base);
  for (const length of [0, 3, 63, 64, 99, 100, 5000, bytes.length - 1]) refused(bytes.subarray(0, length));
});

test('a memory with any bit changed is refused', () => {
  const bytes = encodeState(base);
  for (let at = 0; at < bytes.length; at += at < 120 ? 1 : 997) {
    // What says only where the table ends, and is checked by it, included.
    const damaged = bytes.slice();
    damaged[at] ^= 1 << (at % 8);
    refused(damaged);
  }
});

test('a header that lies with the right checksum is refused before anything is read by it', () => {
  for (const [field, value] of [
    [S.STATE_SIZE, 0],
    [S.STATE_SIZE, 0xffffffff],
    [S.STATE_COUNT, 0xffffffff],
    [S.STATE_COUNT, 1000],
    [S.STATE_KIND, 9],
    [S.STATE_HEADER_SIZE, SIZE],
    [S.STATE_HEADER_SIZE + S.STATE_ENTRY_SIZE, 0],
    [S.STATE_HEADER_SIZE + 4, 0xfffffff0],
  ]) {
    const bytes = encodeState(base);
    const view = new DataView(bytes.buffer);
    view.setUint32(field, value, true);
    const end = S.STATE_HEADER_SIZE + 3 * S.STATE_ENTRY_SIZE;
    view.setUint32(S.STATE_CHECKSUM, xxh32(bytes.subarray(S.STATE_SIZE, end)), true);
    refused(bytes);
  }
});

test('another version says so', () => {
  const bytes = encodeState(base);
  new DataView(bytes.buffer).setUint32(4, 2, true);
  assert.match(refused(bytes), /format 2, this wbx knows 1/);
});
