// Bringing pages in before they are touched: MAP_POPULATE, mlock, MADV_POPULATE_*.
import { ACCESS_EXEC, ACCESS_READ, ACCESS_WRITE } from '../../abi/cpu.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { fault_in } from './fault.ts';
import { Mm } from './mm.ts';
import { VM_EXEC, VM_READ, VM_SHARED, VM_WRITE } from './vma.ts';
import { vma_at, vma_index } from './vma_set.ts';

/** Touches the mapped pages of [start, end) as far as possible: what cannot be had now faults later. */
export function populate(mm: Mm, start: u64, end: u64): void {
  for (let i = vma_index(mm, start); i < mm.vmaCount && vma_at(mm, i).start < end; i++) {
    const v = vma_at(mm, i);
    // A private writable page is wanted as its own copy, a shared one must not count as written.
    const access =
      (v.flags & (VM_WRITE | VM_SHARED)) == VM_WRITE ? ACCESS_WRITE : v.flags & VM_READ ? ACCESS_READ : ACCESS_EXEC;
    if (!(v.flags & (VM_READ | VM_WRITE | VM_EXEC))) continue;
    if (populate_as(mm, max<u64>(start, v.start), min<u64>(end, v.end), access)) return;
  }
}

/** Touches each page of the range with that access: 0, or FAULT_* of the first that failed. */
export function populate_as(mm: Mm, start: u64, end: u64, access: u32): i32 {
  for (let va = start; va < end; va += 0x1000) {
    const frame = fault_in(mm, va, access);
    if (IS_ERR(frame)) return PTR_ERR(frame);
  }
  return 0;
}
