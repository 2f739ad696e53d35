// Priorities of processes, process groups and users: getpriority(2), setpriority(2), ioprio_get(2), ioprio_set(2).
// They are kept and told; turns do not depend on them.
import { EACCES, EINVAL, EPERM, ESRCH } from '../../abi/linux/errno.ts';
import { RLIMIT_NICE } from '../../abi/linux/resource.ts';
import { pid_named, task_named } from '../ns/pid.ts';
import { uid_taken } from '../ns/user.ts';
import { CAP_SYS_NICE, capable, ns_capable } from '../task/cred.ts';
import { Pid, PID_MAX, pid_find, task_find } from '../task/pid.ts';
import { current, Task } from '../task/task.ts';
import { ThreadGroup } from '../task/thread_group.ts';

const PRIO_PROCESS = 0;
const PRIO_PGRP = 1;
const PRIO_USER = 2;
/** ioprio_set counts the same three from 1. */
const IOPRIO_PROCESS = 1;
const IOPRIO_CLASS_SHIFT = 13;
const IOPRIO_CLASS_RT = 1;
const IOPRIO_CLASS_IDLE = 3;
const IOPRIO_LEVELS = 8;

/** What is done with each task. */
const GET_NICE = 0;
const SET_NICE = 1;
const GET_IO = 2;
const SET_IO = 3;

/** The raw call's way to stay positive: 20 - nice of the most favoured. */
export function sys_getpriority(which: i32, who: i32): i64 {
  return which < PRIO_PROCESS || which > PRIO_USER ? -EINVAL : visit(which, who, GET_NICE, 0);
}

export function sys_setpriority(which: i32, who: i32, nice: i32): i64 {
  if (which < PRIO_PROCESS || which > PRIO_USER) return -EINVAL;
  return visit(which, who, SET_NICE, max(-20, min(19, nice)));
}

export function sys_ioprio_get(which: i32, who: i32): i64 {
  const kind = which - IOPRIO_PROCESS;
  return kind < PRIO_PROCESS || kind > PRIO_USER ? -EINVAL : visit(kind, who, GET_IO, 0);
}

export function sys_ioprio_set(which: i32, who: i32, value: i32): i64 {
  const kind = which - IOPRIO_PROCESS;
  const level = value & ((1 << IOPRIO_CLASS_SHIFT) - 1);
  const favour = value >> IOPRIO_CLASS_SHIFT;
  if (favour < 0 || favour > IOPRIO_CLASS_IDLE || level >= (favour ? IOPRIO_LEVELS : 1)) return -EINVAL;
  if (favour == IOPRIO_CLASS_RT && !capable(CAP_SYS_NICE)) return -EPERM;
  return kind < PRIO_PROCESS || kind > PRIO_USER ? -EINVAL : visit(kind, who, SET_IO, value);
}

function visit(which: i32, who: i32, what: i32, value: i32): i64 {
  if (which == PRIO_PROCESS) {
    const t = who ? changetype<Task>(task_named(who)) : current();
    return changetype<usize>(t) ? one(t, what, value, -ESRCH) : -ESRCH;
  }
  return which == PRIO_USER ? of_user(who, what, value) : of_group(who, what, value);
}

function of_group(who: i32, what: i32, value: i32): i64 {
  const pid = who ? pid_named(who) : pid_find(current().group.pgid);
  let result: i64 = -ESRCH;
  let group = pid ? changetype<Pid>(pid).pgrpFirst : changetype<ThreadGroup>(0);
  for (; changetype<usize>(group); group = group.pgrpNext) {
    for (let t = group.threads; changetype<usize>(t); t = t.threadNext) result = one(t, what, value, result);
  }
  return result;
}

function of_user(who: i32, what: i32, value: i32): i64 {
  const uid = who ? uid_taken(who as u32) : current().cred.uid;
  let result: i64 = -ESRCH;
  for (let nr = 1; nr < PID_MAX; nr++) {
    const t = changetype<Task>(task_find(nr));
    if (changetype<usize>(t) && t.cred.uid == uid) result = one(t, what, value, result);
  }
  return result;
}

/** What the call answers after this task too, when it was to answer `result` after those before. */
function one(t: Task, what: i32, value: i32, result: i64): i64 {
  switch (what) {
    case GET_NICE:
      return max<i64>(result, 20 - t.nice);
    case GET_IO:
      return result < 0 ? (t.ioPriority as i64) : min<i64>(result, t.ioPriority);
    case SET_IO:
      if (!may_change(t)) return -EPERM;
      t.ioPriority = value;
      return 0;
  }
  if (!may_change(t)) return -EPERM;
  if (value < t.nice && !may_be_as_nice(t, value)) return -EACCES;
  t.nice = value;
  return result == -ESRCH ? 0 : result;
}

/** RLIMIT_NICE: how far a task may be favoured without the right to. */
export function may_be_as_nice(t: Task, nice: i32): bool {
  return ((20 - nice) as u64) <= t.group.rlimit(RLIMIT_NICE) || capable(CAP_SYS_NICE);
}

export function may_change(t: Task): bool {
  const me = current().cred;
  return t.cred.uid == me.euid || t.cred.euid == me.euid || ns_capable(t.cred.user, CAP_SYS_NICE);
}
