// Where a mapping goes when the program leaves it to the kernel: the highest hole below mmapBase that fits, else the lowest
// above a third of the address space. arch/x86/kernel/sys_x86_64.c, without randomisation: addresses are reproducible.
import { ENOMEM, EPERM } from '../../abi/linux/errno.ts';
import { EINVAL } from '../../abi/linux/errno.ts';
import { MAP_32BIT, MAP_FIXED, MAP_FIXED_NOREPLACE } from '../../abi/linux/mman.ts';
import { Mm } from './mm.ts';
import { STACK_GUARD_GAP } from './stack.ts';
import { VM_GROWSDOWN, Vma } from './vma.ts';
import { vma_at, vma_find, vma_index } from './vma_set.ts';

/** One past the highest address a program can map; the page below 2^47 is never given out. */
export const TASK_SIZE: u64 = 0x7ffffffff000;
/** Nothing may be mapped below: vm.mmap_min_addr. */
export const MMAP_MIN_ADDR: u64 = 0x10000;
/** Where Linux begins with the address randomisation off: room for the stack above. */
export const MMAP_BASE: u64 = 0x7ffff7fff000;

const BOTTOM_UP_BASE: u64 = 0x2aaaaaaaa000; // a third of TASK_SIZE
const LOW_BASE: u64 = 0x40000000; // MAP_32BIT
const LOW_END: u64 = 0x80000000;

/** Start of v with the gap that a stack keeps below itself. */
function guarded_start(v: Vma): u64 {
  if (!(v.flags & VM_GROWSDOWN)) return v.start;
  return v.start > STACK_GUARD_GAP ? v.start - STACK_GUARD_GAP : 0;
}

/** Is [start, end) free, stack gaps included? */
export function place_free(mm: Mm, start: u64, end: u64): bool {
  const v = vma_find(mm, start);
  return !changetype<usize>(v) || guarded_start(v) >= end;
}

/** Address for len bytes (page-aligned) given the hint and MAP_* flags, or -errno. */
export function place(mm: Mm, hint: u64, len: u64, flags: i32): i64 {
  if (len > TASK_SIZE) return -ENOMEM;
  if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) return place_fixed(hint, len);
  let addr = hint & ~0xfff;
  if (addr) {
    if (addr < MMAP_MIN_ADDR) addr = MMAP_MIN_ADDR;
    if (addr <= TASK_SIZE - len && place_free(mm, addr, addr + len)) return addr as i64;
  }
  if (flags & MAP_32BIT) return lowest(mm, LOW_BASE, LOW_END, len);
  const high = highest(mm, len);
  return high ? high : lowest(mm, BOTTOM_UP_BASE, TASK_SIZE, len);
}

function place_fixed(addr: u64, len: u64): i64 {
  if (addr & 0xfff) return -EINVAL;
  if (addr > TASK_SIZE - len) return -ENOMEM;
  return addr < MMAP_MIN_ADDR ? -EPERM : (addr as i64);
}

function highest(mm: Mm, len: u64): i64 {
  let top = mm.mmapBase;
  let i = vma_index(mm, top);
  if (i < mm.vmaCount) top = min<u64>(top, guarded_start(vma_at(mm, i)));
  while (i > 0) {
    const bottom = vma_at(mm, --i).end;
    if (top > bottom && top - bottom >= len) return (top - len) as i64;
    top = guarded_start(vma_at(mm, i));
  }
  return top > MMAP_MIN_ADDR && top - MMAP_MIN_ADDR >= len ? ((top - len) as i64) : 0;
}

function lowest(mm: Mm, from: u64, end: u64, len: u64): i64 {
  let addr = from;
  for (let i = vma_index(mm, from); addr + len <= end; i++) {
    if (i == mm.vmaCount || guarded_start(vma_at(mm, i)) >= addr + len) return addr as i64;
    addr = vma_at(mm, i).end;
  }
  return -ENOMEM;
}
