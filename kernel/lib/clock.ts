// The clocks of a box: the host's, shifted so that they go on where a snapshot left them, or virtual ones that count retired
// instructions (HOST_VIRTUAL_CLOCK). Invariant: the monotonic clock never goes back, whichever host runs the box.
import { CONTROL_BASE, CPU_BASE } from '../../abi/box.ts';
import { CPU_RETIRED } from '../../abi/cpu.ts';
import { CLOCK_JUMP, CONTROL_CLOCK } from '../../abi/host.ts';
import { clock_time_get } from '../wasi_snapshot_preview1.ts';

/** 4 ns an instruction: an interpreter of 250 million a second, so that `time` shows plausible seconds. */
export const NS_PER_INSTRUCTION: u64 = 4;
/** A machine has been up for a second before a program runs; 0 looks like "never" to some. */
const BOOT_TIME: u64 = 1000000000;
// WASI numbers its clocks as Linux does.
const REALTIME = 0;
const MONOTONIC = 1;

@unmanaged
class Clocks {
  isVirtual: u64;
  /** What is added to the host's clocks; of virtual ones: to the time of the instructions, to the monotonic clock. */
  monotonicShift: u64;
  realtimeShift: u64;
  frozenMonotonic: u64;
  frozenRealtime: u64;
}
const CLOCKS: usize = memory.data(40, 8);
const OUT: usize = memory.data(8, 8);

function clocks(): Clocks {
  return changetype<Clocks>(CLOCKS);
}

function host_clock(id: i32): u64 {
  clock_time_get(id, 1, OUT);
  return load<u64>(OUT);
}

/** Counts instructions from now on; CLOCK_REALTIME starts at epoch. */
export function clock_make_virtual(epoch: u64): void {
  const c = clocks();
  c.isVirtual = 1;
  c.monotonicShift = BOOT_TIME;
  c.realtimeShift = epoch - BOOT_TIME;
}

export function clock_is_virtual(): bool {
  return clocks().isVirtual != 0;
}

/** CLOCK_MONOTONIC in ns. */
export function clock_monotonic(): u64 {
  const c = clocks();
  const ticks = c.isVirtual ? load<u64>(CPU_BASE, CPU_RETIRED) * NS_PER_INSTRUCTION : host_clock(MONOTONIC);
  return ticks + c.monotonicShift;
}

/** When a monotonic time comes by the clock that the host knows: its own, or the virtual one. All ones = never. */
export function clock_for_host(ns: u64): u64 {
  const c = clocks();
  return c.isVirtual || ns == u64.MAX_VALUE ? ns : ns - c.monotonicShift;
}

/** CLOCK_REALTIME in ns. */
export function clock_realtime(): u64 {
  const c = clocks();
  return (c.isVirtual ? clock_monotonic() : host_clock(REALTIME)) + c.realtimeShift;
}

/** Moves the virtual clocks on to that monotonic time, never back. */
export function clock_skip_to(ns: u64): void {
  const now = clock_monotonic();
  if (ns > now) clocks().monotonicShift += ns - now;
}

/** For the host: moves the box's clocks on by that many ns and returns CLOCK_REALTIME. */
export function wbx_clock(ns: u64): u64 {
  const c = clocks();
  c.monotonicShift += ns;
  if (!c.isVirtual) c.realtimeShift += ns;
  return clock_realtime();
}

/** A resume begins: virtual clocks hear of the time outside. */
export function clock_latch(): void {
  if (clocks().isVirtual) clock_skip_to(load<u64>(CONTROL_BASE, CONTROL_CLOCK));
}

/** Notes the time of a snapshot. */
export function clock_freeze(): void {
  const c = clocks();
  c.frozenMonotonic = clock_monotonic();
  c.frozenRealtime = clock_realtime();
}

/** Another host, perhaps much later: CLOCK_* says what becomes of the time between. */
export function clock_thaw(mode: i32): void {
  const c = clocks();
  if (c.isVirtual) return;
  const real = host_clock(REALTIME);
  let gap: u64 = 0;
  if (mode == CLOCK_JUMP) {
    c.realtimeShift = 0;
    if (real > c.frozenRealtime) gap = real - c.frozenRealtime;
  } else c.realtimeShift = c.frozenRealtime - real;
  c.monotonicShift = c.frozenMonotonic + gap - host_clock(MONOTONIC);
}
