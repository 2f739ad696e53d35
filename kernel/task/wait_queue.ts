// Wait queues: what a blocked system call sleeps on. A WaitQueue is 8 bytes, embedded anywhere; zeroed = empty.
// Invariant: the first node's prev is the last node. A task that runs is on no queue; waking takes it off all queues at once, since the call that
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
  /** How often it was woken, whether or not anybody waited. */
  wakes: u32;
}

@unmanaged
export class WaitNode {
  next: WaitNode;
  prev: WaitNode;
  queue: WaitQueue;
  task: Task;
  sibling: WaitNode;
}

// While depth is not 0, wait_on adds up the wake-ups of the queues instead of waiting: 0 depth u32 | 4 sum u32
const COUNTING: usize = memory.data(8, 4);

/** Until count_end, wait_on only counts; returns what count_end wants. May be nested. */
export function count_begin(): u32 {
  store<u32>(COUNTING, load<u32>(COUNTING) + 1);
  return load<u32>(COUNTING, 4);
}

/** The wake-ups so far of all queues that were waited on since: when the number changes, something has happened. */
export function count_end(begun: u32): u32 {
  store<u32>(COUNTING, load<u32>(COUNTING) - 1);
  return load<u32>(COUNTING, 4) - begun;
}

/** Puts the current task on the queue at wq. False = no memory. May be called for several queues. */
export function wait_on(wq: usize): bool {
  const queue = changetype<WaitQueue>(wq);
  if (load<u32>(COUNTING)) {
    store<u32>(COUNTING, load<u32>(COUNTING, 4) + queue.wakes, 4);
    return true;
  }
  const node = changetype<WaitNode>(kmalloc(offsetof<WaitNode>()));
  if (changetype<usize>(node) == 0) return false;
  const task = current();
  node.queue = queue;
  node.task = task;
  node.sibling = task.waitNodes;
  task.waitNodes = node;
  const first = queue.first;
  if (changetype<usize>(first)) {
    node.prev = first.prev;
    first.prev.next = node;
    first.prev = node;
  } else {
    node.prev = node;
    queue.first = node;
  }
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
  queue.wakes++;
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
  const next = node.next;
  if (queue.first == node) queue.first = next;
  else node.prev.next = next;
  // The successor's predecessor; of the last node, that is where the first keeps it.
  const keeper = changetype<usize>(next) ? next : queue.first;
  if (changetype<usize>(keeper)) keeper.prev = node.prev;
}
