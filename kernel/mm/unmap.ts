// Taking mappings and their pages away: munmap(2), truncation of mapped files, MADV_DONTNEED.
import { EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { host_writeback } from '../fs/hostfs/writeback.ts';
import { File } from '../vfs/file.ts';
import { INODE_HOST } from '../vfs/inode.ts';
import { account_sub } from './account.ts';
import { frame_put } from './frame.ts';
import { Mm, mm_first, mm_is_active, mm_root } from './mm.ts';
import { PTE_FRAME, pt_entry, pt_free_leaves, pt_leaf_end, pt_skip } from './page_table.ts';
import { TASK_SIZE } from './place.ts';
import { tlb_flush_range } from './tlb.ts';
import { VM_MAYWRITE, VM_SHARED, Vma, vma_free } from './vma.ts';
import { MAX_MAP_COUNT, vma_at, vma_index, vma_reserve, vma_split, vma_take_out } from './vma_set.ts';

/** Forgets the pages of [start, end); the areas stay. */
export function zap_range(mm: Mm, start: u64, end: u64): void {
  if (mm_is_active(mm)) tlb_flush_range(start, end);
  const root = mm_root(mm);
  for (let va = start; va < end; ) {
    let e = pt_entry(root, va);
    if (!e) {
      va = pt_skip(root, va);
      continue;
    }
    for (const stop = pt_leaf_end(va, end); va < stop; va += 0x1000, e += 4) {
      const pte = load<u32>(e);
      if (!pte) continue;
      store<u32>(e, 0);
      mm.rss--;
      frame_put((pte & PTE_FRAME) as usize);
    }
  }
}

/** munmap(2): 0 or -errno. */
export function mm_munmap(mm: Mm, addr: u64, len: u64): i64 {
  if (addr & 0xfff || addr > TASK_SIZE || len > TASK_SIZE - addr || !len) return -EINVAL;
  return unmap_range(mm, addr, addr + ((len + 0xfff) & ~0xfff));
}

/** The same for a valid range: 0 or -ENOMEM, then with nothing unmapped. */
export function unmap_range(mm: Mm, start: u64, end: u64): i64 {
  const first = vma_index(mm, start);
  if (first == mm.vmaCount || vma_at(mm, first).start >= end) return 0;
  if (!split_at_ends(mm, start, end)) return -ENOMEM;
  const from = vma_index(mm, start);
  let to = from;
  while (to < mm.vmaCount && vma_at(mm, to).start < end) {
    account_sub(mm, vma_at(mm, to));
    to++;
  }
  zap_range(mm, start, end);
  for (let i = from; i < to; i++) vma_end(vma_at(mm, i));
  vma_take_out(mm, from, to);
  const below: u64 = from > 0 ? vma_at(mm, from - 1).end : 0;
  const above = from < mm.vmaCount ? vma_at(mm, from).start : TASK_SIZE;
  // Tables that served this range and now serve nothing.
  pt_free_leaves(mm_root(mm), max<u64>(below, start & ~0x3fffff), min<u64>(above, (end + 0x3fffff) & ~0x3fffff));
  return 0;
}

/** What was stored through a shared mapping of the host's files goes there now. */
function vma_end(v: Vma): void {
  if (v.file && v.flags & VM_SHARED) {
    const inode = changetype<File>(v.file).inode;
    if (inode.kind == INODE_HOST) host_writeback(inode);
  }
  vma_free(v);
}

/** Makes start and end borders of areas; false = out of memory or of map count. */
export function split_at_ends(mm: Mm, start: u64, end: u64): bool {
  const splits = cuts(mm, start) + cuts(mm, end);
  if (splits && mm.vmaCount + splits > MAX_MAP_COUNT) return false;
  return vma_reserve(mm, 2) && vma_split(mm, start) && vma_split(mm, end);
}

function cuts(mm: Mm, va: u64): u32 {
  const i = vma_index(mm, va);
  return i < mm.vmaCount && vma_at(mm, i).start < va ? 1 : 0;
}

/** Is the inode mapped shared and writable anywhere? */
export function mm_maps_writable(inode: usize): bool {
  for (let mm = mm_first(); changetype<usize>(mm); mm = changetype<Mm>(mm.next)) {
    for (let i: u32 = 0; i < mm.vmaCount; i++) {
      const v = vma_at(mm, i);
      if (!v.file || changetype<usize>(changetype<File>(v.file).inode) != inode) continue;
      if (v.flags & VM_SHARED && v.flags & VM_MAYWRITE) return true;
    }
  }
  return false;
}

/** Takes the pages of a file out of all shared mappings, which fault them in again. */
export function mm_unmap_shared(inode: usize): void {
  unmap_file(inode, 0, u64.MAX_VALUE & ~0xfff, VM_SHARED);
}

/** Drops pages [from, to) of a file (byte offsets) from every address space: truncate(2), hole punching. */
export function mm_unmap_file(inode: usize, from: u64, to: u64): void {
  unmap_file(inode, from, to, 0);
}

/** Of the mappings that have all of `flags`. */
function unmap_file(inode: usize, from: u64, to: u64, flags: u32): void {
  const first = (from + 0xfff) & ~0xfff;
  for (let mm = mm_first(); changetype<usize>(mm); mm = changetype<Mm>(mm.next)) {
    for (let i: u32 = 0; i < mm.vmaCount; i++) {
      const v = vma_at(mm, i);
      if (!v.file || changetype<usize>(changetype<File>(v.file).inode) != inode) continue;
      if ((v.flags & flags) != flags) continue;
      const low = max<u64>(first, v.offset);
      const high = min<u64>(to, v.offset + (v.end - v.start));
      if (low < high) zap_range(mm, v.start + (low - v.offset), v.start + (((high + 0xfff) & ~0xfff) - v.offset));
    }
  }
}
