// timerfd_create(2): a timer whose expiries are read as a count.
// Invariant: `deadline` stays in the past until the expiries are read; how many there were follows from the clock then. So an
// interval timer that nobody reads wakes nobody.
import { EAGAIN, EBLOCKED, EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import { POLLIN } from '../../abi/linux/poll.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { clock_monotonic } from '../lib/clock.ts';
import { Timer, TIMER_NEVER, TIMER_WAKE_QUEUE, timer_arm, timer_cancel, timer_expired } from '../task/timer.ts';
import { wait_on, wq_wake } from '../task/wait_queue.ts';
import { File } from '../vfs/file.ts';
import { Iter, iter_write } from '../vfs/iter.ts';

const CELL: usize = memory.data(8, 8);

@unmanaged
export class TimerFd {
  // A Timer.
  deadline: u64;
  index: u32;
  kind: u32;
  owner: usize;
  clock: i32;
  /** ns; 0 = goes off once. */
  interval: u64;
  wq: u64;

  @inline timer(): Timer {
    return changetype<Timer>(changetype<usize>(this));
  }
  @inline waitQueue(): usize {
    return changetype<usize>(this) + offsetof<TimerFd>('wq');
  }
}

/** Makes `file` an unarmed timer: false = no memory. */
export function timerfd_init(file: File, clock: i32): bool {
  const t = changetype<TimerFd>(kmalloc(offsetof<TimerFd>()));
  if (!changetype<usize>(t)) return false;
  t.deadline = TIMER_NEVER;
  t.kind = TIMER_WAKE_QUEUE;
  t.owner = t.waitQueue();
  t.clock = clock;
  file.data = changetype<usize>(t);
  return true;
}

export function timerfd_free(file: File): void {
  const t = changetype<TimerFd>(file.data);
  if (!changetype<usize>(t)) return;
  timer_cancel(t.timer());
  // A thread may still wait while another one closes: it finds the descriptor gone.
  wq_wake(t.waitQueue(), i32.MAX_VALUE);
  kfree(file.data);
}

/** Arms it for CLOCK_MONOTONIC ns `deadline`, TIMER_NEVER disarms; expiries that nobody read are forgotten. */
export function timerfd_arm(t: TimerFd, deadline: u64, interval: u64): void {
  t.interval = interval;
  timer_arm(t.timer(), deadline);
  wq_wake(t.waitQueue(), i32.MAX_VALUE);
}

/** ns until the next expiry, 0 = none comes. */
export function timerfd_left(t: TimerFd): u64 {
  if (t.deadline == TIMER_NEVER) return 0;
  const now = clock_monotonic();
  if (t.deadline > now) return t.deadline - now;
  return t.interval ? t.interval - ((now - t.deadline) % t.interval) : 0;
}

export function timerfd_read(file: File, it: Iter): i64 {
  const t = changetype<TimerFd>(file.data);
  if (it.left < 8) return -EINVAL;
  if (!timer_expired(t.deadline)) {
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return wait_on(t.waitQueue()) ? -EBLOCKED : -ENOMEM;
  }
  const expiries: u64 = t.interval ? (clock_monotonic() - t.deadline) / t.interval + 1 : 1;
  store<u64>(CELL, expiries);
  const error = iter_write(it, CELL, 8);
  if (error) return error;
  timer_arm(t.timer(), t.interval ? t.deadline + expiries * t.interval : TIMER_NEVER);
  return 8;
}

export function timerfd_poll(file: File, wait: bool): i32 {
  const t = changetype<TimerFd>(file.data);
  if (wait) wait_on(t.waitQueue());
  return timer_expired(t.deadline) ? POLLIN : 0;
}
