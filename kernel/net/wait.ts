// Waiting of socket calls: SO_RCVTIMEO and SO_SNDTIMEO bound it, and a bounded wait is not restarted after a signal.
import { EAGAIN, EBLOCKED, EBLOCKED_INTR, ENOMEM } from '../../abi/linux/errno.ts';
import { current } from '../task/task.ts';
import { clock_monotonic } from '../lib/clock.ts';
import { TIMER_NEVER } from '../task/timer.ts';
import { wait_expired, wait_on, wait_until } from '../task/wait_queue.ts';

/** Queues the current task: -EBLOCKED*, or -EAGAIN when it must not wait (any longer). timeout: ns, 0 = none. */
export function socket_wait(wq: usize, nonblock: bool, timeout: u64): i32 {
  if (nonblock) return -EAGAIN;
  if (timeout) {
    const deadline = current().sleepDeadline;
    const first = deadline == TIMER_NEVER || deadline == 0;
    if (!first && wait_expired()) return -EAGAIN;
    wait_until(first ? clock_monotonic() + timeout : deadline);
  }
  if (!wait_on(wq)) return -ENOMEM;
  return timeout ? -EBLOCKED_INTR : -EBLOCKED;
}
