// Attributes of files of the host: mode, owner, times, size, and the file system's own.
import {
  FILE_ATTR_ATIME,
  FILE_ATTR_FILE_SIZE,
  FILE_ATTR_GID,
  FILE_ATTR_MODE,
  FILE_ATTR_MTIME,
  FILE_ATTR_SIZE,
  FILE_ATTR_UID,
  FILE_BY_HANDLE,
  FILE_SETATTR,
  FILE_STATFS,
  SET_ATIME,
  SET_MODE,
  SET_MTIME,
  SET_OWNER,
  SET_SIZE,
} from '../../../abi/hostfs.ts';
import { STATFS_SIZE } from '../../../abi/linux/statfs.ts';
import { UTIME_NOW, UTIME_OMIT } from '../../../abi/linux/stat.ts';
import { IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { Dentry } from '../../vfs/dentry.ts';
import { Inode } from '../../vfs/inode.ts';
import { HostCall, call_host, call_result, calls_now, draft_begin, draft_path } from './call.ts';
import { node_changed, node_of } from './node.ts';

export function host_chmod(inode: Inode, mode: u32): i32 {
  store<u32>(draft_begin(), mode, FILE_ATTR_MODE);
  return set(inode, SET_MODE);
}

/** All ones = leave. */
export function host_chown(inode: Inode, uid: u32, gid: u32): i32 {
  const attr = draft_begin();
  store<u32>(attr, uid, FILE_ATTR_UID);
  store<u32>(attr, gid, FILE_ATTR_GID);
  return set(inode, SET_OWNER);
}

export function host_set_size(inode: Inode, size: u64): i32 {
  store<u64>(draft_begin(), size, FILE_ATTR_FILE_SIZE);
  return set(inode, SET_SIZE);
}

/** As attr_times: nanoseconds may be UTIME_NOW or UTIME_OMIT. */
export function host_set_times(inode: Inode, asec: i64, ansec: u32, msec: i64, mnsec: u32): i32 {
  const attr = draft_begin();
  let which = 0;
  if (ansec != UTIME_OMIT) which |= SET_ATIME;
  if (mnsec != UTIME_OMIT) which |= SET_MTIME;
  // All ones: now. The call may be repeated, and its question has to stay the same.
  if (which & SET_ATIME)
    store<i64>(attr, ansec == UTIME_NOW ? -1 : asec * 1000000000 + (ansec as i64), FILE_ATTR_ATIME);
  if (which & SET_MTIME)
    store<i64>(attr, mnsec == UTIME_NOW ? -1 : msec * 1000000000 + (mnsec as i64), FILE_ATTR_MTIME);
  return set(inode, which as u64);
}

/** Asks the draft, of the open file when there is one that can be changed. */
function set(inode: Inode, which: u64): i32 {
  const node = node_of(inode);
  const byHandle = node.handle != 0 && (node.writable != 0 || node.dentry.isNull());
  if (!byHandle) {
    if (node.dentry.isNull()) return 0;
    draft_path(node.dentry, 0, 0);
  }
  const target = byHandle ? node.handle : inode.sb.hostRoot;
  const p = call_host(FILE_SETATTR, target, byHandle ? FILE_BY_HANDLE : 0, which, 0);
  if (IS_ERR(p)) return PTR_ERR(p);
  const result = call_result(p);
  if (result < 0) return result;
  const call = changetype<HostCall>(p);
  if (call.seq > node.seq) node_changed(inode, call.buffer(), calls_now());
  return 0;
}

/** Fills what the host knows of a struct statfs: 0 or -errno. */
export function host_statfs(root: Dentry, statfs: usize): i32 {
  draft_begin();
  draft_path(root, 0, 0);
  const p = call_host(FILE_STATFS, root.inode.sb.hostRoot, 0, 0, STATFS_SIZE);
  if (IS_ERR(p)) return PTR_ERR(p);
  const result = call_result(p);
  if (result >= 0) memory.copy(statfs, changetype<HostCall>(p).buffer() + FILE_ATTR_SIZE, STATFS_SIZE);
  return result < 0 ? result : 0;
}
