// sendfile(2), copy_file_range(2), fallocate(2): bytes from file to file within the kernel.
import { EBADF, EFBIG, EINVAL, EISDIR, ENODEV, EOPNOTSUPP, EOVERFLOW, EPERM, ESPIPE } from '../../abi/linux/errno.ts';
import {
  FALLOC_FL_KEEP_SIZE,
  FALLOC_FL_PUNCH_HOLE,
  FALLOC_FL_ZERO_RANGE,
  F_SEAL_GROW,
  F_SEAL_WRITE,
  MAX_RW_COUNT,
  O_APPEND,
} from '../../abi/linux/fcntl.ts';
import { IS_BLOCKED, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { current } from '../task/task.ts';
import { wait_cancel } from '../task/wait_queue.ts';
import { fd_get } from '../vfs/fdtable.ts';
import { FILE_DEVICE, FILE_DIRECTORY, FILE_PIPE, FILE_PROC, FILE_REGULAR, File } from '../vfs/file.ts';
import { iter_kernel } from '../vfs/iter.ts';
import { inode_written, pagecache_write } from '../vfs/pagecache.ts';
import { INODE_HOST, Inode } from '../vfs/inode.ts';
import { MAX_FILE_SIZE, regular_punch, regular_read, regular_truncate } from '../vfs/regular.ts';
import { TRANSFER_PHASE, file_read, file_write, has_position } from '../vfs/transfer.ts';

const PIECE_SIZE: u64 = 65536;
const PIECE: usize = memory.data(65536, 16);
const OFFSET: usize = memory.data(8, 8);
const OFFSET2: usize = memory.data(8, 8);

/** Copies up to n bytes of a regular file at `from` to another file at `to` (-1 = its position): bytes or -errno. */
function copy(source: File, from: u64, target: File, to: i64, n: u64): i64 {
  let done: u64 = 0;
  let result: i64 = 0;
  while (done < n) {
    const want = n - done < PIECE_SIZE ? n - done : PIECE_SIZE;
    const got = read_piece(source, from + done, want);
    if (got <= 0) {
      result = got;
      break;
    }
    result = write_piece(target, to < 0 ? -1 : to + (done as i64), got as u64);
    if (result <= 0) break;
    done += result as u64;
    if (result < got) break;
  }
  return done ? (done as i64) : result;
}

function read_piece(source: File, from: u64, n: u64): i64 {
  const it = iter_kernel(PIECE, n);
  // What sendfile takes besides: generated files, and devices that have no position.
  const own = source.kind == FILE_REGULAR;
  const got = own
    ? regular_read(source.inode, from, it)
    : file_read(source, it, has_position(source) ? (from as i64) : -1);
  return got > 0 ? got : it.error ? (it.error as i64) : got;
}

/** Writes the first n bytes of PIECE. What a pipe did not take is not lost: the source's position shows it. */
function write_piece(target: File, to: i64, n: u64): i64 {
  const result = file_write(target, iter_kernel(PIECE, n), to);
  const task = current();
  if (!IS_BLOCKED(result) || task.sysPhase != TRANSFER_PHASE) return result;
  wait_cancel(task);
  task.sysPhase = 0;
  return task.sysState0 as i64;
}

export function sys_sendfile(outFd: i32, inFd: i32, offset: u64, count: u64): i64 {
  const source = changetype<File>(fd_get(inFd));
  const target = changetype<File>(fd_get(outFd));
  if (!changetype<usize>(source) || !changetype<usize>(target)) return -EBADF;
  if (!source.readable() || !target.writable()) return -EBADF;
  const kind = source.kind;
  if (kind != FILE_REGULAR && kind != FILE_PROC && kind != FILE_DEVICE) return -EINVAL;
  if (target.flags & O_APPEND) return -EINVAL;
  let error = offset ? copyin(OFFSET, offset, 8) : 0;
  if (error) return error;
  const from = offset ? load<u64>(OFFSET) : source.pos;
  if ((from as i64) < 0 || (count as i64) < 0 || ((from + count) as i64) < 0) return -EINVAL;
  if (count > (MAX_RW_COUNT as u64)) count = MAX_RW_COUNT;
  const done = copy(source, from, target, -1, count);
  if (done <= 0) return done;
  if (!offset) {
    if (has_position(source)) source.pos = from + (done as u64);
  } else {
    store<u64>(OFFSET, from + (done as u64));
    error = copyout(offset, OFFSET, 8);
  }
  return error ? error : done;
}

export function sys_copy_file_range(inFd: i32, inOff: u64, outFd: i32, outOff: u64, count: u64, flags: u64): i64 {
  const source = changetype<File>(fd_get(inFd));
  const target = changetype<File>(fd_get(outFd));
  if (!changetype<usize>(source) || !changetype<usize>(target)) return -EBADF;
  if (flags) return -EINVAL;
  if (source.kind == FILE_DIRECTORY || target.kind == FILE_DIRECTORY) return -EISDIR;
  if (source.kind != FILE_REGULAR || target.kind != FILE_REGULAR) return -EINVAL;
  if (!source.readable() || !target.writable() || target.flags & O_APPEND) return -EBADF;
  let error = inOff ? copyin(OFFSET, inOff, 8) : 0;
  if (!error && outOff) error = copyin(OFFSET2, outOff, 8);
  if (error) return error;
  const from = inOff ? load<u64>(OFFSET) : source.pos;
  const to = outOff ? load<u64>(OFFSET2) : target.pos;
  if (from + count < from || to + count < to) return -EOVERFLOW;
  if ((from as i64) < 0 || (to as i64) < 0) return -EINVAL;
  if (count > (MAX_RW_COUNT as u64)) count = MAX_RW_COUNT;
  if (source.inode == target.inode && from < to + count && to < from + count) return -EINVAL;
  const done = copy(source, from, target, to as i64, count);
  if (done <= 0) return done;
  store<u64>(OFFSET, from + (done as u64));
  store<u64>(OFFSET2, to + (done as u64));
  if (inOff) error = copyout(inOff, OFFSET, 8);
  else source.pos = load<u64>(OFFSET);
  if (outOff && !error) error = copyout(outOff, OFFSET2, 8);
  else if (!outOff) target.pos = load<u64>(OFFSET2);
  return error ? error : done;
}

/** The host's files can grow, no more: neither reserve nor punch. */
function allocate_on_host(inode: Inode, mode: u64, end: u64): i64 {
  if (mode) return -EOPNOTSUPP;
  return end > inode.size ? regular_truncate(inode, end) : 0;
}

export function sys_fallocate(fd: i32, mode: u64, offset: u64, size: u64): i64 {
  const p = fd_get(fd);
  if (!p || !changetype<File>(p).writable()) return -EBADF;
  const file = changetype<File>(p);
  if ((offset as i64) < 0 || (size as i64) <= 0) return -EINVAL;
  if (file.kind == FILE_PIPE) return -ESPIPE;
  if (file.kind != FILE_REGULAR) return -ENODEV;
  const end = offset + size;
  if (end > MAX_FILE_SIZE) return -EFBIG;
  const inode = file.inode;
  const keep = (mode & FALLOC_FL_KEEP_SIZE) != 0;
  const kind = mode & ~FALLOC_FL_KEEP_SIZE;
  if (inode.seals & F_SEAL_WRITE || (inode.seals & F_SEAL_GROW && end > inode.size && !keep)) return -EPERM;
  if (inode.kind == INODE_HOST) return allocate_on_host(inode, mode, end);
  let error = 0;
  if (kind == FALLOC_FL_PUNCH_HOLE) {
    if (!keep) return -EOPNOTSUPP;
    error = regular_punch(inode, offset, end);
  } else if (kind == FALLOC_FL_ZERO_RANGE) error = regular_punch(inode, offset, end);
  else if (kind) return -EOPNOTSUPP;
  else error = allocate(file, offset, end);
  if (error) return error;
  if (!keep && end > inode.size) inode.size = end;
  inode_written(inode);
  return 0;
}

/** Takes the frames now, so that later writes cannot run out of space. */
function allocate(file: File, from: u64, to: u64): i32 {
  for (let at = from >> 12; at << 12 < to; at++) {
    const frame = pagecache_write(file.inode, at as u32, false);
    if (IS_ERR(frame)) return PTR_ERR(frame);
  }
  return 0;
}
