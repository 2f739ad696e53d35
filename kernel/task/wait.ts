// Waiting for children: zombies, stops, continues. wait(2), kernel/exit.c of Linux.
import { EBLOCKED, ECHILD } from '../../abi/linux/errno.ts';
import { CLD_CONTINUED, CLD_EXITED, CLD_KILLED, CLD_STOPPED, SIGCHLD, SIGCONT } from '../../abi/linux/signal.ts';
import { P_ALL, P_PGID, P_PID, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED } from '../../abi/linux/sched.ts';
import { group_reap } from './exit.ts';
import { current } from './task.ts';
import { GROUP_CONTINUE_REPORT, GROUP_STOP_REPORT, GROUP_ZOMBIE, ThreadGroup } from './thread_group.ts';
import { wait_on } from './wait_queue.ts';

const WALL: u32 = 0x40000000;
const WCLONE: u32 = 0x80000000;

/** What was found; `group` stays valid until wait_take. */
@unmanaged
export class WaitResult {
  group: ThreadGroup;
  pid: i32;
  uid: u32;
  /** CLD_* */
  code: i32;
  /** Exit status or signal number. */
  status: i32;
  /** As wait4 encodes it. */
  encoded: i32;
}

/** Looks for a child in a wanted state. 1 = found, 0 = WNOHANG and none, -ECHILD, or -EBLOCKED with the task queued. */
export function wait_find(kind: i32, id: i32, options: u32, result: WaitResult): i32 {
  const group = current().group;
  let any = false;
  for (let child = group.childFirst; changetype<usize>(child); child = child.siblingNext) {
    if (!matches(child, kind, id, options)) continue;
    any = true;
    if (examine(child, options, result)) return 1;
  }
  if (!any) return -ECHILD;
  if (options & WNOHANG) return 0;
  wait_on(group.childWaitQueue());
  return -EBLOCKED;
}

/** The caller has the result: a zombie is reaped, a report is not made again; nothing with WNOWAIT. */
export function wait_take(result: WaitResult, options: u32): void {
  if (options & WNOWAIT) return;
  const child = result.group;
  if (result.code == CLD_STOPPED) child.flags &= ~GROUP_STOP_REPORT;
  else if (result.code == CLD_CONTINUED) child.flags &= ~GROUP_CONTINUE_REPORT;
  else {
    add_child_times(current().group, child);
    group_reap(child);
  }
}

function matches(child: ThreadGroup, kind: i32, id: i32, options: u32): bool {
  if (!(options & WALL) && (child.exitSignal != SIGCHLD) != ((options & WCLONE) != 0)) return false;
  switch (kind) {
    case P_ALL:
      return true;
    case P_PID:
      return child.tgid == id;
    case P_PGID:
      return child.pgid == id;
  }
  return false;
}

function examine(child: ThreadGroup, options: u32, result: WaitResult): bool {
  const signal = child.exitCode & 0x7f;
  if (child.state == GROUP_ZOMBIE) {
    if (!(options & WEXITED)) return false;
    const status = signal ? signal : (child.exitCode >> 8) & 0xff;
    return fill(result, child, signal ? CLD_KILLED : CLD_EXITED, status, child.exitCode);
  }
  if (options & WSTOPPED && child.flags & GROUP_STOP_REPORT) {
    return fill(result, child, CLD_STOPPED, child.stopSignal, (child.stopSignal << 8) | 0x7f);
  }
  if (options & WCONTINUED && child.flags & GROUP_CONTINUE_REPORT) {
    return fill(result, child, CLD_CONTINUED, SIGCONT, 0xffff);
  }
  return false;
}

function fill(result: WaitResult, child: ThreadGroup, code: i32, status: i32, encoded: i32): bool {
  result.group = child;
  result.pid = child.tgid;
  result.uid = child.leader.cred.uid;
  result.code = code;
  result.status = status;
  result.encoded = encoded;
  return true;
}

function add_child_times(group: ThreadGroup, child: ThreadGroup): void {
  group.childRetired += child.retired + child.childRetired;
  group.childMinFaults += child.minFaults + child.childMinFaults;
  group.childMajFaults += child.majFaults + child.childMajFaults;
  group.childVoluntary += child.voluntarySwitches + child.childVoluntary;
  group.childInvoluntary += child.involuntarySwitches + child.childInvoluntary;
  group.childMaxRss = max(group.childMaxRss, max(child.maxRss, child.childMaxRss));
}
