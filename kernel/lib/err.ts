// Errors as values: handlers return -errno, functions that return a pointer return ERR_PTR(-errno), which lies in the
// last page of the address space where no object can be.

import { EBLOCKED, EBLOCKED_INTR, EBLOCKED_UNINTERRUPTIBLE } from '../../abi/linux/errno.ts';

export { EBLOCKED, EBLOCKED_INTR, EBLOCKED_UNINTERRUPTIBLE };

/** Is the result e one of -EBLOCKED*: wait, then repeat? */
export function IS_BLOCKED(e: i64): bool {
  return e <= -EBLOCKED && e >= -EBLOCKED_UNINTERRUPTIBLE;
}

export function IS_ERR(p: usize): bool {
  return p > 0xfffff000;
}

export function ERR_PTR(e: i32): usize {
  return e as usize;
}

export function PTR_ERR(p: usize): i32 {
  return p as i32;
}
