// New tasks: fork, vfork, clone, clone3. clone(2).
// Invariant: the child is complete before it is queued; a failure leaves no trace.
import { CONTROL_BASE, CPU_BASE } from '../../abi/box.ts';
import { CPU_CONTEXT_SIZE, GPR_RAX, GPR_RSP, REG_FS_BASE } from '../../abi/cpu.ts';
import { CONTROL_TASKS, LIMIT_TASKS } from '../../abi/host.ts';
import { EAGAIN, EBLOCKED_UNINTERRUPTIBLE, EINVAL, ENOMEM, EPERM } from '../../abi/linux/errno.ts';
import { RLIMIT_NPROC, RLIM_NLIMITS } from '../../abi/linux/resource.ts';
import {
  CLONE_CHILD_CLEARTID,
  CLONE_CHILD_SETTID,
  CLONE_CLEAR_SIGHAND,
  CLONE_DETACHED,
  CLONE_FILES,
  CLONE_FS,
  CLONE_INTO_CGROUP,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_PARENT,
  CLONE_PARENT_SETTID,
  CLONE_PIDFD,
  CLONE_SETTLS,
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VFORK,
  CLONE_VM,
  SCHED_OTHER,
  SCHED_RESET_ON_FORK,
} from '../../abi/linux/sched.ts';
import { pidfd_bind, pidfd_new } from '../fs/pidfd.ts';
import { limit_hit } from '../lib/limit_hit.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { mm_fork, mm_get, mm_put } from '../mm/mm.ts';
import { putuser } from '../mm/usercopy.ts';
import { NAMESPACES, NO_NAMESPACES, Nsproxy, nsproxy_get, nsproxy_put, nsproxy_unshare } from '../ns/nsproxy.ts';
import { nr_in, pid_ns, pid_told } from '../ns/pid.ts';
import { pid_ns_populate } from '../ns/pid_init.ts';
import { user_ns_allowed, user_ns_unshare } from '../ns/unshare.ts';
import { fd_close, fdtable_clone, fdtable_close, fdtable_get, fdtable_put } from '../vfs/fdtable.ts';
import { FsCtx, fsctx_clone, fsctx_get, fsctx_put } from '../vfs/fsctx.ts';
import { task_limit } from '../boot/limits.ts';
import { cpu_limit_changed } from './cpu_limit.ts';
import { capable, capable_here, CAP_SYS_ADMIN, CAP_SYS_RESOURCE, cred_get, cred_put } from './cred.ts';
import { link_child } from './exit.ts';
import { Pid, pid_alloc, pid_find } from './pid.ts';
import { pgrp_join } from './pgrp.ts';
import { run_queue_add } from './run_queue.ts';
import { SLICE } from './sched.ts';
import { filter_get } from './seccomp.ts';
import { Sighand, sighand_clone, sighand_put, sighand_reset } from './sighand.ts';
import { SYSCALL_FORKED, SYSCALL_NONE } from './syscall.ts';
import { altstack_reset } from './sigframe.ts';
import { current, Task, TASK_RUNNABLE, TASK_SIZE } from './task.ts';
import { GROUP_UNKILLABLE, ThreadGroup } from './thread_group.ts';
import { clock_monotonic } from '../lib/clock.ts';
import { TIMER_ITIMER_REAL, TIMER_NEVER, TIMER_WAKE_TASK } from './timer.ts';
import { user_tasks } from './user_count.ts';
import { vfork_begin } from './vfork.ts';
import { WaitNode } from './wait_queue.ts';

/** What clone and clone3 ask for. */
@unmanaged
export class CloneArgs {
  flags: u64;
  /** 0 = the parent's. */
  stackPointer: u64;
  parentTid: u64;
  childTid: u64;
  tls: u64;
  /** Where CLONE_PIDFD puts the descriptor. */
  pidfd: u64;
  exitSignal: i32;
}

