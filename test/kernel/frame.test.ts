// Frames and slabs: nothing is handed out twice, everything comes back, the end of memory is a 0 and not a trap.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machine, Random } from './machine.ts';

const FRAME = 4096;

test('blocks of frames are aligned, disjoint and come back', async () => {
  const m = await machine();
  const random = new Random(1);
  const before = m.free_frames();
  const owner = new Map<number, number>();
  const blocks: [at: number, order: number][] = [];
  for (let round = 0; round < 20000; round++) {
    if (blocks.length < 200 && random.below(2)) {
      const order = random.below(5);
      const at = m.alloc_frames(order);
      assert.equal(at % (FRAME << order), 0);
      for (let f = at; f < at + (FRAME << order); f += FRAME) {
        assert.ok(!owner.has(f));
        owner.set(f, at);
      }
      blocks.push([at, order]);
    } else if (blocks.length) {
      const [[at, order]] = blocks.splice(random.below(blocks.length), 1);
      for (let f = at; f < at + (FRAME << order); f += FRAME) owner.delete(f);
      m.put_frame(at);
    }
  }
  for (const [at] of blocks) m.put_frame(at);
  assert.equal(m.free_frames(), before);
});

test('the limit holds, and freed frames join to large blocks again', async () => {
  const m = await machine();
  m.set_limit(4096);
  const frames: number[] = [];
  for (let at = m.alloc_frames(0); at; at = m.alloc_frames(0)) frames.push(at);
  assert.ok(frames.length >= 4080 && frames.length <= 4096, `${frames.length} frames`);
  assert.equal(m.alloc_frames(3), 0);
  for (const at of frames) m.put_frame(at);
  assert.notEqual(m.alloc_frames(9), 0);
});

test('slab objects are zeroed, disjoint and freed by address alone', async () => {
  const m = await machine();
  const random = new Random(7);
  m.slab_free(m.slab_alloc(1));
  const before = m.free_frames();
  const objects: { at: number; size: number; mark: number }[] = [];
  const bytes = (at: number, size: number) => new Uint8Array(m.memory.buffer, at, size);
  for (let round = 0; round < 20000; round++) {
    if (objects.length < 300 && random.below(2)) {
      const size = 1 + random.below(random.below(10) ? 700 : 9000);
      const at = m.slab_alloc(size);
      assert.ok(at % 8 === 0 && bytes(at, size).every((b) => b === 0));
      const mark = 1 + random.below(255);
      bytes(at, size).fill(mark);
      objects.push({ at, size, mark });
    } else if (objects.length) {
      const [{ at, size, mark }] = objects.splice(random.below(objects.length), 1);
      assert.ok(bytes(at, size).every((b) => b === mark));
      m.slab_free(at);
    }
  }
  for (const { at } of objects) m.slab_free(at);
  // One spare slab of each of the 16 classes may stay.
  assert.ok(before - m.free_frames() <= 16 * 8, `${before - m.free_frames()} frames kept`);
});
