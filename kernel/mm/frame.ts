// Physical memory: a buddy allocator of 4 KiB frames over linear memory behind the kernel's static data, which grows on
// demand up to the box's limit. A block of order n is 1 << n frames, aligned to its size; its first frame has its record in
// the frame table (abi/frame.ts). A free block keeps its list node in its own first bytes.
import { FRAME_META_BASE, PAGE_SHIFT, PAGE_SIZE } from '../../abi/box.ts';
import {
  FRAME_CLASS,
  FRAME_FLAGS,
  FRAME_HAS_CODE,
  FRAME_KEPT,
  FRAME_ORDER,
  FRAME_PAGE,
  FRAME_STATE,
  FRAME_STATE_FREE,
} from '../../abi/frame.ts';
import { code_invalidate } from '../cpu/code_page.ts';
import { image_reclaim } from '../fs/boxfs/image_inode.ts';
import { host_reclaim } from '../fs/hostfs/page.ts';
import { cstr } from '../lib/bytes.ts';
import { clock_is_virtual } from '../lib/clock.ts';
import { list_prepend, list_remove } from '../lib/list.ts';
import { panic } from '../lib/panic.ts';
import { frame_settle } from './twin.ts';

const MAX_ORDER: u32 = 12; // 16 MiB
const WASM_PAGE_FRAMES: u32 = 16;
const GROW_MIN: u32 = 16; // wasm pages: 1 MiB at a time while the box is small,
const GROW_MAX: u32 = 256; // an eighth of its size up to 16 MiB later: growing costs the host a call, sometimes a copy
const END_OF_MEMORY: u32 = 65535 * WASM_PAGE_FRAMES; // the last 64 KiB stay out, so that an end address fits 32 bits
// Frames that guest pages cannot have, so that the kernel can still kill, write /proc and unwind when guests took the rest.
const KERNEL_RESERVE: u32 = 256;
// Frames that the image's page cache gives back at a time: enough that reclaiming stays rare.
const RECLAIM_BATCH: u32 = 1024;

@unmanaged
class Zone {
  first: u32; // frame number of the first managed frame; 0 = not set up yet
  end: u32; // one past the last frame that memory has grown to
  limitEnd: u32; // may not grow past this
  free: u32; // free frames below end
  pages: u32; // frames in use as pages of programs and files
}
const ZONE = memory.data(24, 8);
const FREE_LISTS = memory.data(8 * 13, 8); // one list head an order

function zone(): Zone {
  return changetype<Zone>(ZONE);
}

function meta(p: usize): usize {
  return (FRAME_META_BASE as usize) + ((p >> PAGE_SHIFT) << 3);
}

function setup(): void {
  const z = zone();
  const start = (__heap_base + (PAGE_SIZE - 1)) & ~(PAGE_SIZE - 1);
  z.first = (start >> PAGE_SHIFT) as u32;
  z.limitEnd = END_OF_MEMORY;
  z.end = (memory.size() as u32) * WASM_PAGE_FRAMES;
  free_range(z.first, z.end);
}

/** Hands frames [from, to) to the free lists in the largest aligned blocks. */
function free_range(from: u32, to: u32): void {
  zone().free += to - from;
  while (from < to) {
    let order = min<u32>(ctz(from), MAX_ORDER);
    while (from + (1 << order) > to) order--;
    free_block((from as usize) << PAGE_SHIFT, order);
    from += 1 << order;
  }
}

function free_block(p: usize, order: u32): void {
  const z = zone();
  store<u64>(meta(p), 0); // p may end up in the middle of a block
  while (order < MAX_ORDER) {
    const buddy = p ^ ((PAGE_SIZE as usize) << order);
    const number = (buddy >> PAGE_SHIFT) as u32;
    const m = meta(buddy);
    if (number < z.first || number >= z.end) break;
    if (load<u8>(m, FRAME_STATE) != (FRAME_STATE_FREE as u8) || load<u8>(m, FRAME_ORDER) != (order as u8)) break;
    list_remove(FREE_LISTS + order * 8, buddy);
    store<u64>(m, 0);
    p = min<usize>(p, buddy);
    order++;
  }
  const m = meta(p);
  store<u8>(m, order as u8, FRAME_ORDER);
  store<u8>(m, FRAME_STATE_FREE as u8, FRAME_STATE);
  list_prepend(FREE_LISTS + order * 8, p);
}

/** Grows memory by at least 1 << order frames; false = limit reached or the host refuses. */
function grow(order: u32): bool {
  const z = zone();
  if (!z.first) {
    setup();
    return true;
  }
  const room = (z.limitEnd > z.end ? z.limitEnd - z.end : 0) / WASM_PAGE_FRAMES;
  // Twice the block, because what is added may not be aligned to it.
  const need = max<u32>(((2 << order) + WASM_PAGE_FRAMES - 1) / WASM_PAGE_FRAMES, 1);
  let pages = min<u32>(max<u32>(z.end / WASM_PAGE_FRAMES / 8, GROW_MIN), GROW_MAX);
  pages = min<u32>(max<u32>(pages, need), room);
  if (!pages || memory.grow(pages as i32) < 0) return false;
  const from = z.end;
  z.end += pages * WASM_PAGE_FRAMES;
  free_range(from, z.end);
  return true;
}

