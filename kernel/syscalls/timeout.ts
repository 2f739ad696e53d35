// Timeouts of waiting calls: kept as a deadline in the task, so that the repeated call waits for the rest only.
import { EINVAL } from '../../abi/linux/errno.ts';
import { copyin } from '../mm/usercopy.ts';
import { current } from '../task/task.ts';
import { clock_monotonic } from '../lib/clock.ts';
import { wait_until } from '../task/wait_queue.ts';

const SPEC: usize = memory.data(16, 8);
export const FOREVER: u64 = 0xffffffffffffffff;
/** Task.sysPhase of a call that waits until sysState1. */
const WAITING_PHASE: u32 = 0x57414954;
const SECOND: u64 = 1000000000;

/** Nanoseconds of the { seconds, fraction } at va, the fraction in units of `unit` ns; FOREVER for va 0; -EINVAL, -EFAULT. */
export function timeout_arg(va: u64, unit: u64): i64 {
  if (!va) return FOREVER as i64;
  const error = copyin(SPEC, va, 16);
  if (error) return error;
  const sec = load<i64>(SPEC);
  const fraction = load<u64>(SPEC, 8) * unit;
  if (sec < 0 || fraction >= SECOND) return -EINVAL;
  return sec > 9000000000 ? i64.MAX_VALUE : sec * (SECOND as i64) + (fraction as i64);
}

/** Is a wait of `ns` (FOREVER allowed) over? The first call of a system call starts it. */
export function timeout_over(ns: u64): bool {
  const task = current();
  if (!ns) return true;
  if (task.sysPhase != WAITING_PHASE) {
    const now = clock_monotonic();
    task.sysPhase = WAITING_PHASE;
    task.sysState1 = ns == FOREVER || now + ns < now ? FOREVER : now + ns;
    return false;
  }
  return task.sysState1 != FOREVER && clock_monotonic() >= task.sysState1;
}

/** Arms the timer for a task that is about to block. */
export function timeout_arm(): void {
  const deadline = current().sysState1;
  if (deadline != FOREVER) wait_until(deadline);
}

/** Nanoseconds that are left of a wait of `ns`, which may not have begun. */
export function timeout_left(ns: u64): u64 {
  const task = current();
  if (task.sysPhase != WAITING_PHASE) return ns;
  const now = clock_monotonic();
  return task.sysState1 > now ? task.sysState1 - now : 0;
}
