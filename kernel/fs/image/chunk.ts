// Chunks of the image: fetched from a passive segment or the host, decoded, kept in a small least-recently-used cache.
// Invariant: the image is untrusted bytes; whatever it holds, readers get bytes inside the cache or -EIO.
//
// A slot: 0 index u32 (+1; 0 = free) | 4 request ptr | 8 data ptr (raw, chunk size) | 12 stored ptr | 16 used u64
import {
  BOOT_CHUNK_COUNT,
  BOOT_CHUNK_SHIFT,
  BOOT_CHUNK_TABLE,
  BOOT_HOST_FLAGS,
  BOOT_IMAGE_SIZE,
  CHUNK_ENTRY_SIZE,
} from '../../../abi/boot.ts';
import { HOST_IMAGE, RING_IMAGE, TABLE_SLOT_READ_SEGMENT } from '../../../abi/host.ts';
import { EBLOCKED_UNINTERRUPTIBLE, EIO, ENOMEM } from '../../../abi/linux/errno.ts';
import { req_done, req_free, req_result, req_retarget, req_wait_queue, ring_submit } from '../../io/ring.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';
import { box_is_running } from '../../task/box_exit.ts';
import { wait_on } from '../../task/wait_queue.ts';
import { lz4_decode } from './lz4.ts';

/** 16 decoded chunks of 64 KiB: enough for the directories and libraries that a starting program touches in turn. */
const SLOTS = 16;

@unmanaged
class Slot {
  index: u32;
  request: usize;
  data: usize;
  stored: usize;
  used: u64;
}

@unmanaged
class Image {
  table: usize;
  count: u32;
  shift: u32;
  size: u64;
  viaRing: u32;
  pad: u32;
  clock: u64;
}

const IMAGE: usize = memory.data(64, 8);
const SLOT_TABLE: usize = memory.data(SLOTS * 24, 8);

function image(): Image {
  return changetype<Image>(IMAGE);
}

/** Takes the chunk table from the boot block, which stays where it is. 0, or -EIO for a table that contradicts itself. */
export function chunks_open(block: usize, length: u32): i32 {
  const img = image();
  img.count = load<u32>(block, BOOT_CHUNK_COUNT);
  img.shift = load<u32>(block, BOOT_CHUNK_SHIFT);
  img.size = load<u64>(block, BOOT_IMAGE_SIZE);
  img.viaRing = load<u32>(block, BOOT_HOST_FLAGS) & HOST_IMAGE;
  const offset = load<u32>(block, BOOT_CHUNK_TABLE);
  img.table = block + offset;
  if (img.shift < 12 || img.shift > 20) return -EIO;
  if ((offset as u64) + (img.count as u64) * CHUNK_ENTRY_SIZE > (length as u64)) return -EIO;
  if ((img.size + (1 << (img.shift as u64)) - 1) >> (img.shift as u64) != (img.count as u64)) return -EIO;
  return 0;
}

/** Another host, for which the chunk table may have been changed: what is on its way comes from where that says now. */
export function chunks_thaw(flags: u32): void {
  image().viaRing = flags & HOST_IMAGE;
  for (let i = 0; i < SLOTS; i++) {
    const slot = slot_at(i);
    if (!slot.request) continue;
    const entry = image().table + ((slot.index - 1) as usize) * CHUNK_ENTRY_SIZE;
    const moved = req_retarget(slot.request, load<u32>(entry), load<u32>(entry, 8), load<u32>(entry, 4) as u64);
    if (!moved || !req_done(slot.request)) continue;
    // It has come already, in its old form.
    req_free(slot.request);
    slot.request = 0;
    slot.index = 0;
  }
}

export function image_bytes(): u64 {
  return image().size;
}

export function chunk_shift(): u32 {
  return image().shift;
}

function raw_length(index: u32): u32 {
  const img = image();
  const rest = img.size - ((index as u64) << (img.shift as u64));
  const full: u64 = 1 << (img.shift as u64);
  return (rest < full ? rest : full) as u32;
}