/** The caller's result: the child's tid, -errno, or -EBLOCKED_UNINTERRUPTIBLE while a vfork child has the memory. */
export function clone_task(args: CloneArgs): i64 {
  const parent = current();
  // Second phase of vfork: the child has let go when it is no longer noted.
  if (parent.sysPhase) {
    return changetype<usize>(parent.vforkChild) ? -EBLOCKED_UNINTERRUPTIBLE : (parent.sysState0 as i64);
  }
  const error = check_flags(args.flags);
  if (error < 0) return error;
  const pidfd = args.flags & CLONE_PIDFD ? pidfd_reserve(args.pidfd) : -1;
  if (args.flags & CLONE_PIDFD && pidfd < 0) return pidfd;
  const child = copy_task(parent, args);
  if (!changetype<usize>(child)) {
    if (pidfd >= 0) fd_close(pidfd);
    return -ENOMEM;
  }
  if (pidfd >= 0) pidfd_complete(pidfd, child, args.flags);
  if (args.flags & CLONE_PARENT_SETTID) putuser<u32>(args.parentTid, pid_told(child.tid));
  run_queue_add(child);
  if (!(args.flags & CLONE_VFORK)) return child.tid;
  vfork_begin(parent, child);
  parent.sysPhase = 1;
  parent.sysState0 = child.tid;
  return -EBLOCKED_UNINTERRUPTIBLE;
}

/** Opens the pidfd and tells the caller before there is a child: writing its number may fail. fd or -errno. */
function pidfd_reserve(va: u64): i32 {
  const fd = pidfd_new(0);
  if (fd < 0) return fd;
  const error = putuser<i32>(va, fd);
  if (!error) return fd;
  fd_close(fd);
  return error;
}

/** The child has a copy of the descriptor only when the table is shared. */
function pidfd_complete(fd: i32, child: Task, flags: u64): void {
  pidfd_bind(fd, changetype<Pid>(pid_find(child.tid)));
  if (!(flags & CLONE_FILES)) fdtable_close(child.fdtable, fd);
}

/** A forked child runs for the first time: CLONE_CHILD_SETTID in its own copy of the memory. */
export function fork_finish(t: Task): void {
  t.inSyscall = SYSCALL_NONE;
  putuser<u32>(t.sysState0, pid_told(t.tid));
}

function check_flags(flags: u64): i64 {
  if (flags & CLONE_THREAD && !(flags & CLONE_SIGHAND)) return -EINVAL;
  if (flags & CLONE_SIGHAND && !(flags & CLONE_VM)) return -EINVAL;
  if (flags & CLONE_SIGHAND && flags & CLONE_CLEAR_SIGHAND) return -EINVAL;
  if ((flags & (CLONE_FS | CLONE_NEWNS)) == (CLONE_FS | CLONE_NEWNS)) return -EINVAL;
  if (flags & CLONE_PARENT && current().group.flags & GROUP_UNKILLABLE) return -EINVAL;
  if (flags & CLONE_PIDFD && flags & (CLONE_DETACHED | CLONE_THREAD)) return -EINVAL;
  if (flags & CLONE_INTO_CGROUP) return -EINVAL;
  const namespaces = check_namespaces(flags);
  if (namespaces) return namespaces;
  if (load<u32>(CONTROL_BASE, CONTROL_TASKS) >= task_limit()) {
    limit_hit(LIMIT_TASKS);
    return -EAGAIN;
  }
  const mine = current().group.rlimit(RLIMIT_NPROC);
  const uid = current().cred.uid;
  if (!uid || capable(CAP_SYS_RESOURCE) || capable(CAP_SYS_ADMIN)) return 0;
  return (user_tasks(uid) as u64) >= mine ? -EAGAIN : 0;
}

