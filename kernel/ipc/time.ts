// Time stamps of System V IPC objects: whole seconds of CLOCK_REALTIME.
import { clock_realtime } from '../lib/clock.ts';

export function ipc_seconds(): u64 {
  return clock_realtime() / 1000000000;
}
