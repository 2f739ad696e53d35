// From a place in the tree to an open file. open(2).
import { EACCES, EINVAL, EISDIR, ELOOP, ENOMEM, ENOTDIR, ENXIO, EPERM, EROFS, ETXTBSY } from '../../abi/linux/errno.ts';
import {
  O_ACCMODE,
  O_APPEND,
  O_DIRECT,
  O_DIRECTORY,
  O_NOATIME,
  O_PATH,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from '../../abi/linux/fcntl.ts';
import { IN_MODIFY, IN_OPEN } from '../../abi/linux/inotify.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG } from '../../abi/linux/stat.ts';
import { device_open } from '../fs/dev/open.ts';
import { host_open, host_opened } from '../fs/hostfs/open.ts';
import { stream_opened } from '../fs/hoststream.ts';
import { fifo_open_wait, pipe_of, pipe_opened } from '../fs/pipe.ts';
import { ERR_PTR, IS_ERR } from '../lib/err.ts';
import { Dentry } from './dentry.ts';
import {
  FILE_DIRECTORY,
  FILE_NAMESPACE,
  FILE_PATH,
  FILE_PIPE,
  FILE_PROC,
  FILE_REGULAR,
  FILE_STREAM,
  File,
  file_new,
  file_put,
} from './file.ts';
import { INODE_ANON, INODE_HOST, INODE_NAMESPACE, INODE_PROC, INODE_STREAM, Inode } from './inode.ts';
import { Mount } from './mount.ts';
import { notify_dentry } from './notify.ts';
import { MAY_READ, MAY_WRITE, inode_permission, is_owner, is_read_only } from './permission.ts';
import { regular_truncate } from './regular.ts';
import { MS_NODEV } from '../../abi/linux/mount.ts';

/** In File.flags: the file is a program that is being run, not writable meanwhile (Linux's __FMODE_EXEC). */
export const OPEN_EXEC = 0x20;

/** Opens what lies at (m, d). `created`: this call made it, so rights do not matter. File ptr or ERR_PTR. */
export function open_place(m: Mount, d: Dentry, flags: i32, created: bool): usize {
  const inode = d.inode;
  if (flags & O_PATH) return kept(file_new(m, d, inode, FILE_PATH, flags));
  if (inode.isSymlink()) return ERR_PTR(-ELOOP);
  if (flags & O_DIRECTORY && !inode.isDir()) return ERR_PTR(-ENOTDIR);
  if (!created) {
    const denied = may_open(m, inode, flags);
    if (denied) return ERR_PTR(denied);
  }
  if (inode.kind == INODE_HOST) {
    const error = open_on_host(inode, flags);
    if (error) return ERR_PTR(error);
  }
  if (flags & O_TRUNC && !created && inode.isRegular() && inode.kind != INODE_PROC && inode.size) {
    const error = regular_truncate(inode, 0);
    if (error) return ERR_PTR(error);
    notify_dentry(d, IN_MODIFY);
  }
  const file = open_inode(m, d, inode, flags);
  if (!IS_ERR(file)) notify_dentry(d, IN_OPEN);
  return file;
}

/** A handle of the host; what is no regular file or directory there is not for the box: 0 or -errno (-EBLOCKED*). */
function open_on_host(inode: Inode, flags: i32): i32 {
  if (inode.isDir()) return 0;
  if (!inode.isRegular()) return -ENXIO;
  return host_open(inode, (flags & O_ACCMODE) != 0 || (flags & O_TRUNC) != 0);
}

function kept(file: File): usize {
  return changetype<usize>(file) ? changetype<usize>(file) : ERR_PTR(-ENOMEM);
}

/** Rights, and what cannot be opened in that way whoever asks. */
function may_open(m: Mount, inode: Inode, flags: i32): i32 {
  const access = flags & O_ACCMODE;
  const writes = access != 0 || (flags & O_TRUNC) != 0;
  if (inode.isDir() && writes) return -EISDIR;
  let mask = access == O_WRONLY ? MAY_WRITE : access == 0 ? MAY_READ : MAY_READ | MAY_WRITE;
  if (flags & O_TRUNC) mask |= MAY_WRITE;
  if (writes && is_read_only(m) && inode.isRegular()) return -EROFS;
  const denied = inode_permission(inode, mask);
  if (denied) return denied;
  if (flags & O_NOATIME && !is_owner(inode)) return -EPERM;
  if (writes && inode.isRegular() && inode.writers < 0) return -ETXTBSY;
  return 0;
}

function open_inode(m: Mount, d: Dentry, inode: Inode, flags: i32): usize {
  if (flags & O_DIRECT && !inode.isRegular()) return ERR_PTR(-EINVAL);
  switch (inode.type()) {
    case S_IFREG:
      if (inode.kind == INODE_PROC) return kept(file_new(m, d, inode, FILE_PROC, flags));
      if (inode.flags & INODE_NAMESPACE && flags & O_ACCMODE) return ERR_PTR(-EPERM);
      if (inode.flags & INODE_NAMESPACE) return kept(file_new(m, d, inode, FILE_NAMESPACE, flags));
      return open_regular(m, d, inode, flags);
    case S_IFDIR:
      return kept(file_new(m, d, inode, FILE_DIRECTORY, flags));
    case S_IFIFO:
      return inode.flags & INODE_STREAM ? open_stream(m, d, inode, flags) : open_fifo(m, d, inode, flags);
    case S_IFCHR:
      if (m.flags & MS_NODEV) return ERR_PTR(-EACCES);
      return device_open(m, d, inode, flags);
    default:
      return ERR_PTR(-ENXIO);
  }
}

function open_regular(m: Mount, d: Dentry, inode: Inode, flags: i32): usize {
  const file = file_new(m, d, inode, FILE_REGULAR, flags);
  if (!changetype<usize>(file)) return ERR_PTR(-ENOMEM);
  if (inode.kind == INODE_HOST) host_opened(inode);
  if (flags & OPEN_EXEC) inode.writers--;
  else if (file.writable()) inode.writers++;
  return changetype<usize>(file);
}

function open_stream(m: Mount, d: Dentry, inode: Inode, flags: i32): usize {
  const file = file_new(m, d, inode, FILE_STREAM, flags);
  if (!changetype<usize>(file)) return ERR_PTR(-ENOMEM);
  stream_opened(file, inode.key as usize);
  return changetype<usize>(file);
}

function open_fifo(m: Mount, d: Dentry, inode: Inode, flags: i32): usize {
  const pipe = pipe_of(inode);
  if (!changetype<usize>(pipe)) return ERR_PTR(-ENOMEM);
  const error = inode.kind == INODE_ANON ? 0 : fifo_open_wait(pipe, flags);
  if (error) return ERR_PTR(error);
  const file = file_new(m, d, inode, FILE_PIPE, flags);
  if (!changetype<usize>(file)) return ERR_PTR(-ENOMEM);
  pipe_opened(file);
  return changetype<usize>(file);
}
