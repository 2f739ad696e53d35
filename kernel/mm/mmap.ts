// mmap(2), munmap(2).
import { Mm } from './mm.ts';

/** Address or -errno. file is a File ptr or 0. */
export function mm_mmap(mm: Mm, addr: u64, len: u64, prot: i32, flags: i32, file: usize, offset: u64): i64 {
  unreachable();
  return 0;
}
export function mm_munmap(mm: Mm, addr: u64, len: u64): i64 {
  unreachable();
  return 0;
}
/** Drops pages [from, to) of a file (byte offsets) from every address space: truncate(2), hole punching. */
export function mm_unmap_file(inode: usize, from: u64, to: u64): void {
  unreachable();
}
