// The clocks that programs know by number. The host is asked once a call, never cached: a cached clock would stand still
// between two calls of a busy program. clock_gettime(2).
import {
  CLOCK_BOOTTIME,
  CLOCK_BOOTTIME_ALARM,
  CLOCK_MONOTONIC,
  CLOCK_MONOTONIC_COARSE,
  CLOCK_MONOTONIC_RAW,
  CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_REALTIME,
  CLOCK_REALTIME_ALARM,
  CLOCK_REALTIME_COARSE,
  CLOCK_TAI,
  CLOCK_THREAD_CPUTIME_ID,
} from '../../abi/linux/time.ts';
import { clock_monotonic, clock_realtime } from '../lib/clock.ts';
import { group_cpu_time, task_cpu_time } from './cputime.ts';
import { current } from './task.ts';

/** Is this a clock that clock_now knows? */
export function clock_valid(id: i32): bool {
  return (id >= CLOCK_REALTIME && id <= CLOCK_BOOTTIME_ALARM) || id == CLOCK_TAI;
}

/** Does that clock run with CLOCK_MONOTONIC? */
export function clock_is_monotonic(id: i32): bool {
  return (
    id == CLOCK_MONOTONIC ||
    id == CLOCK_MONOTONIC_RAW ||
    id == CLOCK_MONOTONIC_COARSE ||
    id == CLOCK_BOOTTIME ||
    id == CLOCK_BOOTTIME_ALARM
  );
}

/** Nanoseconds of a valid clock. */
export function clock_now(id: i32): u64 {
  switch (id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_TAI:
      return clock_realtime();
    case CLOCK_PROCESS_CPUTIME_ID:
      return group_cpu_time(current().group);
    case CLOCK_THREAD_CPUTIME_ID:
      return task_cpu_time(current());
    default:
      return clock_monotonic();
  }
}

/** A point of a clock, or a span from now, as CLOCK_MONOTONIC ns; never overflows. */
export function clock_deadline(id: i32, ns: u64, absolute: bool): u64 {
  const now = clock_monotonic();
  if (absolute) {
    if (clock_is_monotonic(id)) return ns;
    const there = clock_now(id);
    if (ns <= there) return now;
    ns -= there;
  }
  return now + ns < now ? 0xfffffffffffffffe : now + ns;
}
