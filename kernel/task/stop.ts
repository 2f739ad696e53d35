// Job control: a stop signal halts all threads of a group, SIGCONT lets them go on. signal(7), wait(2).
// Invariant: a group counts as stopped when every thread is TASK_STOPPED; its parent hears of that once.
import { CLD_CONTINUED, CLD_STOPPED, SA_NOCLDSTOP, SIGCHLD, SIGCONT, SIG_IGN } from '../../abi/linux/signal.ts';
import { run_queue_add } from './run_queue.ts';
import { task_park, wake_task } from './sched.ts';
import { send_group_signal, signal_recalc } from './signal.ts';
import { info_child } from './siginfo.ts';
import { Task, TASK_RUNNABLE, TASK_SLEEPING, TASK_STOPPED } from './task.ts';
import { GROUP_CONTINUE_REPORT, GROUP_STOP_REPORT, GROUP_TELL_CONTINUED, ThreadGroup } from './thread_group.ts';
import { wq_wake } from './wait_queue.ts';

/** Begins the stop of t's group by signal sig; t, which runs, stops at once. */
export function group_stop(t: Task, sig: i32): void {
  const group = t.group;
  group.stopSignal = sig;
  for (let other = group.threads; changetype<usize>(other); other = other.threadNext) {
    if (other.state == TASK_STOPPED) continue;
    other.stopPending = 1;
    other.signalPending = 1;
    if (other.state == TASK_SLEEPING) wake_task(other);
  }
  task_stop(t);
}

/** One thread takes part in its group's stop. */
export function task_stop(t: Task): void {
  t.stopPending = 0;
  signal_recalc(t);
  task_park(t, TASK_STOPPED);
  const group = t.group;
  if (!group_is_stopped(group)) return;
  group.flags = (group.flags & ~GROUP_CONTINUE_REPORT) | GROUP_STOP_REPORT;
  tell_parent(group, CLD_STOPPED, group.stopSignal);
}

export function group_is_stopped(group: ThreadGroup): bool {
  for (let t = group.threads; changetype<usize>(t); t = t.threadNext) if (t.state != TASK_STOPPED) return false;
  return group.threadCount > 0;
}

/** SIGCONT was sent: whatever its action, stopped threads run again; the first of them tells the parent. */
export function group_continue(group: ThreadGroup): void {
  const wasStopped = group_is_stopped(group);
  for (let t = group.threads; changetype<usize>(t); t = t.threadNext) {
    t.stopPending = 0;
    signal_recalc(t);
    if (t.state != TASK_STOPPED) continue;
    t.state = TASK_RUNNABLE;
    run_queue_add(t);
  }
  if (!wasStopped) return;
  group.flags = (group.flags & ~GROUP_STOP_REPORT) | GROUP_CONTINUE_REPORT | GROUP_TELL_CONTINUED;
  for (let t = group.threads; changetype<usize>(t); t = t.threadNext) t.signalPending = 1;
}

/** A thread of a group that was continued runs: its parent hears of it now and not before, as under Linux. */
export function tell_continued(group: ThreadGroup): void {
  group.flags &= ~GROUP_TELL_CONTINUED;
  tell_parent(group, CLD_CONTINUED, SIGCONT);
}

function tell_parent(group: ThreadGroup, code: i32, status: i32): void {
  const parent = group.parent;
  if (!changetype<usize>(parent)) return;
  const sighand = parent.sighand;
  if (sighand.handler(SIGCHLD) != SIG_IGN && !(sighand.flags(SIGCHLD) & SA_NOCLDSTOP)) {
    send_group_signal(parent, SIGCHLD, info_child(SIGCHLD, code, group.tgid, group.leader.cred.uid, status));
  }
  wq_wake(parent.childWaitQueue(), i32.MAX_VALUE);
}
