// Address spaces.
import { Vma } from './vma.ts';

@unmanaged
export class Mm {
  refs: u32;
  vmaCount: u32;
  vmas: usize; // Vma ptr[vmaCount], sorted by start
  vmaCap: u32;
  rss: u32; // pages present
  totalVm: u64; // pages mapped
  lockedVm: u64;
  startBrk: u64;
  brk: u64;
  startCode: u64;
  endCode: u64;
  startData: u64;
  endData: u64;
  startStack: u64;
  argStart: u64;
  argEnd: u64;
  envStart: u64;
  envEnd: u64;
  maxRss: u32;
  exeFile: usize; // File of /proc/PID/exe, with a reference, or 0
  auxv: usize; // kmalloc'ed copy for /proc/PID/auxv
  auxvLen: u32;
}

/** An empty address space with one reference, or 0. */
export function mm_new(): Mm {
  unreachable();
  return changetype<Mm>(0);
}
/** A copy-on-write copy with one reference, or 0 = ENOMEM. */
export function mm_fork(mm: Mm): Mm {
  unreachable();
  return changetype<Mm>(0);
}
export function mm_get(mm: Mm): void {
  unreachable();
}
/** The last reference unmaps everything. */
export function mm_put(mm: Mm): void {
  unreachable();
}
/** Makes mm the address space that instructions and usercopy see. */
export function mm_activate(mm: Mm): void {
  unreachable();
}
/** The active address space, or null. */
export function mm_current(): Mm {
  unreachable();
  return changetype<Mm>(0);
}
/** RLIMIT_* soft limits that memory calls obey; task/ calls this when they change. fork and exec inherit them. */
export function mm_set_rlimit(mm: Mm, resource: i32, soft: u64): void {
  unreachable();
}
/** Vma by index 0..vmaCount-1, for /proc/PID/maps. */
export function mm_vma_at(mm: Mm, index: u32): Vma {
  unreachable();
  return changetype<Vma>(0);
}
