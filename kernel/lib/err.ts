// Errors as values: handlers return -errno, functions that return a pointer return ERR_PTR(-errno), which lies in the
// last page of the address space where no object can be.

/** The call must wait and is repeated from its start (or EINTR / restart after a signal, as SA_RESTART says). */
export const EBLOCKED = 512;
/** The same, but a signal always ends it with EINTR. */
export const EBLOCKED_INTR = 514;

export function IS_ERR(p: usize): bool {
  return p > 0xfffff000;
}

export function ERR_PTR(e: i32): usize {
  return e as usize;
}

export function PTR_ERR(p: usize): i32 {
  return p as i32;
}
