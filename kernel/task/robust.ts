// What a thread leaves behind in user memory when it ends or execs: robust futexes it holds get FUTEX_OWNER_DIED, and the word
// that set_tid_address named becomes 0. get_robust_list(2), set_tid_address(2).
import { FUTEX_OWNER_DIED, FUTEX_TID_MASK, FUTEX_WAITERS, ROBUST_LIST_LIMIT } from '../../abi/linux/futex.ts';
import { mm_activate, mm_current } from '../mm/mm.ts';
import { getuser, putuser } from '../mm/usercopy.ts';
import { nr_in } from '../ns/pid.ts';
import { futex_wake_all_kinds } from './futex.ts';
import { Task } from './task.ts';

// struct robust_list_head
const HEAD_OFFSET: u64 = 8;
const HEAD_PENDING: u64 = 16;

/** Does it for t, in t's address space; afterwards that of the current task is active again. */
export function robust_release(t: Task): void {
  if (!t.robustList && !t.clearChildTid) return;
  const active = mm_current();
  mm_activate(t.mm);
  if (t.robustList) walk_list(t, t.robustList);
  t.robustList = 0;
  const word = t.clearChildTid;
  t.clearChildTid = 0;
  if (word && t.mm.refs > 1) {
    putuser<u32>(word, 0);
    futex_wake_all_kinds(t.mm, word, 1);
  }
  mm_activate(active);
}

function walk_list(t: Task, head: u64): void {
  let entry = getuser64(head);
  const offset = getuser64(head + HEAD_OFFSET);
  const pending = getuser64(head + HEAD_PENDING);
  for (let n = 0; n < ROBUST_LIST_LIMIT && entry && (entry & ~1) != head; n++) {
    const next = getuser64(entry & ~1);
    if (entry != pending) owner_died(t, (entry & ~1) + offset);
    entry = next;
  }
  if (pending) owner_died(t, (pending & ~1) + offset);
}

function owner_died(t: Task, word: u64): void {
  const value = getuser<u32>(word);
  if (value < 0 || ((value as u32) & FUTEX_TID_MASK) != (nr_in(t.tid, t.group.pidNs) as u32)) return;
  putuser<u32>(word, ((value as u32) & FUTEX_WAITERS) | FUTEX_OWNER_DIED);
  if ((value as u32) & FUTEX_WAITERS) futex_wake_all_kinds(t.mm, word, 1);
}

/** 0 stands for unreadable: it ends the walk. */
function getuser64(va: u64): u64 {
  const low = getuser<u32>(va);
  const high = getuser<u32>(va + 4);
  return low < 0 || high < 0 ? 0 : (low as u64) | ((high as u64) << 32);
}
