// read(2), write(2), readv(2), pread(2), lseek(2) and their relatives.
import { user_range } from '../mm/usercopy.ts';
import { inode_refresh } from '../vfs/refresh.ts';
import { EBADF, EINVAL, ENXIO, EOPNOTSUPP, ESPIPE, EFAULT } from '../../abi/linux/errno.ts';
import { MAX_RW_COUNT, O_APPEND, SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET } from '../../abi/linux/fcntl.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kfree } from '../lib/slab.ts';
import { iov_import } from '../mm/iov.ts';
import { fd_get } from '../vfs/fdtable.ts';
import {
  FILE_DIRECTORY,
  FILE_EPOLL,
  FILE_EVENTFD,
  FILE_INOTIFY,
  FILE_PATH,
  FILE_REGULAR,
  FILE_SIGNALFD,
  FILE_TIMERFD,
  File,
} from '../vfs/file.ts';
import { Iter, iter_iov, iter_user } from '../vfs/iter.ts';
import { MAX_FILE_SIZE, seek_data, seek_hole } from '../vfs/regular.ts';
import { file_read, file_write, has_position } from '../vfs/transfer.ts';

/** preadv2: RWF_HIPRI, DSYNC, SYNC are honoured by doing nothing; NOWAIT is not supported. */
const RWF_HARMLESS: u64 = 7;
const RWF_APPEND: u64 = 16;
const NO_OFFSET: i64 = -1;

function clamp(n: u64): u64 {
  return n > (MAX_RW_COUNT as u64) ? (MAX_RW_COUNT as u64) : n;
}

function range_read(file: File, va: u64, count: u64, offset: i64): i64 {
  if (!file.readable()) return -EBADF;
  if (!user_range(va, count)) return -EFAULT;
  return offset + (count as i64) < offset ? -EINVAL : file_read(file, iter_user(va, clamp(count)), offset);
}

function range_write(file: File, va: u64, count: u64, offset: i64): i64 {
  if (!file.writable()) return -EBADF;
  if (!user_range(va, count)) return -EFAULT;
  return offset + (count as i64) < offset ? -EINVAL : file_write(file, iter_user(va, clamp(count)), offset);
}

export function sys_read(fd: i32, buf: u64, count: u64): i64 {
  const file = fd_get(fd);
  if (!file) return -EBADF;
  return range_read(changetype<File>(file), buf, count, NO_OFFSET);
}

export function sys_write(fd: i32, buf: u64, count: u64): i64 {
  const file = fd_get(fd);
  if (!file) return -EBADF;
  return range_write(changetype<File>(file), buf, count, NO_OFFSET);
}

/** File for positioned transfers, or a negative errno in a pointer. */
function seekable(fd: i32, offset: u64): i32 {
  if ((offset as i64) < 0) return -EINVAL;
  const file = fd_get(fd);
  if (!file) return -EBADF;
  return may_pread(changetype<File>(file)) ? 0 : -ESPIPE;
}

/** Memory devices take offsets and ignore them, as in Linux. */
function may_pread(file: File): bool {
  return has_position(file) || is_memory_device(file);
}

function is_memory_device(file: File): bool {
  return file.inode.rdev >> 8 == 1 && file.kind != FILE_PATH;
}

export function sys_pread64(fd: i32, buf: u64, count: u64, offset: u64): i64 {
  const error = seekable(fd, offset);
  return error ? error : range_read(changetype<File>(fd_get(fd)), buf, count, offset as i64);
}

export function sys_pwrite64(fd: i32, buf: u64, count: u64, offset: u64): i64 {
  const error = seekable(fd, offset);
  return error ? error : range_write(changetype<File>(fd_get(fd)), buf, count, offset as i64);
}

/** readv and writev at an offset, or at the position (NO_OFFSET). */
function vector(fd: i32, iov: u64, count: u64, offset: i64, write: bool): i64 {
  const file = fd_get(fd);
  if (!file) return -EBADF;
  const imported = iov_import(iov, count as i64);
  if (IS_ERR(imported)) return PTR_ERR(imported);
  const it: Iter = iter_iov(imported);
  const f = changetype<File>(file);
  if (offset >= 0 && offset + (it.left as i64) < 0) {
    kfree(imported);
    return -EINVAL;
  }
  const result = write ? file_write(f, it, offset) : file_read(f, it, offset);
  kfree(imported);
  return result;
}

