// Guest memory as instructions see it: a software TLB over the page tables of the running address space.
// Invariant: a pointer handed out is good until the end of the instruction; 0 means the instruction must end
// without any further effect (CPU_EXIT and CPU_FAULT_* say why). An operand that crosses a page lives in CPU_BOUNCE
// meanwhile: whoever writes through Mem.w must call Mem.commit.
//
// TLB entry, TLB_ENTRY_SIZE bytes:  0 read tag u64   8 write tag u64   16 addend u32 (host ptr - low 32 bits of va)
// A tag is the page's va; an impossible tag (all ones) never matches. The write tag is only set for pages whose stores need
// no attention: writable, not copy-on-write, not holding decoded code, already dirty.
import { CPU_BASE, TLB_BASE, TLB_ENTRIES, TLB_ENTRY_SIZE } from '../../abi/box.ts';
import { ACCESS_READ, ACCESS_WRITE, CPU_BOUNCE } from '../../abi/cpu.ts';
import { commitBounce, translateSlow } from './mem_slow.ts';

export const TLB_READ: usize = TLB_BASE;
export const TLB_WRITE: usize = TLB_BASE + 8;
export const TLB_ADDEND: usize = TLB_BASE + 16;
export const BOUNCE: usize = CPU_BASE + CPU_BOUNCE;
export const NO_TAG: u64 = 0xffffffffffffffff;

@unmanaged
export class Mem {
  /** Offset of the TLB entry that serves va. */
  @inline static entry(va: u64): usize {
    return (((va >> 12) as usize) & (TLB_ENTRIES - 1)) * TLB_ENTRY_SIZE;
  }

  /** Pointer from which n (<= 64) bytes at va can be loaded, or 0. */
  @inline static r(va: u64, n: u32): usize {
    const e = Mem.entry(va);
    // One compare checks presence, permission and page crossing: the last byte must lie in the tagged page.
    return load<u64>(e, TLB_READ) == ((va + (n - 1)) & ~0xfff)
      ? ((load<u32>(e, TLB_ADDEND) + (va as u32)) as usize)
      : translateSlow(va, n, ACCESS_READ);
  }

  /** Pointer to which n (<= 64) bytes at va can be stored (and loaded from, for read-modify-write), or 0. */
  @inline static w(va: u64, n: u32): usize {
    const e = Mem.entry(va);
    return load<u64>(e, TLB_WRITE) == ((va + (n - 1)) & ~0xfff)
      ? ((load<u32>(e, TLB_ADDEND) + (va as u32)) as usize)
      : translateSlow(va, n, ACCESS_WRITE);
  }

  /** Ends a store through a pointer from w: brings a page-crossing operand to its two pages. */
  @inline static commit(p: usize): void {
    if (p == BOUNCE) commitBounce();
  }
}