function check_namespaces(flags: u64): i32 {
  const own = pid_ns() == current().ns.pidForChildren;
  if (flags & CLONE_THREAD && (flags & (CLONE_NEWUSER | CLONE_NEWPID) || !own)) return -EINVAL;
  if (current().ns.pidForChildren.ended) return -ENOMEM;
  if (!(flags & (NAMESPACES | NO_NAMESPACES | (CLONE_NEWUSER as u64)))) return 0;
  if (flags & NO_NAMESPACES) return -EINVAL;
  if (flags & CLONE_FS && flags & CLONE_NEWUSER) return -EINVAL;
  if (flags & CLONE_PARENT && flags & (CLONE_NEWUSER | CLONE_NEWPID)) return -EINVAL;
  if (flags & CLONE_NEWUSER) return user_ns_allowed();
  return capable_here(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

function copy_task(parent: Task, args: CloneArgs): Task {
  const child = changetype<Task>(kmalloc(TASK_SIZE));
  if (!changetype<usize>(child)) return child;
  memory.copy(changetype<usize>(child), changetype<usize>(parent), offsetof<Task>());
  reset_fields(child, args.flags);
  cred_get(child.cred);
  const alone = !(args.flags & CLONE_NEWUSER) || !user_ns_unshare(child);
  const shared = alone && share_or_copy(parent, child, args.flags);
  const pid = shared ? pid_alloc(child.ns.pidForChildren) : 0;
  if (!pid) {
    if (shared) drop_shared(child, child.group, args.flags);
    cred_put(child.cred);
    kfree(changetype<usize>(child));
    return changetype<Task>(0);
  }
  child.tid = changetype<Pid>(pid).nr;
  changetype<Pid>(pid).task = child;
  filter_get(child.seccompFilter);
  if (args.flags & CLONE_THREAD) link_thread(parent.group, child);
  else {
    child.group.tgid = child.tid;
    changetype<Pid>(pid).group = child.group;
    pid_ns_populate(child.group, child.ns.pidForChildren);
    place_group(parent, child.group, args);
    link_thread(child.group, child);
  }
  set_registers(child, args);
  store<u32>(CONTROL_BASE, load<u32>(CONTROL_BASE, CONTROL_TASKS) + 1, CONTROL_TASKS);
  return child;
}

/** SCHED_RESET_ON_FORK: what is above the ordinary is not inherited. */
function sched_reset(child: Task): void {
  if (child.rtPriority) child.policy = SCHED_OTHER;
  child.policy &= ~SCHED_RESET_ON_FORK;
  child.rtPriority = 0;
  child.nice = max(child.nice, 0);
}

/** Everything that a child does not inherit. */
function reset_fields(child: Task, flags: u64): void {
  child.queued = 0;
  child.state = TASK_RUNNABLE;
  child.sliceLeft = SLICE;
  child.inSyscall = SYSCALL_NONE;
  child.sysPhase = 0;
  child.sleepDeadline = TIMER_NEVER;
  child.waitNodes = changetype<WaitNode>(0);
  child.timerIndex = 0;
  child.timerKind = TIMER_WAKE_TASK;
  child.timerOwner = changetype<usize>(child);
  child.hasSavedBlocked = 0;
  child.signalPending = 0;
  child.pending = 0;
  child.sigFirst = 0;
  child.sigLast = 0;
  child.sigCount = 0;
  child.stopPending = 0;
  child.pdeathsig = 0;
  child.futexHashed = 0;
  child.robustList = 0;
  child.clearChildTid = 0;
  child.vforkParent = changetype<Task>(0);
  child.vforkChild = changetype<Task>(0);
  child.retired = 0;
  child.minFaults = 0;
  child.majFaults = 0;
  child.voluntarySwitches = 0;
  child.involuntarySwitches = 0;
  child.startTime = clock_monotonic();
  if (child.policy & SCHED_RESET_ON_FORK) sched_reset(child);
  if ((flags & (CLONE_VM | CLONE_VFORK)) == CLONE_VM) altstack_reset(child);
}

/** mm, fdtable, fsctx and, unless a thread, a group of its own with its sighand. False = no memory, everything undone. */
function share_or_copy(parent: Task, child: Task, flags: u64): bool {
  if (flags & CLONE_VM) mm_get(parent.mm);
  else child.mm = mm_fork(parent.mm);
  child.fdtable = flags & CLONE_FILES ? fdtable_get(parent.fdtable) : fdtable_clone(parent.fdtable);
  child.fsctx = flags & CLONE_FS ? fsctx_get(parent.fsctx) : fsctx_clone(parent.fsctx);
  child.ns = child.fsctx ? share_namespaces(child, flags) : changetype<Nsproxy>(0);
  const group = flags & CLONE_THREAD ? parent.group : copy_group(parent, flags);
  if (changetype<usize>(child.mm) && child.fdtable && changetype<usize>(child.ns) && changetype<usize>(group)) {
    child.group = group;
    child.sighand = group.sighand;
    return true;
  }
  drop_shared(child, group, flags);
  return false;
}

function share_namespaces(child: Task, flags: u64): Nsproxy {
  if (!(flags & NAMESPACES)) return nsproxy_get(child.ns);
  return nsproxy_unshare(child.ns, flags, child.cred.user, changetype<FsCtx>(child.fsctx));
}

/** The opposite of share_or_copy, as far as it came. */
function drop_shared(child: Task, group: ThreadGroup, flags: u64): void {
  if (changetype<usize>(child.mm)) mm_put(child.mm);
  if (child.fdtable) fdtable_put(child.fdtable);
  if (child.fsctx) fsctx_put(child.fsctx);
  if (changetype<usize>(child.ns)) nsproxy_put(child.ns);
  if (changetype<usize>(group) && !(flags & CLONE_THREAD)) free_group(group);
}

function copy_group(parent: Task, flags: u64): ThreadGroup {
  const group = changetype<ThreadGroup>(kmalloc(offsetof<ThreadGroup>()));
  if (!changetype<usize>(group)) return group;
  group.rlimits = kmalloc(RLIM_NLIMITS * 16);
  group.sighand = flags & CLONE_SIGHAND ? sighand_get(parent.sighand) : sighand_clone(parent.sighand);
  if (!group.rlimits || !changetype<usize>(group.sighand)) {
    free_group(group);
    return changetype<ThreadGroup>(0);
  }
  if (flags & CLONE_CLEAR_SIGHAND) sighand_reset(group.sighand);
  memory.copy(group.rlimits, parent.group.rlimits, RLIM_NLIMITS * 16);
  group.realKind = TIMER_ITIMER_REAL;
  group.realOwner = changetype<usize>(group);
  group.oomScoreAdj = parent.group.oomScoreAdj;
  cpu_limit_changed(group);
  return group;
}

function sighand_get(sighand: Sighand): Sighand {
  sighand.refs++;
  return sighand;
}

function free_group(group: ThreadGroup): void {
  kfree(group.rlimits);
  if (changetype<usize>(group.sighand)) sighand_put(group.sighand);
  kfree(changetype<usize>(group));
}

/** Gives a new group its parent, process group and session. */
function place_group(parent: Task, group: ThreadGroup, args: CloneArgs): void {
  const sibling = (args.flags & CLONE_PARENT) != 0;
  group.exitSignal = sibling ? parent.group.exitSignal : args.exitSignal;
  link_child(sibling ? parent.group.parent : parent.group, group);
  pgrp_join(group, parent.group.pgid, parent.group.sid);
}

export function link_thread(group: ThreadGroup, t: Task): void {
  if (!changetype<usize>(group.leader)) group.leader = t;
  t.threadPrev = changetype<Task>(0);
  t.threadNext = group.threads;
  if (changetype<usize>(group.threads)) group.threads.threadPrev = t;
  group.threads = t;
  group.threadCount++;
}

function set_registers(child: Task, args: CloneArgs): void {
  const regs = child.context();
  memory.copy(regs, CPU_BASE, CPU_CONTEXT_SIZE);
  store<u64>(regs, 0, GPR_RAX);
  if (args.stackPointer) store<u64>(regs, args.stackPointer, GPR_RSP);
  if (args.flags & CLONE_SETTLS) store<u64>(regs, args.tls, REG_FS_BASE);
  if (args.flags & CLONE_CHILD_CLEARTID) child.clearChildTid = args.childTid;
  if (!(args.flags & CLONE_CHILD_SETTID)) return;
  if (args.flags & CLONE_VM) {
    putuser<u32>(args.childTid, nr_in(child.tid, child.group.pidNs));
    return;
  }
  child.sysState0 = args.childTid;
  child.inSyscall = SYSCALL_FORKED;
}
