// Open files of the host. Invariant: an inode has at most one handle however often it is open, for reading and writing once
// somebody writes; the last close gives it back, after what mappings have stored.
import { FILE_ATTR_INO, FILE_OPEN, FILE_WRITABLE } from '../../../abi/hostfs.ts';
import { ESTALE } from '../../../abi/linux/errno.ts';
import { IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { current } from '../../task/task.ts';
import { Inode } from '../../vfs/inode.ts';
import {
  HostCall,
  call_host,
  call_known,
  call_result,
  calls_forget,
  draft_begin,
  draft_path,
  handle_close,
} from './call.ts';
import { node_of, node_update } from './node.ts';
import { host_writeback } from './writeback.ts';

/** Makes sure of a handle: 0 or -errno (-EBLOCKED*). -ESTALE: the name leads elsewhere by now, walk again. */
export function host_open(inode: Inode, writable: bool): i32 {
  const node = node_of(inode);
  if (node.handle && (node.writable || !writable)) return 0;
  if (node.dentry.isNull()) return node.handle ? 0 : -ESTALE;
  store<u64>(draft_begin(), inode.ino, FILE_ATTR_INO);
  draft_path(node.dentry, 0, 0);
  // A handle that an earlier round of this call got and closed again (execve that waits for its program) is gone.
  const known = call_known(FILE_OPEN, inode.sb.hostRoot, writable ? FILE_WRITABLE : 0, 0);
  if (changetype<usize>(known) && known.taken) known.key = 0;
  const p = call_host(FILE_OPEN, inode.sb.hostRoot, writable ? FILE_WRITABLE : 0, 0, 0);
  if (IS_ERR(p)) return PTR_ERR(p);
  const result = call_result(p);
  if (result < 0) {
    if (result == -ESTALE) {
      node.freshUntil = 0;
      calls_forget(current());
    }
    return result;
  }
  const call = changetype<HostCall>(p);
  call.taken = 1;
  if (node.handle) handle_close(node.handle);
  node.handle = result as u32;
  node.writable = writable ? 1 : 0;
  node_update(inode, call.buffer(), call.seq);
  return 0;
}

export function host_opened(inode: Inode): void {
  node_of(inode).opens++;
}

/** An open file of the inode is closed. */
export function host_closed(inode: Inode): void {
  const node = node_of(inode);
  if (--node.opens) return;
  host_writeback(inode);
  if (node.handle) handle_close(node.handle);
  node.handle = 0;
  node.writable = 0;
}
