// mprotect(2).
import { EACCES, EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { PROT_EXEC, PROT_GROWSDOWN, PROT_READ, PROT_SEM, PROT_WRITE } from '../../abi/linux/mman.ts';
import { account_flags, may_expand, overcommits } from './account.ts';
import { pte_rights } from './fault.ts';
import { Mm, mm_is_active, mm_root } from './mm.ts';
import { PTE_FRAME, PTE_WRITE, pt_entry, pt_leaf_end, pt_skip } from './page_table.ts';
import { tlb_flush_range } from './tlb.ts';
import { split_at_ends } from './unmap.ts';
import { VM_ACCESS, VM_GROWSDOWN, VM_MAYWRITE, VM_SHARED, VM_WRITE, Vma } from './vma.ts';
import { vma_at, vma_find, vma_index, vma_merge_range } from './vma_set.ts';

/** 0 or -errno; as on Linux the areas before a hole or a refused one are changed all the same. */
export function mm_mprotect(mm: Mm, addr: u64, len: u64, prot: i32): i64 {
  if (prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM | PROT_GROWSDOWN)) return -EINVAL;
  if (addr & 0xfff) return -EINVAL;
  if (!len) return 0;
  const end = addr + ((len + 0xfff) & ~0xfff);
  if (end <= addr) return -ENOMEM;
  if (prot & PROT_GROWSDOWN) {
    const v = vma_find(mm, addr);
    if (!changetype<usize>(v) || v.start >= end) return -ENOMEM;
    if (!(v.flags & VM_GROWSDOWN)) return -EINVAL;
    addr = v.start;
  }
  const access = (prot as u32) & VM_ACCESS;
  const result = protect_areas(mm, addr, end, access);
  vma_merge_range(mm, addr, end);
  return result;
}

function protect_areas(mm: Mm, start: u64, end: u64, access: u32): i64 {
  let at = start;
  while (at < end) {
    const v = vma_find(mm, at);
    if (!changetype<usize>(v) || v.start > at) return -ENOMEM;
    const stop = min<u64>(v.end, end);
    const e = protect_area(mm, v, at, stop, (v.flags & ~VM_ACCESS) | access);
    if (e) return e;
    at = stop;
  }
  return 0;
}

/** Gives [start, stop) of v the flags. */
function protect_area(mm: Mm, v: Vma, start: u64, stop: u64, flags: u32): i64 {
  if (v.flags == flags) return 0;
  const gainsWrite = (flags & ~v.flags & VM_WRITE) != 0;
  if (gainsWrite && !(v.flags & VM_MAYWRITE)) return -EACCES;
  const pages = (stop - start) >> 12;
  if (gainsWrite && !(flags & VM_SHARED)) {
    if (!may_become_data(mm, flags, pages) || overcommits(flags, pages)) return -ENOMEM;
  }
  if (!split_at_ends(mm, start, stop)) return -ENOMEM;
  account_flags(mm, vma_at(mm, vma_index(mm, start)), flags);
  change_rights(mm, start, stop, flags);
  return 0;
}

/** may_expand counts the pages as new to the address space; here they only change their kind. */
function may_become_data(mm: Mm, flags: u32, pages: u64): bool {
  mm.totalVm -= pages;
  const may = may_expand(mm, flags, pages);
  mm.totalVm += pages;
  return may;
}

/** Rights are taken away at once; the right to write comes back by a fault, which knows whether the page is shared. */
function change_rights(mm: Mm, start: u64, end: u64, flags: u32): void {
  if (mm_is_active(mm)) tlb_flush_range(start, end);
  const root = mm_root(mm);
  const rights = pte_rights(flags);
  const keep = PTE_FRAME | (flags & VM_WRITE ? PTE_WRITE : 0);
  for (let va = start; va < end; ) {
    let e = pt_entry(root, va);
    if (!e) {
      va = pt_skip(root, va);
      continue;
    }
    for (const stop = pt_leaf_end(va, end); va < stop; va += 0x1000, e += 4) {
      const pte = load<u32>(e);
      if (pte) store<u32>(e, (pte & keep) | rights);
    }
  }
}
