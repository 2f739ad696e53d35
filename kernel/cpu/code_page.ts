// Decoded instructions, cached per physical frame and therefore shared by every process that maps it.

/** Forgets what was decoded from a frame: it is about to be written to, or freed. Clears FRAME_HAS_CODE. */
export function code_invalidate(frame: usize): void {
  unreachable();
}

/** Forgets which code lies at which va: after a change of address space. */
export function code_flush(): void {
  unreachable();
}

/** The same for one page, after its page-table entry lost a right or moved; cheap when no code ran there. */
export function code_flush_page(va: u64): void {
  unreachable();
}
