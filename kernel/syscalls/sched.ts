// Scheduling calls of a machine with one CPU whose tasks run in turn. sched(7).
import { EACCES, EFAULT, EINVAL, EPERM, ESRCH } from '../../abi/linux/errno.ts';
import {
  SCHED_BATCH,
  SCHED_FIFO,
  SCHED_IDLE,
  SCHED_OTHER,
  SCHED_RESET_ON_FORK,
  SCHED_RR,
} from '../../abi/linux/sched.ts';
import { copyin, copyout, putuser } from '../mm/usercopy.ts';
import { CAP_SYS_NICE, capable } from '../task/cred.ts';
import { pid_named, task_named } from '../ns/pid.ts';
import { uid_taken } from '../ns/user.ts';
import { Pid, pid_find } from '../task/pid.ts';
import { sched_yield_current } from '../task/sched.ts';
import { current, Task } from '../task/task.ts';
import { ThreadGroup } from '../task/thread_group.ts';
import { timespec_out } from './timespec.ts';

const BUFFER: usize = memory.data(48, 8);
const PRIO_PROCESS = 0;
const PRIO_PGRP = 1;
const PRIO_USER = 2;
const RR_INTERVAL_NS: u64 = 100000000;

export function sys_sched_yield(): i64 {
  sched_yield_current();
  return 0;
}

/** The mask of the only CPU; as on Linux the result is the size of the kernel's own mask. */
export function sys_sched_getaffinity(tid: i32, size: u64, mask: u64): i64 {
  if (size < 8 || size & 7) return -EINVAL;
  if (!find(tid)) return -ESRCH;
  store<u64>(BUFFER, 1);
  const error = copyout(mask, BUFFER, 8);
  return error < 0 ? error : 8;
}

export function sys_sched_setaffinity(tid: i32, size: u64, mask: u64): i64 {
  if (!find(tid)) return -ESRCH;
  store<u64>(BUFFER, 0);
  const error = copyin(BUFFER, mask, min(size, 8) as usize);
  if (error < 0) return error;
  return load<u64>(BUFFER) & 1 ? 0 : -EINVAL;
}

export function sys_sched_getparam(tid: i32, param: u64): i64 {
  if (tid < 0 || !param) return -EINVAL;
  return find(tid) ? putuser<i32>(param, 0) : -ESRCH;
}

export function sys_sched_setparam(tid: i32, param: u64): i64 {
  return set_scheduler(tid, -1, param);
}

export function sys_sched_getscheduler(tid: i32): i64 {
  if (tid < 0) return -EINVAL;
  const t = find(tid);
  return t ? changetype<Task>(t).policy : -ESRCH;
}

export function sys_sched_setscheduler(tid: i32, policy: i32, param: u64): i64 {
  if (policy < 0) return -EINVAL;
  return set_scheduler(tid, policy, param);
}

/** Real-time policies are accepted from those who may have them; the turns stay the same. */
function set_scheduler(tid: i32, policy: i32, param: u64): i64 {
  if (tid < 0 || !param) return -EINVAL;
  const t = find(tid);
  if (!t) return -ESRCH;
  const error = copyin(BUFFER, param, 4);
  if (error < 0) return error;
  const priority = load<i32>(BUFFER);
  const kind = policy < 0 ? changetype<Task>(t).policy : policy & ~SCHED_RESET_ON_FORK;
  const realTime = kind == SCHED_FIFO || kind == SCHED_RR;
  if (!realTime && kind != SCHED_OTHER && kind != SCHED_BATCH && kind != SCHED_IDLE) return -EINVAL;
  if (realTime ? priority < 1 || priority > 99 : priority != 0) return -EINVAL;
  if (realTime && !capable(CAP_SYS_NICE)) return -EPERM;
  changetype<Task>(t).policy = kind;
  return 0;
}

export function sys_sched_get_priority_max(policy: i32): i64 {
  if (policy == SCHED_FIFO || policy == SCHED_RR) return 99;
  return policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE ? 0 : -EINVAL;
}

export function sys_sched_get_priority_min(policy: i32): i64 {
  if (policy == SCHED_FIFO || policy == SCHED_RR) return 1;
  return policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE ? 0 : -EINVAL;
}

export function sys_sched_rr_get_interval(tid: i32, va: u64): i64 {
  if (tid < 0) return -EINVAL;
  return find(tid) ? timespec_out(va, RR_INTERVAL_NS) : -ESRCH;
}

export function sys_getcpu(cpu: u64, node: u64): i64 {
  if (cpu && putuser<u32>(cpu, 0) < 0) return -EFAULT;
  if (node && putuser<u32>(node, 0) < 0) return -EFAULT;
  return 0;
}

/** 20 - nice of the most favoured: the raw call's way to stay positive. */
export function sys_getpriority(which: i32, who: i32): i64 {
  if (which < PRIO_PROCESS || which > PRIO_USER) return -EINVAL;
  const t = first_of(which, who);
  return t ? 20 - changetype<Task>(t).nice : -ESRCH;
}

export function sys_setpriority(which: i32, who: i32, nice: i32): i64 {
  if (which < PRIO_PROCESS || which > PRIO_USER) return -EINVAL;
  const t = changetype<Task>(first_of(which, who));
  if (!changetype<usize>(t)) return -ESRCH;
  const value = max(-20, min(19, nice));
  if (value < t.nice && !capable(CAP_SYS_NICE)) return -EACCES;
  t.nice = value;
  return 0;
}

function first_of(which: i32, who: i32): usize {
  if (which == PRIO_PROCESS) return find(who);
  if (which == PRIO_USER) return !who || uid_taken(who as u32) == current().cred.uid ? changetype<usize>(current()) : 0;
  const pid = who ? pid_named(who) : pid_find(current().group.pgid);
  const group = pid ? changetype<Pid>(pid).pgrpFirst : changetype<ThreadGroup>(0);
  return changetype<usize>(group) ? changetype<usize>(group.leader) : 0;
}

function find(tid: i32): usize {
  return tid ? task_named(tid) : changetype<usize>(current());
}
