// Exports of the kernel: exactly those of abi/host.ts.
import { Mem } from './cpu/mem.ts';

export function wbx_resume(fuel: i32): i32 {
  return Mem.r(fuel as u64, 8) as i32;
}
