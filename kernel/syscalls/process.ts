// Processes and threads: fork, clone, exec, exit, wait and the numbers that name them.
import { E2BIG, EACCES, EAGAIN, ECHILD, EINVAL, ENOENT, ENOMEM, EPERM, ESRCH } from '../../abi/linux/errno.ts';
import { O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import { SIGCHLD } from '../../abi/linux/signal.ts';
import {
  CLONE_PARENT_SETTID,
  CLONE_PIDFD,
  CLONE_VFORK,
  CLONE_VM,
  CSIGNAL,
  P_ALL,
  P_PGID,
  P_PID,
  P_PIDFD,
  WCONTINUED,
  WEXITED,
  WNOHANG,
  WNOWAIT,
  WSTOPPED,
} from '../../abi/linux/sched.ts';
import { pidfd_file } from '../fs/pidfd.ts';
import { IS_ERR, PTR_ERR, IS_BLOCKED } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { ExecArgs, exec_args_free, exec_args_import } from '../loader/args.ts';
import { copyin, copyinstr, copyout, putuser } from '../mm/usercopy.ts';
import { CloneArgs, clone_task } from '../task/clone.ts';
import { exec_program } from '../task/exec.ts';
import { group_exit, thread_exit } from '../task/exit.ts';
import { group_named, pid_taken, pid_told, task_named } from '../ns/pid.ts';
import { uid_told } from '../ns/user.ts';
import { Pid, pid_find } from '../task/pid.ts';
import { pgrp_in_session, pgrp_join, pgrp_leave } from '../task/pgrp.ts';
import { info_child, INFO_SIZE } from '../task/siginfo.ts';
import { current, Task } from '../task/task.ts';
import { GROUP_DID_EXEC, GROUP_ZOMBIE, ThreadGroup } from '../task/thread_group.ts';
import { WaitResult, wait_find, wait_take } from '../task/wait.ts';
import { open_exec, open_exec_at } from '../vfs/exec_file.ts';
import { File, file_put } from '../vfs/file.ts';
import { rusage_children } from './rusage.ts';

const PATH_MAX = 4096;
const CLONE_ARGS = changetype<CloneArgs>(memory.data(56, 8));
const CLONE3_ARGS: usize = memory.data(88, 8);
const WAITED = changetype<WaitResult>(memory.data(24, 8));
const SCRATCH: usize = memory.data(144, 8);
/** wait4 options: WNOHANG WUNTRACED WCONTINUED __WNOTHREAD __WCLONE __WALL. */
const WAIT4_OPTIONS: u32 = 0xe000000b;
const AT_EMPTY_PATH = 0x1000;
const AT_SYMLINK_NOFOLLOW = 0x100;

export function sys_getpid(): i64 {
  return pid_told(current().group.tgid);
}

export function sys_gettid(): i64 {
  return pid_told(current().tid);
}

export function sys_getppid(): i64 {
  const parent = current().group.parent;
  return changetype<usize>(parent) ? pid_told(parent.tgid) : 0;
}

export function sys_set_tid_address(va: u64): i64 {
  current().clearChildTid = va;
  return pid_told(current().tid);
}

export function sys_exit(status: i32): i64 {
  const t = current();
  if (t.group.threadCount == 1) group_exit(t, (status & 0xff) << 8);
  else thread_exit(t, (status & 0xff) << 8);
  return 0;
}

export function sys_exit_group(status: i32): i64 {
  group_exit(current(), (status & 0xff) << 8);
  return 0;
}

export function sys_fork(): i64 {
  return clone_with(0, 0, 0, 0, 0, SIGCHLD);
}

export function sys_vfork(): i64 {
  return clone_with(CLONE_VFORK | CLONE_VM, 0, 0, 0, 0, SIGCHLD);
}

export function sys_clone(flags: u64, stack: u64, parentTid: u64, childTid: u64, tls: u64): i64 {
  // Both results have the same place in this call.
  if ((flags & (CLONE_PIDFD | CLONE_PARENT_SETTID)) == (CLONE_PIDFD | CLONE_PARENT_SETTID)) return -EINVAL;
  CLONE_ARGS.pidfd = parentTid;
  return clone_with(flags & 0xffffffff & ~CSIGNAL, stack, parentTid, childTid, tls, (flags & CSIGNAL) as i32);
}

// struct clone_args: flags pidfd child_tid parent_tid exit_signal stack stack_size tls set_tid set_tid_size cgroup
export function sys_clone3(va: u64, size: u64): i64 {
  if (size < 64) return -EINVAL;
  if (size > 4096) return -E2BIG;
  memory.fill(CLONE3_ARGS, 0, 88);
  const error = copyin(CLONE3_ARGS, va, min(size, 88) as usize);
  if (error < 0) return error;
  const stack = load<u64>(CLONE3_ARGS, 40);
  const stackSize = load<u64>(CLONE3_ARGS, 48);
  const flags = load<u64>(CLONE3_ARGS);
  if (flags & CSIGNAL || load<u64>(CLONE3_ARGS, 32) > 64 || (stack == 0) != (stackSize == 0)) return -EINVAL;
  if (load<u64>(CLONE3_ARGS, 64)) return -EPERM;
  const top = stack ? stack + stackSize : 0;
  const parentTid = load<u64>(CLONE3_ARGS, 24);
  const childTid = load<u64>(CLONE3_ARGS, 16);
  CLONE_ARGS.pidfd = load<u64>(CLONE3_ARGS, 8);
  return clone_with(flags, top, parentTid, childTid, load<u64>(CLONE3_ARGS, 56), load<i32>(CLONE3_ARGS, 32));
}

function clone_with(flags: u64, stack: u64, parentTid: u64, childTid: u64, tls: u64, exitSignal: i32): i64 {
  CLONE_ARGS.flags = flags;
  CLONE_ARGS.stackPointer = stack;
  CLONE_ARGS.parentTid = parentTid;
  CLONE_ARGS.childTid = childTid;
  CLONE_ARGS.tls = tls;
  CLONE_ARGS.exitSignal = exitSignal;
  const tid = clone_task(CLONE_ARGS);
  return tid > 0 ? pid_told(tid as i32) : tid;
}

export function sys_execve(path: u64, argv: u64, envp: u64): i64 {
  return exec_path(-100, path, argv, envp, 0);
}

export function sys_execveat(dirfd: i32, path: u64, argv: u64, envp: u64, flags: u64): i64 {
  return exec_path(dirfd, path, argv, envp, flags as i32);
}

function exec_path(dirfd: i32, path: u64, argv: u64, envp: u64, flags: i32): i64 {
  const name = kmalloc(PATH_MAX);
  if (!name) return -ENOMEM;
  let result: i64 = copyinstr(name, path, PATH_MAX);
  if (result >= 0) result = exec_named(dirfd, name, argv, envp, flags);
  kfree(name);
  return result;
}

function exec_named(dirfd: i32, name: usize, argv: u64, envp: u64, flags: i32): i64 {
  if (!load<u8>(name) && !(flags & AT_EMPTY_PATH)) return -ENOENT;
  if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) return -EINVAL;
  const file = dirfd == -100 && !flags ? open_exec(name) : open_exec_at(dirfd, name, flags);
  if (IS_ERR(file)) return PTR_ERR(file);
  const args = exec_args_import(argv, envp);
  if (IS_ERR(args)) {
    file_put(file);
    return PTR_ERR(args);
  }
  const result = exec_program(file, name, changetype<ExecArgs>(args));
  exec_args_free(changetype<ExecArgs>(args));
  return result;
}

