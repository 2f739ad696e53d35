// brk(2): the heap that begins behind the program. Never fails: the answer is where the break is.
import { account_add, may_expand, may_lock, overcommits } from './account.ts';
import { Mm, RLIMIT_DATA, mm_rlimit } from './mm.ts';
import { kmalloc } from '../lib/slab.ts';
import { TASK_SIZE, place_free } from './place.ts';
import { populate } from './populate.ts';
import { unmap_range } from './unmap.ts';
import { VM_LOCKED, VM_MAYWRITE, VM_READ, VM_WRITE, Vma } from './vma.ts';
import { MAX_MAP_COUNT, vma_insert, vma_reserve } from './vma_set.ts';

/** The break after the request; the old one when it is refused. */
export function mm_brk(mm: Mm, brk: u64): u64 {
  if (brk < mm.startBrk || brk > TASK_SIZE) return mm.brk;
  if (brk - mm.startBrk + (mm.endData - mm.startData) > mm_rlimit(mm, RLIMIT_DATA)) return mm.brk;
  const oldEnd = (mm.brk + 0xfff) & ~0xfff;
  const end = (brk + 0xfff) & ~0xfff;
  if (end < oldEnd && unmap_range(mm, end, oldEnd)) return mm.brk;
  if (end > oldEnd && !map_heap(mm, oldEnd, end)) return mm.brk;
  mm.brk = brk;
  return brk;
}

function map_heap(mm: Mm, start: u64, end: u64): bool {
  const flags = VM_READ | VM_WRITE | VM_MAYWRITE | (mm.defFlags & VM_LOCKED);
  const pages = (end - start) >> 12;
  // One page stays free behind the heap, as Linux keeps it.
  if (!place_free(mm, start, end + 0x1000) || mm.vmaCount > MAX_MAP_COUNT) return false;
  if (!may_expand(mm, flags, pages) || overcommits(flags, pages)) return false;
  if (flags & VM_LOCKED && !may_lock(mm, pages)) return false;
  if (!vma_reserve(mm, 1)) return false;
  const v = changetype<Vma>(kmalloc(offsetof<Vma>()));
  if (!changetype<usize>(v)) return false;
  v.start = start;
  v.end = end;
  v.flags = flags;
  account_add(mm, v);
  vma_insert(mm, v);
  if (flags & VM_LOCKED) populate(mm, start, end);
  return true;
}
