// Changing names in whatever file system they are of. Preconditions as in vfs/names.ts; a host's may give -EBLOCKED*.
import { EINVAL, ENOTEMPTY } from '../../abi/linux/errno.ts';
import { Dentry } from '../vfs/dentry.ts';
import { INODE_HOST, Inode } from '../vfs/inode.ts';
import { box_dir_count, box_exchange, box_link, box_make, box_remove, box_rename } from './boxfs/names.ts';
import { host_link, host_make, host_remove, host_rename } from './hostfs/names.ts';

/** Dentry ptr or ERR_PTR. `target`: of a link, for a file system that wants it at once. */
export function fs_make(parent: Dentry, name: usize, len: i32, mode: u32, rdev: u32, target: usize): usize {
  if (parent.inode.kind == INODE_HOST) return host_make(parent, name, len, mode, target);
  return box_make(parent, name, len, mode, rdev);
}

export function fs_link(parent: Dentry, name: usize, len: i32, inode: Inode): i32 {
  return inode.kind == INODE_HOST ? host_link(parent, name, len, inode) : box_link(parent, name, len, inode);
}

export function fs_remove(d: Dentry): i32 {
  return d.inode.kind == INODE_HOST ? host_remove(d) : box_remove(d);
}

export function fs_rename(d: Dentry, to: Dentry, name: usize, len: i32, victim: Dentry, exclusive: bool): i32 {
  if (d.inode.kind == INODE_HOST) return host_rename(d, to, name, len, victim, exclusive);
  return box_rename(d, to, name, len, victim);
}

/** -EINVAL where the host has no call for it, as Linux's file systems answer. */
export function fs_exchange(a: Dentry, b: Dentry): i32 {
  return a.inode.kind == INODE_HOST ? -EINVAL : box_exchange(a, b);
}

/** 0, -ENOTEMPTY, or -errno. Only the host knows of its directories: it refuses itself. */
export function fs_is_empty(dir: Inode): i32 {
  if (dir.kind == INODE_HOST) return 0;
  const count = box_dir_count(dir);
  return count > 0 ? -ENOTEMPTY : count;
}
