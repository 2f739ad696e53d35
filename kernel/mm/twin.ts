// Pages that a box has in common with its snapshots and twins: the host copies one only when it must, which is before a box that was saved
// changes it (FRAME_KEPT), and before one that goes on from there looks at it (FRAME_ABSENT). The law: whoever comes by a pointer to a
// page of a program or a file calls one of these first; and no TLB entry lets a kept page be written.
import { FRAME_ABSENT, FRAME_KEPT } from '../../abi/frame.ts';
import { TABLE_SLOT_SETTLE } from '../../abi/host.ts';
import { frame_flags } from './frame.ts';

const PLACEHOLDER: usize = memory.data(4, 4);

/** The page will be read. */
export function page_for_read(frame: usize): usize {
  if (frame_flags(frame) & FRAME_ABSENT) frame_settle(frame);
  return frame;
}

/** The page will be written. */
export function page_for_write(frame: usize): usize {
  if (frame_flags(frame) & (FRAME_ABSENT | FRAME_KEPT)) frame_settle(frame);
  return frame;
}

/** The host copies what it has to, and takes both flags away. */
export function frame_settle(frame: usize): void {
  call_indirect<void>(TABLE_SLOT_SETTLE, frame);
}

/** Makes the compiler reserve the slot: the second function value that it meets (test/kernel/laws.test.ts). */
export function reserve_settle(): void {
  const settle: (frame: usize) => void = nobody_keeps;
  store<usize>(PLACEHOLDER, changetype<usize>(settle));
}

/** No host has set a flag. */
function nobody_keeps(frame: usize): void {
  store<usize>(PLACEHOLDER, frame);
}
