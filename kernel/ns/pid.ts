// Pid namespaces: which numbers processes have for those inside. pid_namespaces(7).
// Invariant: all numbers in the kernel are those of the first namespace (task/pid.ts). A Pid of a deeper namespace has one more number for
// each level; they are translated where a system call takes or tells them: pid_taken, pid_told.
import { CLONE_NEWPID } from '../../abi/linux/sched.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { group_find, Pid, PID_MAX, pid_find, task_find } from '../task/pid.ts';
import { current } from '../task/task.ts';
import { ThreadGroup } from '../task/thread_group.ts';
import { Namespace, namespace_free, namespace_new } from './namespace.ts';
import { UserNamespace, user_ns_first, user_ns_get, user_ns_put } from './user.ts';

/** MAX_PID_NS_LEVEL. */
export const PID_NS_LEVELS: u32 = 32;
/** Numbers below are not reused after the first round. */
const RESERVED_PIDS = 300;

@unmanaged
export class PidNamespace extends Namespace {
  parent: PidNamespace;
  level: u32;
  /** Pid ptr per number; 0 for the first namespace, whose table is in task/pid.ts. */
  table: usize;
  last: i32;
  /** Its pid 1, and whether it had one: when that is gone nobody is born any more. */
  init: ThreadGroup;
  ended: u32;
}

const FIRST: usize = memory.data(4, 4);

export function pid_ns_first(): PidNamespace {
  if (!load<usize>(FIRST)) {
    const owner = changetype<usize>(user_ns_first());
    store<usize>(FIRST, changetype<usize>(namespace_new(offsetof<PidNamespace>(), CLONE_NEWPID, owner)));
  }
  return changetype<PidNamespace>(load<usize>(FIRST));
}

/** A child of `parent`; null = no memory. */
export function pid_ns_new(parent: PidNamespace, owner: UserNamespace): PidNamespace {
  const ns = changetype<PidNamespace>(
    changetype<usize>(namespace_new(offsetof<PidNamespace>(), CLONE_NEWPID, changetype<usize>(owner))),
  );
  if (!changetype<usize>(ns)) return ns;
  ns.table = kmalloc(PID_MAX * 4);
  if (!ns.table) {
    namespace_free(ns);
    return changetype<PidNamespace>(0);
  }
  user_ns_get(owner);
  parent.refs++;
  ns.parent = parent;
  ns.level = parent.level + 1;
  return ns;
}

export function pid_ns_put(ns: PidNamespace): void {
  while (--ns.refs == 0) {
    const parent = ns.parent;
    user_ns_put(changetype<UserNamespace>(ns.owner));
    kfree(ns.table);
    namespace_free(ns);
    ns = parent;
  }
}

function slot(ns: PidNamespace, nr: i32): usize {
  return ns.table + ((nr as usize) << 2);
}

/** Gives pid, which has its number of the first namespace, one in each namespace from ns up: false = none left, or no memory. */
export function pid_ns_enter(pid: Pid, ns: PidNamespace): bool {
  pid.ns = ns;
  ns.refs++;
  if (!ns.level) return true;
  pid.numbers = kmalloc((ns.level as usize) * 4);
  for (let n = ns; pid.numbers && n.level; n = n.parent) {
    const nr = free_number(n);
    if (!nr) return false;
    store<u32>(slot(n, nr), changetype<usize>(pid) as u32);
    store<i32>(number_at(pid, n.level), nr);
  }
  return pid.numbers != 0;
}

function free_number(ns: PidNamespace): i32 {
  let nr = ns.last;
  for (let tried = 0; tried < PID_MAX; tried++) {
    if (++nr >= PID_MAX) nr = RESERVED_PIDS;
    if (load<u32>(slot(ns, nr))) continue;
    ns.last = nr;
    return nr;
  }
  return 0;
}

/** Takes the numbers back. */
export function pid_ns_leave(pid: Pid): void {
  for (let n = pid.ns; pid.numbers && n.level; n = n.parent) {
    const nr = load<i32>(number_at(pid, n.level));
    if (nr) store<u32>(slot(n, nr), 0);
  }
  kfree(pid.numbers);
  pid.numbers = 0;
  pid_ns_put(pid.ns);
}

function number_at(pid: Pid, level: u32): usize {
  return pid.numbers + ((level - 1) as usize) * 4;
}

/** The number that pid has in ns, 0 = it cannot be seen from there. */
export function pid_nr_in(pid: Pid, ns: PidNamespace): i32 {
  if (!ns.level) return pid.nr;
  if (pid.ns.level < ns.level) return 0;
  let n = pid.ns;
  while (n.level > ns.level) n = n.parent;
  return n == ns ? load<i32>(number_at(pid, ns.level)) : 0;
}

/** The number in ns of what has number nr in the first namespace; 0 = none. */
export function nr_in(nr: i32, ns: PidNamespace): i32 {
  if (!ns.level) return nr;
  const pid = pid_find(nr);
  return pid ? pid_nr_in(changetype<Pid>(pid), ns) : 0;
}

/** The number in the first namespace of what has number nr in ns; -1 = nothing has. */
export function nr_of(nr: i32, ns: PidNamespace): i32 {
  if (!ns.level) return nr;
  if (nr <= 0 || nr >= PID_MAX || !load<u32>(slot(ns, nr))) return -1;
  return changetype<Pid>(load<u32>(slot(ns, nr)) as usize).nr;
}

/** The pid namespace of the current process. */
export function pid_ns(): PidNamespace {
  return current().group.pidNs;
}

/** What the current process calls the number nr of the first namespace; 0 = it cannot see it. */
export function pid_told(nr: i32): i32 {
  return nr_in(nr, pid_ns());
}

/** What the current process means by a positive number; others (0 and negative) stay what they are. -1 = nobody. */
export function pid_taken(nr: i32): i32 {
  return nr > 0 ? nr_of(nr, pid_ns()) : nr;
}

/** Task, ThreadGroup or Pid of that number as the current process means it, or 0. */
export function task_named(tid: i32): usize {
  return task_find(pid_taken(tid));
}
export function group_named(tgid: i32): usize {
  return group_find(pid_taken(tgid));
}
export function pid_named(nr: i32): usize {
  return pid_find(pid_taken(nr));
}

/** Is ns the namespace `top`, or below it? */
export function pid_ns_is_below(ns: PidNamespace, top: PidNamespace): bool {
  while (ns.level > top.level) ns = ns.parent;
  return ns == top;
}
