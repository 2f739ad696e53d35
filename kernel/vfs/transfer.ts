// read(2) and write(2) on any open file, and what makes them look uninterrupted though the call is repeated from its start:
// bytes already transferred are kept in the task (TRANSFER_PHASE), the iterator skips them.
import { EBADF, EBLOCKED, EBLOCKED_UNINTERRUPTIBLE, EFBIG, EINVAL, EISDIR } from '../../abi/linux/errno.ts';
import { O_APPEND } from '../../abi/linux/fcntl.ts';
import { IN_ACCESS, IN_MODIFY } from '../../abi/linux/inotify.ts';
import { RLIMIT_FSIZE } from '../../abi/linux/resource.ts';
import { SIGXFSZ } from '../../abi/linux/signal.ts';
import { mem_read, mem_write } from '../fs/dev/mem.ts';
import { message_read, message_write } from '../fs/message/device.ts';
import { eventfd_read, eventfd_write } from '../fs/eventfd.ts';
import { stream_read, stream_write } from '../fs/hoststream.ts';
import { host_write } from '../fs/hostfs/write.ts';
import { inotify_read } from '../fs/inotify.ts';
import { pipe_read, pipe_write } from '../fs/pipe.ts';
import { proc_read, proc_write } from '../fs/proc/content.ts';
import { signalfd_read } from '../fs/signalfd.ts';
import { timerfd_read } from '../fs/timerfd.ts';
import { socket_read, socket_write } from '../net/file_ops.ts';
import { tty_read } from '../fs/tty/read.ts';
import { pty_master_read, pty_master_write } from '../fs/tty/pty.ts';
import { tty_write } from '../fs/tty/write.ts';
import { send_signal, signal_pending } from '../task/signal.ts';
import { current } from '../task/task.ts';
import { wait_cancel } from '../task/wait_queue.ts';
import {
  FILE_DEVICE,
  FILE_DIRECTORY,
  FILE_EVENTFD,
  FILE_INOTIFY,
  FILE_MESSAGE,
  FILE_PIPE,
  FILE_PROC,
  FILE_PTMX,
  FILE_REGULAR,
  FILE_SIGNALFD,
  FILE_SOCKET,
  FILE_STREAM,
  FILE_TIMERFD,
  FILE_TTY,
  File,
} from './file.ts';
import { INODE_HOST } from './inode.ts';
import { Iter, iter_skip } from './iter.ts';
import { notify_dentry } from './notify.ts';
import { regular_read, regular_write } from './regular.ts';

/** Task.sysPhase while sysState0 counts the bytes that this call has transferred. A signal ends the call with that count. */
export const TRANSFER_PHASE: u32 = 0x58464552;

function read_once(file: File, it: Iter, pos: u64): i64 {
  switch (file.kind) {
    case FILE_REGULAR:
      return regular_read(file.inode, pos, it);
    case FILE_PIPE:
      return pipe_read(file, it);
    case FILE_STREAM:
      return stream_read(file, it);
    case FILE_TTY:
      return tty_read(file, it);
    case FILE_PTMX:
      return pty_master_read(file, it);
    case FILE_DEVICE:
      return mem_read(file, it);
    case FILE_PROC:
      return proc_read(file, it, pos);
    case FILE_EVENTFD:
      return eventfd_read(file, it);
    case FILE_INOTIFY:
      return inotify_read(file, it);
    case FILE_TIMERFD:
      return timerfd_read(file, it);
    case FILE_SIGNALFD:
      return signalfd_read(file, it);
    case FILE_SOCKET:
      return socket_read(file, it);
    case FILE_MESSAGE:
      return message_read(file, it);
    case FILE_DIRECTORY:
      return -EISDIR;
    default:
      return -EINVAL;
  }
}

