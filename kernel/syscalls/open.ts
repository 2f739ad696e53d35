// open(2), creat(2), openat2(2), close(2), close_range(2).
import { E2BIG, EBADF, EEXIST, EINVAL, EISDIR, ENOENT, ENOMEM, ESTALE } from '../../abi/linux/errno.ts';
import {
  AT_FDCWD,
  FD_CLOEXEC,
  O_ACCMODE,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_LARGEFILE,
  O_NOFOLLOW,
  O_PATH,
  O_TMPFILE_BIT,
  O_TRUNC,
  O_WRONLY,
} from '../../abi/linux/fcntl.ts';
import {
  OPEN_HOW_MODE,
  OPEN_HOW_RESOLVE,
  OPEN_HOW_SIZE,
  RESOLVE_BENEATH,
  RESOLVE_IN_ROOT,
} from '../../abi/linux/openat2.ts';
import { PAGE_SIZE } from '../../abi/box.ts';
import { S_IFREG } from '../../abi/linux/stat.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { copyin, getuser } from '../mm/usercopy.ts';
import { current } from '../task/task.ts';
import { Dentry, dentry_sweep } from '../vfs/dentry.ts';
import {
  fd_close,
  fd_flags,
  fd_get,
  fd_install,
  fd_set_flags,
  fdtable_current,
  fdtable_unshare,
} from '../vfs/fdtable.ts';
import { file_put } from '../vfs/file.ts';
import { fsctx_current } from '../vfs/fsctx.ts';
import { create_at } from '../vfs/names.ts';
import { open_place } from '../vfs/open.ts';
import { open_tmpfile } from '../vfs/tmpfile.ts';
import {
  LAST_JUMP,
  LAST_NAME,
  WALK_DIRECTORY,
  WALK_FOLLOW,
  WALK_PARENT,
  path_walk_within,
  walk_primary,
} from '../vfs/walk.ts';
import { PATH, path_arg } from './path_arg.ts';

const KNOWN_FLAGS = 0x7fffc3;
const CLOSE_RANGE_UNSHARE: u64 = 2;
const CLOSE_RANGE_CLOEXEC: u64 = 4;
const KNOWN_RESOLVE: u64 = 31;
const OPEN_HOW: usize = memory.data(24, 8);

export function sys_open(path: u64, flags: u64, mode: u64): i64 {
  return sys_openat(AT_FDCWD, path, flags, mode);
}

export function sys_creat(path: u64, mode: u64): i64 {
  return sys_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

export function sys_openat(dirfd: i32, path: u64, flags: u64, mode: u64): i64 {
  const error = path_arg(PATH, path);
  if (error) return error;
  return open_fd(dirfd, (flags as i32) & KNOWN_FLAGS, (mode as u32) & 0xfff, 0);
}

/** Opens the path in PATH: descriptor or -errno. */
function open_fd(dirfd: i32, flags: i32, mode: u32, resolve: i32): i64 {
  const file = open_path(dirfd, flags, mode, resolve);
  if (IS_ERR(file)) return PTR_ERR(file);
  const fd = fd_install(file, 0, (flags & O_CLOEXEC) != 0);
  if (fd < 0) file_put(file);
  return fd;
}

/** Opens the path in PATH: File ptr or ERR_PTR. Once more when the host has changed the name under our hands. */
function open_path(dirfd: i32, flags: i32, mode: u32, resolve: i32): usize {
  const file = try_open(dirfd, flags, mode, resolve);
  if (!IS_ERR(file)) return file;
  const overtaken = PTR_ERR(file) == -EEXIST && !(flags & O_EXCL);
  return overtaken || PTR_ERR(file) == -ESTALE ? try_open(dirfd, flags, mode, resolve) : file;
}

function try_open(dirfd: i32, flags: i32, mode: u32, resolve: i32): usize {
  if (flags & O_PATH) flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const w = walk_primary();
  const follow = flags & O_NOFOLLOW ? 0 : WALK_FOLLOW;
  if (flags & O_TMPFILE_BIT) return open_tmpfile(w, dirfd, PATH, flags, mode);
  if (!(flags & O_CREAT)) {
    const error = path_walk_within(w, dirfd, PATH, follow | (flags & O_DIRECTORY ? WALK_DIRECTORY : 0), resolve);
    return error ? (error as usize) : open_place(w.mount, w.dentry, flags, false);
  }
  if (flags & O_DIRECTORY) return -EINVAL as usize;
  const error = path_walk_within(w, dirfd, PATH, WALK_PARENT | (flags & O_EXCL ? 0 : follow), resolve);
  if (error) return error as usize;
  if (w.lastKind != LAST_NAME && w.lastKind != LAST_JUMP) return (flags & O_EXCL ? -EEXIST : -EISDIR) as usize;
  if (w.trailing) return -EISDIR as usize;
  let created = false;
  if (w.dentry.isNull()) {
    const made = create_at(w, S_IFREG | (mode & ~fsctx_current().umask), 0);
    if (IS_ERR(made)) return made;
    w.dentry = changetype<Dentry>(made);
    created = true;
  } else if (flags & O_EXCL) return -EEXIST as usize;
  if (w.dentry.inode.isDir()) return -EISDIR as usize;
  return open_place(w.mount, w.dentry, flags, created);
}

export function sys_openat2(dirfd: i32, path: u64, how: u64, size: u64): i64 {
  const error = read_how(how, size);
  if (error) return error;
  const flags = load<u64>(OPEN_HOW);
  const mode = load<u64>(OPEN_HOW, OPEN_HOW_MODE);
  const resolve = load<u64>(OPEN_HOW, OPEN_HOW_RESOLVE);
  if (flags & ~(KNOWN_FLAGS as u64) || mode & ~0xfff || resolve & ~KNOWN_RESOLVE) return -EINVAL;
  if (mode && !(flags & (O_CREAT | O_TMPFILE_BIT))) return -EINVAL;
  if (resolve & RESOLVE_BENEATH && resolve & RESOLVE_IN_ROOT) return -EINVAL;
  const bad = path_arg(PATH, path);
  return bad ? bad : open_fd(dirfd, flags as i32, mode as u32, resolve as i32);
}

/** Reads struct open_how, which may be longer than ours when the rest is zero. */
function read_how(how: u64, size: u64): i32 {
  if (size < (OPEN_HOW_SIZE as u64)) return -EINVAL;
  if (size > (PAGE_SIZE as u64)) return -E2BIG;
  for (let at: u64 = OPEN_HOW_SIZE; at < size; at++) {
    const byte = getuser<u8>(how + at);
    if (byte) return byte < 0 ? (byte as i32) : -E2BIG;
  }
  return copyin(OPEN_HOW, how, OPEN_HOW_SIZE);
}

export function sys_close(fd: i32): i64 {
  const result = fd_close(fd);
  // The end of a file that had no name any more comes with its close, and watchers wait for it.
  dentry_sweep();
  return result;
}

export function sys_close_range(first: u64, last: u64, flags: u64): i64 {
  if (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC) || (first as u32) > (last as u32)) return -EINVAL;
  if (flags & CLOSE_RANGE_UNSHARE && !fdtable_unshare(current())) return -ENOMEM;
  const t = fdtable_current();
  const end = (last as u32) < t.capacity ? (last as u32) + 1 : t.capacity;
  for (let fd = first as u32; fd < end; fd++) {
    if (!fd_get(fd)) continue;
    if (flags & CLOSE_RANGE_CLOEXEC) fd_set_flags(fd, fd_flags(fd) | FD_CLOEXEC);
    else fd_close(fd);
  }
  return 0;
}
