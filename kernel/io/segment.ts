// Passive data segments of a linked box. The linker appends the reader function and puts it into the table slot that the
// placeholder here holds: it is the first function value that the compiler meets, which laws.test.ts checks.
import { TABLE_SLOT_READ_SEGMENT } from '../../abi/host.ts';

const PLACEHOLDER: usize = memory.data(4, 4);

/** Copies len bytes at `offset` of a passive segment to ptr. Only in a linked box. */
export function read_segment(segment: u32, offset: u32, ptr: usize, len: u32): void {
  call_indirect<void>(TABLE_SLOT_READ_SEGMENT, segment, offset, ptr, len);
}

/** Makes the compiler reserve the slot. */
export function reserve_segment_reader(): void {
  const reader: (segment: u32, offset: u32, ptr: usize, len: u32) => void = no_segments;
  store<usize>(PLACEHOLDER, changetype<usize>(reader));
}

function no_segments(segment: u32, offset: u32, ptr: usize, len: u32): void {
  memory.fill(ptr, 0, len);
}