function write_once(file: File, it: Iter, pos: u64): i64 {
  switch (file.kind) {
    case FILE_REGULAR:
      return file.inode.kind == INODE_HOST ? host_write(file, pos, it) : regular_write(file.inode, pos, it);
    case FILE_PIPE:
      return pipe_write(file, it);
    case FILE_STREAM:
      return stream_write(file, it);
    case FILE_TTY:
      return tty_write(file, it);
    case FILE_PTMX:
      return pty_master_write(file, it);
    case FILE_DEVICE:
      return mem_write(file, it);
    case FILE_PROC:
      return proc_write(file, it, pos);
    case FILE_EVENTFD:
      return eventfd_write(file, it);
    case FILE_SOCKET:
      return socket_write(file, it);
    case FILE_MESSAGE:
      return message_write(file, it);
    default:
      return -EINVAL;
  }
}

/** Does the kind have a position (pread works, lseek moves)? */
export function has_position(file: File): bool {
  return file.kind == FILE_REGULAR || file.kind == FILE_PROC || file.kind == FILE_DIRECTORY;
}

/** How many bytes the call has moved before it waited; the iterator passes over them. */
export function transfer_resume(it: Iter): u64 {
  const task = current();
  if (task.sysPhase != TRANSFER_PHASE) return 0;
  iter_skip(it, task.sysState0);
  return task.sysState0;
}

/** The result of a transfer that has moved `done` bytes and then met `last` (<= 0): the count, an error, or to be repeated. */
export function transfer_end(done: u64, last: i64): i64 {
  const blocked = last == -EBLOCKED || last == -EBLOCKED_UNINTERRUPTIBLE;
  if (!blocked || !done) return done ? (done as i64) : last;
  const task = current();
  if (last == -EBLOCKED && signal_pending()) {
    wait_cancel(task);
    return done as i64;
  }
  task.sysPhase = TRANSFER_PHASE;
  task.sysState0 = done;
  return last;
}

/** Reads at the file's position, or at `at` when it is >= 0: bytes, 0 = end, -errno, -EBLOCKED*. */
export function file_read(file: File, it: Iter, at: i64): i64 {
  if (!file.readable()) return -EBADF;
  let done = transfer_resume(it);
  const start = at >= 0 ? (at as u64) + done : file.pos;
  let n = read_once(file, it, start);
  if (n > 0) {
    done += n as u64;
    if (at < 0 && has_position(file)) file.pos = start + (n as u64);
    n = file.kind == FILE_REGULAR ? (it.error as i64) : 0;
  }
  const result = transfer_end(done, n);
  if (result > 0) notify_dentry(file.dentry, IN_ACCESS);
  return result;
}

/** Writes likewise. Goes on until all is written, an error comes, or the file would block. */
export function file_write(file: File, it: Iter, at: i64): i64 {
  if (!file.writable()) return -EBADF;
  let done = transfer_resume(it);
  let n: i64 = 0;
  do {
    const append = file.kind == FILE_REGULAR && (file.flags & O_APPEND) != 0;
    const pos = append ? file.inode.size : at >= 0 ? (at as u64) + done : file.pos;
    if (file.kind == FILE_REGULAR && !within_limit(pos, it)) {
      n = -EFBIG;
      break;
    }
    n = write_once(file, it, pos);
    if (n <= 0) break;
    done += n as u64;
    if (at < 0 && has_position(file)) file.pos = pos + (n as u64);
  } while (it.left);
  const result = transfer_end(done, n > 0 ? 0 : n);
  if (result > 0) notify_dentry(file.dentry, IN_MODIFY);
  return result;
}

/** RLIMIT_FSIZE: cuts the transfer at the limit; false (and SIGXFSZ) when nothing is left of it. */
function within_limit(pos: u64, it: Iter): bool {
  const limit = current().group.rlimit(RLIMIT_FSIZE);
  if (!it.left || pos + it.left <= limit) return true;
  if (pos >= limit) {
    send_signal(current(), SIGXFSZ, 0);
    return false;
  }
  it.left = limit - pos;
  return true;
}
