// dup(2), fcntl(2), flock(2), ioctl(2).
import { EAGAIN, EBADF, EBLOCKED, EDEADLK, EINVAL, ENOMEM, EOVERFLOW } from '../../abi/linux/errno.ts';
import {
  FD_CLOEXEC,
  FLOCK_LEN,
  FLOCK_PID,
  FLOCK_SIZE,
  FLOCK_START,
  FLOCK_WHENCE,
  F_ADD_SEALS,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_GETLK,
  F_GETOWN,
  F_GETOWN_EX,
  F_GETPIPE_SZ,
  F_GETSIG,
  F_GET_SEALS,
  F_OFD_GETLK,
  F_OFD_SETLK,
  F_OFD_SETLKW,
  F_RDLCK,
  F_SETFD,
  F_SETFL,
  F_SETLK,
  F_SETLKW,
  F_SETOWN,
  F_SETOWN_EX,
  F_OWNER_PGRP,
  F_OWNER_PID,
  F_OWNER_TID,
  F_SETPIPE_SZ,
  F_SETSIG,
  F_UNLCK,
  F_WRLCK,
  LOCK_EX,
  LOCK_MAND,
  LOCK_NB,
  LOCK_SH,
  LOCK_UN,
  O_APPEND,
  O_ASYNC,
  O_CLOEXEC,
  O_DIRECT,
  O_LARGEFILE,
  O_NOATIME,
  O_NONBLOCK,
} from '../../abi/linux/fcntl.ts';
import { RLIMIT_NOFILE } from '../../abi/linux/resource.ts';
import { Pipe, pipe_resize } from '../fs/pipe.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { current } from '../task/task.ts';
import { wait_on } from '../task/wait_queue.ts';
import { async_enable, async_owner, async_set_owner, async_set_signal, file_owner } from '../vfs/async.ts';
import { fd_flags, fd_get, fd_install, fd_replace, fd_set_flags } from '../vfs/fdtable.ts';
import { FILE_PATH, FILE_PIPE, FILE_REGULAR, File, file_get, file_put } from '../vfs/file.ts';
import { seals_add, seals_get } from '../vfs/seals.ts';
import { file_ioctl } from '../vfs/ioctl.ts';
import { deadlocks } from '../vfs/lock_deadlock.ts';
import { LockList, lock_conflict, lock_list, lock_set } from '../vfs/locks.ts';
import { Inode } from '../vfs/inode.ts';
import { pid_told } from '../ns/pid.ts';

const FLOCK: usize = memory.data(FLOCK_SIZE, 8);
const SETTABLE: u32 = O_APPEND | O_DIRECT | O_NOATIME | O_NONBLOCK;

export function sys_dup(fd: i32): i64 {
  return duplicate(fd, 0, false);
}

/** The lowest free descriptor >= min for fd's file. */
function duplicate(fd: i32, min: i32, closeOnExec: bool): i64 {
  const file = fd_get(fd);
  if (!file) return -EBADF;
  const copy = fd_install(file_get(file), min, closeOnExec);
  if (copy < 0) file_put(file);
  return copy;
}

export function sys_dup2(fd: i32, to: i32): i64 {
  if (fd == to) return fd_get(fd) ? fd : -EBADF;
  return sys_dup3(fd, to, 0);
}

export function sys_dup3(fd: i32, to: i32, flags: u64): i64 {
  if (flags & ~O_CLOEXEC || fd == to) return -EINVAL;
  const file = fd_get(fd);
  if (!file) return -EBADF;
  const result = fd_replace(file_get(file), to, (flags & O_CLOEXEC) != 0);
  if (result < 0) file_put(file);
  return result;
}

export function sys_fcntl(fd: i32, cmd: i32, arg: u64): i64 {
  const p = fd_get(fd);
  if (!p) return -EBADF;
  const file = changetype<File>(p);
  switch (cmd) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      if (arg >= current().group.rlimit(RLIMIT_NOFILE)) return -EINVAL;
      return duplicate(fd, arg as i32, cmd == F_DUPFD_CLOEXEC);
    case F_GETFD:
      return fd_flags(fd) & FD_CLOEXEC;
    case F_SETFD:
      fd_set_flags(fd, (arg as u32) & FD_CLOEXEC);
      return 0;
    case F_GETFL:
      return (file.flags & ~0x20) | (file.kind == FILE_REGULAR ? O_LARGEFILE : 0);
  }
  return file.kind == FILE_PATH ? -EBADF : on_file(file, fd, cmd, arg);
}

/** Commands that an O_PATH descriptor does not have. */
function on_file(file: File, fd: i32, cmd: i32, arg: u64): i64 {
  switch (cmd) {
    case F_SETFL:
      return set_flags(file, fd, arg as u32);
    case F_GETLK:
    case F_OFD_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
      return record_lock(file, cmd, arg);
    case F_SETOWN:
      if ((arg as i32) < 0) return async_set_owner(file, F_OWNER_PGRP, -(arg as i32));
      return async_set_owner(file, F_OWNER_PID, arg as i32);
    case F_GETOWN:
      return async_owner(file);
    case F_SETOWN_EX:
    case F_GETOWN_EX:
      return owner_ex(file, cmd, arg);
    case F_SETSIG:
      return async_set_signal(file, arg);
    case F_GETSIG:
      return file.owner ? file_owner(file).signal : 0;
    case F_SETPIPE_SZ:
      return file.kind == FILE_PIPE ? pipe_resize(changetype<Pipe>(file.inode.data), arg as u32) : -EBADF;
    case F_GETPIPE_SZ:
      return file.kind == FILE_PIPE ? (changetype<Pipe>(file.inode.data).capacity as i64) : -EBADF;
    case F_ADD_SEALS:
      return seals_add(file, arg as u32);
    case F_GET_SEALS:
      return seals_get(file);
    default:
      return -EINVAL;
  }
}

