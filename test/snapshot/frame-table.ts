// The frame table of a saved memory is as abi/frame.ts says: a block's record is that of its first frame. A flag left in that of another one
// would make a page of what is the kernel's data, and a box that goes on would find it absent.
import assert from 'node:assert/strict';
import { FRAME_META_BASE, FRAME_META_SIZE, PAGE_SIZE } from '../../abi/box.ts';
import { FRAME_FLAGS, FRAME_ORDER, FRAME_STATE, FRAME_STATE_FREE } from '../../abi/frame.ts';
import type { Moment } from '../../src/snapshot/moment.ts';

export function checkFrameTable(moment: Moment): void {
  const table = tableOf(moment);
  const records = new BigUint64Array(table.buffer);
  for (let frame = 0; frame < records.length; frame++) {
    const record = frame * FRAME_META_SIZE;
    const isUsed = records[frame] & 0xffffffffn || table[record + FRAME_STATE] === FRAME_STATE_FREE;
    const frames = isUsed ? 1 << table[record + FRAME_ORDER] : 1;
    const end = Math.min(records.length, frame + frames);
    for (let other = isUsed ? frame + 1 : frame; other < end; other++) {
      const flags = table[other * FRAME_META_SIZE + FRAME_FLAGS];
      assert.equal(flags, 0, `frame ${other} of the block of ${frames} at ${frame} has flags`);
    }
    frame = end - 1;
  }
}

function tableOf({ size, kernel }: Moment): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array((size / PAGE_SIZE) * FRAME_META_SIZE);
  for (const { at, bytes } of kernel) {
    const from = Math.max(at, FRAME_META_BASE);
    const to = Math.min(at + bytes.length, FRAME_META_BASE + table.length);
    if (from < to) table.set(bytes.subarray(from - at, to - at), from - FRAME_META_BASE);
  }
  return table;
}
