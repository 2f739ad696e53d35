// --trace: the last blocks that ran, printed with the registers when a fatal fault ends a process.
// While it is on, the CPU is run one block (up to the next taken jump) at a time; otherwise nothing here costs anything.
import { CONTROL_BASE, CPU_BASE } from '../../abi/box.ts';
import { CPU_RIP } from '../../abi/cpu.ts';
import { CONTROL_FLAGS, HOST_TRACE } from '../../abi/host.ts';
import { SYNCHRONOUS } from './signal.ts';
import { sig_bit } from './sigqueue.ts';
import { Task } from './task.ts';
import { trace_print } from './trace_print.ts';

/** Blocks kept, a power of two; an entry is rip u64, tid u32, pad u32. */
export const TRACE_BLOCKS: u32 = 64;
const RING: usize = memory.data(1024, 8);
const NEXT: usize = memory.data(4, 4);

export function trace_is_on(): bool {
  return (load<u32>(CONTROL_BASE, CONTROL_FLAGS) & HOST_TRACE) != 0;
}

/** t, which is current, is about to run the block at rip. */
export function trace_note(t: Task): void {
  const n = load<u32>(NEXT);
  const entry = RING + ((n & (TRACE_BLOCKS - 1)) as usize) * 16;
  store<u64>(entry, load<u64>(CPU_BASE, CPU_RIP));
  store<i32>(entry, t.tid, 8);
  store<u32>(NEXT, n + 1);
}

/** Entry n of the ring, 0 = the oldest one. */
export function trace_entry(n: u32): usize {
  return RING + (((load<u32>(NEXT) + n) & (TRACE_BLOCKS - 1)) as usize) * 16;
}

/** t, which is current, is about to be ended by sig. */
export function trace_fatal(t: Task, sig: i32): void {
  if (trace_is_on() && SYNCHRONOUS & sig_bit(sig)) trace_print(t, sig);
}