/** Decoded bytes of a chunk, good until the next call; ERR_PTR: -EBLOCKED_UNINTERRUPTIBLE (the current task then waits for it), -EIO, -ENOMEM. */
export function chunk_get(index: u32): usize {
  const img = image();
  if (index >= img.count) return ERR_PTR(-EIO);
  img.clock++;
  for (let i = 0; i < SLOTS; i++) {
    const slot = slot_at(i);
    if (slot.index != index + 1) continue;
    slot.used = img.clock;
    if (!slot.request) return slot.data;
    return req_done(slot.request) ? arrived(slot, index) : wait_for(slot);
  }
  const slot = victim();
  if (!changetype<usize>(slot))
    return ERR_PTR(wait_on(req_wait_queue(slot_at(0).request)) ? -EBLOCKED_UNINTERRUPTIBLE : -ENOMEM);
  slot.used = img.clock;
  return fetch(slot, index);
}

function slot_at(i: i32): Slot {
  return changetype<Slot>(SLOT_TABLE + (i as usize) * 24);
}

/** The slot to reuse: the least recently used one that no request writes to; null when all are in flight. */
function victim(): Slot {
  let best = changetype<Slot>(0);
  for (let i = 0; i < SLOTS; i++) {
    const slot = slot_at(i);
    if (slot.request && !req_done(slot.request)) continue;
    if (!changetype<usize>(best) || slot.used < best.used) best = slot;
  }
  if (!changetype<usize>(best)) return best;
  if (best.request) req_free(best.request);
  best.request = 0;
  best.index = 0;
  return best;
}

function fetch(slot: Slot, index: u32): usize {
  const img = image();
  const entry = img.table + (index as usize) * CHUNK_ENTRY_SIZE;
  const segment = load<u32>(entry);
  const offset = load<u32>(entry, 4);
  const stored = load<u32>(entry, 8);
  const full = (1 as usize) << (img.shift as usize);
  if (stored > raw_length(index)) return ERR_PTR(-EIO);
  if (!slot.data) slot.data = kmalloc(full);
  if (!slot.stored) slot.stored = kmalloc(full);
  if (!slot.data || !slot.stored) return ERR_PTR(-ENOMEM);
  if (img.viaRing) {
    slot.request = ring_submit(RING_IMAGE, segment, slot.stored, stored, offset as u64, 0);
    if (!slot.request) return ERR_PTR(-ENOMEM);
    slot.index = index + 1;
    return wait_for(slot);
  }
  call_indirect<void>(TABLE_SLOT_READ_SEGMENT, segment, offset, slot.stored as u32, stored);
  return decode(slot, index, stored);
}

function wait_for(slot: Slot): usize {
  // After pid 1 has ended (fs/boxfs/layer.ts) nobody sleeps; the completion alone brings the next attempt.
  if (!box_is_running()) return ERR_PTR(-EBLOCKED_UNINTERRUPTIBLE);
  return ERR_PTR(wait_on(req_wait_queue(slot.request)) ? -EBLOCKED_UNINTERRUPTIBLE : -ENOMEM);
}

function arrived(slot: Slot, index: u32): usize {
  const stored = load<u32>(image().table + (index as usize) * CHUNK_ENTRY_SIZE, 8);
  const result = req_result(slot.request);
  req_free(slot.request);
  slot.request = 0;
  if (result == (stored as i32)) return decode(slot, index, stored);
  slot.index = 0;
  return ERR_PTR(-EIO);
}

function decode(slot: Slot, index: u32, stored: u32): usize {
  const raw = raw_length(index);
  slot.index = 0;
  if (stored == raw) {
    const swap = slot.data;
    slot.data = slot.stored;
    slot.stored = swap;
  } else if (!lz4_decode(slot.stored, stored, slot.data, raw)) return ERR_PTR(-EIO);
  slot.index = index + 1;
  return slot.data;
}

/** Copies n bytes of the image at off: 0, -EIO (outside the image or corrupt), -EBLOCKED_UNINTERRUPTIBLE, -ENOMEM. */
export function image_read(dst: usize, off: u64, n: u32): i32 {
  const img = image();
  if (off > img.size || (n as u64) > img.size - off) return -EIO;
  while (n) {
    const data = chunk_get((off >> (img.shift as u64)) as u32);
    if (IS_ERR(data)) return PTR_ERR(data);
    const inChunk = (off & ((1 << (img.shift as u64)) - 1)) as u32;
    let part = ((1 as u32) << img.shift) - inChunk;
    if (part > n) part = n;
    memory.copy(dst, data + (inChunk as usize), part as usize);
    dst += part as usize;
    off += part as u64;
    n -= part;
  }
  return 0;
}
