// System V message queues. msgget(2), msgop(2), ipc/msg.c of Linux.
// Invariant: `bytes` and `count` are those of the messages in the list, oldest first. A record holds the type right before the
// text, as msgrcv hands both over.
import { ipc_ns } from '../ns/ipc.ts';
import { ENOMEM } from '../../abi/linux/errno.ts';
import {
  MSGMNB,
  MSGMNI,
  MSG_EXCEPT,
  MSQID_DS_CBYTES,
  MSQID_DS_CTIME,
  MSQID_DS_LRPID,
  MSQID_DS_LSPID,
  MSQID_DS_QBYTES,
  MSQID_DS_QNUM,
  MSQID_DS_RTIME,
  MSQID_DS_STIME,
} from '../../abi/linux/ipc.ts';
import { list_append, list_remove } from '../lib/list.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { current } from '../task/task.ts';
import { wq_wake } from '../task/wait_queue.ts';
import { Ids, ids_add, ids_at, ids_remove } from './ids.ts';
import { IpcPerm, perm_init, perm_put } from './perm.ts';
import { ipc_seconds } from './time.ts';

@unmanaged
export class MsgQueue extends IpcPerm {
  stime: u64; // seconds
  rtime: u64;
  bytes: u64;
  limit: u64; // msg_qbytes
  messages: u64; // a ListHead of Msg
  wq: u64; // a WaitQueue: senders and receivers
  count: u32;
  lspid: i32;
  lrpid: i32;

  @inline waitQueue(): usize {
    return changetype<usize>(this) + offsetof<MsgQueue>('wq');
  }
  @inline list(): usize {
    return changetype<usize>(this) + offsetof<MsgQueue>('messages');
  }
  @inline first(): Msg {
    return changetype<Msg>(load<usize>(this.list()));
  }
}

// 0 list node | 8 size u64 | 16 type i64 | 24 text
@unmanaged
export class Msg {
  next: Msg;
  prev: Msg;
  size: u64;
  type: i64;

  @inline text(): usize {
    return changetype<usize>(this) + offsetof<Msg>();
  }
}

export function msg_queues(): Ids {
  return ipc_ns().messages();
}

/** The id of a new queue, or -errno. */
export function msg_queue_new(key: i32, flags: i32): i32 {
  const queue = changetype<MsgQueue>(kmalloc(offsetof<MsgQueue>()));
  if (!changetype<usize>(queue)) return -ENOMEM;
  perm_init(queue, key, flags as u32);
  queue.limit = MSGMNB;
  queue.ctime = ipc_seconds();
  const id = ids_add(msg_queues(), queue, MSGMNI);
  if (id < 0) kfree(changetype<usize>(queue));
  return id;
}

/** IPC_RMID: the calls that wait will not find it and answer EIDRM. */
export function msg_queue_remove(queues: Ids, queue: MsgQueue): void {
  ids_remove(queues, queue);
  msg_queue_changed(queue);
  for (let msg = queue.first(); changetype<usize>(msg); ) {
    const next = msg.next;
    kfree(changetype<usize>(msg));
    msg = next;
  }
  kfree(changetype<usize>(queue));
}

/** Everybody who waits tries again. */
export function msg_queue_changed(queue: MsgQueue): void {
  wq_wake(queue.waitQueue(), i32.MAX_VALUE);
}

/** Is there room for `size` more bytes? Empty messages count too. */
export function msg_fits(queue: MsgQueue, size: u64): bool {
  return queue.bytes + size <= queue.limit && (queue.count as u64) < queue.limit;
}

/** Room for a message of that size outside any queue; null = no memory. */
export function msg_new(type: i64, size: u64): Msg {
  const msg = changetype<Msg>(kmalloc(offsetof<Msg>() + (size as usize)));
  if (!changetype<usize>(msg)) return msg;
  msg.type = type;
  msg.size = size;
  return msg;
}

/** Takes the message over. */
export function msg_append(queue: MsgQueue, msg: Msg): void {
  list_append(queue.list(), changetype<usize>(msg));
  queue.bytes += msg.size;
  queue.count++;
  queue.stime = ipc_seconds();
  queue.lspid = current().group.tgid;
  msg_queue_changed(queue);
}

/** Takes the message out and frees it. */
export function msg_take(queue: MsgQueue, msg: Msg): void {
  list_remove(queue.list(), changetype<usize>(msg));
  queue.bytes -= msg.size;
  queue.count--;
  queue.rtime = ipc_seconds();
  queue.lrpid = current().group.tgid;
  kfree(changetype<usize>(msg));
  msg_queue_changed(queue);
}

/** The message that msgrcv(type, flags) means: any (0), of the type, of another one (MSG_EXCEPT), or the lowest up to -type. */
export function msg_find(queue: MsgQueue, type: i64, flags: i32): Msg {
  if (type < 0) return find_lowest(queue, type == i64.MIN_VALUE ? i64.MAX_VALUE : -type);
  let msg = queue.first();
  if (!type) return msg;
  const except = (flags & MSG_EXCEPT) != 0;
  while (changetype<usize>(msg) && (msg.type == type) == except) msg = msg.next;
  return msg;
}

function find_lowest(queue: MsgQueue, most: i64): Msg {
  let best = changetype<Msg>(0);
  for (let msg = queue.first(); changetype<usize>(msg); msg = msg.next) {
    if (msg.type > most || (changetype<usize>(best) && msg.type >= best.type)) continue;
    best = msg;
  }
  return best;
}

/** Fills the struct msqid64_ds at p, zeroed. */
export function msg_queue_stat(queue: MsgQueue, p: usize): void {
  perm_put(p, queue);
  store<u64>(p, queue.stime, MSQID_DS_STIME);
  store<u64>(p, queue.rtime, MSQID_DS_RTIME);
  store<u64>(p, queue.ctime, MSQID_DS_CTIME);
  store<u64>(p, queue.bytes, MSQID_DS_CBYTES);
  store<u64>(p, queue.count, MSQID_DS_QNUM);
  store<u64>(p, queue.limit, MSQID_DS_QBYTES);
  store<i32>(p, queue.lspid, MSQID_DS_LSPID);
  store<i32>(p, queue.lrpid, MSQID_DS_LRPID);
}

/** Messages (or their bytes) of all queues: MSG_INFO. */
export function msg_total(ofBytes: bool): u64 {
  const ids = msg_queues();
  let sum: u64 = 0;
  for (let i = 0; i < ids.capacity; i++) {
    const queue = changetype<MsgQueue>(ids_at(ids, i));
    if (changetype<usize>(queue)) sum += ofBytes ? queue.bytes : (queue.count as u64);
  }
  return sum;
}
