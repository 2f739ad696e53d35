// futex(2), set_robust_list(2).
import { EINVAL, ENOSYS, EPERM, ESRCH, EFAULT } from '../../abi/linux/errno.ts';
import {
  FUTEX_BITSET_MATCH_ANY,
  FUTEX_CLOCK_REALTIME,
  FUTEX_CMP_REQUEUE,
  FUTEX_LOCK_PI,
  FUTEX_PRIVATE_FLAG,
  FUTEX_REQUEUE,
  FUTEX_TRYLOCK_PI,
  FUTEX_UNLOCK_PI,
  FUTEX_WAIT,
  FUTEX_WAIT_BITSET,
  FUTEX_WAKE,
  FUTEX_WAKE_BITSET,
  FUTEX_WAKE_OP,
} from '../../abi/linux/futex.ts';
import { CLOCK_MONOTONIC, CLOCK_REALTIME } from '../../abi/linux/time.ts';
import { copyout, user_range } from '../mm/usercopy.ts';
import { futex_requeue, futex_wait, futex_wake, futex_wake_op } from '../task/futex.ts';
import { futex_lock_pi, futex_trylock_pi, futex_unlock_pi } from '../task/futex_pi.ts';
import { task_named } from '../ns/pid.ts';
import { current, Task } from '../task/task.ts';
import { clock_deadline } from '../task/time.ts';
import { TIMER_NEVER } from '../task/timer.ts';
import { timespec_in } from './timespec.ts';

/** sizeof(struct robust_list_head) */
const ROBUST_HEAD_SIZE: u64 = 24;
const PAIR: usize = memory.data(8, 8);

export function sys_futex(va: u64, op: i32, val: u64, timeout: u64, va2: u64, val3: u64): i64 {
  const isPrivate = (op & FUTEX_PRIVATE_FLAG) != 0;
  const value = val as u32;
  if (va & 3) return -EINVAL;
  if (!user_range(va, 0)) return -EFAULT;
  switch (op & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME)) {
    case FUTEX_WAIT:
      return wait(va, op, value, timeout, FUTEX_BITSET_MATCH_ANY, false);
    case FUTEX_WAIT_BITSET:
      return wait(va, op, value, timeout, val3 as u32, true);
    case FUTEX_WAKE:
      return futex_wake(va, value as i32, isPrivate, FUTEX_BITSET_MATCH_ANY);
    case FUTEX_WAKE_BITSET:
      return futex_wake(va, value as i32, isPrivate, val3 as u32);
    case FUTEX_REQUEUE:
      return futex_requeue(va, value as i32, timeout as i32, va2, isPrivate, false, 0);
    case FUTEX_CMP_REQUEUE:
      return futex_requeue(va, value as i32, timeout as i32, va2, isPrivate, true, val3 as u32);
    case FUTEX_LOCK_PI:
      return lock_pi(va, isPrivate, timeout);
    case FUTEX_TRYLOCK_PI:
      return futex_trylock_pi(va, isPrivate);
    case FUTEX_UNLOCK_PI:
      return futex_unlock_pi(va, isPrivate);
    case FUTEX_WAKE_OP:
      return futex_wake_op(va, value as i32, timeout as i32, va2, isPrivate, val3 as u32);
  }
  return -ENOSYS;
}

/** FUTEX_WAIT takes a span, FUTEX_WAIT_BITSET a point in time. */
function wait(va: u64, op: i32, value: u32, timeout: u64, bitset: u32, absolute: bool): i64 {
  let deadline = TIMER_NEVER;
  if (timeout && !current().sysPhase) {
    const ns = timespec_in(timeout);
    if (ns < 0) return ns;
    deadline = clock_deadline(op & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC, ns as u64, absolute);
  }
  return futex_wait(va, value, (op & FUTEX_PRIVATE_FLAG) != 0, bitset, deadline);
}

/** Its timeout is a point of CLOCK_REALTIME. */
function lock_pi(va: u64, isPrivate: bool, timeout: u64): i64 {
  let deadline = TIMER_NEVER;
  if (timeout && !current().sysPhase) {
    const ns = timespec_in(timeout);
    if (ns < 0) return ns;
    deadline = clock_deadline(CLOCK_REALTIME, ns as u64, true);
  }
  return futex_lock_pi(va, isPrivate, deadline);
}

export function sys_set_robust_list(head: u64, len: u64): i64 {
  if (len != ROBUST_HEAD_SIZE) return -EINVAL;
  current().robustList = head;
  return 0;
}

export function sys_get_robust_list(tid: i32, head: u64, len: u64): i64 {
  const t = tid ? changetype<Task>(task_named(tid)) : current();
  if (!changetype<usize>(t)) return -ESRCH;
  if (t.cred.uid != current().cred.uid && current().cred.uid) return -EPERM;
  store<u64>(PAIR, ROBUST_HEAD_SIZE);
  const error = copyout(len, PAIR, 8);
  if (error < 0) return error;
  store<u64>(PAIR, t.robustList);
  return copyout(head, PAIR, 8);
}
