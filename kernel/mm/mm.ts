// An address space: page table, vmas, program break, counters. Shared by the threads of a process (CLONE_VM).
// Invariant: the page table holds one reference to each frame it names; `rss` counts them.
import { TRANSLATE_BASE } from '../../abi/box.ts';
import { TRANSLATE_MM } from '../../abi/translate.ts';
import { memory_fork } from './fork.ts';
import { cstr } from '../lib/bytes.ts';
import { list_append, list_remove } from '../lib/list.ts';
import { panic } from '../lib/panic.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { oom_wake } from './oom.ts';
import { file_put } from '../vfs/file.ts';
import { PTE_PRESENT, PT_ROOT_SIZE, VA_END, pt_entry, pt_free } from './page_table.ts';
import { tlb_flush, tlb_init } from './tlb.ts';
import { Vma } from './vma.ts';
import { vma_free } from './vma.ts';
import { vma_at } from './vma_set.ts';

// 0 node {next, prev} | 8 refs | 12 vmaCount | 16 vmas | 20 vmaCap | 24 rss | 28 maxRss | 32 totalVm u64 ... | root, limits
@unmanaged
export class Mm {
  next: usize; // list of all address spaces
  prev: usize;
  refs: u32;
  vmaCount: u32;
  vmas: usize; // Vma ptr[vmaCount], sorted by start
  vmaCap: u32;
  rss: u32; // pages present
  maxRss: u32;
  totalVm: u64; // pages mapped
  dataVm: u64; // of these private writable, stack excepted
  lockedVm: u64;
  startBrk: u64;
  brk: u64;
  startCode: u64;
  endCode: u64;
  startData: u64;
  endData: u64;
  startStack: u64;
  dying: u32; // chosen by the OOM killer
  mmapBase: u64; // mappings are placed downwards from here
  argStart: u64;
  argEnd: u64;
  envStart: u64;
  envEnd: u64;
  exeFile: usize; // File of /proc/PID/exe, with a reference, or 0
  auxv: usize; // kmalloc'ed copy for /proc/PID/auxv
  auxvLen: u32;
  defFlags: u32; // VM_LOCKED after mlockall(MCL_FUTURE)
}
const ROOT: usize = offsetof<Mm>();
const LIMITS: usize = ROOT + PT_ROOT_SIZE;

/** RLIMIT_* that memory calls obey: getrlimit(2). */
export const RLIMIT_DATA = 2;
export const RLIMIT_STACK = 3;
export const RLIMIT_MEMLOCK = 8;
export const RLIMIT_AS = 9;
const LIMIT_COUNT = 16;
const MM_SIZE: usize = LIMITS + LIMIT_COUNT * 8;
const RLIM_INFINITY: u64 = 0xffffffffffffffff;
const STACK_LIMIT: u64 = 8 << 20; // Linux's defaults
const MEMLOCK_LIMIT: u64 = 8 << 20;

/** What fork copies of an Mm besides pages and vmas: from totalVm on, and the limits. */
export const MM_FORK_FROM: usize = offsetof<Mm>('totalVm');

const ACTIVE = memory.data(4, 4);
const ALL = memory.data(8, 4);

export function mm_root(mm: Mm): usize {
  return changetype<usize>(mm) + ROOT;
}

/** An empty address space with one reference and default limits, or 0. */
export function mm_new(): Mm {
  const mm = changetype<Mm>(kmalloc(MM_SIZE));
  if (!changetype<usize>(mm)) return mm;
  mm.refs = 1;
  for (let i = 0; i < LIMIT_COUNT; i++) mm_set_rlimit(mm, i, RLIM_INFINITY);
  mm_set_rlimit(mm, RLIMIT_STACK, STACK_LIMIT);
  mm_set_rlimit(mm, RLIMIT_MEMLOCK, MEMLOCK_LIMIT);
  list_append(ALL, changetype<usize>(mm));
  return mm;
}

/** A copy-on-write copy with one reference, or 0 = ENOMEM. */
export function mm_fork(mm: Mm): Mm {
  const child = mm_new();
  if (!changetype<usize>(child)) return child;
  if (memory_fork(mm, child)) return child;
  mm_put(child);
  return changetype<Mm>(0);
}

export function mm_get(mm: Mm): void {
  mm.refs++;
}

/** The last reference unmaps everything. */
export function mm_put(mm: Mm): void {
  if (--mm.refs) return;
  if (changetype<usize>(mm) == load<usize>(ACTIVE)) {
    store<usize>(ACTIVE, 0);
    tlb_flush();
  }
  list_remove(ALL, changetype<usize>(mm));
  pt_free(mm_root(mm));
  for (let i: u32 = 0; i < mm.vmaCount; i++) vma_free(vma_at(mm, i));
  kfree(mm.vmas);
  if (mm.exeFile) file_put(mm.exeFile);
  kfree(mm.auxv);
  kfree(changetype<usize>(mm));
  oom_wake();
}

/** Makes mm the address space that instructions and usercopy see. */
export function mm_activate(mm: Mm): void {
  if (load<usize>(ACTIVE) == changetype<usize>(mm)) return;
  store<usize>(ACTIVE, changetype<usize>(mm));
  store<usize>(TRANSLATE_BASE + TRANSLATE_MM, changetype<usize>(mm));
  tlb_flush();
}

/** Once, before the first mm_activate. */
export function mm_boot(): void {
  tlb_init();
}

/** The active address space, or null. */
export function mm_current(): Mm {
  return changetype<Mm>(load<usize>(ACTIVE));
}

export function mm_is_active(mm: Mm): bool {
  return load<usize>(ACTIVE) == changetype<usize>(mm);
}

/** First of the list of all address spaces; follow `next`. */
export function mm_first(): Mm {
  return changetype<Mm>(load<usize>(ALL));
}

/** Is a page there at va, whatever its rights? Bit 0 of a page fault's error code. */
export function mm_present(mm: Mm, va: u64): bool {
  const entry = va < VA_END ? pt_entry(mm_root(mm), va) : 0;
  return entry != 0 && (load<u32>(entry) & PTE_PRESENT) != 0;
}

/** RLIMIT_* soft limits that memory calls obey; task/ calls this when they change. fork and exec inherit them. */
export function mm_set_rlimit(mm: Mm, resource: i32, soft: u64): void {
  if (resource >= LIMIT_COUNT) panic(cstr('mm_set_rlimit: no such resource'));
  store<u64>(changetype<usize>(mm) + LIMITS + resource * 8, soft);
}

export function mm_rlimit(mm: Mm, resource: i32): u64 {
  return load<u64>(changetype<usize>(mm) + LIMITS + resource * 8);
}

export function mm_copy_rlimits(to: Mm, from: Mm): void {
  memory.copy(changetype<usize>(to) + LIMITS, changetype<usize>(from) + LIMITS, LIMIT_COUNT * 8);
}

/** Vma by index 0..vmaCount-1, for /proc/PID/maps. */
export function mm_vma_at(mm: Mm, index: u32): Vma {
  return vma_at(mm, index);
}
