// mremap(2): shrinking, growing in place, moving. mm/mremap.c.
import { EAGAIN, EFAULT, EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { MAP_FIXED, MREMAP_DONTUNMAP, MREMAP_FIXED, MREMAP_MAYMOVE } from '../../abi/linux/mman.ts';
import { account_add, account_sub, may_expand, may_lock, overcommits } from './account.ts';
import { Mm, mm_is_active, mm_root } from './mm.ts';
import { pt_entry, pt_entry_alloc, pt_leaf_end, pt_skip } from './page_table.ts';
import { TASK_SIZE, place, place_free } from './place.ts';
import { populate } from './populate.ts';
import { tlb_flush } from './tlb.ts';
import { unmap_range } from './unmap.ts';
import { VM_LOCKED, VM_SHARED, VM_WRITE, Vma, vma_copy } from './vma.ts';
import { MAX_MAP_COUNT, vma_find, vma_index, vma_insert, vma_merge, vma_reserve } from './vma_set.ts';

/** The new address or -errno. */
export function mm_mremap(mm: Mm, addr: u64, oldLen: u64, newLen: u64, flags: i32, newAddr: u64): i64 {
  if (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)) return -EINVAL;
  if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) && !(flags & MREMAP_MAYMOVE)) return -EINVAL;
  if (flags & MREMAP_DONTUNMAP && oldLen != newLen) return -EINVAL;
  if (addr & 0xfff) return -EINVAL;
  const old = (oldLen + 0xfff) & ~0xfff;
  const size = (newLen + 0xfff) & ~0xfff;
  if (!size || size > TASK_SIZE) return -EINVAL;
  if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) return move_to(mm, addr, old, size, flags, newAddr);
  const v = vma_find(mm, addr);
  if (!changetype<usize>(v) || v.start > addr) return -EFAULT;
  if (old > TASK_SIZE - addr) return -EINVAL;
  if (size < old) {
    const e = unmap_range(mm, addr + size, addr + old);
    return e ? e : (addr as i64);
  }
  const e = check_growth(mm, v, addr, old, size);
  if (e) return e;
  if (size == old && old) return addr as i64;
  if (old && v.end == addr + old && grow_in_place(mm, v, addr + size)) return addr as i64;
  if (!(flags & MREMAP_MAYMOVE)) return -ENOMEM;
  const to = place(mm, 0, size, 0);
  return to < 0 ? to : move(mm, v, addr, old, size, to as u64, flags);
}

/** May [addr, addr + old) of v become `size` bytes? vma_to_resize. */
function check_growth(mm: Mm, v: Vma, addr: u64, old: u64, size: u64): i64 {
  if (!old && !(v.flags & VM_SHARED)) return -EINVAL;
  if (old > v.end - addr) return -EFAULT;
  if (size <= old) return 0;
  if (v.offset + (addr - v.start) + size < size) return -EINVAL;
  const more = (size - old) >> 12;
  if (v.flags & VM_LOCKED && !may_lock(mm, more)) return -EAGAIN;
  if (!may_expand(mm, v.flags, more)) return -ENOMEM;
  return (v.flags & (VM_SHARED | VM_WRITE)) == VM_WRITE && overcommits(v.flags, more) ? -ENOMEM : 0;
}

function grow_in_place(mm: Mm, v: Vma, end: u64): bool {
  if (end > TASK_SIZE || end < v.end || !place_free(mm, v.end, end)) return false;
  const from = v.end;
  account_sub(mm, v);
  v.end = end;
  account_add(mm, v);
  const locked = v.flags & VM_LOCKED;
  vma_merge(mm, vma_index(mm, v.start));
  if (locked) populate(mm, from, end);
  return true;
}

/** MREMAP_FIXED, and MREMAP_DONTUNMAP with or without it. */
function move_to(mm: Mm, addr: u64, old: u64, size: u64, flags: i32, newAddr: u64): i64 {
  const fixed = flags & MREMAP_FIXED;
  if (fixed) {
    if (newAddr & 0xfff || size > TASK_SIZE || newAddr > TASK_SIZE - size) return -EINVAL;
    if (addr + old > newAddr && newAddr + size > addr) return -EINVAL;
    if (mm.vmaCount + 4 > MAX_MAP_COUNT) return -ENOMEM;
  }
  let v = vma_find(mm, addr);
  if (!changetype<usize>(v) || v.start > addr) return -EFAULT;
  if (old > TASK_SIZE - addr) return -EINVAL;
  if (fixed) {
    const e = unmap_range(mm, newAddr, newAddr + size);
    if (e) return e;
  }
  if (size < old) {
    const e = unmap_range(mm, addr + size, addr + old);
    if (e) return e;
    old = size;
  }
  v = vma_find(mm, addr);
  const e = check_growth(mm, v, addr, old, size);
  if (e) return e;
  const to = place(mm, newAddr, size, fixed ? MAP_FIXED : 0);
  return to < 0 ? to : move(mm, v, addr, old, size, to as u64, flags);
}

/** A copy of v's part at `to`, with the pages; the old range goes unless MREMAP_DONTUNMAP or old == 0. */
function move(mm: Mm, v: Vma, addr: u64, old: u64, size: u64, to: u64, flags: i32): i64 {
  if (mm.vmaCount + 3 > MAX_MAP_COUNT || !vma_reserve(mm, 4)) return -ENOMEM;
  if (!tables_for_move(mm, addr, old, to)) return -ENOMEM;
  const copy = vma_copy(v);
  if (!changetype<usize>(copy)) return -ENOMEM;
  if (copy.file || copy.shared) copy.offset += addr - v.start;
  copy.start = to;
  copy.end = to + size;
  const locked = copy.flags & VM_LOCKED;
  move_pages(mm, addr, old, to);
  account_add(mm, copy);
  vma_insert(mm, copy);
  // Splitting cannot run out of room; of memory it can, and then the old range stays, empty.
  if (!(flags & MREMAP_DONTUNMAP) && old) unmap_range(mm, addr, addr + old);
  if (locked) populate(mm, to, to + size);
  return to as i64;
}

function tables_for_move(mm: Mm, from: u64, len: u64, to: u64): bool {
  const root = mm_root(mm);
  for (let va = from; va < from + len; ) {
    const e = pt_entry(root, va);
    if (!e) {
      va = pt_skip(root, va);
      continue;
    }
    const stop = pt_leaf_end(va, from + len);
    if (!pt_entry_alloc(root, to + (va - from)) || !pt_entry_alloc(root, to + (stop - 0x1000 - from))) return false;
    va = stop;
  }
  return true;
}

function move_pages(mm: Mm, from: u64, len: u64, to: u64): void {
  if (mm_is_active(mm)) tlb_flush();
  const root = mm_root(mm);
  for (let va = from; va < from + len; ) {
    let e = pt_entry(root, va);
    if (!e) {
      va = pt_skip(root, va);
      continue;
    }
    for (const stop = pt_leaf_end(va, from + len); va < stop; va += 0x1000, e += 4) {
      const pte = load<u32>(e);
      if (!pte) continue;
      store<u32>(pt_entry(root, to + (va - from)), pte);
      store<u32>(e, 0);
    }
  }
}
