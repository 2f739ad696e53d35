// Readiness of open files, for poll, select and epoll.
import { POLLIN, POLLNVAL, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../abi/linux/poll.ts';
import { eventfd_poll } from '../fs/eventfd.ts';
import { message_poll } from '../fs/message/device.ts';
import { stream_poll } from '../fs/hoststream.ts';
import { pidfd_poll } from '../fs/pidfd.ts';
import { inotify_poll } from '../fs/inotify.ts';
import { pipe_poll } from '../fs/pipe.ts';
import { signalfd_poll } from '../fs/signalfd.ts';
import { timerfd_poll } from '../fs/timerfd.ts';
import { tty_poll } from '../fs/tty/read.ts';
import { pty_master_poll } from '../fs/tty/pty.ts';
import { mqueue_poll } from '../ipc/mqueue.ts';
import { socket_poll } from '../net/poll.ts';
import { epoll_poll } from './epoll.ts';
import {
  FILE_EPOLL,
  FILE_EVENTFD,
  FILE_INOTIFY,
  FILE_MESSAGE,
  FILE_MQUEUE,
  FILE_PATH,
  FILE_PIDFD,
  FILE_PIPE,
  FILE_PTMX,
  FILE_SIGNALFD,
  FILE_SOCKET,
  FILE_STREAM,
  FILE_TIMERFD,
  FILE_TTY,
  File,
} from './file.ts';

const ALWAYS = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;

/** POLL* events of the file now; `wait` also puts the current task on the queues that announce a change. */
export function file_poll(file: File, wait: bool): i32 {
  switch (file.kind) {
    case FILE_PIPE:
      return pipe_poll(file, wait);
    case FILE_STREAM:
      return stream_poll(file, wait);
    case FILE_TTY:
      return tty_poll(file, wait);
    case FILE_PTMX:
      return pty_master_poll(file, wait);
    case FILE_EVENTFD:
      return eventfd_poll(file, wait);
    case FILE_TIMERFD:
      return timerfd_poll(file, wait);
    case FILE_PIDFD:
      return pidfd_poll(file, wait);
    case FILE_SIGNALFD:
      return signalfd_poll(file, wait);
    case FILE_INOTIFY:
      return inotify_poll(file, wait);
    case FILE_SOCKET:
      return socket_poll(file, wait);
    case FILE_MQUEUE:
      return mqueue_poll(file, wait);
    case FILE_MESSAGE:
      return message_poll(file, wait);
    case FILE_EPOLL:
      return epoll_poll(file, wait);
    case FILE_PATH:
      return POLLNVAL;
    default:
      return ALWAYS;
  }
}
