// The end of threads and thread groups. exit(2), exit_group(2), kernel/exit.c of Linux.
// Invariant: since nothing of a task lies on the wasm stack, any task can be ended at any time by another one. The record of a
// leader lives until its group is reaped; that of any other thread until the scheduler has switched away from it.
import { CONTROL_BASE } from '../../abi/box.ts';
import { CONTROL_TASKS } from '../../abi/host.ts';
import { CLD_EXITED, CLD_KILLED, SA_NOCLDWAIT, SIGCHLD, SIGKILL, SIG_IGN } from '../../abi/linux/signal.ts';
import { calls_forget } from '../fs/hostfs/call.ts';
import { host_write_abandon } from '../fs/hostfs/write.ts';
import { exec_ended } from '../boot/exec.ts';
import { tty_session_exit } from '../fs/tty/session.ts';
import { sem_exit } from '../ipc/sem_exit.ts';
import { kfree } from '../lib/slab.ts';
import { mm_put } from '../mm/mm.ts';
import { fdtable_put } from '../vfs/fdtable.ts';
import { fsctx_put } from '../vfs/fsctx.ts';
import { box_exit } from './box_exit.ts';
import { cpu_time_charge } from './cputime.ts';
import { cred_put } from './cred.ts';
import { robust_release } from './robust.ts';
import { Pid, group_find, pid_find, pid_release } from './pid.ts';
import { pgrp_check_orphan, pgrp_leave } from './pgrp.ts';
import { posix_timers_delete } from './posix_timer.ts';
import { Nsproxy, nsproxy_put } from '../ns/nsproxy.ts';
import { pid_ns_end } from '../ns/pid_init.ts';
import { cancel_waits, task_park } from './sched.ts';
import { filter_put } from './seccomp.ts';
import { sighand_put } from './sighand.ts';
import { info_child } from './siginfo.ts';
import { send_group_signal } from './signal.ts';
import { sigqueue_flush } from './sigqueue.ts';
import { Task, TASK_DEAD } from './task.ts';
import {
  GROUP_CONTINUE_REPORT,
  GROUP_EXITING,
  GROUP_STOP_REPORT,
  GROUP_SUBREAPER,
  GROUP_ZOMBIE,
  ThreadGroup,
} from './thread_group.ts';
import { timer_cancel } from './timer.ts';
import { vfork_release } from './vfork.ts';
import { wq_wake } from './wait_queue.ts';

const ALL_SIGNALS: u64 = 0xffffffffffffffff;
/** Threads whose record waits for the scheduler to leave it: a list through runNext. */
const DEAD: usize = memory.data(8, 8);

/** Ends every thread of t's group; code as wait(2) gives it: status << 8, or the signal's number. t is current. */
export function group_exit(t: Task, code: i32): void {
  const group = t.group;
  group.flags |= GROUP_EXITING;
  group.exitCode = code;
  end_other_threads(t);
  thread_exit(t, code);
}

/** Ends all threads of t's group but t: for exit and exec. */
export function end_other_threads(t: Task): void {
  let other = t.group.threads;
  while (changetype<usize>(other)) {
    const next = other.threadNext;
    if (changetype<usize>(other) != changetype<usize>(t)) thread_exit(other, SIGKILL);
    other = next;
  }
}

/** t, the only thread left, becomes the leader of its group with the leader's number: exec by another thread. */
export function take_leadership(t: Task): void {
  const group = t.group;
  const leader = group.leader;
  if (changetype<usize>(leader) == changetype<usize>(t)) return;
  const own = pid_find(t.tid);
  changetype<Pid>(own).task = changetype<Task>(0);
  pid_release(own);
  changetype<Pid>(pid_find(group.tgid)).task = t;
  t.tid = group.tgid;
  group.leader = t;
  bury(leader);
}

