// chmod(2), chown(2), utimensat(2), truncate(2), umask(2).
import { EBADF, EFBIG, EINVAL, EISDIR, EROFS, ETXTBSY } from '../../abi/linux/errno.ts';
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW } from '../../abi/linux/fcntl.ts';
import { IN_MODIFY } from '../../abi/linux/inotify.ts';
import { RLIMIT_FSIZE } from '../../abi/linux/resource.ts';
import { SIGXFSZ } from '../../abi/linux/signal.ts';
import { UTIME_NOW, UTIME_OMIT } from '../../abi/linux/stat.ts';
import { copyin } from '../mm/usercopy.ts';
import { gid_taken, NO_ID, uid_taken } from '../ns/user.ts';
import { send_signal } from '../task/signal.ts';
import { current } from '../task/task.ts';
import { attr_chmod, attr_chown, attr_times } from '../vfs/attr.ts';
import { Dentry } from '../vfs/dentry.ts';
import { fd_get } from '../vfs/fdtable.ts';
import { FILE_PATH, FILE_REGULAR, File } from '../vfs/file.ts';
import { fsctx_current } from '../vfs/fsctx.ts';
import { Inode } from '../vfs/inode.ts';
import { Mount } from '../vfs/mount.ts';
import { notify_attr, notify_dentry } from '../vfs/notify.ts';
import { MAY_WRITE, inode_permission, is_read_only } from '../vfs/permission.ts';
import { regular_truncate } from '../vfs/regular.ts';
import { WALK_EMPTY, WALK_FOLLOW, path_walk, walk_primary } from '../vfs/walk.ts';
import { PATH, path_arg } from './path_arg.ts';

const TIMES: usize = memory.data(32, 8);

/** Walks to what (dirfd, path, AT_* flags) names. */
function walk_at(dirfd: i32, path: u64, flags: u64): i32 {
  const error = path_arg(PATH, path);
  if (error) return error;
  let how = flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW;
  if (flags & AT_EMPTY_PATH) how |= WALK_EMPTY;
  return path_walk(walk_primary(), dirfd, PATH, how);
}

/** An open file that is more than a place (O_PATH), or 0. */
function real_file(fd: i32): usize {
  const file = fd_get(fd);
  return file && changetype<File>(file).kind != FILE_PATH ? file : 0;
}

export function sys_umask(mask: u64): i64 {
  const ctx = fsctx_current();
  const old = ctx.umask;
  ctx.umask = (mask as u32) & 0o777;
  return old as i64;
}

export function sys_chmod(path: u64, mode: u64): i64 {
  return sys_fchmodat(AT_FDCWD, path, mode);
}

export function sys_fchmodat(dirfd: i32, path: u64, mode: u64): i64 {
  const error = walk_at(dirfd, path, 0);
  if (error) return error;
  const w = walk_primary();
  return notify_attr(attr_chmod(w.mount, w.dentry.inode, mode as u32), w.dentry);
}

export function sys_fchmod(fd: i32, mode: u64): i64 {
  const p = real_file(fd);
  if (!p) return -EBADF;
  const file = changetype<File>(p);
  return notify_attr(attr_chmod(file.mount, file.inode, mode as u32), file.dentry);
}

export function sys_chown(path: u64, uid: u64, gid: u64): i64 {
  return sys_fchownat(AT_FDCWD, path, uid, gid, 0);
}

export function sys_lchown(path: u64, uid: u64, gid: u64): i64 {
  return sys_fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}

export function sys_fchownat(dirfd: i32, path: u64, uid: u64, gid: u64, flags: u64): i64 {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  const error = walk_at(dirfd, path, flags);
  if (error) return error;
  const w = walk_primary();
  return change_owner(w.mount, w.dentry, w.dentry.inode, uid as u32, gid as u32);
}

export function sys_fchown(fd: i32, uid: u64, gid: u64): i64 {
  const p = real_file(fd);
  if (!p) return -EBADF;
  const file = changetype<File>(p);
  return change_owner(file.mount, file.dentry, file.inode, uid as u32, gid as u32);
}

/** The ids are the caller's, all ones = leave. */
function change_owner(m: Mount, d: Dentry, inode: Inode, uid: u32, gid: u32): i64 {
  const owner = uid_taken(uid);
  const group = gid_taken(gid);
  if ((owner == NO_ID && uid != NO_ID) || (group == NO_ID && gid != NO_ID)) return -EINVAL;
  return notify_attr(attr_chown(m, inode, owner, group), d);
}

