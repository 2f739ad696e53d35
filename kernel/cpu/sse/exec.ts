// Runs one SSE instruction.

/** Runs the decoded instruction at ip, OP_SSE_FIRST..OP_SSE_LAST; false = it faulted and changed nothing. */
export function sse_exec(ip: usize): bool {
  unreachable();
  return false;
}
