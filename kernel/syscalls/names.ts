// mkdir(2), rmdir(2), unlink(2), rename(2), link(2), symlink(2), mknod(2).
import { EINVAL, ENOENT, ENOMEM, EPERM } from '../../abi/linux/errno.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
} from '../../abi/linux/fcntl.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from '../../abi/linux/stat.ts';
import { str_len } from '../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { CAP_DAC_READ_SEARCH, capable } from '../task/cred.ts';
import { Dentry } from '../vfs/dentry.ts';
import { fsctx_current } from '../vfs/fsctx.ts';
import { create_at, link_at, rename_at, rmdir_at, unlink_at } from '../vfs/names.ts';
import { WALK_EMPTY, WALK_FOLLOW, WALK_PARENT, path_walk, walk_primary, walk_secondary } from '../vfs/walk.ts';
import { PATH, PATH2, path_arg } from './path_arg.ts';

/** Walks to the parent of a path: walk_primary() then has it. */
function walk_parent(dirfd: i32, path: u64): i32 {
  const error = path_arg(PATH, path);
  return error ? error : path_walk(walk_primary(), dirfd, PATH, WALK_PARENT);
}

function made(dentry: usize): i64 {
  return IS_ERR(dentry) ? (PTR_ERR(dentry) as i64) : 0;
}

export function sys_mkdir(path: u64, mode: u64): i64 {
  return sys_mkdirat(AT_FDCWD, path, mode);
}

export function sys_mkdirat(dirfd: i32, path: u64, mode: u64): i64 {
  const error = walk_parent(dirfd, path);
  if (error) return error;
  return made(create_at(walk_primary(), S_IFDIR | ((mode as u32) & 0o1777 & ~fsctx_current().umask), 0));
}

export function sys_mknod(path: u64, mode: u64, dev: u64): i64 {
  return sys_mknodat(AT_FDCWD, path, mode, dev);
}

export function sys_mknodat(dirfd: i32, path: u64, mode: u64, dev: u64): i64 {
  let type = (mode as u32) & S_IFMT;
  if (!type) type = S_IFREG;
  if (type == S_IFDIR) return -EPERM;
  const device = type == S_IFCHR || type == S_IFBLK;
  if (!device && type != S_IFREG && type != S_IFIFO && type != S_IFSOCK) return -EINVAL;
  const error = walk_parent(dirfd, path);
  if (error) return error;
  const permissions = (mode as u32) & 0xfff & ~fsctx_current().umask;
  return made(create_at(walk_primary(), type | permissions, device ? (dev as u32) : 0));
}

export function sys_symlink(target: u64, path: u64): i64 {
  return sys_symlinkat(target, AT_FDCWD, path);
}

export function sys_symlinkat(target: u64, dirfd: i32, path: u64): i64 {
  let error = path_arg(PATH2, target);
  if (error) return error;
  const len = str_len(PATH2);
  if (!len) return -ENOENT;
  error = walk_parent(dirfd, path);
  if (error) return error;
  const text = kmalloc((len as usize) + 1);
  if (!text) return -ENOMEM;
  memory.copy(text, PATH2, len as usize);
  const link = create_at(walk_primary(), S_IFLNK | 0o777, 0, text);
  if (IS_ERR(link)) {
    kfree(text);
    return PTR_ERR(link);
  }
  const inode = changetype<Dentry>(link).inode;
  inode.data = text;
  inode.size = len as u64;
  return 0;
}

export function sys_link(from: u64, to: u64): i64 {
  return sys_linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

export function sys_linkat(fromFd: i32, from: u64, toFd: i32, to: u64, flags: u64): i64 {
  if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  if (flags & AT_EMPTY_PATH && !capable(CAP_DAC_READ_SEARCH)) return -ENOENT;
  let error = path_arg(PATH, from);
  if (!error) error = path_arg(PATH2, to);
  if (error) return error;
  let how = flags & AT_SYMLINK_FOLLOW ? WALK_FOLLOW : 0;
  if (flags & AT_EMPTY_PATH) how |= WALK_EMPTY;
  error = path_walk(walk_primary(), fromFd, PATH, how);
  if (!error) error = path_walk(walk_secondary(), toFd, PATH2, WALK_PARENT);
  if (error) return error;
  const w = walk_primary();
  const inode = w.dentry.inode;
  // A file whose last name is gone stays gone, except that O_TMPFILE's gets its first name so.
  if (!inode.nlink && !(how & (WALK_EMPTY | WALK_FOLLOW))) return -ENOENT;
  return link_at(walk_secondary(), inode);
}

export function sys_unlink(path: u64): i64 {
  return sys_unlinkat(AT_FDCWD, path, 0);
}

export function sys_rmdir(path: u64): i64 {
  return sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

export function sys_unlinkat(dirfd: i32, path: u64, flags: u64): i64 {
  if (flags & ~AT_REMOVEDIR) return -EINVAL;
  const error = walk_parent(dirfd, path);
  if (error) return error;
  return flags & AT_REMOVEDIR ? rmdir_at(walk_primary()) : unlink_at(walk_primary());
}

export function sys_rename(from: u64, to: u64): i64 {
  return sys_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

export function sys_renameat(fromFd: i32, from: u64, toFd: i32, to: u64): i64 {
  return sys_renameat2(fromFd, from, toFd, to, 0);
}

export function sys_renameat2(fromFd: i32, from: u64, toFd: i32, to: u64, flags: u64): i64 {
  // RENAME_WHITEOUT makes a character device 0/0 for overlay file systems; there are none here.
  if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE)) return -EINVAL;
  if (flags == (RENAME_NOREPLACE | RENAME_EXCHANGE)) return -EINVAL;
  let error = path_arg(PATH, from);
  if (!error) error = path_arg(PATH2, to);
  if (!error) error = path_walk(walk_primary(), fromFd, PATH, WALK_PARENT);
  if (!error) error = path_walk(walk_secondary(), toFd, PATH2, WALK_PARENT);
  if (error) return error;
  return rename_at(walk_primary(), walk_secondary(), flags as i32);
}