/** Ends one thread; the last one takes the group along. */
export function thread_exit(t: Task, code: i32): void {
  const group = t.group;
  t.exitCode = code;
  cancel_waits(t);
  robust_release(t);
  vfork_release(t);
  release_resources(t);
  task_park(t, TASK_DEAD);
  unlink_thread(group, t);
  store<u32>(CONTROL_BASE, load<u32>(CONTROL_BASE, CONTROL_TASKS) - 1, CONTROL_TASKS);
  if (changetype<usize>(t) != changetype<usize>(group.leader)) bury(t);
  if (group.threadCount > 0) return;
  if (!(group.flags & GROUP_EXITING)) group.exitCode = code;
  group_ended(group);
}

/** Frees the records of ended threads; the current task is not among them. */
export function free_dead_tasks(): void {
  let t = changetype<Task>(load<usize>(DEAD));
  store<usize>(DEAD, 0);
  while (changetype<usize>(t)) {
    const next = t.runNext;
    cred_put(t.cred);
    filter_put(t.seccompFilter);
    kfree(changetype<usize>(t));
    t = next;
  }
}

/** The parent has waited for the zombie, or does not want to: its number is free again. */
export function group_reap(group: ThreadGroup): void {
  unlink_child(group);
  pgrp_leave(group);
  sigqueue_flush(group.sigPending(), ALL_SIGNALS);
  sighand_put(group.sighand);
  const pid = pid_find(group.tgid);
  changetype<Pid>(pid).task = changetype<Task>(0);
  changetype<Pid>(pid).group = changetype<ThreadGroup>(0);
  pid_release(pid);
  bury(group.leader);
  kfree(group.rlimits);
  kfree(changetype<usize>(group));
}

export function unlink_child(group: ThreadGroup): void {
  const parent = group.parent;
  if (!changetype<usize>(parent)) return;
  if (changetype<usize>(group.siblingPrev)) group.siblingPrev.siblingNext = group.siblingNext;
  else parent.childFirst = group.siblingNext;
  if (changetype<usize>(group.siblingNext)) group.siblingNext.siblingPrev = group.siblingPrev;
}

/** Appends, so that wait finds the oldest child first. */
export function link_child(parent: ThreadGroup, group: ThreadGroup): void {
  group.parent = parent;
  group.siblingNext = changetype<ThreadGroup>(0);
  let last = parent.childFirst;
  while (changetype<usize>(last) && changetype<usize>(last.siblingNext)) last = last.siblingNext;
  group.siblingPrev = last;
  if (changetype<usize>(last)) last.siblingNext = group;
  else parent.childFirst = group;
}

function release_resources(t: Task): void {
  if (t.isCurrent()) cpu_time_charge(t);
  const group = t.group;
  group.retired += t.retired;
  group.minFaults += t.minFaults;
  group.majFaults += t.majFaults;
  group.voluntarySwitches += t.voluntarySwitches;
  group.involuntarySwitches += t.involuntarySwitches;
  sigqueue_flush(t.sigPending(), ALL_SIGNALS);
  if (t.hostWrite) host_write_abandon(t);
  calls_forget(t);
  if (t.fdtable) fdtable_put(t.fdtable);
  if (t.fsctx) fsctx_put(t.fsctx);
  if (changetype<usize>(t.ns)) nsproxy_put(t.ns);
  t.fdtable = 0;
  t.fsctx = 0;
  t.ns = changetype<Nsproxy>(0);
  // A process that never got a program.
  if (!changetype<usize>(t.mm)) return;
  if ((t.mm.maxRss as u64) > group.maxRss) group.maxRss = t.mm.maxRss;
  mm_put(t.mm);
}

function unlink_thread(group: ThreadGroup, t: Task): void {
  if (changetype<usize>(t.threadPrev)) t.threadPrev.threadNext = t.threadNext;
  else group.threads = t.threadNext;
  if (changetype<usize>(t.threadNext)) t.threadNext.threadPrev = t.threadPrev;
  group.threadCount--;
}

/** Gives the number of a thread that is not a leader back and queues its record for free_dead_tasks. */
function bury(t: Task): void {
  const pid = pid_find(t.tid);
  if (pid && changetype<usize>(changetype<Pid>(pid).task) == changetype<usize>(t)) {
    changetype<Pid>(pid).task = changetype<Task>(0);
    pid_release(pid);
  }
  t.runNext = changetype<Task>(load<usize>(DEAD));
  store<usize>(DEAD, changetype<usize>(t));
}

