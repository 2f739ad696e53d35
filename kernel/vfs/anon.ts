// Files that no directory knows: pipes, eventfd, epoll, memfd, the host's streams. /proc/self/fd shows their dentry's name.
import { ENOMEM } from '../../abi/linux/errno.ts';
import { ERR_PTR } from '../lib/err.ts';
import { current } from '../task/task.ts';
import { Dentry, dentry_new } from './dentry.ts';
import { file_new } from './file.ts';
import { INODE_ANON, Inode, inode_new, inode_put } from './inode.ts';
import { Mount, mount_detached } from './mount.ts';
import { super_anon } from './super_block.ts';

const ANON_MOUNT: usize = memory.data(4, 4);

/** The mount of everything anonymous; it is in no list. Null = no memory. */
export function anon_mount(): Mount {
  if (!load<u32>(ANON_MOUNT)) {
    const sb = super_anon();
    if (changetype<usize>(sb)) store<u32>(ANON_MOUNT, changetype<usize>(mount_detached(sb)) as u32);
  }
  return changetype<Mount>(load<u32>(ANON_MOUNT) as usize);
}

/** A new anonymous inode of that mode, owned by the current task, with a reference; null = no memory. */
export function anon_inode(mode: u32): Inode {
  const cred = current().cred;
  if (anon_mount().isNull()) return changetype<Inode>(0);
  return inode_new(super_anon(), INODE_ANON, mode, cred.fsuid, cred.fsgid);
}

/** Opens an anonymous inode under a display name: File ptr or ERR_PTR(-ENOMEM). The caller keeps its reference. */
export function anon_open(inode: Inode, name: usize, len: i32, kind: u32, flags: u32): usize {
  const d = dentry_new(changetype<Dentry>(0), name, len, inode);
  if (d.isNull()) return ERR_PTR(-ENOMEM);
  const file = file_new(anon_mount(), d, inode, kind, flags);
  return changetype<usize>(file) ? changetype<usize>(file) : ERR_PTR(-ENOMEM);
}

/** A file of that kind on an inode of its own: File ptr or ERR_PTR(-ENOMEM). */
export function anon_file(name: usize, len: i32, kind: u32, mode: u32, flags: u32): usize {
  const inode = anon_inode(mode);
  if (!changetype<usize>(inode)) return ERR_PTR(-ENOMEM);
  const file = anon_open(inode, name, len, kind, flags);
  inode_put(inode);
  return file;
}
