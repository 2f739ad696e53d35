// What an address space may hold: RLIMIT_AS, RLIMIT_DATA, RLIMIT_MEMLOCK and the overcommit heuristic.
// Reserving costs nothing. As vm.overcommit_memory = 0 does, one request that alone exceeds all memory (the box's limit,
// MemTotal) is refused unless MAP_NORESERVE; everything else is granted, and touching too much ends with SIGKILL.
import { capable, CAP_IPC_LOCK } from '../task/cred.ts';
import { frames_total } from './frame.ts';
import { Mm, RLIMIT_AS, RLIMIT_DATA, RLIMIT_MEMLOCK, mm_rlimit } from './mm.ts';
import { VM_GROWSDOWN, VM_LOCKED, VM_NORESERVE, VM_SHARED, VM_WRITE, Vma, vma_pages } from './vma.ts';

/** Private writable memory that is not a stack: what RLIMIT_DATA counts. */
function is_data(flags: u32): bool {
  return (flags & (VM_WRITE | VM_SHARED | VM_GROWSDOWN)) == VM_WRITE;
}

/** May `pages` more with these flags be mapped? As may_expand_vm. */
export function may_expand(mm: Mm, flags: u32, pages: u64): bool {
  if (mm.totalVm + pages > mm_rlimit(mm, RLIMIT_AS) >> 12) return false;
  return !is_data(flags) || mm.dataVm + pages <= mm_rlimit(mm, RLIMIT_DATA) >> 12;
}

/** Would memory for `pages` writable pages be an obvious overcommit? Shared file mappings need none and do not ask. */
export function overcommits(flags: u32, pages: u64): bool {
  return !(flags & VM_NORESERVE) && pages > (frames_total() as u64);
}

export function account_add(mm: Mm, v: Vma): void {
  const pages = vma_pages(v);
  mm.totalVm += pages;
  if (is_data(v.flags)) mm.dataVm += pages;
  if (v.flags & VM_LOCKED) mm.lockedVm += pages;
}

export function account_sub(mm: Mm, v: Vma): void {
  const pages = vma_pages(v);
  mm.totalVm -= pages;
  if (is_data(v.flags)) mm.dataVm -= pages;
  if (v.flags & VM_LOCKED) mm.lockedVm -= pages;
}

/** Gives v other flags and keeps the counters right. */
export function account_flags(mm: Mm, v: Vma, flags: u32): void {
  account_sub(mm, v);
  v.flags = flags;
  account_add(mm, v);
}

/** May `pages` more be locked? */
export function may_lock(mm: Mm, pages: u64): bool {
  return mm.lockedVm + pages <= mm_rlimit(mm, RLIMIT_MEMLOCK) >> 12 || capable(CAP_IPC_LOCK);
}

/** May this task lock anything at all? As can_do_mlock. */
export function may_lock_some(mm: Mm): bool {
  return mm_rlimit(mm, RLIMIT_MEMLOCK) != 0 || capable(CAP_IPC_LOCK);
}
