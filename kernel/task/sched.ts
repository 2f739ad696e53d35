// The scheduler: runs tasks in turn, a slice of guest instructions each, and answers why the CPU stopped.
import { futex_unqueue } from './futex_queue.ts';
import { run_queue_add, run_queue_remove } from './run_queue.ts';
import { TASK_RUNNABLE, TASK_SLEEPING, TASK_UNINTERRUPTIBLE, Task } from './task.ts';
import { timer_cancel } from './timer.ts';
import { wait_cancel } from './wait_queue.ts';

/** Makes a sleeping task runnable and takes it off all queues; others are left alone. */
export function wake_task(t: Task): void {
  if (t.state != TASK_SLEEPING && t.state != TASK_UNINTERRUPTIBLE) return cancel_waits(t);
  cancel_waits(t);
  t.state = TASK_RUNNABLE;
  run_queue_add(t);
}

/** Ends whatever t waits for. */
export function cancel_waits(t: Task): void {
  wait_cancel(t);
  timer_cancel(t.sleepTimer());
  if (t.futexHashed) futex_unqueue(t);
}

/** The task will not run until something makes it runnable. */
export function task_park(t: Task, state: u32): void {
  t.state = state;
  run_queue_remove(t);
}

/** Runs about that many guest instructions: REASON_*. */
export function wbx_resume(fuel: i32): i32 {
  unreachable();
  return 0;
}
