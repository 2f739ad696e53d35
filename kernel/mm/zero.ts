// The zero page: one frame of zeros that every untouched anonymous page maps read-only. It holds a reference of its own, so
// that no mapping ever believes it owns it.
import { frame_alloc_zeroed } from './frame.ts';

const FRAME = memory.data(4, 4);

/** The frame, without a reference for the caller; 0 = out of memory. */
export function zero_frame(): usize {
  if (!load<usize>(FRAME)) store<usize>(FRAME, frame_alloc_zeroed());
  return load<usize>(FRAME);
}
