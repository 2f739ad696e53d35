// The slow half of Mem: TLB refill, operands that cross a page, faults.
// Scratch behind CPU_BOUNCE_LEN: 1068 and 1072 hold the host pointers of the operand's two parts.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_BOUNCE_LEN, CPU_BOUNCE_VA, CPU_EXIT, CPU_WORK, EXIT_FUEL } from '../../abi/cpu.ts';
import { mm_fault } from '../mm/fault.ts';
import { grant } from '../mm/grant.ts';
import { mm_current } from '../mm/mm.ts';
import { BOUNCE } from './mem.ts';

const BOUNCE_LOW = 1068;
const BOUNCE_HIGH = 1072;

/** Pointer for an access of n bytes that missed the TLB, or 0 with the fault recorded in the CPU scratch. */
export function translateSlow(va: u64, n: u32, access: u32): usize {
  const low = translatePage(va, access);
  const inPage: u32 = 0x1000 - ((va as u32) & 0xfff);
  if (!low || n <= inPage) return low;
  const high = translatePage(va + inPage, access);
  if (!high) return 0;
  store<u64>(CPU_BASE, va, CPU_BOUNCE_VA);
  store<u32>(CPU_BASE, n, CPU_BOUNCE_LEN);
  store<usize>(CPU_BASE, low, BOUNCE_LOW);
  store<usize>(CPU_BASE, high, BOUNCE_HIGH);
  copyBytes(BOUNCE, low, inPage);
  copyBytes(BOUNCE + inPage, high, n - inPage);
  return BOUNCE;
}

/** Host pointer of va with the right ensured and the TLB filled, or 0. */
function translatePage(va: u64, access: u32): usize {
  const mm = mm_current();
  const frame = mm_fault(mm, va, access);
  if (!frame) return 0;
  if (load<i64>(CPU_BASE, CPU_WORK) < 0) {
    // The page is there now; the instruction is repeated in the next slice.
    store<u32>(CPU_BASE, EXIT_FUEL, CPU_EXIT);
    return 0;
  }
  grant(mm, va, frame, access);
  return frame + ((va as usize) & 0xfff);
}

/** Writes CPU_BOUNCE back to the (at most two) pages that CPU_BOUNCE_VA and CPU_BOUNCE_LEN name; cannot fail. */
export function commitBounce(): void {
  const inPage: u32 = 0x1000 - (load<u32>(CPU_BASE, CPU_BOUNCE_VA) & 0xfff);
  copyBytes(load<usize>(CPU_BASE, BOUNCE_LOW), BOUNCE, inPage);
  copyBytes(load<usize>(CPU_BASE, BOUNCE_HIGH), BOUNCE + inPage, load<u32>(CPU_BASE, CPU_BOUNCE_LEN) - inPage);
}

function copyBytes(to: usize, from: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) store<u8>(to + i, load<u8>(from + i));
}
