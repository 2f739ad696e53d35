// Attributes under plain WASI, which knows neither modes nor owners: everything belongs to the box's user, and may be
// read, written (as far as the host allows) and executed. Times are exact.
import { BOOT_GID, BOOT_UID } from '../../abi/boot.ts';
import {
  FILE_ATTR_ATIME,
  FILE_ATTR_BLOCKS,
  FILE_ATTR_CTIME,
  FILE_ATTR_DEV,
  FILE_ATTR_FILE_SIZE,
  FILE_ATTR_GID,
  FILE_ATTR_INO,
  FILE_ATTR_MODE,
  FILE_ATTR_MTIME,
  FILE_ATTR_NLINK,
  FILE_ATTR_RDEV,
  FILE_ATTR_SIZE,
  FILE_ATTR_UID,
  FILE_BY_HANDLE,
  FILE_WRITABLE,
  SET_ATIME,
  SET_MODE,
  SET_MTIME,
  SET_OWNER,
  SET_SIZE,
} from '../../abi/hostfs.ts';
import { EPERM } from '../../abi/linux/errno.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFREG, S_IFSOCK } from '../../abi/linux/stat.ts';
import { boot_u32 } from '../boot/block.ts';
import { str_len } from '../lib/bytes.ts';
import {
  fd_close,
  fd_filestat_get,
  fd_filestat_set_size,
  fd_filestat_set_times,
  path_filestat_get,
  path_filestat_set_times,
} from '../wasi_snapshot_preview1.ts';
import { linux_errno } from './wasi_errno.ts';
import { wasi_open } from './wasi_open.ts';

// struct filestat.
const STAT_DEV = 0;
const STAT_INO = 8;
const STAT_TYPE = 16;
const STAT_NLINK = 24;
const STAT_SIZE = 32;
const STAT_ATIME = 40;
const STAT_MTIME = 48;
const STAT_CTIME = 56;
// fstflags.
const ATIME = 1;
const ATIME_NOW = 2;
const MTIME = 4;
const MTIME_NOW = 8;
const PERMISSIONS: u32 = 0o755;

const STAT: usize = memory.data(64, 8);

/** Fills the record from a descriptor: 0 or -errno. */
export function wasi_fstat(fd: i32, attr: usize): i32 {
  const error = fd_filestat_get(fd, STAT);
  if (!error) put(attr);
  return linux_errno(error);
}

/** The same from a path, "" being the directory itself. */
export function wasi_stat(root: i32, path: usize, attr: usize): i32 {
  const len = str_len(path);
  return len ? wasi_stat_name(root, path, len, attr) : wasi_fstat(root, attr);
}

/** The same for `len` bytes of a path. */
export function wasi_stat_name(root: i32, path: usize, len: i32, attr: usize): i32 {
  const error = path_filestat_get(root, 0, path, len, STAT);
  if (!error) put(attr);
  return linux_errno(error);
}

function put(attr: usize): void {
  memory.fill(attr, 0, FILE_ATTR_SIZE);
  const size = load<u64>(STAT, STAT_SIZE);
  store<u64>(attr, load<u64>(STAT, STAT_INO), FILE_ATTR_INO);
  store<u64>(attr, load<u64>(STAT, STAT_DEV), FILE_ATTR_DEV);
  store<u64>(attr, size, FILE_ATTR_FILE_SIZE);
  store<u64>(attr, (size + 511) >> 9, FILE_ATTR_BLOCKS);
  store<u64>(attr, load<u64>(STAT, STAT_ATIME), FILE_ATTR_ATIME);
  store<u64>(attr, load<u64>(STAT, STAT_MTIME), FILE_ATTR_MTIME);
  store<u64>(attr, load<u64>(STAT, STAT_CTIME), FILE_ATTR_CTIME);
  store<u32>(attr, type_bits(load<u8>(STAT, STAT_TYPE)) | PERMISSIONS, FILE_ATTR_MODE);
  store<u32>(attr, load<u32>(STAT, STAT_NLINK), FILE_ATTR_NLINK);
  store<u32>(attr, boot_u32(BOOT_UID), FILE_ATTR_UID);
  store<u32>(attr, boot_u32(BOOT_GID), FILE_ATTR_GID);
  store<u32>(attr, 0, FILE_ATTR_RDEV);
}

/** S_IF* of a WASI file type. */
export function type_bits(type: u8): u32 {
  switch (type as u32) {
    case 1:
      return S_IFBLK;
    case 2:
      return S_IFCHR;
    case 3:
      return S_IFDIR;
    case 4:
      return S_IFREG;
    case 7:
      return S_IFLNK;
    default:
      return S_IFSOCK;
  }
}

/** FILE_SETATTR: 0 or -errno. A mode or an owner other than what is shown cannot be had. */
export function wasi_setattr(handle: i32, path: usize, flags: u32, which: u32, attr: usize): i32 {
  if (which & SET_MODE && (load<u32>(attr, FILE_ATTR_MODE) & 0o7777) != PERMISSIONS) return -EPERM;
  if (which & SET_OWNER && !is_owner(attr)) return -EPERM;
  const byHandle = (flags & FILE_BY_HANDLE) != 0;
  let error = 0;
  if (which & SET_SIZE) error = set_size(handle, path, byHandle, load<u64>(attr, FILE_ATTR_FILE_SIZE));
  if (!error && which & (SET_ATIME | SET_MTIME)) error = set_times(handle, path, byHandle, which, attr);
  if (error) return error;
  return byHandle ? wasi_fstat(handle, attr) : wasi_stat(handle, path, attr);
}

function is_owner(attr: usize): bool {
  const uid = load<u32>(attr, FILE_ATTR_UID);
  const gid = load<u32>(attr, FILE_ATTR_GID);
  return (uid == 0xffffffff || uid == boot_u32(BOOT_UID)) && (gid == 0xffffffff || gid == boot_u32(BOOT_GID));
}

function set_size(handle: i32, path: usize, byHandle: bool, size: u64): i32 {
  if (byHandle) return linux_errno(fd_filestat_set_size(handle, size));
  const fd = wasi_open(handle, path, FILE_WRITABLE);
  if (fd < 0) return fd;
  const error = linux_errno(fd_filestat_set_size(fd, size));
  fd_close(fd);
  return error;
}

function set_times(handle: i32, path: usize, byHandle: bool, which: u32, attr: usize): i32 {
  const atime = load<u64>(attr, FILE_ATTR_ATIME);
  const mtime = load<u64>(attr, FILE_ATTR_MTIME);
  let how = 0;
  if (which & SET_ATIME) how |= atime == u64.MAX_VALUE ? ATIME_NOW : ATIME;
  if (which & SET_MTIME) how |= mtime == u64.MAX_VALUE ? MTIME_NOW : MTIME;
  const len = str_len(path);
  if (byHandle || !len) return linux_errno(fd_filestat_set_times(handle, atime, mtime, how));
  return linux_errno(path_filestat_set_times(handle, 0, path, len, atime, mtime, how));
}
