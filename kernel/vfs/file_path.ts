// From a place back to its path: getcwd(2), /proc/self/maps, /proc/self/fd.
import { ENAMETOOLONG } from '../../abi/linux/errno.ts';
import { DENTRY_DELETED, Dentry } from './dentry.ts';
import { File } from './file.ts';
import { FsCtx, fsctx_current } from './fsctx.ts';
import { INODE_ANON } from './inode.ts';
import { Mount } from './mount.ts';
import { cstr, str_len } from '../lib/bytes.ts';

/** The file's path as the current task sees it, NUL-terminated, " (deleted)" appended when unlinked: length or -ENAMETOOLONG. */
export function file_path(p: usize, buf: usize, size: u32): i32 {
  const file = changetype<File>(p);
  return place_path(file.mount, file.dentry, buf, size);
}

export function place_path(m: Mount, d: Dentry, buf: usize, size: u32): i32 {
  return place_path_from(fsctx_current(), m, d, buf, size);
}

/** The same as who stands at ctx sees it. */
export function place_path_from(ctx: FsCtx, m: Mount, d: Dentry, buf: usize, size: u32): i32 {
  const deleted = (d.flags & DENTRY_DELETED) != 0;
  let at = buf + (size as usize) - 1;
  store<u8>(at, 0);
  if (deleted) {
    const suffix = cstr(' (deleted)');
    at = prepend(buf, at, suffix, str_len(suffix));
  }
  const end = at;
  while (at && !(d == ctx.root && m == ctx.rootMount)) {
    if (d == m.root) {
      if (m.mountpoint.isNull()) break;
      d = m.mountpoint;
      m = m.parent;
      continue;
    }
    at = prepend(buf, at, d.name(), d.nameLen);
    if (d.isRoot()) break; // anonymous: the name is all
    if (at) at = prepend(buf, at, cstr('/'), 1);
    d = d.parent;
  }
  if (at == end) at = prepend(buf, at, cstr('/'), 1);
  if (!at) return -ENAMETOOLONG;
  const len = buf + (size as usize) - 1 - at;
  memory.copy(buf, at, len + 1);
  return len as i32;
}

/** The path of a dentry within its file system: length or -ENAMETOOLONG. */
export function dentry_path(d: Dentry, buf: usize, size: u32): i32 {
  let at = buf + (size as usize) - 1;
  store<u8>(at, 0);
  if (d.isRoot()) at = prepend(buf, at, d.nameLen ? d.name() : cstr('/'), d.nameLen ? d.nameLen : 1);
  for (; at && !d.isRoot(); d = d.parent) {
    at = prepend(buf, at, d.name(), d.nameLen);
    if (at) at = prepend(buf, at, cstr('/'), 1);
  }
  if (!at) return -ENAMETOOLONG;
  const len = buf + (size as usize) - 1 - at;
  memory.copy(buf, at, len + 1);
  return len as i32;
}

/** Puts n bytes before `at`; 0 when they do not fit. */
function prepend(buf: usize, at: usize, s: usize, n: i32): usize {
  if (at == 0 || at - buf < (n as usize)) return 0;
  memory.copy(at - (n as usize), s, n as usize);
  return at - (n as usize);
}

/** Does the place lie below the current task's root? A working directory outside shows as "(unreachable)". */
export function is_reachable(m: Mount, d: Dentry): bool {
  return is_reachable_from(fsctx_current(), m, d);
}

export function is_reachable_from(ctx: FsCtx, m: Mount, d: Dentry): bool {
  while (!(d == ctx.root && m == ctx.rootMount)) {
    if (d == m.root) {
      if (m.mountpoint.isNull()) return false;
      d = m.mountpoint;
      m = m.parent;
    } else {
      if (d.isRoot()) return d.inode.kind == INODE_ANON;
      d = d.parent;
    }
  }
  return true;
}
