// MAP_GROWSDOWN areas grow towards lower addresses on a fault just below them: the main thread's stack.
import { Mm, RLIMIT_AS, RLIMIT_STACK, mm_rlimit } from './mm.ts';
import { VM_GROWSDOWN, Vma } from './vma.ts';
import { vma_at, vma_index } from './vma_set.ts';

/** Pages kept free below a growing stack: stack_guard_gap of Linux. */
export const STACK_GUARD_GAP: u64 = 256 << 12;

/** Extends v down to the page of va, which lies below it; false = va is not its stack's to take. */
export function stack_grow(mm: Mm, v: Vma, va: u64): bool {
  if (!(v.flags & VM_GROWSDOWN)) return false;
  const start = va & ~0xfff;
  const pages = (v.start - start) >> 12;
  if (v.end - start > mm_rlimit(mm, RLIMIT_STACK)) return false;
  if ((mm.totalVm + pages) << 12 > mm_rlimit(mm, RLIMIT_AS)) return false;
  const i = vma_index(mm, va);
  if (i > 0) {
    const below = vma_at(mm, i - 1);
    const gap: u64 = below.flags & VM_GROWSDOWN ? 0 : STACK_GUARD_GAP;
    if (below.end + gap > start) return false;
  }
  v.start = start;
  mm.totalVm += pages;
  return true;
}