function group_ended(group: ThreadGroup): void {
  group.state = GROUP_ZOMBIE;
  group.flags &= ~(GROUP_STOP_REPORT | GROUP_CONTINUE_REPORT);
  wq_wake(changetype<Pid>(pid_find(group.tgid)).endQueue(), i32.MAX_VALUE);
  timer_cancel(group.realTimer());
  posix_timers_delete(group);
  sem_exit(changetype<usize>(group));
  if (group.sid == group.tgid) tty_session_exit(group.sid);
  if (group.tgid == 1) return box_exit(group.exitCode);
  if (group.pidNs.init == group) pid_ns_end(group);
  pgrp_check_orphan(group.pgid, group.sid, group.parent, group);
  reparent_children(group);
  if (changetype<usize>(group.parent)) return tell_parent(group);
  if (group.execId) exec_ended(group);
  group_reap(group);
}

function reparent_children(group: ThreadGroup): void {
  const reaper = find_reaper(group);
  let child = group.childFirst;
  while (changetype<usize>(child)) {
    const next = child.siblingNext;
    unlink_child(child);
    if (changetype<usize>(reaper)) link_child(reaper, child);
    else orphan(child);
    child.exitSignal = SIGCHLD;
    if (child.state == GROUP_ZOMBIE) {
      if (changetype<usize>(reaper)) tell_parent(child);
      else group_reap(child);
    } else {
      parent_death_signal(child);
      pgrp_check_orphan(child.pgid, child.sid, group, changetype<ThreadGroup>(0));
    }
    child = next;
  }
  group.childFirst = changetype<ThreadGroup>(0);
}

function orphan(child: ThreadGroup): void {
  child.parent = changetype<ThreadGroup>(0);
  child.siblingNext = child.siblingPrev = child.parent;
}

/** The nearest living ancestor of the same pid namespace that asked to be a subreaper, else its pid 1; null when that is gone. */
function find_reaper(group: ThreadGroup): ThreadGroup {
  const ns = group.pidNs;
  for (let g = group.parent; changetype<usize>(g) && g.pidNs == ns; g = g.parent) {
    if (g.flags & GROUP_SUBREAPER && g.state != GROUP_ZOMBIE) return g;
  }
  return ns.level ? ns.init : changetype<ThreadGroup>(group_find(1));
}

/** Ends a process from outside, at once. */
export function group_kill(group: ThreadGroup): void {
  group.flags |= GROUP_EXITING;
  group.exitCode = SIGKILL;
  while (changetype<usize>(group.threads)) thread_exit(group.threads, SIGKILL);
}

function parent_death_signal(child: ThreadGroup): void {
  for (let t = child.threads; changetype<usize>(t); t = t.threadNext) {
    if (t.pdeathsig) send_group_signal(child, t.pdeathsig, 0);
  }
}

/** SIGCHLD and wake-up; a parent that ignores SIGCHLD has its children reaped at once. */
function tell_parent(group: ThreadGroup): void {
  const parent = group.parent;
  const sighand = parent.sighand;
  const code = group.exitCode;
  const signal = code & 0x7f;
  const sig = group.exitSignal;
  const unwanted =
    sig == SIGCHLD && (sighand.handler(SIGCHLD) == SIG_IGN || (sighand.flags(SIGCHLD) & SA_NOCLDWAIT) != 0);
  if (sig && sighand.handler(sig) != SIG_IGN) {
    const status = signal ? signal : (code >> 8) & 0xff;
    const uid = group.leader.cred.uid;
    send_group_signal(parent, sig, info_child(sig, signal ? CLD_KILLED : CLD_EXITED, group.tgid, uid, status));
  }
  wq_wake(parent.childWaitQueue(), i32.MAX_VALUE);
  if (unwanted) group_reap(group);
}
