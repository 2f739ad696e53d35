// What the last close of an open file description does, by kind.
import { IN_CLOSE_NOWRITE, IN_CLOSE_WRITE } from '../../abi/linux/inotify.ts';
import { eventfd_free } from '../fs/eventfd.ts';
import { message_closed } from '../fs/message/device.ts';
import { host_closed } from '../fs/hostfs/open.ts';
import { host_dir_closed } from '../fs/hostfs/readdir.ts';
import { stream_closed } from '../fs/hoststream.ts';
import { pidfd_closed } from '../fs/pidfd.ts';
import { inotify_free } from '../fs/inotify.ts';
import { pipe_closed } from '../fs/pipe.ts';
import { signalfd_free } from '../fs/signalfd.ts';
import { timerfd_free } from '../fs/timerfd.ts';
import { pty_master_closed, tty_closed } from '../fs/tty/pty.ts';
import { MQueue, mqueue_put } from '../ipc/mqueue.ts';
import { Text, text_free } from '../lib/fmt.ts';
import { socket_release } from '../net/close.ts';
import { async_release } from './async.ts';
import { epoll_forget_file, epoll_free } from './epoll.ts';
import {
  FILE_DIRECTORY,
  FILE_EPOLL,
  FILE_EVENTFD,
  FILE_MQUEUE,
  FILE_PIDFD,
  FILE_INOTIFY,
  FILE_MESSAGE,
  FILE_PATH,
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
import { locks_release } from './locks.ts';
import { notify_dentry } from './notify.ts';
import { OPEN_EXEC } from './open.ts';

export function file_release(file: File): void {
  if (file.kind != FILE_PATH) notify_dentry(file.dentry, file.writable() ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
  locks_release(file);
  if (file.watches) epoll_forget_file(file);
  if (file.owner) async_release(file);
  switch (file.kind) {
    case FILE_REGULAR:
      if (file.flags & OPEN_EXEC) file.inode.writers++;
      else if (file.writable()) file.inode.writers--;
      if (file.inode.kind == INODE_HOST) host_closed(file.inode);
      break;
    case FILE_DIRECTORY:
      if (file.inode.kind == INODE_HOST) host_dir_closed(file);
      break;
    case FILE_PIPE:
      pipe_closed(file);
      break;
    case FILE_STREAM:
      stream_closed(file);
      break;
    case FILE_PROC:
      if (file.data) text_free(changetype<Text>(file.data));
      break;
    case FILE_TTY:
      tty_closed(file);
      break;
    case FILE_PTMX:
      pty_master_closed(file);
      break;
    case FILE_EVENTFD:
      eventfd_free(file);
      break;
    case FILE_TIMERFD:
      timerfd_free(file);
      break;
    case FILE_PIDFD:
      pidfd_closed(file);
      break;
    case FILE_SIGNALFD:
      signalfd_free(file);
      break;
    case FILE_SOCKET:
      socket_release(file);
      break;
    case FILE_MESSAGE:
      message_closed(file);
      break;
    case FILE_INOTIFY:
      inotify_free(file);
      break;
    case FILE_MQUEUE:
      if (file.data) mqueue_put(changetype<MQueue>(file.data));
      break;
    case FILE_EPOLL:
      epoll_free(file);
      break;
  }
}
