// Kernel objects by size class.

/** n zeroed bytes, 16-byte aligned, or 0 when the box is out of memory. */
export function kmalloc(size: usize): usize {
  unreachable();
  return 0;
}

/** Gives back what kmalloc returned; 0 is ignored. */
export function kfree(p: usize): void {
  unreachable();
}