/** One past the last byte that is or may become part of a frame. */
export function memory_end(): usize {
  return (zone().end as usize) << PAGE_SHIFT;
}

/** 1 << order contiguous frames, aligned to their size, contents undefined; 0 = out of memory. */
export function frames_alloc(order: u32): usize {
  if (order > MAX_ORDER) return 0;
  do {
    for (let o = order; o <= MAX_ORDER; o++) {
      const p = load<usize>(FREE_LISTS + o * 8);
      if (p) return take(p, o, order);
    }
  } while (grow(order));
  return 0;
}

/** Takes the free block p of order `have` and gives back what is more than `order`. */
function take(p: usize, have: u32, order: u32): usize {
  list_remove(FREE_LISTS + have * 8, p);
  while (have > order) {
    have--;
    const half = p + ((PAGE_SIZE as usize) << have);
    const h = meta(half);
    store<u8>(h, have as u8, FRAME_ORDER);
    store<u8>(h, FRAME_STATE_FREE as u8, FRAME_STATE);
    list_prepend(FREE_LISTS + have * 8, half);
  }
  const m = meta(p);
  store<u64>(m, 1);
  store<u8>(m, order as u8, FRAME_ORDER);
  zone().free -= 1 << order;
  return p;
}

/** One frame with one reference, contents undefined; 0 = out of memory. */
export function frame_alloc(): usize {
  return frames_alloc(0);
}

export function frame_alloc_zeroed(): usize {
  const p = frames_alloc(0);
  if (p) memory.fill(p, 0, PAGE_SIZE);
  return p;
}

/** A frame for a guest page or file page: fails while the kernel's reserve is still there. Contents undefined. */
export function frame_alloc_user(): usize {
  const has = frames_free() > KERNEL_RESERVE || host_reclaim(RECLAIM_BATCH) || image_reclaim(RECLAIM_BATCH);
  const p = has ? frames_alloc(0) : 0;
  if (!p) return 0;
  frame_set_flags(p, FRAME_PAGE);
  zone().pages++;
  return p;
}

/** Is so little left that nothing new should begin? The rest is for what runs: its decoded code, its signals, its end. */
export function frames_scarce(): bool {
  return frames_free() < KERNEL_RESERVE / 2;
}

export function frame_get(p: usize): void {
  const m = meta(p);
  store<u32>(m, load<u32>(m) + 1);
}

/** Drops a reference; the last one frees the frame (or the whole block that began at p). */
export function frame_put(p: usize): void {
  const m = meta(p);
  const refs = load<u32>(m) - 1;
  store<u32>(m, refs);
  if (refs) {
    if (refs == 0xffffffff) panic(cstr('frame_put of a free frame'));
    return;
  }
  const flags = load<u8>(m, FRAME_FLAGS);
  if (flags & FRAME_HAS_CODE) code_invalidate(p);
  if (flags & FRAME_KEPT) frame_settle(p);
  if (flags & FRAME_PAGE) zone().pages--;
  const order = load<u8>(m, FRAME_ORDER) as u32;
  zone().free += 1 << order;
  free_block(p, order);
}

export function frame_count(p: usize): u32 {
  return load<u32>(meta(p));
}

export function frame_flags(p: usize): u8 {
  return load<u8>(meta(p), FRAME_FLAGS);
}

export function frame_set_flags(p: usize, flags: i32): void {
  store<u8>(meta(p), load<u8>(meta(p), FRAME_FLAGS) | (flags as u8), FRAME_FLAGS);
}

export function frame_clear_flags(p: usize, flags: i32): void {
  store<u8>(meta(p), load<u8>(meta(p), FRAME_FLAGS) & ~(flags as u8), FRAME_FLAGS);
}

/** Slab class of the frame that p lies in; 0 = not a slab. */
export function frame_class(p: usize): u8 {
  return load<u8>(meta(p), FRAME_CLASS);
}

export function frame_set_class(p: usize, slabClass: u8): void {
  store<u8>(meta(p), slabClass, FRAME_CLASS);
}

/** Sets the box's memory limit in frames; 0 = as far as 32-bit memory reaches. */
export function frame_set_limit(frames: u32): void {
  const z = zone();
  if (!z.first) setup();
  z.limitEnd = frames && frames < END_OF_MEMORY - z.first ? z.first + frames : END_OF_MEMORY;
}

/** Frames the box may use at all (MemTotal). */
export function frames_total(): u32 {
  const z = zone();
  if (!z.first) setup();
  return max<u32>(z.limitEnd, z.end) - z.first;
}

/** What programs are told is free. Where runs must repeat exactly only what they use themselves counts, not the translator's notes. */
export function frames_told(): u32 {
  return clock_is_virtual() ? frames_total() - zone().pages : frames_free();
}

/** Frames free or still to be had by growing (MemFree). */
export function frames_free(): u32 {
  const z = zone();
  if (!z.first) setup();
  return z.free + (z.limitEnd > z.end ? z.limitEnd - z.end : 0);
}
