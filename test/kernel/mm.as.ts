// The memory management alone, for mm.test.ts. mms are plain pointers on the other side.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_EXIT, CPU_FAULT_CODE, CPU_FAULT_SIG, CPU_FAULT_VA, CPU_WORK, EXIT_NONE } from '../../abi/cpu.ts';
import { Mem } from '../../kernel/cpu/mem.ts';
import { kfree, kmalloc } from '../../kernel/lib/slab.ts';
import { mm_madvise } from '../../kernel/mm/advise.ts';
import { mm_brk } from '../../kernel/mm/brk.ts';
import { frame_put, frame_set_limit, frames_alloc, frames_free } from '../../kernel/mm/frame.ts';
import { Mm, mm_activate, mm_boot, mm_fork, mm_new, mm_put, mm_set_rlimit } from '../../kernel/mm/mm.ts';
import { mm_mmap } from '../../kernel/mm/mmap.ts';
import { MMAP_BASE } from '../../kernel/mm/place.ts';
import { mm_mprotect } from '../../kernel/mm/protect.ts';
import { mm_mremap } from '../../kernel/mm/remap.ts';
import { mm_munmap } from '../../kernel/mm/unmap.ts';
import { vma_at } from '../../kernel/mm/vma_set.ts';

export function alloc_frames(order: u32): usize {
  return frames_alloc(order);
}
export function put_frame(p: usize): void {
  frame_put(p);
}
export function free_frames(): u32 {
  return frames_free();
}
export function set_limit(frames: u32): void {
  frame_set_limit(frames);
}
export function slab_alloc(size: usize): usize {
  return kmalloc(size);
}
export function slab_free(p: usize): void {
  kfree(p);
}

export function boot(): void {
  mm_boot();
  // No run loop is here to start slices: one that never ends.
  store<i64>(CPU_BASE, i64.MAX_VALUE, CPU_WORK);
}
export function create(): usize {
  const mm = mm_new();
  mm.mmapBase = MMAP_BASE;
  return changetype<usize>(mm);
}
export function fork(mm: usize): usize {
  return changetype<usize>(mm_fork(changetype<Mm>(mm)));
}
export function destroy(mm: usize): void {
  mm_put(changetype<Mm>(mm));
}
export function rlimit(mm: usize, resource: i32, soft: u64): void {
  mm_set_rlimit(changetype<Mm>(mm), resource, soft);
}
export function set_brk_start(mm: usize, va: u64): void {
  changetype<Mm>(mm).startBrk = va;
  changetype<Mm>(mm).brk = va;
}

export function mmap(mm: usize, addr: u64, len: u64, prot: i32, flags: i32): i64 {
  return mm_mmap(changetype<Mm>(mm), addr, len, prot, flags, 0, 0);
}
export function munmap(mm: usize, addr: u64, len: u64): i64 {
  return mm_munmap(changetype<Mm>(mm), addr, len);
}
export function mprotect(mm: usize, addr: u64, len: u64, prot: i32): i64 {
  return mm_mprotect(changetype<Mm>(mm), addr, len, prot);
}
export function mremap(mm: usize, addr: u64, old: u64, len: u64, flags: i32, to: u64): i64 {
  return mm_mremap(changetype<Mm>(mm), addr, old, len, flags, to);
}
export function madvise(mm: usize, addr: u64, len: u64, advice: i32): i64 {
  return mm_madvise(changetype<Mm>(mm), addr, len, advice);
}
export function brk(mm: usize, va: u64): u64 {
  return mm_brk(changetype<Mm>(mm), va);
}

export function vma_count(mm: usize): u32 {
  return changetype<Mm>(mm).vmaCount;
}
export function vma_start(mm: usize, i: u32): u64 {
  return vma_at(changetype<Mm>(mm), i).start;
}
export function vma_end(mm: usize, i: u32): u64 {
  return vma_at(changetype<Mm>(mm), i).end;
}
export function vma_flags(mm: usize, i: u32): u32 {
  return vma_at(changetype<Mm>(mm), i).flags;
}
export function rss(mm: usize): u32 {
  return changetype<Mm>(mm).rss;
}
export function total_vm(mm: usize): u64 {
  return changetype<Mm>(mm).totalVm;
}
export function data_vm(mm: usize): u64 {
  return changetype<Mm>(mm).dataVm;
}

/** Loads n bytes as an instruction would: the value, or -1 and fault_signal() tells. */
export function peek(mm: usize, va: u64, n: u32): i64 {
  mm_activate(changetype<Mm>(mm));
  store<u32>(CPU_BASE, EXIT_NONE, CPU_EXIT);
  const p = Mem.r(va, n);
  if (!p) return -1;
  return n == 1 ? load<u8>(p) : load<u32>(p);
}

/** Stores n bytes as an instruction would: 0 or -1. */
export function poke(mm: usize, va: u64, n: u32, value: u32): i32 {
  mm_activate(changetype<Mm>(mm));
  store<u32>(CPU_BASE, EXIT_NONE, CPU_EXIT);
  const p = Mem.w(va, n);
  if (!p) return -1;
  if (n == 1) store<u8>(p, value as u8);
  else store<u32>(p, value);
  Mem.commit(p);
  return 0;
}

export function fault_signal(): u32 {
  return load<u32>(CPU_BASE, CPU_FAULT_SIG);
}
export function fault_code(): u32 {
  return load<u32>(CPU_BASE, CPU_FAULT_CODE);
}
export function fault_va(): u64 {
  return load<u64>(CPU_BASE, CPU_FAULT_VA);
}

/** n rounds of fork and exit of the child, for timing. */
export function fork_rounds(mm: usize, n: i32): void {
  for (let i = 0; i < n; i++) mm_put(mm_fork(changetype<Mm>(mm)));
}

/** Maps, touches and unmaps `pages` pages n times, for timing. */
export function fault_rounds(mm: usize, pages: u32, n: i32): void {
  const m = changetype<Mm>(mm);
  mm_activate(m);
  for (let i = 0; i < n; i++) {
    const at = mm_mmap(m, 0, (pages as u64) << 12, 3, 0x22, 0, 0) as u64;
    for (let page: u32 = 0; page < pages; page++) store<u32>(Mem.w(at + ((page as u64) << 12), 4), page);
    mm_munmap(m, at, (pages as u64) << 12);
  }
}