export function sys_readv(fd: i32, iov: u64, count: u64): i64 {
  return vector(fd, iov, count, NO_OFFSET, false);
}

export function sys_writev(fd: i32, iov: u64, count: u64): i64 {
  return vector(fd, iov, count, NO_OFFSET, true);
}

export function sys_preadv(fd: i32, iov: u64, count: u64, offset: u64): i64 {
  const error = seekable(fd, offset);
  return error ? error : vector(fd, iov, count, offset as i64, false);
}

export function sys_pwritev(fd: i32, iov: u64, count: u64, offset: u64): i64 {
  const error = seekable(fd, offset);
  return error ? error : vector(fd, iov, count, offset as i64, true);
}

export function sys_preadv2(fd: i32, iov: u64, count: u64, offset: u64, high: u64, flags: u64): i64 {
  if (flags & ~RWF_HARMLESS) return -EOPNOTSUPP;
  return (offset as i64) == NO_OFFSET ? sys_readv(fd, iov, count) : sys_preadv(fd, iov, count, offset);
}

export function sys_pwritev2(fd: i32, iov: u64, count: u64, offset: u64, high: u64, flags: u64): i64 {
  if (flags & ~(RWF_HARMLESS | RWF_APPEND)) return -EOPNOTSUPP;
  if (flags & RWF_APPEND) return append(fd, iov, count, offset as i64);
  return (offset as i64) == NO_OFFSET ? sys_writev(fd, iov, count) : sys_pwritev(fd, iov, count, offset);
}

/** RWF_APPEND: O_APPEND for one call; with an offset given the position stays. */
function append(fd: i32, iov: u64, count: u64, offset: i64): i64 {
  const p = fd_get(fd);
  if (!p) return -EBADF;
  const file = changetype<File>(p);
  const flags = file.flags;
  const pos = file.pos;
  file.flags |= O_APPEND;
  const result = vector(fd, iov, count, NO_OFFSET, true);
  file.flags = flags;
  if (offset != NO_OFFSET) file.pos = pos;
  return result;
}

export function sys_lseek(fd: i32, offset: u64, whence: i32): i64 {
  const p = fd_get(fd);
  if (!p) return -EBADF;
  const file = changetype<File>(p);
  if (file.kind == FILE_PATH) return -EBADF;
  if (is_memory_device(file) || stands_still(file.kind)) return 0;
  if (!has_position(file)) return -ESPIPE;
  const stale = whence == SEEK_SET || whence == SEEK_CUR ? 0 : inode_refresh(file.inode);
  if (stale) return stale;
  const to = target(file, offset as i64, whence);
  if (to >= 0 && file.kind == FILE_REGULAR && (to as u64) > MAX_FILE_SIZE) return -EINVAL;
  if (to >= 0) file.pos = to as u64;
  return to;
}

/** Kinds whose position can be set, and never moves. */
function stands_still(kind: u32): bool {
  const counter = kind == FILE_EVENTFD || kind == FILE_TIMERFD || kind == FILE_SIGNALFD;
  return counter || kind == FILE_EPOLL || kind == FILE_INOTIFY;
}

/** The new position or -errno. */
function target(file: File, offset: i64, whence: i32): i64 {
  switch (whence) {
    case SEEK_SET:
      return offset < 0 ? -EINVAL : offset;
    case SEEK_CUR:
      return moved(file.pos as i64, offset);
    case SEEK_END:
      if (file.kind == FILE_DIRECTORY) return -EINVAL;
      return moved(file.inode.size as i64, offset);
    case SEEK_DATA:
    case SEEK_HOLE:
      if (file.kind != FILE_REGULAR) return -EINVAL;
      if (offset < 0 || (offset as u64) >= file.inode.size) return -ENXIO;
      return whence == SEEK_DATA ? seek_data(file.inode, offset as u64) : seek_hole(file.inode, offset as u64);
    default:
      return -EINVAL;
  }
}

function moved(base: i64, offset: i64): i64 {
  if (offset > 0 && base > i64.MAX_VALUE - offset) return -EINVAL;
  return base + offset < 0 ? -EINVAL : base + offset;
}
