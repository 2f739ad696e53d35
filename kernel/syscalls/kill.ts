// Sending signals: kill(2), tgkill(2), rt_sigqueueinfo(2).
import { EINVAL, EPERM, ESRCH } from '../../abi/linux/errno.ts';
import { NSIG, SIGCONT, SI_CODE, SI_SIGNO, SI_TKILL, SI_USER } from '../../abi/linux/signal.ts';
import { copyin } from '../mm/usercopy.ts';
import { CAP_KILL, ns_capable } from '../task/cred.ts';
import { group_named, pid_taken, pid_told, task_named } from '../ns/pid.ts';
import { group_find, Pid, PID_MAX, pid_find } from '../task/pid.ts';
import { info_user, INFO_SIZE } from '../task/siginfo.ts';
import { send_group_signal, send_signal } from '../task/signal.ts';
import { current, Task } from '../task/task.ts';
import { ThreadGroup } from '../task/thread_group.ts';

const INFO: usize = memory.data(128, 8);

export function sys_kill(pid: i32, sig: i32): i64 {
  if (pid > 0) {
    const group = group_named(pid);
    return group ? signal_group(changetype<ThreadGroup>(group), sig) : -ESRCH;
  }
  if (pid == -1) return kill_everybody(sig);
  return kill_pgrp(pid == 0 ? current().group.pgid : pid_taken(-pid), sig);
}

export function sys_tkill(tid: i32, sig: i32): i64 {
  return tid <= 0 ? -EINVAL : signal_thread(-1, tid, sig);
}

export function sys_tgkill(tgid: i32, tid: i32, sig: i32): i64 {
  return tid <= 0 || tgid <= 0 ? -EINVAL : signal_thread(tgid, tid, sig);
}

export function sys_rt_sigqueueinfo(tgid: i32, sig: i32, info: u64): i64 {
  const error = import_info(info, sig, tgid);
  if (error < 0) return error;
  return queue_group(changetype<ThreadGroup>(group_named(tgid)), sig);
}

/** Sends what import_info has brought in; group may be null. */
export function queue_group(group: ThreadGroup, sig: i32): i64 {
  if (!changetype<usize>(group)) return -ESRCH;
  if (sig < 0 || sig > NSIG) return -EINVAL;
  if (!may_signal(group.leader, sig)) return -EPERM;
  return sig ? send_group_signal(group, sig, INFO) : 0;
}

export function sys_rt_tgsigqueueinfo(tgid: i32, tid: i32, sig: i32, info: u64): i64 {
  if (tgid <= 0 || tid <= 0) return -EINVAL;
  const error = import_info(info, sig, tgid);
  if (error < 0) return error;
  const t = changetype<Task>(task_named(tid));
  if (!changetype<usize>(t) || t.group.tgid != pid_taken(tgid)) return -ESRCH;
  if (sig < 0 || sig > NSIG) return -EINVAL;
  if (!may_signal(t, sig)) return -EPERM;
  return sig ? send_signal(t, sig, INFO) : 0;
}

/** Nobody may pretend towards others that the kernel or kill() sent it. */
export function import_info(va: u64, sig: i32, tgid: i32): i32 {
  const error = copyin(INFO, va, INFO_SIZE);
  if (error < 0) return error;
  store<i32>(INFO, sig, SI_SIGNO);
  const code = load<i32>(INFO, SI_CODE);
  return (code >= 0 || code == SI_TKILL) && tgid != pid_told(current().group.tgid) ? -EPERM : 0;
}

function signal_thread(tgid: i32, tid: i32, sig: i32): i64 {
  const t = changetype<Task>(task_named(tid));
  if (!changetype<usize>(t) || (tgid >= 0 && t.group.tgid != pid_taken(tgid))) return -ESRCH;
  if (sig < 0 || sig > NSIG) return -EINVAL;
  if (!may_signal(t, sig)) return -EPERM;
  return sig ? send_signal(t, sig, info_user(sig, SI_TKILL)) : 0;
}

/** kill() of one process. */
export function signal_group(group: ThreadGroup, sig: i32): i64 {
  if (sig < 0 || sig > NSIG) return -EINVAL;
  if (!may_signal(group.leader, sig)) return -EPERM;
  return sig ? send_group_signal(group, sig, info_user(sig, SI_USER)) : 0;
}

/** Success when at least one process could be signalled. */
function kill_pgrp(pgid: i32, sig: i32): i64 {
  const pid = pid_find(pgid);
  let result: i64 = -ESRCH;
  let next = pid ? changetype<Pid>(pid).pgrpFirst : changetype<ThreadGroup>(0);
  while (changetype<usize>(next)) {
    const group = next;
    next = group.pgrpNext;
    const one = signal_group(group, sig);
    if (result != 0) result = one;
  }
  return result;
}

/** kill(-1): everybody but pid 1 and the caller. */
function kill_everybody(sig: i32): i64 {
  let result: i64 = -ESRCH;
  for (let nr = 2; nr < PID_MAX; nr++) {
    const group = changetype<ThreadGroup>(group_find(nr));
    if (
      !changetype<usize>(group) ||
      pid_told(nr) <= 1 ||
      changetype<usize>(group) == changetype<usize>(current().group)
    )
      continue;
    const one = signal_group(group, sig);
    if (result != 0) result = one;
  }
  return result;
}

function may_signal(target: Task, sig: i32): bool {
  const me = current().cred;
  const cred = target.cred;
  if (me.euid == cred.suid || me.euid == cred.uid || me.uid == cred.suid || me.uid == cred.uid) return true;
  if (ns_capable(cred.user, CAP_KILL)) return true;
  return sig == SIGCONT && target.group.sid == current().group.sid;
}
