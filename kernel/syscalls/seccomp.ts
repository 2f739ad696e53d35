// seccomp(2), and prctl's PR_SET_SECCOMP. Listeners (SECCOMP_FILTER_FLAG_NEW_LISTENER) are refused with EINVAL.
import { EACCES, EINVAL, ENOMEM, EOPNOTSUPP, ESRCH } from '../../abi/linux/errno.ts';
import {
  BPF_INSN_SIZE,
  BPF_MAXINSNS,
  SECCOMP_DATA_SIZE,
  SECCOMP_FILTER_FLAG_LOG,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW,
  SECCOMP_FILTER_FLAG_TSYNC,
  SECCOMP_FILTER_FLAG_TSYNC_ESRCH,
  SECCOMP_GET_ACTION_AVAIL,
  SECCOMP_GET_NOTIF_SIZES,
  SECCOMP_MODE_FILTER,
  SECCOMP_MODE_STRICT,
  SECCOMP_RET_ALLOW,
  SECCOMP_RET_ERRNO,
  SECCOMP_RET_KILL_PROCESS,
  SECCOMP_RET_KILL_THREAD,
  SECCOMP_RET_LOG,
  SECCOMP_RET_TRACE,
  SECCOMP_RET_TRAP,
  SECCOMP_RET_USER_NOTIF,
  SECCOMP_SET_MODE_FILTER,
  SECCOMP_SET_MODE_STRICT,
} from '../../abi/linux/seccomp.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { bpf_check } from '../task/bpf.ts';
import { CAP_SYS_ADMIN, capable_here, cred_own } from '../task/cred.ts';
import { Filter, filter_descends, filter_get, filter_put } from '../task/seccomp.ts';
import { current, Task } from '../task/task.ts';

const BUFFER: usize = memory.data(16, 8);
const FILTER_FLAGS =
  SECCOMP_FILTER_FLAG_TSYNC |
  SECCOMP_FILTER_FLAG_LOG |
  SECCOMP_FILTER_FLAG_SPEC_ALLOW |
  SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
// struct seccomp_notif, struct seccomp_notif_resp
const NOTIF_SIZE: u32 = 80;
const RESPONSE_SIZE: u32 = 24;

export function sys_seccomp(operation: i32, flags: i32, arg: u64): i64 {
  switch (operation) {
    case SECCOMP_SET_MODE_STRICT:
      return flags || arg ? -EINVAL : seccomp_strict();
    case SECCOMP_SET_MODE_FILTER:
      return seccomp_filter(flags, arg);
    case SECCOMP_GET_ACTION_AVAIL:
      return flags ? -EINVAL : action_available(arg);
    case SECCOMP_GET_NOTIF_SIZES:
      if (flags) return -EINVAL;
      store<u16>(BUFFER, NOTIF_SIZE as u16);
      store<u16>(BUFFER, RESPONSE_SIZE as u16, 2);
      store<u16>(BUFFER, SECCOMP_DATA_SIZE as u16, 4);
      return copyout(arg, BUFFER, 6);
  }
  return -EINVAL;
}

export function seccomp_strict(): i64 {
  const t = current();
  if (t.seccompMode == SECCOMP_MODE_FILTER) return -EINVAL;
  t.seccompMode = SECCOMP_MODE_STRICT;
  return 0;
}

function action_available(va: u64): i64 {
  const error = copyin(BUFFER, va, 4);
  if (error < 0) return error;
  switch (load<u32>(BUFFER)) {
    case SECCOMP_RET_KILL_PROCESS:
    case SECCOMP_RET_KILL_THREAD:
    case SECCOMP_RET_TRAP:
    case SECCOMP_RET_ERRNO:
    case SECCOMP_RET_USER_NOTIF:
    case SECCOMP_RET_TRACE:
    case SECCOMP_RET_LOG:
    case SECCOMP_RET_ALLOW:
      return 0;
  }
  return -EOPNOTSUPP;
}

/** Installs the filter of a struct sock_fprog: count u16, pad, instructions u64. */
export function seccomp_filter(flags: i32, va: u64): i64 {
  if (flags & ~FILTER_FLAGS) return -EINVAL;
  const error = copyin(BUFFER, va, 16);
  if (error < 0) return error;
  const count = load<u16>(BUFFER) as u32;
  if (count == 0 || count > (BPF_MAXINSNS as u32)) return -EINVAL;
  const t = current();
  if (!t.cred.noNewPrivs && !capable_here(CAP_SYS_ADMIN)) return -EACCES;
  const filter = changetype<Filter>(kmalloc(offsetof<Filter>() + (count as usize) * BPF_INSN_SIZE));
  if (!changetype<usize>(filter)) return -ENOMEM;
  filter.refs = 1;
  filter.count = count;
  filter.older = 0;
  const failed = read_program(filter, load<u64>(BUFFER, 8));
  const result = failed < 0 ? failed : t.seccompMode == SECCOMP_MODE_STRICT ? -EINVAL : install(t, filter, flags);
  if (result) kfree(changetype<usize>(filter));
  return result;
}

function read_program(filter: Filter, va: u64): i64 {
  const error = copyin(filter.program(), va, (filter.count as usize) * BPF_INSN_SIZE);
  if (error < 0) return error;
  return bpf_check(filter.program(), filter.count) ? 0 : -EINVAL;
}

/** 0, or -errno, or the thread that has filters of its own. */
function install(t: Task, filter: Filter, flags: i32): i64 {
  const all = (flags & SECCOMP_FILTER_FLAG_TSYNC) != 0;
  const other = all ? diverged_thread(t) : 0;
  if (other) return flags & SECCOMP_FILTER_FLAG_TSYNC_ESRCH ? -ESRCH : other;
  filter.older = t.seccompFilter;
  t.seccompFilter = changetype<usize>(filter);
  t.seccompMode = SECCOMP_MODE_FILTER;
  if (all) return spread(t);
  return 0;
}

/** A thread whose filters t could not replace by its own; 0 = none. */
function diverged_thread(t: Task): i32 {
  for (let each = t.group.threads; changetype<usize>(each); each = each.threadNext) {
    if (each.seccompMode == SECCOMP_MODE_STRICT || !filter_descends(t.seccompFilter, each.seccompFilter))
      return each.tid;
  }
  return 0;
}

/** Gives all threads what t has, no_new_privs too. */
function spread(t: Task): i64 {
  for (let each = t.group.threads; changetype<usize>(each); each = each.threadNext) {
    if (each.isCurrent()) continue;
    filter_put(each.seccompFilter);
    each.seccompFilter = filter_get(t.seccompFilter);
    each.seccompMode = SECCOMP_MODE_FILTER;
    const cred = t.cred.noNewPrivs ? cred_own(each) : each.cred;
    if (changetype<usize>(cred) && t.cred.noNewPrivs) cred.noNewPrivs = 1;
  }
  return 0;
}
