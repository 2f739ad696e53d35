// Kernel timers: a binary heap by deadline. A Timer is embedded in its owner.
// Invariant: index is 0 when unarmed, else its 1-based place in the heap; the heap's slot 1 is the next to expire.
import { kfree, kmalloc } from '../lib/slab.ts';
import { wq_wake } from './wait_queue.ts';
import { itimer_expire } from './itimer.ts';
import { posix_timer_expire } from './posix_timer.ts';
import { wake_task } from './sched.ts';
import { Task } from './task.ts';
import { clock_monotonic } from '../lib/clock.ts';

/** What happens at expiry; owner is a Task, a WaitQueue, a ThreadGroup, a PosixTimer. */
export const TIMER_WAKE_TASK: u32 = 0;
export const TIMER_WAKE_QUEUE: u32 = 1;
export const TIMER_ITIMER_REAL: u32 = 2;
export const TIMER_POSIX: u32 = 3;

export const TIMER_NEVER: u64 = 0xffffffffffffffff;

@unmanaged
export class Timer {
  /** CLOCK_MONOTONIC ns. */
  deadline: u64;
  index: u32;
  kind: u32;
  owner: usize;
}

@unmanaged
class TimerHeap {
  items: usize;
  count: u32;
  capacity: u32;
}

const HEAP: usize = memory.data(16, 8);

@unmanaged
class Heap {
  @inline static of(): TimerHeap {
    return changetype<TimerHeap>(HEAP);
  }
  @inline static at(i: u32): Timer {
    return changetype<Timer>(load<u32>(Heap.of().items + (i as usize) * 4) as usize);
  }
  @inline static put(i: u32, t: Timer): void {
    store<u32>(Heap.of().items + (i as usize) * 4, changetype<usize>(t) as u32);
    t.index = i;
  }
}

/** (Re)arms the timer; TIMER_NEVER disarms it. Without memory for the heap the timer stays unarmed. */
export function timer_arm(t: Timer, deadline: u64): void {
  timer_cancel(t);
  t.deadline = deadline;
  if (deadline == TIMER_NEVER) return;
  const heap = Heap.of();
  if (heap.count + 1 >= heap.capacity && !grow(heap)) return;
  heap.count++;
  Heap.put(heap.count, t);
  sift_up(heap.count);
}

export function timer_cancel(t: Timer): void {
  const i = t.index;
  if (!i) return;
  const heap = Heap.of();
  const last = Heap.at(heap.count);
  heap.count--;
  t.index = 0;
  if (changetype<usize>(last) == changetype<usize>(t)) return;
  Heap.put(i, last);
  sift_up(i);
  sift_down(last.index);
}

/** Deadline of the next timer, TIMER_NEVER = none. */
export function timer_next(): u64 {
  return Heap.of().count ? Heap.at(1).deadline : TIMER_NEVER;
}

/** Runs what is due at `now`. */
export function timers_expire(now: u64): void {
  while (Heap.of().count && Heap.at(1).deadline <= now) {
    const t = Heap.at(1);
    timer_cancel(t);
    expire(t);
  }
}

/** Has that CLOCK_MONOTONIC deadline passed? Asks the clock only when there is one. */
export function timer_expired(deadline: u64): bool {
  return deadline != TIMER_NEVER && clock_monotonic() >= deadline;
}

function expire(t: Timer): void {
  switch (t.kind) {
    case TIMER_WAKE_TASK:
      wake_task(changetype<Task>(t.owner));
      break;
    case TIMER_WAKE_QUEUE:
      wq_wake(t.owner, i32.MAX_VALUE);
      break;
    case TIMER_ITIMER_REAL:
      itimer_expire(t.owner);
      break;
    case TIMER_POSIX:
      posix_timer_expire(t.owner);
      break;
  }
}

function grow(heap: TimerHeap): bool {
  const capacity = heap.capacity ? heap.capacity * 2 : 64;
  const items = kmalloc((capacity as usize) * 4);
  if (!items) return false;
  memory.copy(items, heap.items, (heap.capacity as usize) * 4);
  kfree(heap.items);
  heap.items = items;
  heap.capacity = capacity;
  return true;
}

function sift_up(i: u32): void {
  const t = Heap.at(i);
  while (i > 1 && Heap.at(i >> 1).deadline > t.deadline) {
    Heap.put(i, Heap.at(i >> 1));
    i >>= 1;
  }
  Heap.put(i, t);
}

function sift_down(i: u32): void {
  const t = Heap.at(i);
  const count = Heap.of().count;
  while (true) {
    let child = i * 2;
    if (child > count) break;
    if (child < count && Heap.at(child + 1).deadline < Heap.at(child).deadline) child++;
    if (Heap.at(child).deadline >= t.deadline) break;
    Heap.put(i, Heap.at(child));
    i = child;
  }
  Heap.put(i, t);
}
