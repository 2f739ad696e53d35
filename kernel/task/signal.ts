// Sending signals. signal(7), kernel/signal.c of Linux for the order of rules.
// Invariant: signalPending of a task is set whenever something may have to be done before its next user instruction.
import { EAGAIN, ESRCH } from '../../abi/linux/errno.ts';
import {
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGRTMIN,
  SIGURG,
  SIGWINCH,
  SIG_DFL,
  SIG_IGN,
  SI_CODE,
  SI_USER,
} from '../../abi/linux/signal.ts';
import { RLIMIT_SIGPENDING } from '../../abi/linux/resource.ts';
import { run_queue_add } from './run_queue.ts';
import { wake_task } from './sched.ts';
import { pid_find, Pid } from './pid.ts';
import { pid_ns_is_below } from '../ns/pid.ts';
import { info_for } from './siginfo.ts';
import { sig_bit, sigqueue_add, sigqueue_flush } from './sigqueue.ts';
import { group_continue } from './stop.ts';
import { current, Task, TASK_DEAD, TASK_RUNNABLE, TASK_SLEEPING, TASK_STOPPED, TASK_UNINTERRUPTIBLE } from './task.ts';
import { GROUP_TELL_CONTINUED, GROUP_UNKILLABLE, GROUP_ZOMBIE, ThreadGroup } from './thread_group.ts';
import { wq_wake } from './wait_queue.ts';

/** Signal sets, bit sig - 1. */
export const STOP_SIGNALS: u64 = 0x3c0000; // STOP TSTP TTIN TTOU
/** SIGKILL and SIGSTOP can be neither blocked nor caught. */
export const KERNEL_ONLY: u64 = 0x40100;
/** Delivered before others: they belong to the instruction that raised them. ILL TRAP BUS FPE SEGV SYS */
export const SYNCHRONOUS: u64 = 0x400004d8;

/** Sends to one thread. info: INFO_SIZE bytes of siginfo_t, 0 = SI_KERNEL. 0 or -EAGAIN (no memory for the queue). */
export function send_signal(task: Task, sig: i32, info: usize): i32 {
  if (!prepare(task, task.group, sig, from_outside(task.group, info))) return 0;
  if (info) info = info_for(task, info);
  if (queue_full(task, sig, info) || !sigqueue_add(task.sigPending(), sig, info)) return -EAGAIN;
  wq_wake(task.sighand.waitQueue(), i32.MAX_VALUE);
  if (!(task.blocked & sig_bit(sig)) || sig == SIGKILL) signal_wake(task, sig);
  return 0;
}

/** Sends to a process: any thread that does not block it. */
export function send_group_signal(group: ThreadGroup, sig: i32, info: usize): i32 {
  return group_signal(group, sig, info, from_outside(group, info));
}

/** Does a process send it that the init of a pid namespace cannot see? Its SIGKILL and SIGSTOP reach even that one. */
function from_outside(group: ThreadGroup, info: usize): bool {
  if (!(group.flags & GROUP_UNKILLABLE) || !info || !group.pidNs.level) return false;
  return !pid_ns_is_below(current().group.pidNs, group.pidNs);
}

/** From outside the box: its SIGKILL and SIGSTOP reach even pid 1. */
export function send_host_signal(group: ThreadGroup, sig: i32): void {
  group_signal(group, sig, 0, true);
}

function group_signal(group: ThreadGroup, sig: i32, info: usize, force: bool): i32 {
  const target = choose_thread(group, sig);
  if (!changetype<usize>(target) || !prepare(target, group, sig, force)) return 0;
  if (info) info = info_for(target, info);
  if (queue_full(target, sig, info) || !sigqueue_add(group.sigPending(), sig, info)) return -EAGAIN;
  wq_wake(group.sighand.waitQueue(), i32.MAX_VALUE);
  if (!(target.blocked & sig_bit(sig)) || sig == SIGKILL) signal_wake(target, sig);
  return 0;
}

/** Sends to every process of the process group; -ESRCH when it is empty. */
export function send_pgrp_signal(pgid: i32, sig: i32, info: usize): i32 {
  const pid = pid_find(pgid);
  if (!pid || !changetype<usize>(changetype<Pid>(pid).pgrpFirst)) return -ESRCH;
  let group = changetype<Pid>(pid).pgrpFirst;
  while (changetype<usize>(group)) {
    const next = group.pgrpNext;
    send_group_signal(group, sig, info);
    group = next;
  }
  return 0;
}

