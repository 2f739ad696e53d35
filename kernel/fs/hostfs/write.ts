// write(2) to files of the host: straight to it, so that its answer (ENOSPC, EFBIG, EDQUOT) is the program's.
// Invariant: at most one write of an inode is on its way, as Linux's inode lock has it; `node.writer` is the task that waits
// for it. It is told from other writes by that alone, since the position may move while it is repeated.
import { PAGE_SIZE } from '../../../abi/box.ts';
import {
  FILE_APPEND,
  FILE_ATTR_FILE_SIZE,
  FILE_ATTR_SIZE,
  FILE_TRANSFER_MAX,
  FILE_WRITE,
} from '../../../abi/hostfs.ts';
import { EBLOCKED_UNINTERRUPTIBLE, EIO, ENOMEM } from '../../../abi/linux/errno.ts';
import { O_APPEND } from '../../../abi/linux/fcntl.ts';
import { S_ISGID, S_ISUID, S_IXGRP } from '../../../abi/linux/stat.ts';
import { code_invalidate } from '../../cpu/code_page.ts';
import { RingRequest, req_done, req_result, req_wait_queue, ring_submit } from '../../io/ring.ts';
import { IS_BLOCKED } from '../../lib/err.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';
import { FRAME_HAS_CODE } from '../../../abi/frame.ts';
import { frame_flags } from '../../mm/frame.ts';
import { page_for_write } from '../../mm/twin.ts';
import { CAP_FSETID, capable_over } from '../../task/cred.ts';
import { Task, current } from '../../task/task.ts';
import { wait_on, wq_wake } from '../../task/wait_queue.ts';
import { File } from '../../vfs/file.ts';
import { Inode } from '../../vfs/inode.ts';
import { Iter, iter_read, iter_skip } from '../../vfs/iter.ts';
import { pagecache_peek } from '../../vfs/pagecache.ts';
import { host_chmod } from './attr.ts';
import { next_seq } from './call.ts';
import { HostNode, node_changed, node_of, request_drop } from './node.ts';

/** Writes at most FILE_TRANSFER_MAX bytes at `pos`, or at the end with O_APPEND: bytes or -errno (-EBLOCKED*). */
export function host_write(file: File, pos: u64, it: Iter): i64 {
  if (!it.left) return 0;
  const node = node_of(file.inode);
  const t = current();
  if (node.writing && node.writer == changetype<usize>(t)) {
    if (!req_done(node.writing)) return wait(req_wait_queue(node.writing));
    return finish(file.inode, node, it);
  }
  if (node.writing) return wait(node.waitQueue());
  if (!node.handle) return -EIO;
  const kept = drop_set_id(file.inode);
  if (kept) return kept;
  const most = it.left < (FILE_TRANSFER_MAX as u64) ? (it.left as usize) : (FILE_TRANSFER_MAX as usize);
  const buffer = kmalloc(most + FILE_ATTR_SIZE);
  if (!buffer) return -ENOMEM;
  const before = it.left;
  const error = iter_read(it, buffer + FILE_ATTR_SIZE, most);
  const bytes = before - it.left;
  if (error && (!bytes || IS_BLOCKED(error))) {
    kfree(buffer);
    return error;
  }
  const append = file.flags & O_APPEND ? FILE_APPEND : 0;
  node.writing = ring_submit(FILE_WRITE, node.handle, buffer, (bytes as u32) + FILE_ATTR_SIZE, pos, append as u64);
  if (!node.writing) return -ENOMEM;
  node.writer = changetype<usize>(t);
  t.hostWrite = changetype<usize>(node);
  node.readVoid = 1;
  return wait(req_wait_queue(node.writing));
}

/** Set-id bits go before somebody without rights writes; the host would keep them when wbx is run by root. */
function drop_set_id(inode: Inode): i32 {
  if (!(inode.mode & (S_ISUID | S_ISGID)) || capable_over(inode.uid, inode.gid, CAP_FSETID)) return 0;
  let bits: u32 = S_ISUID;
  if (inode.mode & S_IXGRP) bits |= S_ISGID;
  return inode.mode & bits ? host_chmod(inode, inode.mode & 0o7777 & ~bits) : 0;
}

function wait(wq: usize): i64 {
  return wait_on(wq) ? -EBLOCKED_UNINTERRUPTIBLE : -ENOMEM;
}

/** Takes the answer: bytes or -errno. */
function finish(inode: Inode, node: HostNode, it: Iter): i64 {
  const p = node.writing;
  const req = changetype<RingRequest>(p);
  const result = req_result(p);
  if (result >= 0) {
    iter_skip(it, result as u64);
    node.readVoid = 1;
    const at = req.arg1 & FILE_APPEND ? load<u64>(req.ptr, FILE_ATTR_FILE_SIZE) - (result as u64) : req.arg0;
    copy_to_cache(inode, at, req.ptr + FILE_ATTR_SIZE, result as usize);
    node_changed(inode, req.ptr, next_seq());
  }
  release(node, current());
  request_drop(p);
  return result;
}

function release(node: HostNode, t: Task): void {
  node.writing = 0;
  node.writer = 0;
  t.hostWrite = 0;
  wq_wake(node.waitQueue(), i32.MAX_VALUE);
}

/** The task does not wait for its write any more: it was killed. */
export function host_write_abandon(t: Task): void {
  const node = changetype<HostNode>(t.hostWrite);
  const p = node.writing;
  release(node, t);
  node.freshUntil = 0;
  request_drop(p);
}

/** Brings the cached pages among [at, at + n) up to date; the others are read when needed. */
function copy_to_cache(inode: Inode, at: u64, from: usize, n: usize): void {
  while (n) {
    const inPage = (at & 4095) as usize;
    const part = min<usize>(n, (PAGE_SIZE as usize) - inPage);
    const frame = pagecache_peek(inode, (at >> 12) as u32);
    if (frame) {
      if (frame_flags(frame) & FRAME_HAS_CODE) code_invalidate(frame);
      memory.copy(page_for_write(frame) + inPage, from, part);
    }
    at += part as u64;
    from += part;
    n -= part;
  }
}
