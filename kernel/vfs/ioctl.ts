// ioctl(2) of what is no terminal, and the requests that every file has.
import { ENOTTY } from '../../abi/linux/errno.ts';
import { FD_CLOEXEC, O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import { FIOASYNC, FIOCLEX, FIONBIO, FIONCLEX, FIONREAD } from '../../abi/linux/ioctl.ts';
import { stream_available } from '../fs/hoststream.ts';
import { inotify_available } from '../fs/inotify.ts';
import { namespace_ioctl } from '../fs/nsfs.ts';
import { Pipe } from '../fs/pipe.ts';
import { pty_master_ioctl } from '../fs/tty/pty.ts';
import { tty_ioctl } from '../fs/tty/ioctl.ts';
import { socket_ioctl } from '../net/file_ops.ts';
import { getuser, putuser } from '../mm/usercopy.ts';
import { async_enable } from './async.ts';
import { fd_flags, fd_set_flags } from './fdtable.ts';
import {
  FILE_INOTIFY,
  FILE_NAMESPACE,
  FILE_PIPE,
  FILE_PTMX,
  FILE_REGULAR,
  FILE_SOCKET,
  FILE_STREAM,
  FILE_TTY,
  File,
} from './file.ts';

export function file_ioctl(file: File, fd: i32, request: u32, arg: u64): i64 {
  switch (request) {
    case FIOCLEX:
      fd_set_flags(fd, fd_flags(fd) | FD_CLOEXEC);
      return 0;
    case FIONCLEX:
      fd_set_flags(fd, fd_flags(fd) & ~FD_CLOEXEC);
      return 0;
    case FIONBIO:
      return set_nonblock(file, arg);
    case FIOASYNC:
      return set_async(file, fd, arg);
  }
  if (file.kind == FILE_TTY) return tty_ioctl(file, request, arg);
  if (file.kind == FILE_PTMX) return pty_master_ioctl(file, request, arg);
  if (file.kind == FILE_SOCKET) return socket_ioctl(file, request, arg);
  if (file.kind == FILE_NAMESPACE) return namespace_ioctl(file, request, arg);
  if (request == FIONREAD) return readable_bytes(file, arg);
  return -ENOTTY;
}

function set_nonblock(file: File, arg: u64): i64 {
  const on = getuser<u32>(arg);
  if (on < 0) return on;
  file.flags = on ? file.flags | O_NONBLOCK : file.flags & ~O_NONBLOCK;
  return 0;
}

function set_async(file: File, fd: i32, arg: u64): i64 {
  const on = getuser<u32>(arg);
  return on < 0 ? on : async_enable(file, fd, on != 0);
}

function readable_bytes(file: File, arg: u64): i64 {
  switch (file.kind) {
    case FILE_PIPE:
      return putuser<u32>(arg, changetype<Pipe>(file.inode.data).used);
    case FILE_STREAM:
      return putuser<u32>(arg, stream_available(file));
    case FILE_INOTIFY:
      return putuser<u32>(arg, inotify_available(file));
    case FILE_REGULAR:
      return putuser<u32>(arg, (file.inode.size - file.pos) as u32);
    default:
      return -ENOTTY;
  }
}