export function sys_wait4(pid: i32, status: u64, options: u64, rusage: u64): i64 {
  if (options & ~WAIT4_OPTIONS) return -EINVAL;
  if (pid == i32.MIN_VALUE) return -ESRCH;
  const wanted = (options as u32) | WEXITED;
  const kind = pid == -1 ? P_ALL : pid > 0 ? P_PID : P_PGID;
  const id = pid > 0 ? pid_taken(pid) : pid == 0 ? current().group.pgid : pid_taken(-pid);
  const found = wait_find(kind, id, wanted, WAITED);
  if (found <= 0) return found;
  let error = status ? putuser<i32>(status, WAITED.encoded) : 0;
  if (error >= 0 && rusage) error = copyout(rusage, rusage_children(SCRATCH, WAITED.group), 144);
  if (error < 0) return error;
  const result = pid_told(WAITED.pid);
  wait_take(WAITED, wanted);
  return result;
}

export function sys_waitid(kind: i32, id: i32, info: u64, options: i32, rusage: u64): i64 {
  const wanted = options as u32;
  if (wanted & ~(WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | 0xe0000000)) return -EINVAL;
  if (!(wanted & (WEXITED | WSTOPPED | WCONTINUED)) || kind < P_ALL || kind > P_PIDFD) return -EINVAL;
  if (kind == P_PID && id <= 0) return -EINVAL;
  if (kind == P_PID) id = pid_taken(id);
  else if (kind == P_PGID) id = id ? pid_taken(id) : current().group.pgid;
  const found = kind == P_PIDFD ? wait_pidfd(id, wanted) : wait_find(kind, id, wanted, WAITED);
  if (IS_BLOCKED(found)) return found;
  memory.fill(SCRATCH, 0, 144);
  if (found > 0)
    memory.copy(
      SCRATCH,
      info_child(SIGCHLD, WAITED.code, pid_told(WAITED.pid), uid_told(WAITED.uid), WAITED.status),
      INFO_SIZE,
    );
  let error = info ? copyout(info, SCRATCH, 128) : 0;
  if (error >= 0 && rusage && found > 0) error = copyout(rusage, rusage_children(SCRATCH, WAITED.group), 144);
  if (error < 0 || found < 0) return error < 0 ? error : found;
  if (found) wait_take(WAITED, wanted);
  return 0;
}

