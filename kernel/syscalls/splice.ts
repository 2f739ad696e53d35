// splice(2), tee(2), vmsplice(2): bytes between pipes and files. Pages are copied, not moved.
import { EAGAIN, EBADF, EBLOCKED, EINVAL, ENOMEM, ESPIPE } from '../../abi/linux/errno.ts';
import { O_APPEND, O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import { Pipe, pipe_peek, pipe_read, pipe_room, pipe_skip, pipe_write } from '../fs/pipe.ts';
import { IS_BLOCKED, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kfree } from '../lib/slab.ts';
import { iov_import } from '../mm/iov.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { wait_on } from '../task/wait_queue.ts';
import { fd_get } from '../vfs/fdtable.ts';
import { FILE_PIPE, File } from '../vfs/file.ts';
import { iter_iov, iter_kernel } from '../vfs/iter.ts';
import { file_read, file_write, has_position } from '../vfs/transfer.ts';

const SPLICE_FLAGS: u64 = 15;
const SPLICE_F_NONBLOCK: u64 = 2;
const PIECE_SIZE: u32 = 65536;
const PIECE: usize = memory.data(65536, 16);
const OFFSET: usize = memory.data(8, 8);

function pipe_of_file(file: File): Pipe {
  return changetype<Pipe>(file.inode.data);
}

/** Waits until the pipe has bytes: 0 = it has, 1 = end of file, -EAGAIN or -EBLOCKED. */
function wait_bytes(file: File, nonblock: bool): i32 {
  const pipe = pipe_of_file(file);
  if (pipe.used) return 0;
  if (!pipe.writers && !pipe.pendingWriters) return 1;
  if (nonblock || file.flags & O_NONBLOCK) return -EAGAIN;
  return wait_on(pipe.readQueue()) ? -EBLOCKED : -ENOMEM;
}

function wait_room(file: File, nonblock: bool): i32 {
  const pipe = pipe_of_file(file);
  if (pipe_room(pipe) || !pipe.readers) return 0;
  if (nonblock || file.flags & O_NONBLOCK) return -EAGAIN;
  return wait_on(pipe.writeQueue()) ? -EBLOCKED : -ENOMEM;
}

function room(file: File): u32 {
  const pipe = pipe_of_file(file);
  return pipe_room(pipe);
}

export function sys_splice(inFd: i32, inOff: u64, outFd: i32, outOff: u64, count: u64, flags: u64): i64 {
  if (flags & ~SPLICE_FLAGS) return -EINVAL;
  if (!count) return 0;
  const source = changetype<File>(fd_get(inFd));
  const target = changetype<File>(fd_get(outFd));
  if (!changetype<usize>(source) || !changetype<usize>(target)) return -EBADF;
  if (!source.readable() || !target.writable()) return -EBADF;
  const fromPipe = source.kind == FILE_PIPE;
  const toPipe = target.kind == FILE_PIPE;
  if ((fromPipe && inOff) || (toPipe && outOff)) return -ESPIPE;
  if (!fromPipe && !toPipe) return -EINVAL;
  if (fromPipe && toPipe && source.inode == target.inode) return -EINVAL;
  if ((count as i64) < 0) return -EINVAL;
  const most = count < (PIECE_SIZE as u64) ? (count as u32) : PIECE_SIZE;
  const nonblock = (flags & SPLICE_F_NONBLOCK) != 0;
  return fromPipe ? from_pipe(source, target, outOff, most, nonblock) : to_pipe(source, inOff, target, most, nonblock);
}

/** Moves bytes of a pipe on; they leave it only when the target has taken them. */
function from_pipe(source: File, target: File, offset: u64, most: u32, nonblock: bool): i64 {
  if (target.flags & O_APPEND) return -EINVAL;
  const waiting = wait_bytes(source, nonblock);
  if (waiting) return waiting > 0 ? 0 : waiting;
  if (target.kind == FILE_PIPE) {
    const full = wait_room(target, nonblock);
    if (full) return full;
    if (most > room(target) && pipe_of_file(target).readers) most = room(target);
  }
  const at = read_offset(target, offset);
  if (at < -1) return at;
  const n = pipe_peek(pipe_of_file(source), PIECE, most);
  const done = file_write(target, iter_kernel(PIECE, n as u64), at);
  if (done > 0) pipe_skip(pipe_of_file(source), done as u32);
  return write_offset(offset, at, done);
}

function to_pipe(source: File, offset: u64, target: File, most: u32, nonblock: bool): i64 {
  const full = wait_room(target, nonblock);
  if (full) return full;
  if (most > room(target) && pipe_of_file(target).readers) most = room(target);
  const at = read_offset(source, offset);
  if (at < -1) return at;
  const n = file_read(source, iter_kernel(PIECE, most as u64), at);
  if (n <= 0) return n;
  const done = pipe_write(target, iter_kernel(PIECE, n as u64));
  return write_offset(offset, at, done);
}

/** The offset at va, -1 = use the file's position, -errno < -1. */
function read_offset(file: File, va: u64): i64 {
  if (!va) return -1;
  if (!has_position(file)) return -EINVAL;
  const error = copyin(OFFSET, va, 8);
  if (error) return error;
  return load<i64>(OFFSET) < 0 ? -EINVAL : load<i64>(OFFSET);
}

function write_offset(va: u64, at: i64, done: i64): i64 {
  if (!va || done <= 0) return done;
  store<i64>(OFFSET, at + done);
  const error = copyout(va, OFFSET, 8);
  return error ? (error as i64) : done;
}

export function sys_tee(inFd: i32, outFd: i32, count: u64, flags: u64): i64 {
  if (flags & ~SPLICE_FLAGS) return -EINVAL;
  const source = changetype<File>(fd_get(inFd));
  const target = changetype<File>(fd_get(outFd));
  if (!changetype<usize>(source) || !changetype<usize>(target)) return -EBADF;
  if (!source.readable() || !target.writable()) return -EBADF;
  if (source.kind != FILE_PIPE || target.kind != FILE_PIPE || source.inode == target.inode) return -EINVAL;
  if (!count) return 0;
  const nonblock = (flags & SPLICE_F_NONBLOCK) != 0;
  let waiting = wait_bytes(source, nonblock);
  if (waiting) return waiting > 0 ? 0 : waiting;
  waiting = wait_room(target, nonblock);
  if (waiting) return waiting;
  let n: u32 = count < (PIECE_SIZE as u64) ? (count as u32) : PIECE_SIZE;
  if (n > room(target) && pipe_of_file(target).readers) n = room(target);
  n = pipe_peek(pipe_of_file(source), PIECE, n);
  return pipe_write(target, iter_kernel(PIECE, n as u64));
}

export function sys_vmsplice(fd: i32, iov: u64, count: u64, flags: u64): i64 {
  if (flags & ~SPLICE_FLAGS) return -EINVAL;
  const file = changetype<File>(fd_get(fd));
  if (!changetype<usize>(file)) return -EBADF;
  if (file.kind != FILE_PIPE) return -EBADF;
  const imported = iov_import(iov, count as i64);
  if (IS_ERR(imported)) return PTR_ERR(imported);
  const it = iter_iov(imported);
  const result = file.writable() ? pipe_write(file, it) : pipe_read(file, it);
  kfree(imported);
  return IS_BLOCKED(result) && flags & SPLICE_F_NONBLOCK ? -EAGAIN : result;
}
