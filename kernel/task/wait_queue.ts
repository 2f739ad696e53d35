// Wait queues: what a blocked system call sleeps on. A WaitQueue is 8 bytes, embedded anywhere; zeroed = empty.
// Invariant: a task that runs is on no queue; waking takes it off all queues at once, since the call that
// put it there is repeated from its start and queues itself again when it must.
//
// Wait node, 24 bytes, from a slab: next, prev (in the queue), queue, task, sibling (next node of the same task)
import { kfree, kmalloc } from '../lib/slab.ts';
import { wake_task } from './sched.ts';
import { current, Task } from './task.ts';
import { timer_arm, timer_expired } from './timer.ts';

@unmanaged
export class WaitQueue {
  first: WaitNode;
  last: WaitNode;
}

@unmanaged
export class WaitNode {
  next: WaitNode;
  prev: WaitNode;
  queue: WaitQueue;
  task: Task;
  sibling: WaitNode;
}

/** Puts the current task on the queue at wq. False = no memory. May be called for several queues. */
export function wait_on(wq: usize): bool {
  const node = changetype<WaitNode>(kmalloc(offsetof<WaitNode>()));
  if (changetype<usize>(node) == 0) return false;
  const queue = changetype<WaitQueue>(wq);
  const task = current();
  node.queue = queue;
  node.task = task;
  node.sibling = task.waitNodes;
  task.waitNodes = node;
  node.prev = queue.last;
  if (changetype<usize>(queue.last)) queue.last.next = node;
  else queue.first = node;
  queue.last = node;
  return true;
}

/** Bounds the wait that follows: CLOCK_MONOTONIC ns, all ones = for ever. */
export function wait_until(deadline: u64): void {
  const task = current();
  task.sleepDeadline = deadline;
  timer_arm(task.sleepTimer(), deadline);
}

/** Did the deadline of the last wait_until pass? Asked by the repeated call. */
export function wait_expired(): bool {
  return timer_expired(current().sleepDeadline);
}

/** Wakes at most `most` tasks in the order of their arrival; returns how many. */
export function wq_wake(wq: usize, most: i32): i32 {
  const queue = changetype<WaitQueue>(wq);
  let woken = 0;
  while (woken < most && changetype<usize>(queue.first)) {
    wake_task(queue.first.task);
    woken++;
  }
  return woken;
}

/** Takes task off every queue that it is on. */
export function wait_cancel(task: Task): void {
  let node = task.waitNodes;
  while (changetype<usize>(node)) {
    const sibling = node.sibling;
    unlink(node);
    kfree(changetype<usize>(node));
    node = sibling;
  }
  task.waitNodes = changetype<WaitNode>(0);
}

function unlink(node: WaitNode): void {
  const queue = node.queue;
  if (changetype<usize>(node.prev)) node.prev.next = node.next;
  else queue.first = node.next;
  if (changetype<usize>(node.next)) node.next.prev = node.prev;
  else queue.last = node.prev;
}
