// Process numbers: one Pid a number, shared by the task, thread group, process group and session that bear it.
// Invariant: a number is given out again only when nothing bears it any more. These are the numbers of the first pid namespace, which the
// kernel itself goes by; those of deeper ones are in ns/pid.ts.
import { kfree, kmalloc } from '../lib/slab.ts';
import { PidNamespace, pid_ns_enter, pid_ns_leave } from '../ns/pid.ts';
import { Task } from './task.ts';
import { ThreadGroup } from './thread_group.ts';

/** As Linux's default /proc/sys/kernel/pid_max. */
export const PID_MAX = 32768;
/** Numbers below are not reused after the first round: they belong to daemons. */
const RESERVED_PIDS = 300;

@unmanaged
export class Pid {
  nr: i32;
  /** Thread, thread group of that number, or 0. */
  task: Task;
  group: ThreadGroup;
  /** Members of the process group and count of the session's thread groups. */
  pgrpFirst: ThreadGroup;
  sessionMembers: i32;
  /** The controlling terminal of the session (owned by fs/tty), or 0. */
  tty: usize;
  /** Pidfds of this record, and the WaitQueue (8 bytes) of those who wait for the thread group's end. */
  handles: i32;
  endWait: u64;
  /** The deepest namespace it has a number in, and those of the levels from 1 on: i32 per level. */
  ns: PidNamespace;
  numbers: usize;

  @inline endQueue(): usize {
    return changetype<usize>(this) + offsetof<Pid>('endWait');
  }
}

@unmanaged
class PidTable {
  last: i32;
  live: i32;
}

const TABLE: usize = memory.data(PID_MAX * 4, 8);
const STATE: usize = memory.data(8, 8);

function slot(nr: i32): usize {
  return TABLE + ((nr as usize) << 2);
}

/** The Pid of that number, or 0. */
export function pid_find(nr: i32): usize {
  return nr >= 0 && nr < PID_MAX ? (load<u32>(slot(nr)) as usize) : 0;
}

/** A new number in ns and all above it; 0 = none left or no memory. */
export function pid_alloc(ns: PidNamespace): usize {
  const state = changetype<PidTable>(STATE);
  let nr = state.last;
  for (let tried = 0; tried < PID_MAX; tried++) {
    if (++nr >= PID_MAX) nr = RESERVED_PIDS;
    if (load<u32>(slot(nr)) != 0) continue;
    const pid = changetype<Pid>(kmalloc(offsetof<Pid>()));
    if (changetype<usize>(pid) == 0) return 0;
    pid.nr = nr;
    state.last = nr;
    store<u32>(slot(nr), changetype<usize>(pid) as u32);
    if (pid_ns_enter(pid, ns)) return changetype<usize>(pid);
    pid_release(changetype<usize>(pid));
    return 0;
  }
  return 0;
}

/** Gives the number back if nothing bears it any more; the record stays while a pidfd has it. */
export function pid_release(p: usize): void {
  const pid = changetype<Pid>(p);
  if (changetype<usize>(pid.task) || changetype<usize>(pid.group)) return;
  if (changetype<usize>(pid.pgrpFirst) || pid.sessionMembers) return;
  if (pid_find(pid.nr) == p) {
    pid_ns_leave(pid);
    store<u32>(slot(pid.nr), 0);
  }
  if (!pid.handles) kfree(p);
}

/** A pidfd is closed: the record goes with the last one when the number is already given back. */
export function pid_unhandle(pid: Pid): void {
  if (--pid.handles == 0) pid_release(changetype<usize>(pid));
}

/** The task with that tid, or 0. */
export function task_find(tid: i32): usize {
  const pid = pid_find(tid);
  return pid ? changetype<usize>(changetype<Pid>(pid).task) : 0;
}

/** The thread group with that tgid, or 0; zombies are found, too. */
export function group_find(tgid: i32): usize {
  const pid = pid_find(tgid);
  return pid ? changetype<usize>(changetype<Pid>(pid).group) : 0;
}
