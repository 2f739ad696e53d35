// timer_create(2), timer_settime(2), timer_gettime(2), timer_getoverrun(2), timer_delete(2).
import { EAGAIN, EINVAL } from '../../abi/linux/errno.ts';
import { NSIG, SIGALRM, SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD_ID } from '../../abi/linux/signal.ts';
import { CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, TIMER_ABSTIME } from '../../abi/linux/time.ts';
import { copyin, copyout, putuser } from '../mm/usercopy.ts';
import { task_find } from '../task/pid.ts';
import { group_cpu_time, task_cpu_time } from '../task/cputime.ts';
import {
  CPU_OF_GROUP,
  PosixTimer,
  posix_timer_arm,
  posix_timer_delete,
  posix_timer_find,
  posix_timer_new,
} from '../task/posix_timer.ts';
import { current, Task } from '../task/task.ts';
import { clock_monotonic } from '../lib/clock.ts';
import { clock_deadline, clock_valid } from '../task/time.ts';
import { TIMER_NEVER } from '../task/timer.ts';
import { timespec_ns, timespec_put } from './timespec.ts';
import { pid_taken, task_named } from '../ns/pid.ts';

// struct sigevent: value u64, signo i32, notify i32, tid i32
const EVENT: usize = memory.data(64, 8);
const SPEC: usize = memory.data(32, 8);

export function sys_timer_create(clock: i32, event: u64, id: u64): i64 {
  const cpu = clock < 0 ? cpu_of(clock) : cpu_of_well_known(clock);
  if (clock < 0 ? !cpu : !clock_valid(clock)) return -EINVAL;
  memory.fill(EVENT, 0, 64);
  store<i32>(EVENT, SIGALRM, 8);
  const error = event ? copyin(EVENT, event, 64) : 0;
  if (error < 0) return error;
  const notify = load<i32>(EVENT, 12);
  if (!event_is_good(notify)) return -EINVAL;
  const timer = posix_timer_new(current().group);
  if (!changetype<usize>(timer)) return -EAGAIN;
  timer.clock = clock;
  timer.cpu = cpu;
  timer.sig = notify == SIGEV_NONE ? 0 : load<i32>(EVENT, 8);
  timer.tid = notify == SIGEV_THREAD_ID ? load<i32>(EVENT, 16) : 0;
  timer.value = event ? load<u64>(EVENT) : (timer.id as u64);
  const failed = putuser<i32>(id, timer.id);
  if (failed < 0) posix_timer_delete(timer);
  return failed;
}

function cpu_of_well_known(clock: i32): i32 {
  if (clock == CLOCK_THREAD_CPUTIME_ID) return current().tid;
  return clock == CLOCK_PROCESS_CPUTIME_ID ? CPU_OF_GROUP : 0;
}

/** PosixTimer.cpu of a clock_getcpuclockid(3): ~pid << 3 | kind, bit 2 = a thread. 0 = none of the caller's process. */
function cpu_of(clock: i32): i32 {
  const t = current();
  const pid = ~(clock >> 3);
  if ((clock & 3) == 3) return 0;
  if (!(clock & 4)) return !pid || pid_taken(pid) == t.group.tgid ? CPU_OF_GROUP : 0;
  const thread = changetype<Task>(pid ? task_named(pid) : changetype<usize>(t));
  const ours = changetype<usize>(thread) != 0 && changetype<usize>(thread.group) == changetype<usize>(t.group);
  return ours ? thread.tid : 0;
}

/** Nanoseconds of the CPU-time clock that the timer runs by. */
function cpu_now(timer: PosixTimer): u64 {
  if (timer.cpu == CPU_OF_GROUP) return group_cpu_time(timer.group);
  const t = changetype<Task>(task_find(timer.cpu));
  return changetype<usize>(t) ? task_cpu_time(t) : 0;
}

function event_is_good(notify: i32): bool {
  const sig = load<i32>(EVENT, 8);
  if (notify == SIGEV_NONE) return true;
  if (sig < 1 || sig > NSIG) return false;
  if (notify == SIGEV_SIGNAL) return true;
  if (notify != SIGEV_THREAD_ID) return false;
  const t = changetype<Task>(task_named(load<i32>(EVENT, 16)));
  return changetype<usize>(t) != 0 && changetype<usize>(t.group) == changetype<usize>(current().group);
}

export function sys_timer_settime(id: i32, flags: i32, set: u64, old: u64): i64 {
  if (!set) return -EINVAL;
  const error = copyin(SPEC, set, 32);
  if (error < 0) return error;
  const interval = timespec_ns(SPEC);
  const value = timespec_ns(SPEC + 16);
  const timer = posix_timer_find(current().group, id);
  if (interval < 0 || value < 0 || !changetype<usize>(timer)) return -EINVAL;
  const failed: i64 = old ? put_spec(timer, old) : 0;
  const absolute = (flags & TIMER_ABSTIME) != 0;
  const deadline = value ? deadline_of(timer, value as u64, absolute) : TIMER_NEVER;
  posix_timer_arm(timer, deadline, interval as u64);
  return failed;
}

function deadline_of(timer: PosixTimer, ns: u64, absolute: bool): u64 {
  if (!timer.cpu) return clock_deadline(timer.clock, ns, absolute);
  return absolute ? ns : cpu_now(timer) + ns;
}

export function sys_timer_gettime(id: i32, va: u64): i64 {
  const timer = posix_timer_find(current().group, id);
  return changetype<usize>(timer) ? put_spec(timer, va) : -EINVAL;
}

export function sys_timer_getoverrun(id: i32): i64 {
  const timer = posix_timer_find(current().group, id);
  return changetype<usize>(timer) ? timer.overrun : -EINVAL;
}

export function sys_timer_delete(id: i32): i64 {
  const timer = posix_timer_find(current().group, id);
  if (!changetype<usize>(timer)) return -EINVAL;
  posix_timer_delete(timer);
  return 0;
}

function put_spec(timer: PosixTimer, va: u64): i64 {
  const armed = timer.cpu ? timer.deadline != TIMER_NEVER : timer.index != 0;
  const now = timer.cpu ? cpu_now(timer) : clock_monotonic();
  const left: u64 = !armed ? 0 : timer.deadline > now ? timer.deadline - now : 1;
  timespec_put(SPEC, timer.interval);
  timespec_put(SPEC + 16, left);
  return copyout(va, SPEC, 32);
}
