// Runs one MMX instruction.

/** Runs the decoded instruction at ip, OP_MMX_FIRST..OP_MMX_LAST; false = it faulted and changed nothing. */
export function mmx_exec(ip: usize): bool {
  unreachable();
  return false;
}
