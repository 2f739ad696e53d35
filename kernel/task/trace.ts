// What --trace shows when a fatal fault ends a process: the signal, the registers and the last blocks that ran.
import { CONTROL_BASE } from '../../abi/box.ts';
import { CONTROL_FLAGS, HOST_TRACE } from '../../abi/host.ts';
import { SYNCHRONOUS } from './signal.ts';
import { sig_bit } from './sigqueue.ts';
import { Task } from './task.ts';
import { trace_registers } from './trace_registers.ts';

/** t, which is current, is about to be ended by sig. */
export function trace_fatal(t: Task, sig: i32): void {
  if (!(load<u32>(CONTROL_BASE, CONTROL_FLAGS) & HOST_TRACE)) return;
  if (SYNCHRONOUS & sig_bit(sig)) trace_registers(t, sig);
}
