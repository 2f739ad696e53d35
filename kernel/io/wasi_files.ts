// File operations (abi/hostfs.ts) answered with WASI calls: roots are preopened directories, handles are WASI descriptors.
import {
  FILE_APPEND,
  FILE_ATTR_FILE_SIZE,
  FILE_ATTR_INO,
  FILE_ATTR_MODE,
  FILE_ATTR_SIZE,
  FILE_CLOSE,
  FILE_DIRECTORY,
  FILE_ENTRY_INO,
  FILE_ENTRY_LEN,
  FILE_ENTRY_NAME,
  FILE_ENTRY_TYPE,
  FILE_EXCLUSIVE,
  FILE_FSTAT,
  FILE_LINK,
  FILE_MAKE,
  FILE_OPEN,
  FILE_READ,
  FILE_READDIR,
  FILE_READLINK,
  FILE_REMOVE,
  FILE_RENAME,
  FILE_SETATTR,
  FILE_STAT,
  FILE_STATFS,
  FILE_SYNC,
  FILE_WRITE,
} from '../../abi/hostfs.ts';
import { SQE_ARG0, SQE_ARG1, SQE_HANDLE, SQE_LEN, SQE_OP, SQE_PTR } from '../../abi/host.ts';
import { EEXIST, EOPNOTSUPP, EPERM, ESTALE } from '../../abi/linux/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../abi/linux/stat.ts';
import { STATFS_BSIZE, STATFS_FRSIZE, STATFS_SIZE } from '../../abi/linux/statfs.ts';
import { str_len } from '../lib/bytes.ts';
import {
  fd_close,
  fd_pread,
  fd_pwrite,
  fd_readdir,
  fd_sync,
  path_create_directory,
  path_link,
  path_readlink,
  path_remove_directory,
  path_rename,
  path_symlink,
  path_unlink_file,
} from '../wasi_snapshot_preview1.ts';
import { type_bits, wasi_fstat, wasi_setattr, wasi_stat, wasi_stat_name } from './wasi_attr.ts';
import { linux_errno } from './wasi_errno.ts';
import { wasi_create, wasi_open } from './wasi_open.ts';

const IOVEC: usize = memory.data(8, 4);
const OUT: usize = memory.data(8, 4);
const LINK: usize = memory.data(4096, 4);
const OTHER: usize = memory.data(FILE_ATTR_SIZE, 8);

/** Result of the submission at sqe: >= 0 or -errno. */
export function wasi_file(sqe: usize): i32 {
  const op = load<u32>(sqe, SQE_OP);
  const fd = load<i32>(sqe, SQE_HANDLE);
  const buffer = load<u32>(sqe, SQE_PTR) as usize;
  const len = load<u32>(sqe, SQE_LEN);
  const arg = load<u64>(sqe, SQE_ARG0);
  const flags = load<u32>(sqe, SQE_ARG1);
  switch (op) {
    case FILE_FSTAT:
      return wasi_fstat(fd, buffer);
    case FILE_READ:
      return transfer(fd, buffer, len, arg, false);
    case FILE_WRITE:
      return write(fd, buffer, len, flags & FILE_APPEND ? end_of(fd) : arg);
    case FILE_READDIR:
      return list(fd, buffer + FILE_ATTR_SIZE, len - FILE_ATTR_SIZE, arg);
    case FILE_SYNC:
      return linux_errno(fd_sync(fd));
    case FILE_CLOSE:
      return linux_errno(fd_close(fd));
    default:
      return on_path(op, fd, buffer, flags, arg, len);
  }
}

function on_path(op: u32, root: i32, buffer: usize, flags: u32, arg: u64, len: u32): i32 {
  const path = buffer + FILE_ATTR_SIZE;
  const pathLen = str_len(path);
  const second = path + (pathLen as usize) + 1;
  switch (op) {
    case FILE_STAT:
      return wasi_stat(root, path, buffer);
    case FILE_OPEN:
      return opened(wasi_open(root, path, flags), buffer, load<u64>(buffer, FILE_ATTR_INO));
    case FILE_MAKE:
      return make(root, path, second, buffer);
    case FILE_REMOVE:
      if (flags & FILE_DIRECTORY) return linux_errno(path_remove_directory(root, path, pathLen));
      return linux_errno(path_unlink_file(root, path, pathLen));
    case FILE_RENAME:
      if (flags & FILE_EXCLUSIVE && wasi_stat(root, second, OTHER) == 0) return -EEXIST;
      return linux_errno(path_rename(root, path, pathLen, root, second, str_len(second)));
    case FILE_LINK:
      return linux_errno(path_link(root, 0, path, pathLen, root, second, str_len(second)));
    case FILE_READLINK:
      return readlink(root, path, pathLen, len - FILE_ATTR_SIZE);
    case FILE_SETATTR:
      return wasi_setattr(root, path, flags, arg as u32, buffer);
    case FILE_STATFS:
      // WASI does not tell how much room there is.
      memory.fill(path, 0, STATFS_SIZE);
      store<u64>(path, 4096, STATFS_BSIZE);
      store<u64>(path, 4096, STATFS_FRSIZE);
      return 0;
    default:
      return -EOPNOTSUPP;
  }
}

