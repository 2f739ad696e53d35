// The sorted array of an address space's vmas: search, insert with merging, split, remove.
// Invariant: starts ascend, ranges do not overlap. Everything that needs memory is done before the array changes.
import { kfree, kmalloc } from '../lib/slab.ts';
import { Mm } from './mm.ts';
import { Vma, vma_copy, vma_free, vma_mergeable } from './vma.ts';

/** Most vmas of an address space: vm.max_map_count. */
export const MAX_MAP_COUNT: u32 = 65530;

export function vma_at(mm: Mm, i: u32): Vma {
  return changetype<Vma>(load<usize>(mm.vmas + i * 4));
}

/** Index of the first vma whose end lies above va; vmaCount = none. */
export function vma_index(mm: Mm, va: u64): u32 {
  let low: u32 = 0;
  let high = mm.vmaCount;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (vma_at(mm, mid).end > va) high = mid;
    else low = mid + 1;
  }
  return low;
}

/** The first vma whose end lies above va (it may begin above va as well), or null. */
export function vma_find(mm: Mm, va: u64): Vma {
  const i = vma_index(mm, va);
  return i < mm.vmaCount ? vma_at(mm, i) : changetype<Vma>(0);
}

/** Makes room for n more entries; false = out of memory. */
export function vma_reserve(mm: Mm, n: u32): bool {
  if (mm.vmaCount + n <= mm.vmaCap) return true;
  const cap = max<u32>(max<u32>(mm.vmaCap * 2, 16), mm.vmaCount + n);
  const vmas = kmalloc(cap * 4);
  if (!vmas) return false;
  memory.copy(vmas, mm.vmas, mm.vmaCount * 4);
  kfree(mm.vmas);
  mm.vmas = vmas;
  mm.vmaCap = cap;
  return true;
}

/** Puts v at index i; room must be reserved. */
function place(mm: Mm, i: u32, v: Vma): void {
  const p = mm.vmas + i * 4;
  memory.copy(p + 4, p, (mm.vmaCount - i) * 4);
  store<usize>(p, changetype<usize>(v));
  mm.vmaCount++;
}

/** Takes indices [from, to) out of the array without freeing the vmas. */
export function vma_take_out(mm: Mm, from: u32, to: u32): void {
  memory.copy(mm.vmas + from * 4, mm.vmas + to * 4, (mm.vmaCount - to) * 4);
  mm.vmaCount -= to - from;
}

/** Adds v, whose range is free, merging it with its neighbours; room for one must be reserved. Takes v over. */
export function vma_insert(mm: Mm, v: Vma): void {
  const i = vma_index(mm, v.start);
  place(mm, i, v);
  vma_merge(mm, i);
}

/** Merges the vma at index i with what follows and precedes it. */
export function vma_merge(mm: Mm, i: u32): void {
  if (i + 1 < mm.vmaCount) join(mm, i);
  if (i > 0 && i < mm.vmaCount) join(mm, i - 1);
}

/** Merges every pair of neighbours that touches [start, end]. */
export function vma_merge_range(mm: Mm, start: u64, end: u64): void {
  let i = vma_index(mm, start ? start - 1 : 0);
  while (i + 1 < mm.vmaCount && vma_at(mm, i).end <= end) {
    if (!join(mm, i)) i++;
  }
}

function join(mm: Mm, i: u32): bool {
  const a = vma_at(mm, i);
  const b = vma_at(mm, i + 1);
  if (!vma_mergeable(a, b)) return false;
  a.end = b.end;
  vma_take_out(mm, i + 1, i + 2);
  vma_free(b);
  return true;
}

/** Splits the vma that has va strictly inside; true also when there is none. Room for one must be reserved. */
export function vma_split(mm: Mm, va: u64): bool {
  const i = vma_index(mm, va);
  if (i == mm.vmaCount) return true;
  const low = vma_at(mm, i);
  if (low.start >= va) return true;
  const high = vma_copy(low);
  if (!changetype<usize>(high)) return false;
  if (high.file || high.shared) high.offset += va - low.start;
  high.start = va;
  low.end = va;
  place(mm, i + 1, high);
  return true;
}

/** Lowest index i with [start, end) free of vmas: true, when no vma overlaps the range. */
export function vma_range_free(mm: Mm, start: u64, end: u64): bool {
  const v = vma_find(mm, start);
  return !changetype<usize>(v) || v.start >= end;
}
