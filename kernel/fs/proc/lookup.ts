// Names of /proc: fixed ones, processes, threads, descriptors. Dentries and inodes are made anew at every lookup.
import { ENOENT, ENOMEM } from '../../../abi/linux/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../../abi/linux/stat.ts';
import { parse_dec } from '../../lib/bytes.ts';
import { ERR_PTR } from '../../lib/err.ts';
import { nr_of, PidNamespace } from '../../ns/pid.ts';
import { group_find, task_find } from '../../task/pid.ts';
import { Task } from '../../task/task.ts';
import { ThreadGroup } from '../../task/thread_group.ts';
import { Dentry, dentry_new } from '../../vfs/dentry.ts';
import { FdTable } from '../../vfs/fdtable.ts';
import { File } from '../../vfs/file.ts';
import { INODE_PROC, Inode, inode_new, inode_put } from '../../vfs/inode.ts';
import { SuperBlock } from '../../vfs/super_block.ts';
import {
  NODE_ENTRY,
  NODE_FD,
  NODE_FDINFO,
  NODE_FDINFO_FILE,
  NODE_FD_LINK,
  NODE_PID,
  NODE_ROOT,
  NODE_TASK,
  NODE_TID,
  NodeEntry,
  key_ino,
  key_make,
  key_node,
  key_pid,
  node_find,
} from './node.ts';

/** The directory node of an inode of /proc. */
export function proc_node(d: Dentry): u32 {
  const node = key_node(d.inode.key);
  return node ? node : NODE_ROOT;
}

/** Whose numbers this /proc shows: the pid namespace of who mounted it. */
export function proc_ns(inode: Inode): PidNamespace {
  return changetype<PidNamespace>(inode.sb.pidNs);
}

/** The task that the node is about, or null when it is gone. */
export function proc_task(key: u64): Task {
  return changetype<Task>(task_find(key_pid(key)));
}

/** The open file behind descriptor fd of a task, or 0. */
export function proc_file(t: Task, fd: i32): usize {
  if (!changetype<usize>(t) || !t.fdtable || fd < 0) return 0;
  const table = changetype<FdTable>(t.fdtable);
  return (fd as u32) < table.capacity ? (load<u32>(table.slot(fd as u32)) as usize) : 0;
}

/** Dentry of name in a directory of /proc: Dentry ptr or ERR_PTR(-ENOENT, -ENOMEM). */
export function proc_lookup(parent: Dentry, name: usize, len: i32): usize {
  const node = proc_node(parent);
  const pid = key_pid(parent.inode.key);
  if (node_find(node, name, len)) {
    const e = changetype<NodeEntry>(NODE_ENTRY);
    return make(parent, name, len, e.mode, key_make(pid, e.node, 0));
  }
  const nr = parse_dec(name, len);
  if (nr < 0 || (len > 1 && load<u8>(name) == 0x30)) return ERR_PTR(-ENOENT);
  switch (node) {
    case NODE_ROOT:
    case NODE_TASK: {
      const own = nr_of(nr, proc_ns(parent.inode));
      if (node == NODE_ROOT ? !group_find(own) : !is_thread(pid, own)) return ERR_PTR(-ENOENT);
      const key = key_make(own, node == NODE_ROOT ? NODE_PID : NODE_TID, 0);
      return make(parent, name, len, S_IFDIR | 0o555, key);
    }
    case NODE_FD:
    case NODE_FDINFO:
      return descriptor(parent, name, len, pid, nr, node == NODE_FD);
    default:
      return ERR_PTR(-ENOENT);
  }
}

/** Is tid a thread of the process? */
export function is_thread(pid: i32, tid: i32): bool {
  const t = changetype<Task>(task_find(tid));
  return changetype<usize>(t) != 0 && t.group.tgid == pid;
}

function descriptor(parent: Dentry, name: usize, len: i32, pid: i32, fd: i32, link: bool): usize {
  const file = proc_file(changetype<Task>(task_find(pid)), fd);
  if (!file) return ERR_PTR(-ENOENT);
  if (!link) return make(parent, name, len, S_IFREG | 0o400, key_make(pid, NODE_FDINFO_FILE, fd));
  const f = changetype<File>(file);
  const mode: u32 = (f.readable() ? 0o500 : 0) | (f.writable() ? 0o300 : 0);
  return make(parent, name, len, S_IFLNK | mode, key_make(pid, NODE_FD_LINK, fd));
}

function make(parent: Dentry, name: usize, len: i32, mode: u32, key: u64): usize {
  const sb: SuperBlock = parent.inode.sb;
  let uid: u32 = 0;
  let gid: u32 = 0;
  const group = changetype<ThreadGroup>(group_find(key_pid(key)));
  if (changetype<usize>(group)) {
    uid = group.leader.cred.euid;
    gid = group.leader.cred.egid;
  }
  const inode = inode_new(sb, INODE_PROC, mode, uid, gid);
  if (!changetype<usize>(inode)) return ERR_PTR(-ENOMEM);
  inode.key = key;
  inode.ino = key_ino(key);
  if ((mode & S_IFMT) == S_IFDIR) inode.nlink = 2;
  const d = dentry_new(parent, name, len, inode);
  inode_put(inode);
  return d.isNull() ? ERR_PTR(-ENOMEM) : changetype<usize>(d);
}