/** F_SETFL: O_ASYNC only shows where it means something. */
function set_flags(file: File, fd: i32, flags: u32): i64 {
  if (flags & O_DIRECT && file.kind != FILE_PIPE && file.kind != FILE_REGULAR) return -EINVAL;
  if (((file.flags ^ flags) & O_ASYNC) != 0) {
    const error = async_enable(file, fd, (flags & O_ASYNC) != 0);
    if (error) return error;
  }
  file.flags = (file.flags & ~SETTABLE) | (flags & SETTABLE);
  return 0;
}

/** struct f_owner_ex: type i32, pid i32. */
function owner_ex(file: File, cmd: i32, va: u64): i64 {
  if (cmd == F_SETOWN_EX) {
    const error = copyin(FLOCK, va, 8);
    if (error) return error;
    const type = load<i32>(FLOCK);
    return type < F_OWNER_TID || type > F_OWNER_PGRP ? -EINVAL : async_set_owner(file, type, load<i32>(FLOCK, 4));
  }
  store<i32>(FLOCK, file.owner ? file_owner(file).type : F_OWNER_PID);
  store<i32>(FLOCK, abs<i32>(async_owner(file)), 4);
  return copyout(va, FLOCK, 8);
}

/** The F_*LK commands on the struct flock at va. */
function record_lock(file: File, cmd: i32, va: u64): i64 {
  let error = copyin(FLOCK, va, FLOCK_SIZE);
  if (error) return error;
  const ofd = cmd >= F_OFD_GETLK;
  if (ofd && load<i32>(FLOCK, FLOCK_PID)) return -EINVAL;
  const type = load<i16>(FLOCK) as i32;
  let start = load<i64>(FLOCK, FLOCK_START);
  const whence = load<i16>(FLOCK, FLOCK_WHENCE);
  if (whence == 1) start += file.pos as i64;
  else if (whence == 2) start += file.inode.size as i64;
  else if (whence) return -EINVAL;
  let end: i64 = i64.MAX_VALUE;
  const len = load<i64>(FLOCK, FLOCK_LEN);
  if (len > 0) end = start > i64.MAX_VALUE - (len - 1) ? -1 : start + len - 1;
  else if (len < 0) {
    end = start - 1;
    start += len;
  }
  if (start < 0) return -EINVAL;
  if (end < start) return -EOVERFLOW;
  const owner = ofd ? changetype<usize>(file) : current().fdtable;
  const list = lock_list(changetype<usize>(file.inode) + offsetof<Inode>('locks'));
  if (!changetype<usize>(list)) return -ENOMEM;
  if (cmd == F_GETLK || cmd == F_OFD_GETLK) return test_lock(list, owner, type, start, end, va);
  if (type == F_RDLCK && !file.readable()) return -EBADF;
  if (type == F_WRLCK && !file.writable()) return -EBADF;
  if (type < F_RDLCK || type > F_UNLCK) return -EINVAL;
  error = lock_set(list, owner, ofd ? -1 : current().group.tgid, type, start, end);
  if (error != -EAGAIN || cmd == F_SETLK || cmd == F_OFD_SETLK) return error;
  if (!ofd && deadlocks(owner, lock_conflict(list, owner, type, start as u64, end as u64).owner)) return -EDEADLK;
  return wait_on(list.waitQueue()) ? -EBLOCKED : -ENOMEM;
}

/** F_GETLK: the lock that stands in the way, or F_UNLCK. */
function test_lock(list: LockList, owner: usize, type: i32, start: u64, end: u64, va: u64): i64 {
  if (type != F_RDLCK && type != F_WRLCK) return -EINVAL;
  const l = lock_conflict(list, owner, type, start, end);
  if (!changetype<usize>(l)) store<i16>(FLOCK, F_UNLCK as i16);
  else {
    store<i16>(FLOCK, l.type as i16);
    store<i16>(FLOCK, 0, FLOCK_WHENCE);
    store<u64>(FLOCK, l.start, FLOCK_START);
    store<u64>(FLOCK, l.end == (i64.MAX_VALUE as u64) ? 0 : l.end - l.start + 1, FLOCK_LEN);
    store<i32>(FLOCK, l.pid > 0 ? pid_told(l.pid) : l.pid, FLOCK_PID);
  }
  return copyout(va, FLOCK, FLOCK_SIZE);
}

export function sys_flock(fd: i32, operation: i32): i64 {
  if (operation & LOCK_MAND) return 0;
  const p = fd_get(fd);
  if (!p || changetype<File>(p).kind == FILE_PATH) return -EBADF;
  const file = changetype<File>(p);
  const wanted = operation & ~LOCK_NB;
  if (wanted != LOCK_SH && wanted != LOCK_EX && wanted != LOCK_UN) return -EINVAL;
  const list = lock_list(changetype<usize>(file.inode) + offsetof<Inode>('flocks'));
  if (!changetype<usize>(list)) return -ENOMEM;
  const type = wanted == LOCK_SH ? F_RDLCK : wanted == LOCK_EX ? F_WRLCK : F_UNLCK;
  const error = lock_set(list, p, current().group.tgid, type, 0, u64.MAX_VALUE);
  if (error != -EAGAIN || operation & LOCK_NB) return error;
  return wait_on(list.waitQueue()) ? -EBLOCKED : -ENOMEM;
}

export function sys_ioctl(fd: i32, request: u64, arg: u64): i64 {
  const file = fd_get(fd);
  if (!file || changetype<File>(file).kind == FILE_PATH) return -EBADF;
  return file_ioctl(changetype<File>(file), fd, request as u32, arg);
}
