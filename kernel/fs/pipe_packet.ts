// Pipes in packet mode (O_DIRECT): each write is read on its own. pipe2(2).
// Invariant: `segments` of a pipe is null, or tells how its used bytes are divided, in order: packets, and runs of bytes that were
// written without O_DIRECT. A packet takes a page of the pipe's capacity, a run as many as its bytes fill.
//
// 0 count u32 | 4 room u32 | 8 first entry; an entry u32: length, PACKET
import { kfree, kmalloc } from '../lib/slab.ts';

const PACKET: u32 = 0x80000000;
const PAGE: u32 = 4096;

@unmanaged
export class Segments {
  count: u32;
  room: u32;

  @inline entry(i: u32): usize {
    return changetype<usize>(this) + 8 + (i as usize) * 4;
  }
}

/** Begins to keep segments of a pipe that holds `used` bytes and has `pages` pages: ptr, 0 = no memory. */
export function segments_new(used: u32, pages: u32): usize {
  const s = changetype<Segments>(kmalloc(8 + (pages as usize) * 8));
  if (!changetype<usize>(s)) return 0;
  s.room = pages * 2;
  if (used) segments_add(s, used, false);
  return changetype<usize>(s);
}

/** The same for a pipe of another size, which has room for them: ptr, 0 = no memory and nothing changed. */
export function segments_resize(s: Segments, pages: u32): usize {
  const fresh = segments_new(0, pages);
  if (!fresh) return 0;
  changetype<Segments>(fresh).count = s.count;
  memory.copy(changetype<Segments>(fresh).entry(0), s.entry(0), (s.count as usize) * 4);
  kfree(changetype<usize>(s));
  return fresh;
}

/** Pages that are in use. */
export function segments_pages(s: Segments): u32 {
  let pages: u32 = 0;
  for (let i: u32 = 0; i < s.count; i++) {
    const entry = load<u32>(s.entry(i));
    pages += entry & PACKET ? 1 : (entry + PAGE - 1) / PAGE;
  }
  return pages;
}

/** n bytes have been written at the end; there is room for an entry since each takes a page at least. */
export function segments_add(s: Segments, n: u32, packet: bool): void {
  const last = s.count ? load<u32>(s.entry(s.count - 1)) : PACKET;
  // As in Linux a small packet still goes into the begun page of a run.
  const rest = last & (PAGE - 1);
  const joins = !(last & PACKET) && (!packet || (rest && rest + n <= PAGE));
  if (joins) store<u32>(s.entry(s.count - 1), last + n);
  else if (s.count < s.room) store<u32>(s.entry(s.count++), packet ? n | PACKET : n);
}

/** Length of what stands first. */
export function segment_length(s: Segments): u32 {
  return s.count ? load<u32>(s.entry(0)) & ~PACKET : 0;
}

export function segment_is_packet(s: Segments): bool {
  return s.count != 0 && (load<u32>(s.entry(0)) & PACKET) != 0;
}

/** n bytes have been taken from the front: the null pointer when nothing is left to be divided. */
export function segments_take(s: Segments, n: u32): usize {
  while (n && s.count) {
    const entry = load<u32>(s.entry(0));
    const length = entry & ~PACKET;
    if (n < length) {
      store<u32>(s.entry(0), entry - n);
      return changetype<usize>(s);
    }
    n -= length;
    s.count--;
    memory.copy(s.entry(0), s.entry(1), (s.count as usize) * 4);
  }
  if (s.count) return changetype<usize>(s);
  kfree(changetype<usize>(s));
  return 0;
}
