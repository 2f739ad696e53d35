// Boot: from a boot block (abi/boot.ts) to pid 1 ready to run.
import { kmalloc } from '../lib/slab.ts';

export function wbx_alloc(len: i32): usize {
  return kmalloc(len as usize);
}

export function wbx_boot(block: usize, len: i32): i32 {
  unreachable();
  return 0;
}

export function wbx_kick(signal: i32): void {
  unreachable();
}