/** Attributes of what was opened; it must be inode `ino` unless that is 0. */
function opened(fd: i32, buffer: usize, ino: u64): i32 {
  if (fd < 0) return fd;
  const error = wasi_fstat(fd, buffer);
  if (!error && (!ino || load<u64>(buffer, FILE_ATTR_INO) == ino)) return fd;
  fd_close(fd);
  return error ? error : -ESTALE;
}

function make(root: i32, path: usize, target: usize, buffer: usize): i32 {
  let error = 0;
  switch (load<u32>(buffer, FILE_ATTR_MODE) & S_IFMT) {
    case S_IFREG:
      return opened(wasi_create(root, path), buffer, 0);
    case S_IFDIR:
      error = path_create_directory(root, path, str_len(path));
      break;
    case S_IFLNK:
      error = path_symlink(target, str_len(target), root, path, str_len(path));
      break;
    default:
      return -EPERM;
  }
  return error ? linux_errno(error) : wasi_stat(root, path, buffer);
}

/** The target replaces the path in the buffer. */
function readlink(root: i32, path: usize, pathLen: i32, room: u32): i32 {
  memory.copy(LINK, path, (pathLen as usize) + 1);
  const error = path_readlink(root, LINK, pathLen, path, room as i32, OUT);
  return error ? linux_errno(error) : load<i32>(OUT);
}

function end_of(fd: i32): u64 {
  return wasi_fstat(fd, OTHER) ? 0 : load<u64>(OTHER, FILE_ATTR_FILE_SIZE);
}

function write(fd: i32, buffer: usize, len: u32, offset: u64): i32 {
  const done = transfer(fd, buffer, len, offset, true);
  if (done < 0) return done;
  const error = wasi_fstat(fd, buffer);
  return error ? error : done;
}

/** Bytes behind the attributes, as many as can be moved. */
function transfer(fd: i32, buffer: usize, len: u32, offset: u64, out: bool): i32 {
  let done: u32 = FILE_ATTR_SIZE;
  while (done < len) {
    const at = offset + ((done - FILE_ATTR_SIZE) as u64);
    store<u32>(IOVEC, (buffer as u32) + done);
    store<u32>(IOVEC, len - done, 4);
    const error = out ? fd_pwrite(fd, IOVEC, 1, at, OUT) : fd_pread(fd, IOVEC, 1, at, OUT);
    if (error && done == FILE_ATTR_SIZE) return linux_errno(error);
    if (error || !load<u32>(OUT)) break;
    done += load<u32>(OUT);
  }
  return (done - FILE_ATTR_SIZE) as i32;
}

/** Some runtimes list without inode numbers, and C libraries pass over entries that have none. */
function number(fd: i32, entry: usize): void {
  const error = wasi_stat_name(fd, entry + FILE_ENTRY_NAME, load<i32>(entry, FILE_ENTRY_LEN), OTHER);
  store<u64>(entry, error ? 1 : load<u64>(OTHER, FILE_ATTR_INO), FILE_ENTRY_INO);
}

/** Whole entries only, with Linux's types: their bytes or -errno. */
function list(fd: i32, buffer: usize, len: u32, cookie: u64): i32 {
  const error = fd_readdir(fd, buffer, len as i32, cookie, OUT);
  if (error) return linux_errno(error);
  const used = load<u32>(OUT);
  let at: u32 = 0;
  while (at + FILE_ENTRY_NAME <= used) {
    const entry = buffer + (at as usize);
    const size = FILE_ENTRY_NAME + load<u32>(entry, FILE_ENTRY_LEN);
    if (at + size > used) break;
    if (!load<u64>(entry, FILE_ENTRY_INO)) number(fd, entry);
    store<u8>(entry, (type_bits(load<u8>(entry, FILE_ENTRY_TYPE)) >> 12) as u8, FILE_ENTRY_TYPE);
    at += size;
  }
  return at as i32;
}
