// inotify_init(2), inotify_add_watch(2), inotify_rm_watch(2).
import { EBADF, EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { AT_FDCWD, O_CLOEXEC, O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import { IN_DONT_FOLLOW, IN_MASK_ADD, IN_MASK_CREATE, IN_ONLYDIR } from '../../abi/linux/inotify.ts';
import { inotify_init, inotify_unwatch, inotify_watch } from '../fs/inotify.ts';
import { cstr } from '../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { anon_file } from '../vfs/anon.ts';
import { fd_get, fd_install } from '../vfs/fdtable.ts';
import { FILE_INOTIFY, FILE_PATH, File, file_put } from '../vfs/file.ts';
import { MAY_READ, inode_permission } from '../vfs/permission.ts';
import { WALK_DIRECTORY, WALK_FOLLOW, path_walk, walk_primary } from '../vfs/walk.ts';
import { PATH, path_arg } from './path_arg.ts';

/** Every bit that inotify_add_watch knows. */
const MASK_BITS: u32 = 0xf700efff;

export function sys_inotify_init(): i64 {
  return sys_inotify_init1(0);
}

export function sys_inotify_init1(flags: u64): i64 {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK)) return -EINVAL;
  const file = anon_file(cstr('anon_inode:inotify'), 18, FILE_INOTIFY, 0o600, (flags as u32) & O_NONBLOCK);
  if (IS_ERR(file)) return PTR_ERR(file);
  let fd = -ENOMEM;
  if (inotify_init(changetype<File>(file))) fd = fd_install(file, 0, (flags & O_CLOEXEC) != 0);
  if (fd < 0) file_put(file);
  return fd;
}

/** -EBADF, -EINVAL, or 0: fd is an inotify instance. */
function check_instance(fd: i32): i32 {
  const file = fd_get(fd);
  if (!file || changetype<File>(file).kind == FILE_PATH) return -EBADF;
  return changetype<File>(file).kind == FILE_INOTIFY ? 0 : -EINVAL;
}

export function sys_inotify_add_watch(fd: i32, path: u64, bits: u64): i64 {
  const mask = bits as u32;
  if (!(mask & MASK_BITS) || (mask & IN_MASK_ADD && mask & IN_MASK_CREATE)) return -EINVAL;
  let error = check_instance(fd);
  if (!error) error = path_arg(PATH, path);
  if (error) return error;
  const how = (mask & IN_DONT_FOLLOW ? 0 : WALK_FOLLOW) | (mask & IN_ONLYDIR ? WALK_DIRECTORY : 0);
  error = path_walk(walk_primary(), AT_FDCWD, PATH, how);
  if (error) return error;
  const inode = walk_primary().dentry.inode;
  const denied = inode_permission(inode, MAY_READ);
  return denied ? denied : inotify_watch(changetype<File>(fd_get(fd)), inode, mask);
}

export function sys_inotify_rm_watch(fd: i32, wd: i32): i64 {
  const error = check_instance(fd);
  return error ? error : inotify_unwatch(changetype<File>(fd_get(fd)), wd);
}