/** Does a signal wait for the current task? A call that has made progress returns it instead of waiting on. */
export function signal_pending(): bool {
  return current().signalPending != 0;
}

/** Sets signalPending from what is pending now. */
export function signal_recalc(t: Task): void {
  const told = !(t.group.flags & GROUP_TELL_CONTINUED);
  t.signalPending = ((t.pending | t.group.pending) & ~t.blocked) != 0 || t.stopPending || !told ? 1 : 0;
}

/** Replaces the blocked set; SIGKILL and SIGSTOP cannot be in it. */
export function signal_set_blocked(t: Task, mask: u64): void {
  t.blocked = mask & ~KERNEL_ONLY;
  signal_recalc(t);
}

/** Replaces the mask until the call ends: ppoll, pselect, epoll_pwait. Repeated calls keep the first mask saved. */
export function sigmask_temporary(mask: u64): void {
  const t = current();
  if (t.hasSavedBlocked) return;
  t.savedBlocked = t.blocked;
  t.hasSavedBlocked = 1;
  signal_set_blocked(t, mask);
}

/** Does the current task ignore or block that signal? (tty: reads and writes of the background) */
export function signal_ignored_or_blocked(sig: i32): bool {
  const t = current();
  return (t.blocked & sig_bit(sig)) != 0 || t.sighand.handler(sig) == SIG_IGN;
}

export function default_ignores(sig: i32): bool {
  return sig == SIGCHLD || sig == SIGCONT || sig == SIGURG || sig == SIGWINCH;
}

/** RLIMIT_SIGPENDING: sigqueue is refused beyond it; kill never is, and standard signals are queued once anyhow. */
function queue_full(t: Task, sig: i32, info: usize): bool {
  if (sig < SIGRTMIN || !info || load<i32>(info, SI_CODE) == SI_USER) return false;
  const group = t.group;
  return ((t.sigCount + group.sigCount) as u64) >= group.rlimit(RLIMIT_SIGPENDING);
}

/** What must happen at once when a signal is sent. False = nobody will ever see it. */
function prepare(target: Task, group: ThreadGroup, sig: i32, force: bool): bool {
  if (group.state == GROUP_ZOMBIE || target.state == TASK_DEAD) return false;
  if (sig == SIGCONT) {
    flush_all(group, STOP_SIGNALS);
    group_continue(group);
  } else if (STOP_SIGNALS & sig_bit(sig)) flush_all(group, sig_bit(SIGCONT));
  return !ignored(target, sig, force);
}

function ignored(t: Task, sig: i32, force: bool): bool {
  const blocked = t.hasSavedBlocked ? t.blocked | t.savedBlocked : t.blocked;
  if (blocked & sig_bit(sig)) return false;
  const handler = t.sighand.handler(sig);
  if (handler == SIG_DFL && t.group.flags & GROUP_UNKILLABLE && !(force && KERNEL_ONLY & sig_bit(sig))) return true;
  return handler == SIG_IGN || (handler == SIG_DFL && default_ignores(sig));
}

function flush_all(group: ThreadGroup, set: u64): void {
  sigqueue_flush(group.sigPending(), set);
  for (let t = group.threads; changetype<usize>(t); t = t.threadNext) sigqueue_flush(t.sigPending(), set);
}

/** The leader if it wants the signal, else a thread that does, else the first. */
function choose_thread(group: ThreadGroup, sig: i32): Task {
  const leader = group.leader;
  if (leader.state != TASK_DEAD && !(leader.blocked & sig_bit(sig))) return leader;
  for (let t = group.threads; changetype<usize>(t); t = t.threadNext) {
    if (!(t.blocked & sig_bit(sig))) return t;
  }
  return group.threads;
}

function signal_wake(t: Task, sig: i32): void {
  t.signalPending = 1;
  if (t.state == TASK_SLEEPING) return wake_task(t);
  if (sig != SIGKILL) return;
  if (t.state == TASK_UNINTERRUPTIBLE) wake_task(t);
  else if (t.state == TASK_STOPPED) {
    t.state = TASK_RUNNABLE;
    run_queue_add(t);
  }
}
