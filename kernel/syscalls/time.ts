// Clocks, sleeping and interval timers. time(7).
import { EBLOCKED_INTR, EINVAL, EPERM } from '../../abi/linux/errno.ts';
import {
  CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_REALTIME,
  CLOCK_THREAD_CPUTIME_ID,
  ITIMER_PROF,
  ITIMER_REAL,
  TIMER_ABSTIME,
} from '../../abi/linux/time.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { cpu_time_charge, group_cpu_time, retired_to_ns, task_cpu_time } from '../task/cputime.ts';
import { itimer_cpu, itimer_left, itimer_set } from '../task/itimer.ts';
import { group_named, task_named } from '../ns/pid.ts';
import { signal_pending } from '../task/signal.ts';
import { current, Task } from '../task/task.ts';
import { ThreadGroup } from '../task/thread_group.ts';
import { clock_monotonic, clock_realtime } from '../lib/clock.ts';
import { clock_deadline, clock_now, clock_valid } from '../task/time.ts';
import { wait_until } from '../task/wait_queue.ts';
import { timespec_in, timespec_out, timeval_ns, timeval_put } from './timespec.ts';

const BUFFER: usize = memory.data(32, 8);
const NS_PER_S: u64 = 1000000000;
/** Resolution that clock_getres tells: 1 ns, and a tick of 4 ms for the coarse clocks. */
const TICK_NS: u64 = 4000000;
/** USER_HZ: unit of times(2). */
const NS_PER_CLOCK_TICK: u64 = 10000000;

export function sys_clock_gettime(id: i32, va: u64): i64 {
  if (id < 0) return cpu_clock_gettime(id, va);
  if (!clock_valid(id)) return -EINVAL;
  return timespec_out(va, clock_now(id));
}

/** clock_getcpuclockid(3): ~pid << 3 | kind, bit 2 = a thread. */
function cpu_clock_gettime(id: i32, va: u64): i64 {
  const pid = ~(id >> 3);
  if ((id & 3) == 3) return -EINVAL;
  if (id & 4) {
    const t = pid ? changetype<Task>(task_named(pid)) : current();
    return changetype<usize>(t) ? timespec_out(va, task_cpu_time(t)) : -EINVAL;
  }
  const group = pid ? changetype<ThreadGroup>(group_named(pid)) : current().group;
  return changetype<usize>(group) ? timespec_out(va, group_cpu_time(group)) : -EINVAL;
}

function cpu_clock_valid(id: i32): bool {
  const pid = ~(id >> 3);
  return (id & 3) != 3 && (!pid || (id & 4 ? task_named(pid) : group_named(pid)) != 0);
}

export function sys_clock_getres(id: i32, va: u64): i64 {
  if (id < 0 ? !cpu_clock_valid(id) : !clock_valid(id)) return -EINVAL;
  return va ? timespec_out(va, id == 5 || id == 6 ? TICK_NS : 1) : 0;
}

export function sys_clock_settime(id: i32, va: u64): i64 {
  const ns = timespec_in(va);
  if (ns < 0) return ns;
  return id == CLOCK_REALTIME ? -EPERM : -EINVAL;
}

export function sys_gettimeofday(tv: u64, tz: u64): i64 {
  memory.fill(BUFFER, 0, 16);
  if (tz) {
    const error = copyout(tz, BUFFER, 8);
    if (error < 0) return error;
  }
  if (!tv) return 0;
  timeval_put(BUFFER, clock_realtime());
  return copyout(tv, BUFFER, 16);
}

export function sys_time(va: u64): i64 {
  const seconds = clock_realtime() / NS_PER_S;
  store<u64>(BUFFER, seconds);
  if (va) {
    const error = copyout(va, BUFFER, 8);
    if (error < 0) return error;
  }
  return seconds as i64;
}

export function sys_times(va: u64): i64 {
  const group = current().group;
  store<u64>(BUFFER, group_cpu_time(group) / NS_PER_CLOCK_TICK, 0);
  store<u64>(BUFFER, 0, 8);
  store<u64>(BUFFER, retired_to_ns(group.childRetired) / NS_PER_CLOCK_TICK, 16);
  store<u64>(BUFFER, 0, 24);
  if (va) {
    const error = copyout(va, BUFFER, 32);
    if (error < 0) return error;
  }
  return (clock_monotonic() / NS_PER_CLOCK_TICK) as i64;
}

export function sys_nanosleep(request: u64, left: u64): i64 {
  return sleep(1, false, request, left);
}

export function sys_clock_nanosleep(id: i32, flags: i32, request: u64, left: u64): i64 {
  if (!clock_valid(id) || id == CLOCK_THREAD_CPUTIME_ID || id == CLOCK_PROCESS_CPUTIME_ID) return -EINVAL;
  return sleep(id, (flags & TIMER_ABSTIME) != 0, request, left);
}

/** The deadline is kept over restarts, so that an ignored signal does not lengthen the sleep. */
function sleep(clock: i32, absolute: bool, request: u64, left: u64): i64 {
  const t = current();
  if (!t.sysPhase) {
    const ns = timespec_in(request);
    if (ns < 0) return ns;
    t.sysPhase = 1;
    t.sleepDeadline = clock_deadline(clock, ns as u64, absolute);
  } else {
    const now = clock_monotonic();
    if (now >= t.sleepDeadline) return 0;
    if (signal_pending() && left && !absolute) {
      const error = timespec_out(left, t.sleepDeadline - now);
      if (error < 0) return error;
    }
  }
  wait_until(t.sleepDeadline);
  return -EBLOCKED_INTR;
}

export function sys_alarm(seconds: u64): i64 {
  const group = current().group;
  const left = itimer_left(group);
  itimer_set(group, (seconds & 0xffffffff) * NS_PER_S, 0);
  // Rounded to the nearest second but never to 0 while something is left.
  const rounded = (left + NS_PER_S / 2) / NS_PER_S;
  return (left && !rounded ? 1 : rounded) as i64;
}

export function sys_getitimer(which: i32, va: u64): i64 {
  if (which < ITIMER_REAL || which > ITIMER_PROF) return -EINVAL;
  put_itimer(current().group, which);
  return copyout(va, BUFFER, 32);
}

export function sys_setitimer(which: i32, set: u64, old: u64): i64 {
  if (which < ITIMER_REAL || which > ITIMER_PROF) return -EINVAL;
  const group = current().group;
  let value: i64 = 0;
  let interval: i64 = 0;
  if (set) {
    const error = copyin(BUFFER, set, 32);
    if (error < 0) return error;
    interval = timeval_ns(BUFFER);
    value = timeval_ns(BUFFER + 16);
    if (interval < 0 || value < 0) return -EINVAL;
  }
  if (old) {
    put_itimer(group, which);
    const error = copyout(old, BUFFER, 32);
    if (error < 0) return error;
  }
  if (which == ITIMER_REAL) itimer_set(group, value as u64, interval as u64);
  else {
    cpu_time_charge(current());
    store<u64>(itimer_cpu(group, which), value as u64);
    store<u64>(itimer_cpu(group, which), interval as u64, 8);
  }
  return 0;
}

function put_itimer(group: ThreadGroup, which: i32): void {
  if (which != ITIMER_REAL) cpu_time_charge(current());
  const cpu = itimer_cpu(group, which);
  timeval_put(BUFFER, which == ITIMER_REAL ? group.realInterval : load<u64>(cpu, 8));
  timeval_put(BUFFER + 16, which == ITIMER_REAL ? itimer_left(group) : load<u64>(cpu));
}