/** Of a pidfd that does not block, nothing to report is EAGAIN. */
function wait_pidfd(fd: i32, options: u32): i32 {
  if (fd < 0) return -EINVAL;
  const file = pidfd_file(fd);
  if (IS_ERR(file)) return PTR_ERR(file);
  const group = changetype<Pid>(changetype<File>(file).data).group;
  if (!changetype<usize>(group)) return -ECHILD;
  const nonblocking = (changetype<File>(file).flags & O_NONBLOCK) != 0 && !(options & WNOHANG);
  const found = wait_find(P_PID, group.tgid, nonblocking ? options | WNOHANG : options, WAITED);
  return !found && nonblocking ? -EAGAIN : found;
}

export function sys_getpgrp(): i64 {
  return pid_told(current().group.pgid);
}

export function sys_getpgid(tid: i32): i64 {
  const t = tid ? changetype<Task>(task_named(tid)) : current();
  return changetype<usize>(t) ? pid_told(t.group.pgid) : -ESRCH;
}

export function sys_getsid(tid: i32): i64 {
  const t = tid ? changetype<Task>(task_named(tid)) : current();
  return changetype<usize>(t) ? pid_told(t.group.sid) : -ESRCH;
}

export function sys_setpgid(pid: i32, pgid: i32): i64 {
  if (pgid < 0 || (pid < 0 && !pgid)) return -EINVAL;
  const me = current().group;
  const group = pid ? changetype<ThreadGroup>(group_named(pid)) : me;
  if (!changetype<usize>(group) || group.state == GROUP_ZOMBIE) return -ESRCH;
  if (changetype<usize>(group) != changetype<usize>(me)) {
    if (changetype<usize>(group.parent) != changetype<usize>(me)) return -ESRCH;
    if (group.sid != me.sid) return -EPERM;
    if (group.flags & GROUP_DID_EXEC) return -EACCES;
  }
  if (group.sid == group.tgid) return -EPERM;
  const target = pgid ? pid_taken(pgid) : group.tgid;
  if (target == group.pgid) return 0;
  if (target != group.tgid && !pgrp_in_session(target, group.sid)) return -EPERM;
  move_to_pgrp(group, target, group.sid);
  return 0;
}

export function sys_setsid(): i64 {
  const group = current().group;
  const own = changetype<Pid>(pid_find(group.tgid));
  if (group.sid == group.tgid || changetype<usize>(own.pgrpFirst)) return -EPERM;
  move_to_pgrp(group, group.tgid, group.tgid);
  return pid_told(group.tgid);
}

/** The session's number stays in use meanwhile: the target is the group's own number or a process group with members. */
function move_to_pgrp(group: ThreadGroup, pgid: i32, sid: i32): void {
  changetype<Pid>(pid_find(sid)).sessionMembers++;
  pgrp_leave(group);
  pgrp_join(group, pgid, sid);
  changetype<Pid>(pid_find(sid)).sessionMembers--;
}
