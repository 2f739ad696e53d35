import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockCache } from './block-cache.ts';

const SIZE = 3 * 2 ** 20 + 5;
const bytes = new Uint8Array(SIZE).map((_, i) => Math.imul(i, 2654435761) >>> 20);

function cache() {
  const requests: number[] = [];
  const fetch = async (offset: number, length: number) => {
    requests.push(offset);
    return bytes.slice(offset, offset + length);
  };
  return { requests, cached: new BlockCache(SIZE, fetch) };
}

test('reads within, across and beyond blocks', async () => {
  const { cached } = cache();
  for (const [offset, length] of [
    [0, 4],
    [2 ** 20 - 3, 9],
    [5, 2 ** 21],
    [SIZE - 3, 10],
    [SIZE, 4],
    [SIZE + 9, 1],
  ]) {
    assert.deepEqual(await cached.read(offset, length), bytes.slice(offset, offset + length));
  }
});

test('a block is fetched once', async () => {
  const { cached, requests } = cache();
  await Promise.all([cached.read(1, 2), cached.read(100, 5)]);
  await cached.read(2 ** 19, 7);
  assert.deepEqual(requests, [0]);
});

test('a block that failed is tried again', async () => {
  let broken = true;
  const cached = new BlockCache(10, async () => {
    if (broken) throw new Error('offline');
    return new Uint8Array(10);
  });
  await assert.rejects(cached.read(0, 1), /offline/);
  broken = false;
  assert.equal((await cached.read(0, 1)).length, 1);
});
