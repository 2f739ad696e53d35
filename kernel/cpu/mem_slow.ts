// The slow half of Mem: TLB refill, page-crossing operands, faults.

/** Pointer for an access of n bytes that missed the TLB, or 0 with the fault recorded in the CPU scratch. */
export function translateSlow(va: u64, n: u32, access: u32): usize {
  unreachable();
  return 0;
}

/** Writes CPU_BOUNCE back to the (at most two) pages that CPU_BOUNCE_VA and CPU_BOUNCE_LEN name; cannot fail. */
export function commitBounce(): void {
  unreachable();
}

/** Forgets every translation: after a change of address space. */
export function tlbFlush(): void {
  unreachable();
}

/** Forgets the translation of one page: after its page-table entry lost a right or moved. */
export function tlbFlushPage(va: u64): void {
  unreachable();
}

/** Forgets every right to store into the frame: after it gained FRAME_HAS_CODE. */
export function tlbDropWrite(frame: usize): void {
  unreachable();
}
