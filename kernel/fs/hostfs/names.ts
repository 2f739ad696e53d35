// Changing names on the host; the dentries in memory follow. Each may give -EBLOCKED*: the system call is repeated.
import {
  FILE_ATTR_GID,
  FILE_ATTR_MODE,
  FILE_ATTR_UID,
  FILE_DIRECTORY,
  FILE_EXCLUSIVE,
  FILE_LINK,
  FILE_MAKE,
  FILE_READLINK,
  FILE_REMOVE,
  FILE_RENAME,
} from '../../../abi/hostfs.ts';
import { EEXIST, EINVAL, ENAMETOOLONG, ENOMEM, EPERM } from '../../../abi/linux/errno.ts';
import { PATH_MAX } from '../../../abi/linux/fcntl.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_ISGID } from '../../../abi/linux/stat.ts';
import { str_len } from '../../lib/bytes.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { kmalloc } from '../../lib/slab.ts';
import { current } from '../../task/task.ts';
import { Dentry } from '../../vfs/dentry.ts';
import { Inode } from '../../vfs/inode.ts';
import { box_link, box_remove, box_rename } from '../boxfs/names.ts';
import { directory_of } from '../boxfs/directory.ts';
import { FILE_ATTR_SIZE } from '../../../abi/hostfs.ts';
import {
  HostCall,
  call_host,
  call_result,
  calls_forget,
  calls_now,
  draft_begin,
  draft_path,
  draft_text,
  handle_close,
} from './call.ts';
import { host_enter } from './lookup.ts';
import { node_of } from './node.ts';

/** Makes what `mode` says, a link to the NUL-terminated `target`: Dentry ptr or ERR_PTR. -EPERM: devices, FIFOs, sockets. */
export function host_make(parent: Dentry, name: usize, len: i32, mode: u32, target: usize): usize {
  const type = mode & S_IFMT;
  if (type != S_IFREG && type != S_IFDIR && type != S_IFLNK) return ERR_PTR(-EPERM);
  const contents = directory_of(parent.inode);
  if (IS_ERR(contents)) return contents;
  put_owner(draft_begin(), parent.inode, mode);
  draft_path(parent, name, len);
  if (type == S_IFLNK) draft_text(target, str_len(target));
  const p = call_host(FILE_MAKE, parent.inode.sb.hostRoot, 0, 0, 0);
  if (IS_ERR(p)) return p;
  const result = call_result(p);
  const call = changetype<HostCall>(p);
  if (result < 0) {
    // Somebody was faster: the next walk is to see what is there.
    if (result == -EEXIST) calls_forget(current());
    return ERR_PTR(result);
  }
  const d = host_enter(parent, name, len, call.buffer(), call.seq);
  if (!IS_ERR(d)) adopt(changetype<Dentry>(d).inode, call, result as u32);
  aged(parent.inode);
  return d;
}

/** The handle of a file that was just made serves its first open file. */
function adopt(inode: Inode, call: HostCall, handle: u32): void {
  if (!inode.isRegular() || call.taken || !handle) return;
  const node = node_of(inode);
  call.taken = 1;
  if (node.handle) return handle_close(handle);
  node.handle = handle;
  node.writable = 1;
}

/** Owner as the current task creates it; a set-group-ID directory hands its group down. */
function put_owner(attr: usize, dir: Inode, mode: u32): void {
  const cred = current().cred;
  const inherits = (dir.mode & S_ISGID) != 0;
  const isDir = (mode & S_IFMT) == S_IFDIR;
  store<u32>(attr, inherits && isDir ? mode | S_ISGID : mode, FILE_ATTR_MODE);
  store<u32>(attr, cred.fsuid, FILE_ATTR_UID);
  store<u32>(attr, inherits ? dir.gid : cred.fsgid, FILE_ATTR_GID);
}

/** Attributes that the host has changed along with a name. */
function aged(inode: Inode): void {
  const node = node_of(inode);
  node.freshUntil = 0;
  node.seq = calls_now();
}

/** The draft's result: >= 0 or -errno. */
function ask(op: i32, root: u32, flags: u32): i32 {
  const p = call_host(op, root, flags, 0, 0);
  return IS_ERR(p) ? PTR_ERR(p) : call_result(p);
}

export function host_remove(d: Dentry): i32 {
  draft_begin();
  draft_path(d, 0, 0);
  const error = ask(FILE_REMOVE, d.inode.sb.hostRoot, d.inode.isDir() ? FILE_DIRECTORY : 0);
  if (error < 0) return error;
  const parent = d.parent;
  const failed = box_remove(d);
  aged(d.inode);
  aged(parent.inode);
  return failed;
}

export function host_link(parent: Dentry, name: usize, len: i32, inode: Inode): i32 {
  const node = node_of(inode);
  const contents = directory_of(parent.inode);
  if (IS_ERR(contents)) return PTR_ERR(contents);
  if (node.dentry.isNull()) return -EPERM;
  draft_begin();
  draft_path(node.dentry, 0, 0);
  draft_path(parent, name, len);
  const error = ask(FILE_LINK, inode.sb.hostRoot, 0);
  if (error < 0) return error;
  const failed = box_link(parent, name, len, inode);
  aged(inode);
  aged(parent.inode);
  return failed;
}

/** Moves d to (parent, name), over `victim` unless that is null. */
export function host_rename(d: Dentry, parent: Dentry, name: usize, len: i32, victim: Dentry, exclusive: bool): i32 {
  const contents = directory_of(parent.inode);
  if (IS_ERR(contents)) return PTR_ERR(contents);
  draft_begin();
  draft_path(d, 0, 0);
  draft_path(parent, name, len);
  const error = ask(FILE_RENAME, d.inode.sb.hostRoot, exclusive ? FILE_EXCLUSIVE : 0);
  if (error < 0) return error;
  const from = d.parent;
  const failed = box_rename(d, parent, name, len, victim);
  aged(from.inode);
  aged(parent.inode);
  aged(d.inode);
  node_of(d.inode).dentry = d;
  if (!victim.isNull()) aged(victim.inode);
  return failed;
}

/** Brings a link's target to inode.data: 0 or -errno. */
export function host_load_target(inode: Inode): i32 {
  const node = node_of(inode);
  if (node.dentry.isNull()) return -EINVAL;
  draft_begin();
  draft_path(node.dentry, 0, 0);
  const p = call_host(FILE_READLINK, inode.sb.hostRoot, 0, 0, PATH_MAX);
  if (IS_ERR(p)) return PTR_ERR(p);
  const n = call_result(p);
  if (n < 0) return n;
  if (n >= PATH_MAX) return -ENAMETOOLONG;
  const text = kmalloc((n as usize) + 1);
  if (!text) return -ENOMEM;
  memory.copy(text, changetype<HostCall>(p).buffer() + FILE_ATTR_SIZE, n as usize);
  inode.data = text;
  return 0;
}
