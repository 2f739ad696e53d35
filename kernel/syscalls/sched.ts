// Scheduling calls of a machine with one CPU whose tasks run in turn. sched(7).
import { EFAULT, EINVAL, EPERM, ESRCH } from '../../abi/linux/errno.ts';
import {
  SCHED_BATCH,
  SCHED_FIFO,
  SCHED_IDLE,
  SCHED_OTHER,
  SCHED_RESET_ON_FORK,
  SCHED_RR,
} from '../../abi/linux/sched.ts';
import { RLIMIT_RTPRIO } from '../../abi/linux/resource.ts';
import { copyin, copyout, putuser } from '../mm/usercopy.ts';
import { CAP_SYS_NICE, capable } from '../task/cred.ts';
import { task_named } from '../ns/pid.ts';
import { sched_yield_current } from '../task/sched.ts';
import { current, Task } from '../task/task.ts';
import { may_be_as_nice, may_change } from './priority.ts';
import { timespec_out } from './timespec.ts';

const BUFFER: usize = memory.data(16, 8);
const RR_INTERVAL_NS: u64 = 100000000;

export function sys_sched_yield(): i64 {
  sched_yield_current();
  return 0;
}

/** The mask of the only CPU; as on Linux the result is the size of the kernel's own mask. */
export function sys_sched_getaffinity(tid: i32, size: u64, mask: u64): i64 {
  if (size < 8 || size & 7) return -EINVAL;
  if (!sched_task(tid)) return -ESRCH;
  store<u64>(BUFFER, 1);
  const error = copyout(mask, BUFFER, 8);
  return error < 0 ? error : 8;
}

export function sys_sched_setaffinity(tid: i32, size: u64, mask: u64): i64 {
  if (!sched_task(tid)) return -ESRCH;
  store<u64>(BUFFER, 0);
  const error = copyin(BUFFER, mask, min(size, 8) as usize);
  if (error < 0) return error;
  return load<u64>(BUFFER) & 1 ? 0 : -EINVAL;
}

export function sys_sched_getparam(tid: i32, param: u64): i64 {
  if (tid < 0 || !param) return -EINVAL;
  const t = sched_task(tid);
  return t ? putuser<i32>(param, changetype<Task>(t).rtPriority) : -ESRCH;
}

export function sys_sched_setparam(tid: i32, param: u64): i64 {
  return set_scheduler(tid, -1, param);
}

export function sys_sched_getscheduler(tid: i32): i64 {
  if (tid < 0) return -EINVAL;
  const t = sched_task(tid);
  return t ? changetype<Task>(t).policy : -ESRCH;
}

export function sys_sched_setscheduler(tid: i32, policy: i32, param: u64): i64 {
  if (policy < 0) return -EINVAL;
  return set_scheduler(tid, policy, param);
}

/** policy -1: the one it has. */
function set_scheduler(tid: i32, policy: i32, param: u64): i64 {
  if (tid < 0 || !param) return -EINVAL;
  const t = sched_task(tid);
  if (!t) return -ESRCH;
  const error = copyin(BUFFER, param, 4);
  if (error < 0) return error;
  return set_policy(changetype<Task>(t), policy < 0 ? changetype<Task>(t).policy : policy, load<i32>(BUFFER));
}

/** What who has no right to favour tasks may still do. */
function may_have_policy(t: Task, policy: i32, priority: i32): bool {
  const kind = policy & ~SCHED_RESET_ON_FORK;
  const had = t.policy & ~SCHED_RESET_ON_FORK;
  const limit = t.group.rlimit(RLIMIT_RTPRIO);
  if (priority && kind != had && !limit) return false;
  if (priority > t.rtPriority && (priority as u64) > limit) return false;
  if (had == SCHED_IDLE && kind != SCHED_IDLE && !may_be_as_nice(t, t.nice)) return false;
  return may_change(t) && (!(t.policy & SCHED_RESET_ON_FORK) || (policy & SCHED_RESET_ON_FORK) != 0);
}

/** Real-time policies are accepted from those who may have them; the turns stay the same. */
export function set_policy(t: Task, policy: i32, priority: i32): i64 {
  const kind = policy & ~SCHED_RESET_ON_FORK;
  const realTime = kind == SCHED_FIFO || kind == SCHED_RR;
  if (!realTime && kind != SCHED_OTHER && kind != SCHED_BATCH && kind != SCHED_IDLE) return -EINVAL;
  if (realTime ? priority < 1 || priority > 99 : priority != 0) return -EINVAL;
  if (!capable(CAP_SYS_NICE) && !may_have_policy(t, policy, priority)) return -EPERM;
  t.policy = policy;
  t.rtPriority = priority;
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
  return sched_task(tid) ? timespec_out(va, RR_INTERVAL_NS) : -ESRCH;
}

export function sys_getcpu(cpu: u64, node: u64): i64 {
  if (cpu && putuser<u32>(cpu, 0) < 0) return -EFAULT;
  if (node && putuser<u32>(node, 0) < 0) return -EFAULT;
  return 0;
}

export function sched_task(tid: i32): usize {
  return tid ? task_named(tid) : changetype<usize>(current());
}
