// Wait queues: what a blocked system call sleeps on. A WaitQueue is 8 bytes, embedded anywhere; zeroed = empty.
// Invariant: the first node's prev is the last node. A task that runs is on no queue; waking takes it off all queues at once, since the call that
// put it there is repeated from its start and queues itself again when it must.
//
// Nodes without a task belong to the owner of a file with O_ASYNC (vfs/async.ts): they stand before all others and count as nobody.
//
// Wait node, 24 bytes, from a slab: next, prev (in the queue), queue, task, sibling (next node of the same task or owner), owner
import { kfree, kmalloc } from '../lib/slab.ts';
import { async_woken } from '../vfs/async.ts';
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
  owner: usize;
}

// While depth is not 0, wait_on adds up the wake-ups of the queues instead of waiting: 0 depth u32 | 4 sum u32
// While there is a subscriber, it subscribes that owner instead: 8 ptr
const COUNTING: usize = memory.data(12, 4);

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

/** Until subscribe_end, wait_on subscribes the owner, whose first field is the list of its nodes. */
export function subscribe_begin(owner: usize): void {
  store<usize>(COUNTING, owner, 8);
}

export function subscribe_end(): void {
  store<usize>(COUNTING, 0, 8);
}

export function unsubscribe(owner: usize): void {
  free_nodes(changetype<WaitNode>(load<usize>(owner)));
  store<usize>(owner, 0);
}

/** Behind the subscribers that are there, before the tasks. */
function subscribe(queue: WaitQueue): bool {
  const node = changetype<WaitNode>(kmalloc(offsetof<WaitNode>()));
  if (!changetype<usize>(node)) return false;
  const owner = load<usize>(COUNTING, 8);
  node.queue = queue;
  node.owner = owner;
  node.sibling = changetype<WaitNode>(load<usize>(owner));
  store<usize>(owner, changetype<usize>(node));
  insert_before(queue, node, first_task(queue));
  return true;
}

function first_task(queue: WaitQueue): WaitNode {
  let node = queue.first;
  while (changetype<usize>(node) && node.owner) node = node.next;
  return node;
}

/** Puts the current task on the queue at wq. False = no memory. May be called for several queues. */
export function wait_on(wq: usize): bool {
  const queue = changetype<WaitQueue>(wq);
  if (load<u32>(COUNTING)) {
    store<u32>(COUNTING, load<u32>(COUNTING, 4) + queue.wakes, 4);
    return true;
  }
  if (load<usize>(COUNTING, 8)) return subscribe(queue);
  const node = changetype<WaitNode>(kmalloc(offsetof<WaitNode>()));
  if (changetype<usize>(node) == 0) return false;
  const task = current();
  node.queue = queue;
  node.task = task;
  node.sibling = task.waitNodes;
  task.waitNodes = node;
  insert_before(queue, node, changetype<WaitNode>(0));
  return true;
}

/** Null = at the end. */
function insert_before(queue: WaitQueue, node: WaitNode, next: WaitNode): void {
  const first = queue.first;
  node.next = next;
  if (!changetype<usize>(first)) {
    node.prev = node;
    queue.first = node;
    return;
  }
  const at = changetype<usize>(next) ? next : first;
  node.prev = at.prev;
  if (next == first) queue.first = node;
  else at.prev.next = node;
  at.prev = node;
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
  if (changetype<usize>(queue.first) && queue.first.owner) tell_owners(queue);
  while (woken < most) {
    const node = first_task(queue);
    if (!changetype<usize>(node)) break;
    wake_task(node.task);
    woken++;
  }
  return woken;
}

/** Each subscriber leaves the queue and comes back behind the others while it is told. */
function tell_owners(queue: WaitQueue): void {
  let owners = 0;
  for (let n = queue.first; changetype<usize>(n) && n.owner; n = n.next) owners++;
  while (owners-- && changetype<usize>(queue.first) && queue.first.owner) {
    async_woken(queue.first.owner, changetype<usize>(queue));
  }
}

/** Takes task off every queue that it is on. */
export function wait_cancel(task: Task): void {
  free_nodes(task.waitNodes);
  task.waitNodes = changetype<WaitNode>(0);
}

function free_nodes(node: WaitNode): void {
  while (changetype<usize>(node)) {
    const sibling = node.sibling;
    unlink(node);
    kfree(changetype<usize>(node));
    node = sibling;
  }
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
