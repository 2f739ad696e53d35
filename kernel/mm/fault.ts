// Page faults.
import { Mm } from './mm.ts';

/** Frame of va with the right `access` (ACCESS_*) ensured; 0 = CPU_EXIT and CPU_FAULT_* are filled. */
export function mm_fault(mm: Mm, va: u64, access: u32): usize {
  unreachable();
  return 0;
}
