// From a resolved fault to a TLB entry: the one place that decides whether stores to the page may bypass the kernel.
import { ACCESS_WRITE } from '../../abi/cpu.ts';
import { code_invalidate } from '../cpu/code_page.ts';
import { FRAME_HAS_CODE, FRAME_KEPT } from '../../abi/frame.ts';
import { frame_flags } from './frame.ts';
import { Mm, mm_root } from './mm.ts';
import { PTE_WRITE, pt_entry } from './page_table.ts';
import { tlb_fill } from './tlb.ts';

/** Fills the TLB for va, which fault resolution just gave `frame` for `access`; a store ends the life of decoded code. */
export function grant(mm: Mm, va: u64, frame: usize, access: u32): void {
  let writable = (load<u32>(pt_entry(mm_root(mm), va)) & PTE_WRITE) != 0;
  const flags = frame_flags(frame);
  if (writable && flags & (FRAME_HAS_CODE | FRAME_KEPT)) {
    if (access != ACCESS_WRITE) writable = false;
    else if (flags & FRAME_HAS_CODE) code_invalidate(frame);
  }
  tlb_fill(va & ~0xfff, frame, writable);
}
