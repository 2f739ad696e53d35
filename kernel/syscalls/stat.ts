// stat(2), statx(2), access(2), readlink(2).
import { EBADF, EFAULT, EINVAL, ENOENT, EROFS } from '../../abi/linux/errno.ts';
import {
  AT_EACCESS,
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_NO_AUTOMOUNT,
  AT_SYMLINK_NOFOLLOW,
  PATH_MAX,
} from '../../abi/linux/fcntl.ts';
import { STATX_RESERVED, STATX_SIZE, STAT_SIZE } from '../../abi/linux/stat.ts';
import { copyout } from '../mm/usercopy.ts';
import { fd_get } from '../vfs/fdtable.ts';
import { File } from '../vfs/file.ts';
import { MAY_WRITE, inode_permission, is_read_only } from '../vfs/permission.ts';
import { real_ids_begin, real_ids_end } from '../vfs/real_ids.ts';
import { inode_refresh } from '../vfs/refresh.ts';
import { stat_fill, statx_fill } from '../vfs/stat.ts';
import { symlink_read } from '../vfs/symlink.ts';
import { WALK_EMPTY, WALK_FOLLOW, Walk, path_walk, walk_primary } from '../vfs/walk.ts';
import { PATH, PATH_OUT, path_arg } from './path_arg.ts';

const STAT: usize = memory.data(256, 8);
const AT_STATX_SYNC_TYPE: u64 = 0x6000;

/** Walks to what (dirfd, path, AT_* flags) names; walk_primary() then has it. */
function walk_at(dirfd: i32, path: u64, flags: u64): i32 {
  let error = 0;
  if (!path && flags & AT_EMPTY_PATH) store<u8>(PATH, 0);
  else error = path_arg(PATH, path);
  if (error) return error;
  let how = flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW;
  if (flags & AT_EMPTY_PATH) how |= WALK_EMPTY;
  return path_walk(walk_primary(), dirfd, PATH, how);
}

export function sys_newfstatat(dirfd: i32, path: u64, buf: u64, flags: u64): i64 {
  if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT)) return -EINVAL;
  const error = walk_at(dirfd, path, flags);
  if (error) return error;
  const stale = inode_refresh(walk_primary().dentry.inode);
  if (stale) return stale;
  stat_fill(walk_primary().dentry.inode, STAT);
  return copyout(buf, STAT, STAT_SIZE);
}

export function sys_stat(path: u64, buf: u64): i64 {
  return sys_newfstatat(AT_FDCWD, path, buf, 0);
}

export function sys_lstat(path: u64, buf: u64): i64 {
  return sys_newfstatat(AT_FDCWD, path, buf, AT_SYMLINK_NOFOLLOW);
}

export function sys_fstat(fd: i32, buf: u64): i64 {
  const file = fd_get(fd);
  if (!file) return -EBADF;
  const stale = inode_refresh(changetype<File>(file).inode);
  if (stale) return stale;
  stat_fill(changetype<File>(file).inode, STAT);
  return copyout(buf, STAT, STAT_SIZE);
}

export function sys_statx(dirfd: i32, path: u64, flags: u64, mask: u64, buf: u64): i64 {
  const known: u64 = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT;
  if (flags & ~(known | AT_STATX_SYNC_TYPE) || mask & (STATX_RESERVED as u64)) return -EINVAL;
  if ((flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE) return -EINVAL;
  const error = walk_at(dirfd, path, flags);
  if (error) return error;
  const w = walk_primary();
  const stale = inode_refresh(w.dentry.inode);
  if (stale) return stale;
  statx_fill(w.mount, w.dentry, w.dentry.inode, STAT);
  return copyout(buf, STAT, STATX_SIZE);
}

export function sys_access(path: u64, mode: u64): i64 {
  return sys_faccessat2(AT_FDCWD, path, mode, 0);
}

export function sys_faccessat(dirfd: i32, path: u64, mode: u64): i64 {
  return sys_faccessat2(dirfd, path, mode, 0);
}

export function sys_faccessat2(dirfd: i32, path: u64, mode: u64, flags: u64): i64 {
  if (mode & ~7 || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  if (flags & AT_EACCESS) return may_access(dirfd, path, mode as i32, flags);
  const saved = real_ids_begin();
  const result = may_access(dirfd, path, mode as i32, flags);
  real_ids_end(saved);
  return result;
}

function may_access(dirfd: i32, path: u64, mode: i32, flags: u64): i64 {
  const error = walk_at(dirfd, path, flags);
  if (error || !mode) return error;
  const w: Walk = walk_primary();
  const inode = w.dentry.inode;
  const denied = inode_permission(inode, mode);
  if (denied) return denied;
  // Devices and pipes can be written on a read-only file system.
  return mode & MAY_WRITE && is_read_only(w.mount) && (inode.isRegular() || inode.isDir()) ? -EROFS : 0;
}

export function sys_readlink(path: u64, buf: u64, size: u64): i64 {
  return sys_readlinkat(AT_FDCWD, path, buf, size);
}

export function sys_readlinkat(dirfd: i32, path: u64, buf: u64, size: u64): i64 {
  if ((size as i32) <= 0) return -EINVAL;
  if (!path) return -EFAULT;
  const error = walk_at(dirfd, path, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH);
  if (error) return error;
  // An empty path is for descriptors of links.
  if (!load<u8>(PATH) && !walk_primary().dentry.inode.isSymlink()) return -ENOENT;
  const room = size < (PATH_MAX as u64) ? (size as i32) : PATH_MAX;
  const n = symlink_read(walk_primary().dentry.inode, PATH_OUT, room);
  if (n < 0) return n;
  const failed = copyout(buf, PATH_OUT, n as usize);
  return failed ? failed : n;
}
