// Opening a program for execve: a regular file on a mount that allows it, executable by the caller.
import { EACCES, EINVAL, ELOOP, ETXTBSY } from '../../abi/linux/errno.ts';
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW } from '../../abi/linux/fcntl.ts';
import { MS_NOEXEC } from '../../abi/linux/mount.ts';
import { ERR_PTR } from '../lib/err.ts';
import { INODE_PROC } from './inode.ts';
import { OPEN_EXEC, open_place } from './open.ts';
import { MAY_EXEC, inode_permission } from './permission.ts';
import { WALK_EMPTY, WALK_FOLLOW, path_walk, walk_primary } from './walk.ts';

/** File (referenced) of the NUL-terminated kernel string `path`, or ERR_PTR (-EACCES, -ENOENT, -EBLOCKED*, ...). */
export function open_exec(path: usize): usize {
  return open_exec_at(AT_FDCWD, path, 0);
}

/** The same for execveat: relative to dirfd, flags AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW. */
export function open_exec_at(dirfd: i32, path: usize, flags: i32): usize {
  if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) return ERR_PTR(-EINVAL);
  let how = flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW;
  if (flags & AT_EMPTY_PATH) how |= WALK_EMPTY;
  const w = walk_primary();
  const error = path_walk(w, dirfd, path, how);
  if (error) return ERR_PTR(error);
  const inode = w.dentry.inode;
  if (inode.isSymlink()) return ERR_PTR(-ELOOP);
  if (!inode.isRegular() || inode.kind == INODE_PROC || w.mount.flags & MS_NOEXEC) return ERR_PTR(-EACCES);
  const denied = inode_permission(inode, MAY_EXEC);
  if (denied) return ERR_PTR(denied);
  if (inode.writers > 0) return ERR_PTR(-ETXTBSY);
  return open_place(w.mount, w.dentry, OPEN_EXEC, true);
}
