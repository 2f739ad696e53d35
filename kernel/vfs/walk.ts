// Path lookup. path_resolution(7).
// Invariant: a walk changes nothing but caches, so it may end with -EBLOCKED and be repeated. What it finds is borrowed: good
// until the next primary walk. Relative text of symbolic links is spliced into the path, which lies in the walk's buffer.
import { ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR, EBADF, EXDEV } from '../../abi/linux/errno.ts';
import {
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from '../../abi/linux/openat2.ts';
import { AT_FDCWD, MAXSYMLINKS, NAME_MAX, PATH_MAX } from '../../abi/linux/fcntl.ts';
import { box_lookup } from '../fs/boxfs/lookup.ts';
import { host_lookup } from '../fs/hostfs/lookup.ts';
import { nodes_evict } from '../fs/hostfs/node.ts';
import { proc_lookup } from '../fs/proc/lookup.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { str_len } from '../lib/bytes.ts';
import { DENTRY_MOUNTED, Dentry, dentry_sweep } from './dentry.ts';
import { fd_get } from './fdtable.ts';
import { File } from './file.ts';
import { FsCtx, fsctx_current } from './fsctx.ts';
import { INODE_HOST, INODE_PROC } from './inode.ts';
import { Mount, mount_on } from './mount.ts';
import { MAY_EXEC, inode_permission } from './permission.ts';
import { symlink_follow } from './symlink.ts';

/** Follow a symbolic link in the last place. */
export const WALK_FOLLOW = 1;
/** Stop at the parent: `parent`, `last`; the last name itself is looked up too, its absence is no error. */
export const WALK_PARENT = 2;
/** An empty path means dirfd itself. */
export const WALK_EMPTY = 4;
/** The result must be a directory. */
export const WALK_DIRECTORY = 8;

/** What the last component of a WALK_PARENT walk was. */
export const LAST_NAME = 0;
export const LAST_ROOT = 1;
export const LAST_DOT = 2;
export const LAST_DOTDOT = 3;
/** A link of /proc led to something that exists; there is no parent. */
export const LAST_JUMP = 4;

/** Room for a path and for what links insert; more is ENAMETOOLONG. */
const BUFFER = 4 * PATH_MAX;

// 0 mount | 4 dentry (null: the last name does not exist) | 8 parentMount | 12 parent | 16 last ptr | 20 lastLen
// 24 lastKind | 28 trailing slash | 32 links followed | 36 rest ptr (of the path, in the buffer) | 40 flags | 44 resolve
// 48 rootMount | 52 root | 56 buffer
@unmanaged
export class Walk {
  mount: Mount;
  dentry: Dentry;
  parentMount: Mount;
  parent: Dentry;
  last: usize;
  lastLen: i32;
  lastKind: i32;
  trailing: u32;
  links: i32;
  rest: usize;
  flags: i32;
  /** RESOLVE_* of openat2. */
  resolve: i32;
  rootMount: Mount;
  root: Dentry;

  @inline buffer(): usize {
    return changetype<usize>(this) + offsetof<Walk>();
  }
}

const PRIMARY: usize = memory.data(56 + 16384, 8);
const SECONDARY: usize = memory.data(56 + 16384, 8);

/** The walk of most calls. */
export function walk_primary(): Walk {
  return changetype<Walk>(PRIMARY);
}

/** The second walk of rename and link; starts after the primary one. */
export function walk_secondary(): Walk {
  return changetype<Walk>(SECONDARY);
}

/** Walks the NUL-terminated path from dirfd (or AT_FDCWD): 0 or -errno. */
export function path_walk(w: Walk, dirfd: i32, path: usize, flags: i32): i32 {
  return path_walk_within(w, dirfd, path, flags, 0);
}

/** The same under the restrictions of openat2(2): RESOLVE_*. */
export function path_walk_within(w: Walk, dirfd: i32, path: usize, flags: i32, resolve: i32): i32 {
  if (changetype<usize>(w) == PRIMARY) {
    nodes_evict();
    dentry_sweep();
  }
  const ctx = fsctx_current();
  w.flags = flags;
  w.resolve = resolve;
  w.links = 0;
  w.rootMount = ctx.rootMount;
  w.root = ctx.root;
  const first = load<u8>(path);
  if (!first && !(flags & WALK_EMPTY)) return -ENOENT;
  if (first == 0x2f && resolve & RESOLVE_BENEATH) return -EXDEV;
  const absolute = first == 0x2f && !(resolve & RESOLVE_IN_ROOT);
  const error = absolute ? start_at(w, ctx.rootMount, ctx.root) : start_at_fd(w, ctx, dirfd, first != 0);
  if (error) return error;
  if (resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) {
    w.rootMount = w.mount;
    w.root = w.dentry;
  }
  const len = str_len(path);
  if (len >= PATH_MAX) return -ENAMETOOLONG;
  memory.copy(w.buffer(), path, (len as usize) + 1);
  w.rest = w.buffer();
  return walk_rest(w);
}

function start_at(w: Walk, m: Mount, d: Dentry): i32 {
  w.mount = m;
  w.dentry = d;
  return 0;
}

function start_at_fd(w: Walk, ctx: FsCtx, dirfd: i32, needsDir: bool): i32 {
  if (dirfd == AT_FDCWD) return start_at(w, ctx.cwdMount, ctx.cwd);
  const f = fd_get(dirfd);
  if (!f) return -EBADF;
  const file = changetype<File>(f);
  if (needsDir && !file.inode.isDir()) return -ENOTDIR;
  return start_at(w, file.mount, file.dentry);
}

function skip_slashes(p: usize): usize {
  while (load<u8>(p) == 0x2f) p++;
  return p;
}

/** One component after the other from w.rest on. */
function walk_rest(w: Walk): i32 {
  w.lastKind = LAST_ROOT;
  w.parent = changetype<Dentry>(0);
  w.trailing = 0;
  for (;;) {
    const name = skip_slashes(w.rest);
    if (!load<u8>(name)) break;
    let end = name;
    while (load<u8>(end) && load<u8>(end) != 0x2f) end++;
    const len = (end - name) as i32;
    w.rest = skip_slashes(end);
    const isLast = load<u8>(w.rest) == 0;
    w.trailing = isLast && w.rest != end ? 1 : 0;
    if (!w.dentry.inode.isDir()) return -ENOTDIR;
    const denied = inode_permission(w.dentry.inode, MAY_EXEC);
    if (denied) return denied;
    if (len > NAME_MAX) return -ENAMETOOLONG;
    const more = step(w, name, len, isLast);
    if (more < 0) return more;
    if (more == STEP_STOP) return 0;
  }
  if ((w.trailing || w.flags & WALK_DIRECTORY) && !w.dentry.inode.isDir()) return -ENOTDIR;
  return 0;
}

const STEP_ON = 0;
/** A WALK_PARENT walk is complete. */
const STEP_STOP = 1;

/** Goes to the component (name, len): STEP_* or -errno. */
function step(w: Walk, name: usize, len: i32, isLast: bool): i32 {
  const kind = component_kind(name, len);
  const wantParent = isLast && (w.flags & WALK_PARENT) != 0;
  if (wantParent) set_last(w, name, len, kind);
  if (kind == LAST_DOT) return STEP_ON;
  if (kind == LAST_DOTDOT) return walk_up(w);
  const found = dentry_child(w.dentry, name, len);
  if (IS_ERR(found)) {
    if (!wantParent || PTR_ERR(found) != -ENOENT) return PTR_ERR(found);
    w.dentry = changetype<Dentry>(0);
    return STEP_STOP;
  }
  const d = changetype<Dentry>(found);
  const follow = !isLast || w.flags & WALK_FOLLOW || (w.trailing && !(w.flags & WALK_PARENT));
  if (d.inode.isSymlink() && follow) return follow_link(w, d);
  w.dentry = d;
  if (d.flags & DENTRY_MOUNTED) {
    const from = w.mount;
    cross_mounts(w);
    if (w.resolve & RESOLVE_NO_XDEV && w.mount != from) return -EXDEV;
  }
  return wantParent ? STEP_STOP : STEP_ON;
}

function component_kind(name: usize, len: i32): i32 {
  if (load<u8>(name) != 0x2e || len > 2) return LAST_NAME;
  if (len == 1) return LAST_DOT;
  return load<u8>(name + 1) == 0x2e ? LAST_DOTDOT : LAST_NAME;
}

function set_last(w: Walk, name: usize, len: i32, kind: i32): void {
  w.lastKind = kind;
  w.parentMount = w.mount;
  w.parent = w.dentry;
  w.last = name;
  w.lastLen = len;
}

/** Replaces the link by its target: text goes in front of the rest; links of /proc lead straight to their object. */
function follow_link(w: Walk, d: Dentry): i32 {
  if (++w.links > MAXSYMLINKS || w.resolve & RESOLVE_NO_SYMLINKS) return -ELOOP;
  const keepTrailing = w.trailing;
  const restLen = str_len(w.rest);
  const rest = w.buffer() + BUFFER - (restLen as usize) - 1;
  memory.copy(rest, w.rest, (restLen as usize) + 1);
  const room = (rest - w.buffer()) as i32;
  const n = symlink_follow(d.inode, w, w.buffer(), room < PATH_MAX ? room : PATH_MAX);
  if (n < 0) return n;
  if (n == 0 && w.resolve & RESOLVE_NO_MAGICLINKS) return -ELOOP;
  if (n == 0 && w.resolve & (RESOLVE_BENEATH | RESOLVE_IN_ROOT)) return -EXDEV;
  w.parent = changetype<Dentry>(0);
  w.lastKind = n ? LAST_ROOT : LAST_JUMP;
  if (n == 0) w.rest = rest;
  else {
    if (load<u8>(w.buffer()) == 0x2f) {
      if (w.resolve & RESOLVE_BENEATH) return -EXDEV;
      start_at(w, w.rootMount, w.root);
    }
    let p = w.buffer() + (n as usize);
    if (restLen || keepTrailing) store<u8>(p++, 0x2f);
    memory.copy(p, rest, (restLen as usize) + 1);
    w.rest = w.buffer();
  }
  return STEP_ON;
}

/** ".." from a directory: not above the root, and out of a mount to where it hangs. */
function walk_up(w: Walk): i32 {
  if (w.resolve & RESOLVE_BENEATH && w.dentry == w.root && w.mount == w.rootMount) return -EXDEV;
  while (!(w.dentry == w.root && w.mount == w.rootMount)) {
    if (w.dentry != w.mount.root) {
      if (w.dentry.isRoot()) break;
      w.dentry = w.dentry.parent;
      if (w.dentry.flags & DENTRY_MOUNTED) cross_mounts(w);
      break;
    }
    if (w.mount.mountpoint.isNull()) break;
    if (w.resolve & RESOLVE_NO_XDEV) return -EXDEV;
    w.dentry = w.mount.mountpoint;
    w.mount = w.mount.parent;
  }
  return STEP_ON;
}

/** From a directory that is covered to the root of what is mounted on it. */
export function cross_mounts(w: Walk): void {
  for (;;) {
    const m = mount_on(w.mount, w.dentry);
    if (m.isNull()) return;
    w.mount = m;
    w.dentry = m.root;
  }
}

/** The entry `name` of a directory, whatever file system it is of: Dentry ptr or ERR_PTR(-ENOENT, ...). */
export function dentry_child(parent: Dentry, name: usize, len: i32): usize {
  if (parent.inode.kind == INODE_PROC) return proc_lookup(parent, name, len);
  if (parent.inode.kind == INODE_HOST) return host_lookup(parent, name, len);
  return box_lookup(parent, name, len);
}
