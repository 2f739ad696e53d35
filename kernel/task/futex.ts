// Futex operations. futex(2). A wait is repeated from its start after a wake-up; sysState0 says that FUTEX_WAKE caused it.
import { EAGAIN, EBLOCKED, EBLOCKED_INTR, EINVAL, ENOSYS, ETIMEDOUT } from '../../abi/linux/errno.ts';
import {
  FUTEX_BITSET_MATCH_ANY,
  FUTEX_OP_ADD,
  FUTEX_OP_ANDN,
  FUTEX_OP_CMP_EQ,
  FUTEX_OP_CMP_GE,
  FUTEX_OP_CMP_GT,
  FUTEX_OP_CMP_LE,
  FUTEX_OP_CMP_LT,
  FUTEX_OP_CMP_NE,
  FUTEX_OP_OPARG_SHIFT,
  FUTEX_OP_OR,
  FUTEX_OP_SET,
  FUTEX_OP_XOR,
} from '../../abi/linux/futex.ts';
import { Mm } from '../mm/mm.ts';
import { getuser, putuser } from '../mm/usercopy.ts';
import {
  FutexKey,
  futex_enqueue,
  futex_key,
  futex_key_equal,
  futex_requeue_key,
  futex_wake_key,
} from './futex_queue.ts';
import { signal_pending } from './signal.ts';
import { current } from './task.ts';
import { TIMER_NEVER } from './timer.ts';
import { wait_expired, wait_until } from './wait_queue.ts';

const KEY1 = changetype<FutexKey>(memory.data(16, 8));
const KEY2 = changetype<FutexKey>(memory.data(16, 8));

/** FUTEX_WAIT_BITSET. deadline: CLOCK_MONOTONIC ns; of a repeated call only the first one's counts. */
export function futex_wait(va: u64, expected: u32, isPrivate: bool, bitset: u32, deadline: u64): i64 {
  const t = current();
  if (!bitset) return -EINVAL;
  if (t.sysPhase) deadline = t.sleepDeadline;
  const blocked: i64 = deadline == TIMER_NEVER ? -EBLOCKED : -EBLOCKED_INTR;
  if (t.sysPhase) {
    if (t.sysState0) return 0;
    if (wait_expired()) return -ETIMEDOUT;

    if (signal_pending()) return blocked;
  }
  const value = getuser<u32>(va);
  if (value < 0) return value;
  if ((value as u32) != expected) return -EAGAIN;
  futex_key(KEY1, t.mm, va, isPrivate);
  futex_enqueue(t, KEY1, bitset);
  t.sysPhase = 1;
  t.sysState0 = 0;
  wait_until(deadline);
  return blocked;
}

export function futex_wake(va: u64, most: i32, isPrivate: bool, bitset: u32): i64 {
  if (!bitset) return -EINVAL;
  futex_key(KEY1, current().mm, va, isPrivate);
  return futex_wake_key(KEY1, most, bitset);
}

/** The kernel's own wake-up of a word that waiters may know as private or as shared. */
export function futex_wake_all_kinds(mm: Mm, va: u64, most: i32): void {
  futex_key(KEY1, mm, va, true);
  futex_key(KEY2, mm, va, false);
  const woken = futex_wake_key(KEY1, most, FUTEX_BITSET_MATCH_ANY);
  if (woken < most && !futex_key_equal(KEY1, KEY2)) futex_wake_key(KEY2, most - woken, FUTEX_BITSET_MATCH_ANY);
}

/** FUTEX_REQUEUE, and FUTEX_CMP_REQUEUE when compare is set. */
export function futex_requeue(
  va: u64,
  wake: i32,
  move: i32,
  va2: u64,
  isPrivate: bool,
  compare: bool,
  expected: u32,
): i64 {
  if (wake < 0 || move < 0) return -EINVAL;
  if (compare) {
    const value = getuser<u32>(va);
    if (value < 0) return value;
    if ((value as u32) != expected) return -EAGAIN;
  }
  futex_key(KEY1, current().mm, va, isPrivate);
  futex_key(KEY2, current().mm, va2, isPrivate);
  const woken = futex_wake_key(KEY1, wake, FUTEX_BITSET_MATCH_ANY);
  if (futex_key_equal(KEY1, KEY2)) return woken;
  const moved = futex_requeue_key(KEY1, KEY2, move);
  return compare ? woken + moved : woken;
}

/** FUTEX_WAKE_OP: changes the word at va2, wakes waiters of va and, if its old value compares, of va2. */
export function futex_wake_op(va: u64, wake: i32, wake2: i32, va2: u64, isPrivate: bool, op: u32): i64 {
  const old = getuser<u32>(va2);
  if (old < 0) return old;
  const cmp = ((op >> 24) & 15) as i32;
  const kind = ((op >> 28) & 7) as i32;
  if (cmp > FUTEX_OP_CMP_GE || kind > FUTEX_OP_XOR) return -ENOSYS;
  let arg = (((op << 8) as i32) >> 20) as u32;
  if ((op >> 28) & FUTEX_OP_OPARG_SHIFT) arg = (1 as u32) << (arg & 31);
  const error = putuser<u32>(va2, wake_op_value(kind, old as u32, arg));
  if (error < 0) return error;
  futex_key(KEY1, current().mm, va, isPrivate);
  futex_key(KEY2, current().mm, va2, isPrivate);
  let woken = futex_wake_key(KEY1, wake, FUTEX_BITSET_MATCH_ANY);
  if (wake_op_compare(cmp, old as i32, ((op << 20) as i32) >> 20)) {
    woken += futex_wake_key(KEY2, wake2, FUTEX_BITSET_MATCH_ANY);
  }
  return woken;
}

function wake_op_value(op: i32, old: u32, arg: u32): u32 {
  switch (op) {
    case FUTEX_OP_SET:
      return arg;
    case FUTEX_OP_ADD:
      return old + arg;
    case FUTEX_OP_OR:
      return old | arg;
    case FUTEX_OP_ANDN:
      return old & ~arg;
    default:
      return old ^ arg;
  }
}

function wake_op_compare(cmp: i32, old: i32, arg: i32): bool {
  switch (cmp) {
    case FUTEX_OP_CMP_EQ:
      return old == arg;
    case FUTEX_OP_CMP_NE:
      return old != arg;
    case FUTEX_OP_CMP_LT:
      return old < arg;
    case FUTEX_OP_CMP_LE:
      return old <= arg;
    case FUTEX_OP_CMP_GT:
      return old > arg;
    default:
      return old >= arg;
  }
}
