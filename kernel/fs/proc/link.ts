// Symbolic links of /proc: plain text (self, mounts), and those that lead straight to an object (exe, cwd, root, fd/N).
import { EACCES, EINVAL, ENOENT, ESRCH } from '../../../abi/linux/errno.ts';
import { cstr, put_dec, str_len } from '../../lib/bytes.ts';
import { nr_in } from '../../ns/pid.ts';
import { CAP_SYS_PTRACE, ns_capable } from '../../task/cred.ts';
import { Task, current } from '../../task/task.ts';
import { File } from '../../vfs/file.ts';
import { place_path } from '../../vfs/file_path.ts';
import { FsCtx } from '../../vfs/fsctx.ts';
import { Inode } from '../../vfs/inode.ts';
import { Walk } from '../../vfs/walk.ts';
import { proc_file, proc_ns, proc_task } from './lookup.ts';
import { proc_ns_follow } from './namespaces.ts';
import {
  NODE_CWD,
  NODE_EXE,
  NODE_FD_LINK,
  NODE_MOUNTS_LINK,
  NODE_NET_LINK,
  NODE_NS_CGROUP,
  NODE_PROC_ROOT,
  NODE_SELF,
  NODE_THREAD_SELF,
  key_fd,
  key_node,
} from './node.ts';

const TEXT: usize = memory.data(4224, 8);
/** A place found for a link: only its mount and dentry are used. */
const PLACE: usize = memory.data(64, 8);

/** Copies at most size bytes of the link's text: their number or -errno. */
export function proc_readlink(inode: Inode, buf: usize, size: i32): i32 {
  let n = 0;
  switch (key_node(inode.key)) {
    case NODE_SELF:
    case NODE_THREAD_SELF: {
      const ns = proc_ns(inode);
      const tgid = nr_in(current().group.tgid, ns);
      if (!tgid) return -ENOENT;
      n = put_dec(TEXT, tgid as u64);
      if (key_node(inode.key) == NODE_SELF) break;
      memory.copy(TEXT + (n as usize), cstr('/task/'), 6);
      n += 6;
      n += put_dec(TEXT + (n as usize), nr_in(current().tid, ns) as u64);
      break;
    }
    case NODE_MOUNTS_LINK:
      n = str_len(cstr('self/mounts'));
      memory.copy(TEXT, cstr('self/mounts'), n as usize);
      break;
    case NODE_NET_LINK:
      n = str_len(cstr('self/net'));
      memory.copy(TEXT, cstr('self/net'), n as usize);
      break;
    default: {
      const w = changetype<Walk>(PLACE);
      const moved = proc_follow(inode, w);
      if (moved < 0) return moved;
      n = place_path(w.mount, w.dentry, TEXT, 4200);
    }
  }
  if (n > size) n = size;
  if (n > 0) memory.copy(buf, TEXT, n as usize);
  return n;
}

/** Moves the walk to the object: 1, 0 = the link is plain text, or -errno. */
export function proc_follow(inode: Inode, w: Walk): i32 {
  const node = key_node(inode.key);
  if (node < NODE_FD_LINK) return 0;
  const t = proc_task(inode.key);
  if (!changetype<usize>(t)) return -ESRCH;
  if (!may_look(t)) return -EACCES;
  switch (node) {
    case NODE_FD_LINK:
      return to_file(w, proc_file(t, key_fd(inode.key) as i32));
    case NODE_EXE:
      return to_file(w, changetype<usize>(t.mm) ? t.mm.exeFile : 0);
    case NODE_CWD:
    case NODE_PROC_ROOT:
      return to_directory(w, t, node == NODE_CWD);
    default:
      return node >= NODE_NS_CGROUP ? proc_ns_follow(t, node, w) : -EINVAL;
  }
}

function to_file(w: Walk, file: usize): i32 {
  if (!file) return -ENOENT;
  w.mount = changetype<File>(file).mount;
  w.dentry = changetype<File>(file).dentry;
  return 1;
}

function to_directory(w: Walk, t: Task, cwd: bool): i32 {
  if (!t.fsctx) return -ENOENT;
  const ctx = changetype<FsCtx>(t.fsctx);
  w.mount = cwd ? ctx.cwdMount : ctx.rootMount;
  w.dentry = cwd ? ctx.cwd : ctx.root;
  return 1;
}

/** ptrace(2)'s access check: the same user, or CAP_SYS_PTRACE. */
export function may_look(t: Task): bool {
  const cred = current().cred;
  const other = t.cred;
  if (t.group.tgid == current().group.tgid) return true;
  if (cred.fsuid == other.euid && cred.fsuid == other.uid && cred.fsuid == other.suid) return true;
  return ns_capable(other.user, CAP_SYS_PTRACE);
}
