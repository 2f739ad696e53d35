// POSIX message queues. mq_overview(7), ipc/mqueue.c of Linux.
// Invariant: a queue lives while it has a name (is in the list of queues) or an open file; `refs` counts both. Messages lie in
// the order in which they are received: by falling priority, then by age.
import { ipc_ns, IpcNamespace } from '../ns/ipc.ts';
import { EMFILE, ENOMEM, ENOSPC } from '../../abi/linux/errno.ts';
import { MQ_QUEUES_MAX } from '../../abi/linux/mqueue.ts';
import { POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../abi/linux/poll.ts';
import { RLIMIT_MSGQUEUE } from '../../abi/linux/resource.ts';
import { S_IFREG } from '../../abi/linux/stat.ts';
import { str_eq, str_len } from '../lib/bytes.ts';
import { ERR_PTR } from '../lib/err.ts';
import { list_append, list_remove } from '../lib/list.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { current } from '../task/task.ts';
import { wait_on, wq_wake } from '../task/wait_queue.ts';
import { anon_inode } from '../vfs/anon.ts';
import { File } from '../vfs/file.ts';
import { Inode, inode_put } from '../vfs/inode.ts';
import { mq_notify, mq_notify_remove, Notification } from './mq_notify.ts';

/** What Linux counts for the record of a message and for its priority. */
const MESSAGE_COST: u64 = 96;

@unmanaged
export class MQueue {
  next: MQueue; // list of named queues
  prev: MQueue;
  refs: u32;
  named: u32;
  inode: Inode; // owner and mode; with a reference
  maxMessages: u32;
  messageSize: u32;
  count: u32;
  first: MQMessage;
  notification: Notification;
  receiveWait: u64; // WaitQueues: of mq_receive, of who polls for messages, of who wants room
  readWait: u64;
  writeWait: u64; // the name follows, NUL-terminated

  @inline name(): usize {
    return changetype<usize>(this) + offsetof<MQueue>();
  }
  @inline receiveQueue(): usize {
    return changetype<usize>(this) + offsetof<MQueue>('receiveWait');
  }
  @inline readQueue(): usize {
    return changetype<usize>(this) + offsetof<MQueue>('readWait');
  }
  @inline writeQueue(): usize {
    return changetype<usize>(this) + offsetof<MQueue>('writeWait');
  }
}

@unmanaged
export class MQMessage {
  next: MQMessage;
  size: u32;
  priority: u32; // the text follows

  @inline text(): usize {
    return changetype<usize>(this) + offsetof<MQMessage>();
  }
}

export function mqueues_first(ns: IpcNamespace): MQueue {
  return changetype<MQueue>(load<usize>(ns.queues()));
}

/** The queue of that name, or null. */
export function mqueue_find(name: usize): MQueue {
  let queue = mqueues_first(ipc_ns());
  while (changetype<usize>(queue) && !str_eq(queue.name(), name)) queue = queue.next;
  return queue;
}

/** A new queue under a free name, with its name's reference only: MQueue ptr or ERR_PTR. */
export function mqueue_new(name: usize, mode: u32, maxMessages: u32, messageSize: u32): usize {
  const error = over_limit((maxMessages as u64) * ((messageSize as u64) + MESSAGE_COST));
  if (error) return ERR_PTR(error);
  const len = str_len(name) as usize;
  const queue = changetype<MQueue>(kmalloc(offsetof<MQueue>() + len + 1));
  if (!changetype<usize>(queue)) return ERR_PTR(-ENOMEM);
  queue.inode = anon_inode(S_IFREG | mode);
  if (!changetype<usize>(queue.inode)) {
    kfree(changetype<usize>(queue));
    return ERR_PTR(-ENOMEM);
  }
  memory.copy(queue.name(), name, len);
  queue.refs = queue.named = 1;
  queue.maxMessages = maxMessages;
  queue.messageSize = messageSize;
  list_append(ipc_ns().queues(), changetype<usize>(queue));
  return changetype<usize>(queue);
}

/** RLIMIT_MSGQUEUE bounds what a user's named queues may hold: -EMFILE; their number: -ENOSPC. */
function over_limit(cost: u64): i32 {
  const uid = current().cred.fsuid;
  let count = 0;
  for (let queue = mqueues_first(ipc_ns()); changetype<usize>(queue); queue = queue.next) {
    count++;
    if (queue.inode.uid == uid) cost += (queue.maxMessages as u64) * ((queue.messageSize as u64) + MESSAGE_COST);
  }
  if (count >= MQ_QUEUES_MAX) return -ENOSPC;
  return cost > current().group.rlimit(RLIMIT_MSGQUEUE) ? -EMFILE : 0;
}

export function mqueue_unlink(ns: IpcNamespace, queue: MQueue): void {
  list_remove(ns.queues(), changetype<usize>(queue));
  queue.named = 0;
  mqueue_put(queue);
}

export function mqueue_put(queue: MQueue): void {
  if (--queue.refs) return;
  mq_notify_remove(queue, 0);
  while (queue.count) mqueue_drop(queue);
  inode_put(queue.inode);
  kfree(changetype<usize>(queue));
}

/** Room for a message outside any queue; null = no memory. */
export function mqueue_message(size: u32, priority: u32): MQMessage {
  const message = changetype<MQMessage>(kmalloc(offsetof<MQMessage>() + (size as usize)));
  if (!changetype<usize>(message)) return message;
  message.size = size;
  message.priority = priority;
  return message;
}

/** Takes the message over; there must be room. */
export function mqueue_insert(queue: MQueue, message: MQMessage): void {
  const first = queue.first;
  if (!changetype<usize>(first) || first.priority < message.priority) {
    message.next = first;
    queue.first = message;
  } else {
    let before = first;
    while (changetype<usize>(before.next) && before.next.priority >= message.priority) before = before.next;
    message.next = before.next;
    before.next = message;
  }
  queue.count++;
  wq_wake(queue.readQueue(), i32.MAX_VALUE);
  if (!wq_wake(queue.receiveQueue(), i32.MAX_VALUE) && queue.count == 1) mq_notify(queue);
}

/** Frees the first message. */
export function mqueue_drop(queue: MQueue): void {
  const message = queue.first;
  queue.first = message.next;
  queue.count--;
  kfree(changetype<usize>(message));
  wq_wake(queue.writeQueue(), i32.MAX_VALUE);
}

export function mqueue_poll(file: File, wait: bool): i32 {
  const queue = changetype<MQueue>(file.data);
  if (wait) {
    wait_on(queue.readQueue());
    wait_on(queue.writeQueue());
  }
  const readable = queue.count ? POLLIN | POLLRDNORM : 0;
  return queue.count < queue.maxMessages ? readable | POLLOUT | POLLWRNORM : readable;
}
