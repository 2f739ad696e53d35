// Frames.

/** The frame holds decoded instructions: stores to it must call code_invalidate. */
export const FRAME_HAS_CODE: u8 = 1;
/** For the page cache: contents differ from the image. */
export const FRAME_DIRTY: u8 = 2;

/** One frame with one reference, contents undefined; 0 = out of memory. */
export function frame_alloc(): usize {
  unreachable();
  return 0;
}
export function frame_alloc_zeroed(): usize {
  unreachable();
  return 0;
}
/** 1 << order contiguous frames, aligned to their size, contents undefined; 0 = out of memory. */
export function frames_alloc(order: u32): usize {
  unreachable();
  return 0;
}
export function frame_get(p: usize): void {
  unreachable();
}
/** Drops a reference; the last one frees the frame (or the whole block that began at p). */
export function frame_put(p: usize): void {
  unreachable();
}
export function frame_count(p: usize): u32 {
  unreachable();
  return 0;
}
export function frame_flags(p: usize): u8 {
  unreachable();
  return 0;
}
export function frame_set_flags(p: usize, flags: u8): void {
  unreachable();
}
export function frame_clear_flags(p: usize, flags: u8): void {
  unreachable();
}
/** Sets the box's memory limit in frames; 0 = as far as 32-bit memory reaches. */
export function frame_set_limit(frames: u32): void {
  unreachable();
}
/** Frames the box may use at all (MemTotal). */
export function frames_total(): u32 {
  unreachable();
  return 0;
}
/** Frames free or still to be had by growing (MemFree). */
export function frames_free(): u32 {
  unreachable();
  return 0;
}