function set_now(): void {
  store<u64>(TIMES, UTIME_NOW, 8);
  store<u64>(TIMES, UTIME_NOW, 24);
}

function valid_nsec(nsec: u64): bool {
  return nsec < 1000000000 || nsec == UTIME_NOW || nsec == UTIME_OMIT;
}

/** Applies the two timespecs in TIMES to (dirfd, path), or to the file itself when path is 0. */
function apply_times(dirfd: i32, path: u64, flags: u64): i64 {
  if (!valid_nsec(load<u64>(TIMES, 8)) || !valid_nsec(load<u64>(TIMES, 24))) return -EINVAL;
  const asec = load<i64>(TIMES);
  const ansec = load<u32>(TIMES, 8);
  const msec = load<i64>(TIMES, 16);
  const mnsec = load<u32>(TIMES, 24);
  if (!path && dirfd != AT_FDCWD) {
    if (flags) return -EINVAL;
    const p = real_file(dirfd);
    if (!p) return -EBADF;
    const file = changetype<File>(p);
    return notify_attr(attr_times(file.mount, file.inode, asec, ansec, msec, mnsec), file.dentry);
  }
  const error = walk_at(dirfd, path, flags);
  if (error) return error;
  const w = walk_primary();
  return notify_attr(attr_times(w.mount, w.dentry.inode, asec, ansec, msec, mnsec), w.dentry);
}

export function sys_utimensat(dirfd: i32, path: u64, times: u64, flags: u64): i64 {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  const error = times ? copyin(TIMES, times, 32) : 0;
  if (error) return error;
  if (!times) set_now();
  return apply_times(dirfd, path, flags);
}

export function sys_futimesat(dirfd: i32, path: u64, times: u64): i64 {
  const error = times ? copyin(TIMES, times, 32) : 0;
  if (error) return error;
  if (!times) set_now();
  else {
    if (load<u64>(TIMES, 8) >= 1000000 || load<u64>(TIMES, 24) >= 1000000) return -EINVAL;
    store<u64>(TIMES, load<u64>(TIMES, 8) * 1000, 8);
    store<u64>(TIMES, load<u64>(TIMES, 24) * 1000, 24);
  }
  return apply_times(dirfd, path, 0);
}

export function sys_utimes(path: u64, times: u64): i64 {
  return sys_futimesat(AT_FDCWD, path, times);
}

export function sys_utime(path: u64, times: u64): i64 {
  const error = times ? copyin(TIMES, times, 16) : 0;
  if (error) return error;
  if (!times) set_now();
  else {
    store<u64>(TIMES, load<u64>(TIMES, 8), 16);
    store<u64>(TIMES, 0, 8);
    store<u64>(TIMES, 0, 24);
  }
  return apply_times(AT_FDCWD, path, 0);
}

/** RLIMIT_FSIZE; beyond it SIGXFSZ is sent. */
function within_file_limit(size: u64): bool {
  if (size <= current().group.rlimit(RLIMIT_FSIZE)) return true;
  send_signal(current(), SIGXFSZ, 0);
  return false;
}

function truncated(d: Dentry, size: u64): i32 {
  const error = regular_truncate(d.inode, size);
  if (!error) notify_dentry(d, IN_MODIFY);
  return error;
}

export function sys_truncate(path: u64, size: u64): i64 {
  if ((size as i64) < 0) return -EINVAL;
  const error = walk_at(AT_FDCWD, path, 0);
  if (error) return error;
  const w = walk_primary();
  const inode = w.dentry.inode;
  if (inode.isDir()) return -EISDIR;
  if (!inode.isRegular()) return -EINVAL;
  if (is_read_only(w.mount)) return -EROFS;
  const denied = inode_permission(inode, MAY_WRITE);
  if (denied) return denied;
  if (inode.writers < 0) return -ETXTBSY;
  return within_file_limit(size) ? truncated(w.dentry, size) : -EFBIG;
}

export function sys_ftruncate(fd: i32, size: u64): i64 {
  if ((size as i64) < 0) return -EINVAL;
  const p = real_file(fd);
  if (!p) return -EBADF;
  const file = changetype<File>(p);
  if (file.kind != FILE_REGULAR || !file.writable()) return -EINVAL;
  return within_file_limit(size) ? truncated(file.dentry, size) : -EFBIG;
}
