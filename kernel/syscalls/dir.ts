// getdents(2), getcwd(2), chdir(2), chroot(2).
import { EBADF, ENOENT, ENOTDIR, EPERM, ERANGE } from '../../abi/linux/errno.ts';
import { AT_FDCWD, PATH_MAX } from '../../abi/linux/fcntl.ts';
import { IN_ACCESS } from '../../abi/linux/inotify.ts';
import { cstr } from '../lib/bytes.ts';
import { copyout } from '../mm/usercopy.ts';
import { CAP_SYS_CHROOT, capable_here } from '../task/cred.ts';
import { DENTRY_DELETED } from '../vfs/dentry.ts';
import { fd_get } from '../vfs/fdtable.ts';
import { FILE_PATH, File } from '../vfs/file.ts';
import { is_reachable, place_path } from '../vfs/file_path.ts';
import { fsctx_current, fsctx_set_cwd, fsctx_set_root } from '../vfs/fsctx.ts';
import { file_getdents } from '../vfs/getdents.ts';
import { notify_dentry } from '../vfs/notify.ts';
import { MAY_EXEC, inode_permission } from '../vfs/permission.ts';
import { WALK_DIRECTORY, WALK_FOLLOW, path_walk, walk_primary } from '../vfs/walk.ts';
import { PATH, PATH_OUT, path_arg } from './path_arg.ts';

export function sys_getdents64(fd: i32, buf: u64, size: u64): i64 {
  return getdents(fd, buf, size as u32 as u64, false);
}

export function sys_getdents(fd: i32, buf: u64, size: u64): i64 {
  return getdents(fd, buf, size as u32 as u64, true);
}

function getdents(fd: i32, buf: u64, size: u64, old: bool): i64 {
  const file = fd_get(fd);
  if (!file || changetype<File>(file).kind == FILE_PATH) return -EBADF;
  const result = file_getdents(changetype<File>(file), buf, size, old);
  if (result >= 0) notify_dentry(changetype<File>(file).dentry, IN_ACCESS);
  return result;
}

export function sys_getcwd(buf: u64, size: u64): i64 {
  const ctx = fsctx_current();
  if (ctx.cwd.flags & DENTRY_DELETED) return -ENOENT;
  let at = PATH_OUT;
  const prefix = cstr('(unreachable)');
  if (!is_reachable(ctx.cwdMount, ctx.cwd)) {
    memory.copy(at, prefix, 13);
    at += 13;
  }
  const n = place_path(ctx.cwdMount, ctx.cwd, at, PATH_MAX);
  if (n < 0) return n;
  const total = at - PATH_OUT + (n as usize) + 1;
  if ((total as u64) > size) return -ERANGE;
  const error = copyout(buf, PATH_OUT, total);
  return error ? error : (total as i64);
}

/** Walks to a directory that the caller may search. */
function walk_to_dir(path: u64): i32 {
  let error = path_arg(PATH, path);
  if (!error) error = path_walk(walk_primary(), AT_FDCWD, PATH, WALK_FOLLOW | WALK_DIRECTORY);
  return error ? error : inode_permission(walk_primary().dentry.inode, MAY_EXEC);
}

export function sys_chdir(path: u64): i64 {
  const error = walk_to_dir(path);
  if (error) return error;
  const w = walk_primary();
  fsctx_set_cwd(fsctx_current(), w.mount, w.dentry);
  return 0;
}

export function sys_fchdir(fd: i32): i64 {
  const p = fd_get(fd);
  if (!p) return -EBADF;
  const file = changetype<File>(p);
  if (!file.inode.isDir()) return -ENOTDIR;
  const denied = inode_permission(file.inode, MAY_EXEC);
  if (denied) return denied;
  fsctx_set_cwd(fsctx_current(), file.mount, file.dentry);
  return 0;
}

export function sys_chroot(path: u64): i64 {
  const error = walk_to_dir(path);
  if (error) return error;
  if (!capable_here(CAP_SYS_CHROOT)) return -EPERM;
  const w = walk_primary();
  fsctx_set_root(fsctx_current(), w.mount, w.dentry);
  return 0;
}
