// The memory half of fork(2): private pages become copy-on-write in both address spaces, shared ones stay shared.
import { file_get } from '../vfs/file.ts';
import { kmalloc } from '../lib/slab.ts';
import { frame_get, frames_scarce } from './frame.ts';
import { MM_FORK_FROM, Mm, mm_copy_rlimits, mm_is_active, mm_root } from './mm.ts';
import { PTE_FRAME, PTE_WRITE, pt_entry, pt_entry_alloc, pt_leaf_end, pt_skip } from './page_table.ts';
import { tlb_flush } from './tlb.ts';
import { Vma, VM_DONTFORK, VM_LOCKED, VM_SHARED, VM_WIPEONFORK, vma_copy, vma_pages } from './vma.ts';
import { vma_at, vma_reserve } from './vma_set.ts';

/** Fills the new address space `child`; false = out of memory, and child can only be put. */
export function memory_fork(mm: Mm, child: Mm): bool {
  if (frames_scarce()) return false;
  memory.copy(
    changetype<usize>(child) + MM_FORK_FROM,
    changetype<usize>(mm) + MM_FORK_FROM,
    offsetof<Mm>() - MM_FORK_FROM,
  );
  mm_copy_rlimits(child, mm);
  child.lockedVm = 0;
  child.dying = 0;
  child.defFlags = 0;
  child.auxv = 0;
  if (child.exeFile) file_get(child.exeFile);
  if (mm_is_active(mm)) tlb_flush(); // pages that lose their write right below
  return copy_auxv(mm, child) && copy_areas(mm, child);
}

function copy_auxv(mm: Mm, child: Mm): bool {
  if (!mm.auxv) return true;
  child.auxv = kmalloc(mm.auxvLen);
  if (!child.auxv) return false;
  memory.copy(child.auxv, mm.auxv, mm.auxvLen);
  return true;
}

function copy_areas(mm: Mm, child: Mm): bool {
  if (!vma_reserve(child, mm.vmaCount)) return false;
  for (let i: u32 = 0; i < mm.vmaCount; i++) {
    const v = vma_at(mm, i);
    if (v.flags & VM_DONTFORK) {
      child.totalVm -= vma_pages(v);
      continue;
    }
    const copy = vma_copy(v);
    if (!changetype<usize>(copy)) return false;
    copy.flags &= ~VM_LOCKED;
    store<usize>(child.vmas + child.vmaCount * 4, changetype<usize>(copy));
    child.vmaCount++;
    if (!(v.flags & VM_WIPEONFORK) && !copy_pages(mm, child, v)) return false;
  }
  child.maxRss = child.rss;
  return true;
}

function copy_pages(mm: Mm, child: Mm, v: Vma): bool {
  const from = mm_root(mm);
  const to = mm_root(child);
  const keep = v.flags & VM_SHARED ? ~(0 as u32) : ~PTE_WRITE;
  for (let va = v.start; va < v.end; ) {
    let e = pt_entry(from, va);
    if (!e) {
      va = pt_skip(from, va);
      continue;
    }
    const stop = pt_leaf_end(va, v.end);
    let c: usize = 0;
    for (; va < stop; va += 0x1000, e += 4) {
      const pte = load<u32>(e);
      if (pte) {
        if (!c) {
          c = pt_entry_alloc(to, va);
          if (!c) return false;
        }
        store<u32>(e, pte & keep);
        store<u32>(c, pte & keep);
        frame_get((pte & PTE_FRAME) as usize);
        child.rss++;
      }
      if (c) c += 4;
    }
  }
  return true;
}
