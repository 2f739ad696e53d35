// Futexes that name their owner: FUTEX_LOCK_PI and relatives. futex(2). There are no priorities to inherit on a machine whose
// tasks run in turn; what remains is the protocol: the word holds the owner's tid, the kernel hands it over.
import { EAGAIN, EBLOCKED, EBLOCKED_INTR, EDEADLK, EPERM, ESRCH, ETIMEDOUT } from '../../abi/linux/errno.ts';
import { FUTEX_BITSET_MATCH_ANY, FUTEX_OWNER_DIED, FUTEX_TID_MASK, FUTEX_WAITERS } from '../../abi/linux/futex.ts';
import { getuser, putuser } from '../mm/usercopy.ts';
import { FutexKey, futex_enqueue, futex_key, futex_next_waiter } from './futex_queue.ts';
import { nr_in, pid_told, task_named } from '../ns/pid.ts';
import { wake_task } from './sched.ts';
import { signal_pending } from './signal.ts';
import { current, Task } from './task.ts';
import { TIMER_NEVER } from './timer.ts';
import { wait_expired, wait_until } from './wait_queue.ts';

const KEY = changetype<FutexKey>(memory.data(16, 8));

/** Takes the lock, waiting until deadline (CLOCK_MONOTONIC ns; of a repeated call only the first one's counts). */
export function futex_lock_pi(va: u64, isPrivate: bool, deadline: u64): i64 {
  const t = current();
  const word = getuser<u32>(va);
  if (word < 0) return word;
  const owner = (word as u32) & FUTEX_TID_MASK;
  const tid = pid_told(t.tid);
  // Woken: the one who unlocked has written this task's tid.
  if (owner == (tid as u32)) return t.sysPhase ? 0 : -EDEADLK;
  futex_key(KEY, t.mm, va, isPrivate);
  if (!owner) return take(va, word as u32, tid);
  if (!task_named(owner as i32)) return -ESRCH;
  return wait_for_owner(t, va, word as u32, t.sysPhase ? t.sleepDeadline : deadline);
}

function wait_for_owner(t: Task, va: u64, word: u32, deadline: u64): i64 {
  if (t.sysPhase && wait_expired()) return -ETIMEDOUT;
  const blocked: i64 = deadline == TIMER_NEVER ? -EBLOCKED : -EBLOCKED_INTR;
  if (t.sysPhase && signal_pending()) return blocked;
  const error = putuser<u32>(va, word | FUTEX_WAITERS);
  if (error < 0) return error;
  futex_enqueue(t, KEY, FUTEX_BITSET_MATCH_ANY);
  t.sysPhase = 1;
  wait_until(deadline);
  return blocked;
}

export function futex_trylock_pi(va: u64, isPrivate: bool): i64 {
  const t = current();
  const word = getuser<u32>(va);
  if (word < 0) return word;
  const owner = (word as u32) & FUTEX_TID_MASK;
  if (owner == (pid_told(t.tid) as u32)) return -EDEADLK;
  if (owner) return task_named(owner as i32) ? -EAGAIN : -ESRCH;
  futex_key(KEY, t.mm, va, isPrivate);
  return take(va, word as u32, pid_told(t.tid));
}

/** Hands the lock to the longest waiter, or frees it. */
export function futex_unlock_pi(va: u64, isPrivate: bool): i64 {
  const word = getuser<u32>(va);
  if (word < 0) return word;
  if (((word as u32) & FUTEX_TID_MASK) != (pid_told(current().tid) as u32)) return -EPERM;
  futex_key(KEY, current().mm, va, isPrivate);
  const next = futex_next_waiter(KEY);
  if (!changetype<usize>(next)) return putuser<u32>(va, 0);
  wake_task(next);
  return take(va, 0, nr_in(next.tid, next.group.pidNs));
}

/** Writes the new owner; a waiter still in the bucket keeps FUTEX_WAITERS set. */
function take(va: u64, word: u32, tid: i32): i64 {
  const waiters: u32 = changetype<usize>(futex_next_waiter(KEY)) ? FUTEX_WAITERS : 0;
  return putuser<u32>(va, (word & FUTEX_OWNER_DIED) | waiters | (tid as u32));
}
