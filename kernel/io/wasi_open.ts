// Opening files under plain WASI, and what is preopened. The runtime keeps paths within their preopened directory.
import { FILE_DIRECTORY, FILE_WRITABLE } from '../../abi/hostfs.ts';
import { EINVAL, EISDIR, ENXIO } from '../../abi/linux/errno.ts';
import { cstr, str_len } from '../lib/bytes.ts';
import { fd_prestat_dir_name, fd_prestat_get, path_filestat_get, path_open } from '../wasi_snapshot_preview1.ts';
import { linux_errno } from './wasi_errno.ts';

export const WASI_CREATE = 1;
export const WASI_DIRECTORY = 2;
export const WASI_EXCLUSIVE = 4;
/** Rights: read, seek, sync, tell, attributes and times. With datasync among them a runtime would open for writing. */
const READ: u64 = 0x00a00036;
/** Datasync, write, allocate, size. */
const WRITE: u64 = 0x00400141;
/** Read the directory, its attributes and those of what it holds. */
const LIST: u64 = 0x00244000;
const TYPE_DIRECTORY: u8 = 3;
const TYPE_REGULAR: u8 = 4;

const STAT: usize = memory.data(64, 8);
const OUT: usize = memory.data(8, 4);

/** Opens a regular file or a directory: descriptor or -errno. A FIFO or a device is not opened. */
export function wasi_open(root: i32, path: usize, flags: u32): i32 {
  const len = str_len(path);
  if (flags & FILE_DIRECTORY)
    return len ? open(root, path, WASI_DIRECTORY, LIST) : open(root, cstr('.'), WASI_DIRECTORY, LIST);
  const error = path_filestat_get(root, 0, path, len, STAT);
  if (error) return linux_errno(error);
  const type = load<u8>(STAT, 16);
  if (type == TYPE_DIRECTORY) return -EISDIR;
  if (type != TYPE_REGULAR) return -ENXIO;
  return open(root, path, 0, flags & FILE_WRITABLE ? READ | WRITE : READ);
}

/** Makes a regular file, opened for reading and writing: descriptor or -errno. */
export function wasi_create(root: i32, path: usize): i32 {
  return open(root, path, WASI_CREATE | WASI_EXCLUSIVE, READ | WRITE);
}

function open(root: i32, path: usize, how: i32, rights: u64): i32 {
  const error = path_open(root, 0, path, str_len(path), how, rights, rights, 0, OUT);
  return error ? linux_errno(error) : load<i32>(OUT);
}

/** NUL-terminated name of preopened directory fd (3, 4, ...) to buf: its length, or -errno when there is none. */
export function wasi_preopened(fd: i32, buf: usize, size: i32): i32 {
  const error = fd_prestat_get(fd, OUT);
  if (error) return linux_errno(error);
  const len = load<i32>(OUT, 4);
  if (load<u8>(OUT) || len < 0 || len >= size) return -EINVAL;
  store<u8>(buf + (len as usize), 0);
  const failed = linux_errno(fd_prestat_dir_name(fd, buf, len));
  return failed ? failed : len;
}
