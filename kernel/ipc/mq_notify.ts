// Telling a process that a message has come to an empty queue: once, by a signal or through a netlink socket (which is how the C library
// makes threads of it). mq_notify(3).
// Invariant: one process at most is registered for a queue; who waits in mq_receive comes before it. Closing the queue ends it.
import { EBADF, EBUSY, EINVAL, ENOMEM, ENOTSOCK } from '../../abi/linux/errno.ts';
import { MQ_COOKIE_SIZE, MQ_NOTIFY_REMOVED, MQ_NOTIFY_WOKENUP } from '../../abi/linux/mqueue.ts';
import { NSIG, SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD } from '../../abi/linux/signal.ts';
import { AF_NETLINK } from '../../abi/linux/socket.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { copyin } from '../mm/usercopy.ts';
import { netlink_deliver } from '../net/netlink.ts';
import { socket_of } from '../net/socket.ts';
import { group_find } from '../task/pid.ts';
import { info_message_queue } from '../task/siginfo.ts';
import { send_group_signal } from '../task/signal.ts';
import { current } from '../task/task.ts';
import { ThreadGroup } from '../task/thread_group.ts';
import { fd_get } from '../vfs/fdtable.ts';
import { File, file_get, file_put } from '../vfs/file.ts';
import { MQueue } from './mqueue.ts';

@unmanaged
export class Notification {
  tgid: i32;
  /** The process's descriptors: closing the queue there ends the registration. */
  fdtable: usize;
  how: i32;
  signal: i32;
  value: u64;
  /** SIGEV_THREAD: the File of the socket, referenced, and what it gets. */
  socket: usize;
  cookie0: u64;
  cookie1: u64;
  cookie2: u64;
  cookie3: u64;

  @inline cookie(): usize {
    return changetype<usize>(this) + offsetof<Notification>('cookie0');
  }
}

/** Registers the current process as the struct sigevent at kernel address `event` says: 0 or -errno. */
export function mq_notify_register(queue: MQueue, event: usize): i32 {
  const how = load<i32>(event, 12);
  const signal = load<i32>(event, 8);
  if (how != SIGEV_NONE && how != SIGEV_SIGNAL && how != SIGEV_THREAD) return -EINVAL;
  if (how == SIGEV_SIGNAL && (signal < 0 || signal > NSIG)) return -EINVAL;
  const n = changetype<Notification>(kmalloc(offsetof<Notification>()));
  if (!changetype<usize>(n)) return -ENOMEM;
  n.tgid = current().group.tgid;
  n.fdtable = current().fdtable;
  n.how = how;
  n.signal = signal;
  n.value = load<u64>(event);
  let error = how == SIGEV_THREAD ? take_socket(n) : 0;
  if (!error && changetype<usize>(queue.notification)) error = -EBUSY;
  if (error) free(n);
  else queue.notification = n;
  return error;
}

/** sigev_signo is the socket, sigev_value points to the cookie. */
function take_socket(n: Notification): i32 {
  const fault = copyin(n.cookie(), n.value, MQ_COOKIE_SIZE);
  if (fault) return fault;
  const file = fd_get(n.signal);
  if (!file) return -EBADF;
  const s = socket_of(changetype<File>(file));
  if (s.isNull()) return -ENOTSOCK;
  if (s.family != AF_NETLINK) return -EINVAL;
  n.socket = file_get(file);
  return 0;
}

function free(n: Notification): void {
  if (n.socket) file_put(n.socket);
  kfree(changetype<usize>(n));
}

/** Ends the registration if the process with these descriptors has it; 0 = whoever has it. */
export function mq_notify_remove(queue: MQueue, fdtable: usize): void {
  const n = queue.notification;
  if (!changetype<usize>(n) || (fdtable && n.fdtable != fdtable)) return;
  queue.notification = changetype<Notification>(0);
  if (n.how == SIGEV_THREAD) tell_socket(n, MQ_NOTIFY_REMOVED);
  free(n);
}

/** The first message has come and nobody waits for it. */
export function mq_notify(queue: MQueue): void {
  const n = queue.notification;
  if (!changetype<usize>(n)) return;
  queue.notification = changetype<Notification>(0);
  const group = changetype<ThreadGroup>(group_find(n.tgid));
  if (n.how == SIGEV_THREAD) tell_socket(n, MQ_NOTIFY_WOKENUP);
  else if (n.how == SIGEV_SIGNAL && n.signal && changetype<usize>(group)) {
    send_group_signal(group, n.signal, info_message_queue(n.signal, n.value));
  }
  free(n);
}

function tell_socket(n: Notification, what: u32): void {
  store<u8>(n.cookie() + MQ_COOKIE_SIZE - 1, what as u8);
  netlink_deliver(socket_of(changetype<File>(n.socket)), n.cookie(), MQ_COOKIE_SIZE as u32);
}
