// siginfo_t under construction in static buffers, good until the signal is sent. sigaction(2).
// Invariant: sending one signal may tell a parent of its child: that information has its own buffer.
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRBAND, POLLWRNORM } from '../../abi/linux/poll.ts';
import { AUDIT_ARCH_X86_64 } from '../../abi/linux/seccomp.ts';
import {
  POLL_IN,
  POLL_OUT,
  SI_ADDR,
  SI_BAND,
  SI_ARCH,
  SI_CODE,
  SI_ERRNO,
  SI_FD,
  SI_MESGQ,
  SI_PID,
  SI_SIGNO,
  SI_STATUS,
  SI_SYSCALL,
  SI_TKILL,
  SI_UID,
  SI_USER,
  SI_VALUE,
  SIGCHLD,
} from '../../abi/linux/signal.ts';
import { nr_in } from '../ns/pid.ts';
import { told, uid_in } from '../ns/user.ts';
import { current, Task } from './task.ts';

/** Bytes of a siginfo_t that carry anything. */
export const INFO_SIZE: usize = 48;

const BUFFER: usize = memory.data(48, 8);
const CHILD_BUFFER: usize = memory.data(48, 8);
const SEEN_BUFFER: usize = memory.data(48, 8);

function info_begin(info: usize, sig: i32, code: i32): usize {
  memory.fill(info, 0, INFO_SIZE);
  store<i32>(info, sig, SI_SIGNO);
  store<i32>(info, code, SI_CODE);
  return info;
}

/** From the current process: kill (SI_USER), tgkill (SI_TKILL). */
export function info_user(sig: i32, code: i32): usize {
  const info = info_begin(BUFFER, sig, code);
  store<i32>(info, current().group.tgid, SI_PID);
  store<u32>(info, current().cred.uid, SI_UID);
  return info;
}

/** From the kernel itself: SI_KERNEL and the like. */
export function info_kernel(sig: i32, code: i32): usize {
  return info_begin(BUFFER, sig, code);
}

/** A fault at va. */
export function info_fault(sig: i32, code: i32, va: u64): usize {
  const info = info_begin(BUFFER, sig, code);
  store<u64>(info, va, SI_ADDR);
  return info;
}

/** A refused system call: where, which, and SECCOMP_RET_DATA as si_errno. */
export function info_syscall(sig: i32, code: i32, va: u64, nr: u32, data: u32): usize {
  const info = info_fault(sig, code, va);
  store<u32>(info, data, SI_ERRNO);
  store<u32>(info, nr, SI_SYSCALL);
  store<u32>(info, AUDIT_ARCH_X86_64, SI_ARCH);
  return info;
}

/** A child's change of state: code is CLD_*. */
export function info_child(sig: i32, code: i32, pid: i32, uid: u32, status: i32): usize {
  const info = info_begin(CHILD_BUFFER, sig, code);
  store<i32>(info, pid, SI_PID);
  store<u32>(info, uid, SI_UID);
  store<i32>(info, status, SI_STATUS);
  return info;
}

/** A timer: id, overruns and the value given at its creation. */
export function info_timer(sig: i32, code: i32, id: i32, overrun: i32, value: u64): usize {
  const info = info_begin(BUFFER, sig, code);
  store<i32>(info, id, SI_PID);
  store<i32>(info, overrun, SI_UID);
  store<u64>(info, value, SI_VALUE);
  return info;
}

/** A message came to an empty queue: from the current process, with the value given to mq_notify. */
export function info_message_queue(sig: i32, value: u64): usize {
  const info = info_user(sig, SI_MESGQ);
  store<u64>(info, value, SI_VALUE);
  return info;
}

/** A file became ready (POLL_IN, ...): the events as poll(2) tells them, and the descriptor. */
export function info_poll(sig: i32, what: i32, fd: i32): usize {
  const info = info_begin(BUFFER, sig, what);
  const band =
    what == POLL_IN ? POLLIN | POLLRDNORM : what == POLL_OUT ? POLLOUT | POLLWRNORM | POLLWRBAND : POLLHUP | POLLERR;
  store<i64>(info, band, SI_BAND);
  store<i32>(info, fd, SI_FD);
  return info;
}

/** The same information with pid and uid as their receiver names them, if it is of another namespace than the first ones. */
export function info_for(t: Task, info: usize): usize {
  const code = load<i32>(info, SI_CODE);
  if (code != SI_USER && code != SI_TKILL && code != SI_MESGQ && load<i32>(info, SI_SIGNO) != SIGCHLD) return info;
  const pids = t.group.pidNs;
  const user = t.cred.user;
  if (!pids.level && !user.level) return info;
  memory.copy(SEEN_BUFFER, info, INFO_SIZE);
  store<i32>(SEEN_BUFFER, nr_in(load<i32>(info, SI_PID), pids), SI_PID);
  store<u32>(SEEN_BUFFER, told(uid_in(user, load<u32>(info, SI_UID))), SI_UID);
  return SEEN_BUFFER;
}
