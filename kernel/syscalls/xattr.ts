// setxattr(2), getxattr(2), listxattr(2), removexattr(2) and their l and f forms.
import { E2BIG, EBADF, EINVAL, ENAMETOOLONG, ENOMEM, ERANGE, EROFS } from '../../abi/linux/errno.ts';
import { AT_FDCWD } from '../../abi/linux/fcntl.ts';
import { XATTR_CREATE, XATTR_LIST_MAX, XATTR_NAME_MAX, XATTR_REPLACE, XATTR_SIZE_MAX } from '../../abi/linux/xattr.ts';

import { kfree, kmalloc } from '../lib/slab.ts';
import { copyin, copyinstr, copyout } from '../mm/usercopy.ts';
import { Dentry } from '../vfs/dentry.ts';
import { fd_get } from '../vfs/fdtable.ts';
import { FILE_PATH, File } from '../vfs/file.ts';
import { Inode } from '../vfs/inode.ts';
import { Mount } from '../vfs/mount.ts';
import { notify_attr } from '../vfs/notify.ts';
import { is_read_only } from '../vfs/permission.ts';
import { WALK_FOLLOW, path_walk, walk_primary } from '../vfs/walk.ts';
import { xattr_get, xattr_list, xattr_remove, xattr_set } from '../vfs/xattr.ts';
import { PATH, path_arg } from './path_arg.ts';

const NAME: usize = memory.data(256, 8);

/** What a call is about. */
@unmanaged
class Place {
  mount: Mount;
  inode: Inode;
  dentry: Dentry;
}
const PLACE: usize = memory.data(12, 8);

function place(): Place {
  return changetype<Place>(PLACE);
}

function by_path(path: u64, follow: i32): i32 {
  let error = path_arg(PATH, path);
  if (!error) error = path_walk(walk_primary(), AT_FDCWD, PATH, follow);
  if (error) return error;
  place().mount = walk_primary().mount;
  place().inode = walk_primary().dentry.inode;
  place().dentry = walk_primary().dentry;
  return 0;
}

function by_fd(fd: i32): i32 {
  const file = fd_get(fd);
  if (!file || changetype<File>(file).kind == FILE_PATH) return -EBADF;
  place().mount = changetype<File>(file).mount;
  place().inode = changetype<File>(file).inode;
  place().dentry = changetype<File>(file).dentry;
  return 0;
}

/** Reads the attribute's name to NAME; too long or empty is ERANGE. */
function name_arg(va: u64): i32 {
  const n = copyinstr(NAME, va, XATTR_NAME_MAX + 1);
  return n <= 0 ? (n == 0 || n == -ENAMETOOLONG ? -ERANGE : n) : 0;
}

function set(error: i32, name: u64, value: u64, size: u64, flags: i32): i64 {
  if (error) return error;
  if (flags & ~(XATTR_CREATE | XATTR_REPLACE)) return -EINVAL;
  const bad = name_arg(name);
  if (bad) return bad;
  if (size > (XATTR_SIZE_MAX as u64)) return -E2BIG;
  if (is_read_only(place().mount)) return -EROFS;
  const buf = kmalloc(size ? (size as usize) : 8);
  if (!buf) return -ENOMEM;
  let result = copyin(buf, value, size as usize);
  if (!result) result = xattr_set(place().inode, NAME, buf, size as u32, flags);
  kfree(buf);
  return notify_attr(result, place().dentry);
}

export function sys_setxattr(path: u64, name: u64, value: u64, size: u64, flags: i32): i64 {
  return set(by_path(path, WALK_FOLLOW), name, value, size, flags);
}

export function sys_lsetxattr(path: u64, name: u64, value: u64, size: u64, flags: i32): i64 {
  return set(by_path(path, 0), name, value, size, flags);
}

export function sys_fsetxattr(fd: i32, name: u64, value: u64, size: u64, flags: i32): i64 {
  return set(by_fd(fd), name, value, size, flags);
}

/** Runs get or list (no name) into a buffer that then goes out. */
function fetch(value: u64, size: u64, list: bool): i64 {
  const most = list ? XATTR_LIST_MAX : XATTR_SIZE_MAX;
  const room = size > (most as u64) ? (most as u32) : (size as u32);
  const buf = kmalloc(room ? (room as usize) : 8);
  if (!buf) return -ENOMEM;
  let n = list ? xattr_list(place().inode, buf, room) : xattr_get(place().inode, NAME, buf, room);
  if (n > 0 && room) {
    const error = copyout(value, buf, n as usize);
    if (error) n = error;
  }
  kfree(buf);
  return n;
}

function get(error: i32, name: u64, value: u64, size: u64): i64 {
  if (error) return error;
  const bad = name_arg(name);
  return bad ? bad : fetch(value, size, false);
}

export function sys_getxattr(path: u64, name: u64, value: u64, size: u64): i64 {
  return get(by_path(path, WALK_FOLLOW), name, value, size);
}

export function sys_lgetxattr(path: u64, name: u64, value: u64, size: u64): i64 {
  return get(by_path(path, 0), name, value, size);
}

export function sys_fgetxattr(fd: i32, name: u64, value: u64, size: u64): i64 {
  return get(by_fd(fd), name, value, size);
}

export function sys_listxattr(path: u64, list: u64, size: u64): i64 {
  const error = by_path(path, WALK_FOLLOW);
  return error ? error : fetch(list, size, true);
}

export function sys_llistxattr(path: u64, list: u64, size: u64): i64 {
  const error = by_path(path, 0);
  return error ? error : fetch(list, size, true);
}

export function sys_flistxattr(fd: i32, list: u64, size: u64): i64 {
  const error = by_fd(fd);
  return error ? error : fetch(list, size, true);
}

function remove(error: i32, name: u64): i64 {
  if (error) return error;
  const bad = name_arg(name);
  if (bad) return bad;
  if (is_read_only(place().mount)) return -EROFS;
  return notify_attr(xattr_remove(place().inode, NAME), place().dentry);
}

export function sys_removexattr(path: u64, name: u64): i64 {
  return remove(by_path(path, WALK_FOLLOW), name);
}

export function sys_lremovexattr(path: u64, name: u64): i64 {
  return remove(by_path(path, 0), name);
}

export function sys_fremovexattr(fd: i32, name: u64): i64 {
  return remove(by_fd(fd), name);
}
