// The run queue: a round-robin list of runnable tasks. Every operation is O(1).
// Invariant: a task is queued exactly when it is runnable; the running task is queued, too.
import { Task } from './task.ts';

@unmanaged
class RunQueue {
  first: Task;
  last: Task;
}

const QUEUE: usize = memory.data(8, 8);

export function run_queue_first(): Task {
  return changetype<RunQueue>(QUEUE).first;
}

export function run_queue_add(t: Task): void {
  if (t.queued) return;
  const q = changetype<RunQueue>(QUEUE);
  t.queued = 1;
  t.runNext = changetype<Task>(0);
  t.runPrev = q.last;
  if (changetype<usize>(q.last)) q.last.runNext = t;
  else q.first = t;
  q.last = t;
}

export function run_queue_remove(t: Task): void {
  if (!t.queued) return;
  const q = changetype<RunQueue>(QUEUE);
  t.queued = 0;
  if (changetype<usize>(t.runPrev)) t.runPrev.runNext = t.runNext;
  else q.first = t.runNext;
  if (changetype<usize>(t.runNext)) t.runNext.runPrev = t.runPrev;
  else q.last = t.runPrev;
}

/** Behind all others. */
export function run_queue_rotate(t: Task): void {
  run_queue_remove(t);
  run_queue_add(t);
}
