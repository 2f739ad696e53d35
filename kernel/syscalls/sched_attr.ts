// Policy, nice value and priority in one structure that grows with Linux. sched_setattr(2), sched_getattr(2).
import { E2BIG, EINVAL, EPERM, ESRCH } from '../../abi/linux/errno.ts';
import { SCHED_BATCH, SCHED_OTHER, SCHED_RESET_ON_FORK } from '../../abi/linux/sched.ts';
import { copyin, copyout, getuser, putuser } from '../mm/usercopy.ts';
import { Task } from '../task/task.ts';
import { may_be_as_nice } from './priority.ts';
import { sched_task, set_policy } from './sched.ts';

/** struct sched_attr: size u32, policy u32, flags u64, nice i32, priority u32, then what deadlines and clamps take. */
const ATTR_SIZE: u32 = 56;
const ATTR_LEAST: u32 = 48;
const ATTR_POLICY = 4;
const ATTR_FLAGS = 8;
const ATTR_NICE = 16;
const ATTR_PRIORITY = 20;
const SCHED_FLAG_RESET_ON_FORK: u64 = 1;

const BUFFER: usize = memory.data(56, 8);

export function sys_sched_getattr(tid: i32, va: u64, size: u64, flags: u64): i64 {
  if (!va || tid < 0 || (size as u32) < ATTR_LEAST || (size as u32) > 4096 || flags) return -EINVAL;
  const found = sched_task(tid);
  if (!found) return -ESRCH;
  const t = changetype<Task>(found);
  const told = min<u32>(size as u32, ATTR_SIZE);
  memory.fill(BUFFER, 0, ATTR_SIZE);
  store<u32>(BUFFER, told);
  store<u32>(BUFFER, t.policy & ~SCHED_RESET_ON_FORK, 4);
  store<u64>(BUFFER, t.policy & SCHED_RESET_ON_FORK ? SCHED_FLAG_RESET_ON_FORK : 0, ATTR_FLAGS);
  store<i32>(BUFFER, t.rtPriority ? 0 : t.nice, ATTR_NICE);
  store<i32>(BUFFER, t.rtPriority, ATTR_PRIORITY);
  return copyout(va, BUFFER, told as usize);
}

export function sys_sched_setattr(tid: i32, va: u64, flags: u64): i64 {
  if (!va || tid < 0 || flags) return -EINVAL;
  const error = copy_attributes(va);
  if (error) return error;
  if (load<i32>(BUFFER, ATTR_POLICY) < 0) return -EINVAL;
  const t = sched_task(tid);
  return t ? set_attributes(changetype<Task>(t)) : -ESRCH;
}

/** Into BUFFER: a shorter structure is an older one. */
function copy_attributes(va: u64): i64 {
  const size = getuser<u32>(va);
  if (size < 0) return size;
  const known = size ? min<u32>(size as u32, ATTR_SIZE) : ATTR_LEAST;
  if (known >= ATTR_LEAST) return copyin(BUFFER, va, known as usize);
  const fault = putuser<u32>(va, ATTR_SIZE);
  return fault ? fault : -E2BIG;
}

function set_attributes(t: Task): i64 {
  const flags = load<u64>(BUFFER, ATTR_FLAGS);
  if (flags & ~SCHED_FLAG_RESET_ON_FORK) return -EINVAL;
  const policy = load<i32>(BUFFER, ATTR_POLICY);
  const nice = max(-20, min(19, load<i32>(BUFFER, ATTR_NICE)));
  const normal = policy == SCHED_OTHER || policy == SCHED_BATCH;
  if (normal && nice < t.nice && !may_be_as_nice(t, nice)) return -EPERM;
  const error = set_policy(t, flags ? policy | SCHED_RESET_ON_FORK : policy, load<i32>(BUFFER, ATTR_PRIORITY));
  if (!error && normal) t.nice = nice;
  return error;
}
