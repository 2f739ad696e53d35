// Kernel objects by size class: 16, 24, 32, 48, 64, 96 ... 3072 bytes; anything larger is a block of frames.
// Invariant: a slab is on its class's list exactly while it has a free object, and every frame of a slab records the class
// (+ 1) in the frame table, so that kfree needs no size.
// Slab header, 16 bytes:  0 list node   8 first free object (each holds the next)   12 objects in use u32
import { PAGE_SHIFT, PAGE_SIZE } from '../../abi/box.ts';
import { frame_class, frame_put, frame_set_class, frames_alloc } from '../mm/frame.ts';
import { list_prepend, list_remove } from './list.ts';

const HEADER: usize = 16;
const SLAB_FREE = 8;
const SLAB_IN_USE = 12;
const MAX_SMALL: usize = 3072;
const PARTIAL = memory.data(16 * 8, 8); // list heads, one a class

function class_of(size: usize): u32 {
  if (size <= 16) return 0;
  const n = (size - 1) as u32;
  const log = 31 - clz(n);
  return (log - 4) * 2 + ((n >> (log - 1)) & 1) + 1;
}

function class_size(c: u32): usize {
  if (!c) return 16;
  const log = 4 + ((c - 1) >> 1);
  return (c - 1) & 1 ? 2 << log : 3 << (log - 1);
}

/** Frames of a slab as an order: at least seven objects in each. */
function class_order(c: u32): u32 {
  return c <= 8 ? 0 : c <= 11 ? 1 : c <= 13 ? 2 : 3;
}

function new_slab(c: u32): usize {
  const order = class_order(c);
  const slab = frames_alloc(order);
  if (!slab) return 0;
  const end = slab + ((PAGE_SIZE as usize) << order);
  for (let p = slab; p < end; p += PAGE_SIZE) frame_set_class(p, (c + 1) as u8);
  const size = class_size(c);
  let next: usize = 0;
  let object = slab + HEADER;
  for (; object + size <= end; object += size) {
    store<usize>(object, next);
    next = object;
  }
  store<usize>(slab, next, SLAB_FREE);
  store<u32>(slab, 0, SLAB_IN_USE);
  list_prepend(PARTIAL + c * 8, slab);
  return slab;
}

/** n zeroed bytes, 8-byte aligned, or 0 when the box is out of memory. */
export function kmalloc(size: usize): usize {
  if (size > MAX_SMALL) return kmalloc_large(size);
  const c = class_of(size);
  let slab = load<usize>(PARTIAL + c * 8);
  if (!slab) slab = new_slab(c);
  if (!slab) return 0;
  const p = load<usize>(slab, SLAB_FREE);
  const next = load<usize>(p);
  store<usize>(slab, next, SLAB_FREE);
  store<u32>(slab, load<u32>(slab, SLAB_IN_USE) + 1, SLAB_IN_USE);
  if (!next) list_remove(PARTIAL + c * 8, slab);
  zero(p, class_size(c));
  return p;
}

/** memory.fill is a call into the engine, which small objects do not repay. */
function zero(p: usize, n: usize): void {
  if (n > 256) memory.fill(p, 0, n);
  else for (const end = p + n; p < end; p += 8) store<u64>(p, 0);
}

function kmalloc_large(size: usize): usize {
  const frames = ((size + PAGE_SIZE - 1) >> PAGE_SHIFT) as u32;
  const p = frames_alloc(32 - clz(frames - 1));
  if (p) memory.fill(p, 0, (frames as usize) << PAGE_SHIFT);
  return p;
}

/** Gives back what kmalloc returned; 0 is ignored. */
export function kfree(p: usize): void {
  if (!p) return;
  const recorded = frame_class(p) as u32;
  if (!recorded) {
    frame_put(p);
    return;
  }
  const c = recorded - 1;
  const slab = p & ~(((PAGE_SIZE as usize) << class_order(c)) - 1);
  const next = load<usize>(slab, SLAB_FREE);
  store<usize>(p, next);
  store<usize>(slab, p, SLAB_FREE);
  const inUse = load<u32>(slab, SLAB_IN_USE) - 1;
  store<u32>(slab, inUse, SLAB_IN_USE);
  if (!next) list_prepend(PARTIAL + c * 8, slab);
  if (!inUse) release_if_spare(c, slab);
}

/** Frees an empty slab unless it is the only one of its class with free objects. */
function release_if_spare(c: u32, slab: usize): void {
  const head = PARTIAL + c * 8;
  if (load<usize>(head) == slab && !load<usize>(slab)) return;
  list_remove(head, slab);
  const end = slab + ((PAGE_SIZE as usize) << class_order(c));
  for (let p = slab; p < end; p += PAGE_SIZE) frame_set_class(p, 0);
  frame_put(slab);
}
