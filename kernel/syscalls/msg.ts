// msgget(2), msgsnd(2), msgrcv(2), msgctl(2).
import { E2BIG, EAGAIN, EIDRM, EINVAL, ENOMEM, ENOMSG, ENOSYS, EPERM } from '../../abi/linux/errno.ts';
import {
  IPC_INFO,
  IPC_NOWAIT,
  IPC_RMID,
  IPC_SET,
  IPC_STAT,
  MSGMAX,
  MSGMNB,
  MSGMNI,
  MSG_COPY,
  MSG_INFO,
  MSG_NOERROR,
  MSG_STAT,
  MSG_STAT_ANY,
  MSQID_DS_QBYTES,
  MSQID_DS_SIZE,
} from '../../abi/linux/ipc.ts';
import { ids_at, ids_find, ids_get, ids_highest } from '../ipc/ids.ts';
import {
  Msg,
  MsgQueue,
  msg_append,
  msg_find,
  msg_fits,
  msg_new,
  msg_queue_changed,
  msg_queue_new,
  msg_queue_remove,
  msg_queue_stat,
  msg_queues,
  msg_take,
  msg_total,
} from '../ipc/msg.ts';
import { IPC_READ, IPC_WRITE, ipc_owned, ipc_permitted, perm_set } from '../ipc/perm.ts';
import { ipc_seconds } from '../ipc/time.ts';
import { EBLOCKED_INTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kfree } from '../lib/slab.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { CAP_SYS_RESOURCE, capable } from '../task/cred.ts';
import { current } from '../task/task.ts';
import { wait_on } from '../task/wait_queue.ts';

const BUFFER: usize = memory.data(120, 8); // MSQID_DS_SIZE
/** struct msginfo: seven ints and a short. */
const INFO_SIZE = 32;
const MSGSSZ = 16;
const MSGSEG: u16 = 0xffff;
const TYPE_SIZE: usize = 8;

export function sys_msgget(key: i32, flags: i32): i64 {
  const found = ids_get(msg_queues(), key, flags);
  if (IS_ERR(found)) return PTR_ERR(found);
  if (!found) return msg_queue_new(key, flags);
  const queue = changetype<MsgQueue>(found);
  const error = ipc_permitted(queue, flags as u32);
  return error ? error : queue.id;
}

export function sys_msgsnd(id: i32, va: u64, size: u64, flags: i32): i64 {
  const fault = copyin(BUFFER, va, TYPE_SIZE);
  if (fault) return fault;
  const type = load<i64>(BUFFER);
  if (size > (MSGMAX as u64) || id < 0 || type < 1) return -EINVAL;
  const queue = changetype<MsgQueue>(ids_find(msg_queues(), id));
  if (!changetype<usize>(queue)) return gone();
  const denied = ipc_permitted(queue, IPC_WRITE);
  if (denied) return denied;
  if (!msg_fits(queue, size)) return flags & IPC_NOWAIT ? -EAGAIN : wait(queue);
  const msg = msg_new(type, size);
  if (!changetype<usize>(msg)) return -ENOMEM;
  const error = copyin(msg.text(), va + TYPE_SIZE, size as usize);
  if (error) kfree(changetype<usize>(msg));
  else msg_append(queue, msg);
  return error;
}

/** A message that cannot be copied out stays in the queue. */
export function sys_msgrcv(id: i32, va: u64, size: u64, type: i64, flags: i32): i64 {
  if (flags & MSG_COPY) return -ENOSYS; // as Linux without checkpoint and restore
  if (id < 0 || (size as i64) < 0) return -EINVAL;
  const queue = changetype<MsgQueue>(ids_find(msg_queues(), id));
  if (!changetype<usize>(queue)) return gone();
  const denied = ipc_permitted(queue, IPC_READ);
  if (denied) return denied;
  const msg: Msg = msg_find(queue, type, flags);
  if (!changetype<usize>(msg)) return flags & IPC_NOWAIT ? -ENOMSG : wait(queue);
  if (size < msg.size && !(flags & MSG_NOERROR)) return -E2BIG;
  const taken = min<u64>(size, msg.size);
  const error = copyout(va, msg.text() - TYPE_SIZE, TYPE_SIZE + (taken as usize));
  if (error) return error;
  msg_take(queue, msg);
  return taken as i64;
}

/** The queue was there when the call began to wait, or never. */
function gone(): i64 {
  return current().sysPhase ? -EIDRM : -EINVAL;
}

function wait(queue: MsgQueue): i64 {
  current().sysPhase = 1;
  return wait_on(queue.waitQueue()) ? -EBLOCKED_INTR : -ENOMEM;
}

export function sys_msgctl(id: i32, cmd: i32, va: u64): i64 {
  if (id < 0 || cmd < 0) return -EINVAL;
  switch (cmd) {
    case IPC_INFO:
    case MSG_INFO:
      return info(cmd, va);
    case IPC_STAT:
    case MSG_STAT:
    case MSG_STAT_ANY:
      return stat(id, cmd, va);
    case IPC_SET:
    case IPC_RMID:
      return change(id, cmd, va);
  }
  return -EINVAL;
}

/** MSG_INFO tells what is in use where IPC_INFO tells limits. */
function info(cmd: i32, va: u64): i64 {
  const queues = msg_queues();
  const inUse = cmd == MSG_INFO;
  memory.fill(BUFFER, 0, INFO_SIZE);
  store<i32>(BUFFER, inUse ? queues.used : (MSGMNI * MSGMNB) / 1024); // msgpool, kB
  store<i32>(BUFFER, inUse ? (msg_total(false) as i32) : MSGMNB, 4); // msgmap
  store<i32>(BUFFER, MSGMAX, 8);
  store<i32>(BUFFER, MSGMNB, 12);
  store<i32>(BUFFER, MSGMNI, 16);
  store<i32>(BUFFER, MSGSSZ, 20);
  store<i32>(BUFFER, inUse ? (msg_total(true) as i32) : MSGMNB, 24); // msgtql
  store<u16>(BUFFER, MSGSEG, 28);
  const error = copyout(va, BUFFER, INFO_SIZE);
  return error ? error : ids_highest(queues);
}

/** MSG_STAT* take an index and answer the id. */
function stat(id: i32, cmd: i32, va: u64): i64 {
  const queues = msg_queues();
  const queue = changetype<MsgQueue>(cmd == IPC_STAT ? ids_find(queues, id) : ids_at(queues, id));
  if (!changetype<usize>(queue)) return -EINVAL;
  let error = cmd == MSG_STAT_ANY ? 0 : ipc_permitted(queue, IPC_READ);
  if (error) return error;
  memory.fill(BUFFER, 0, MSQID_DS_SIZE);
  msg_queue_stat(queue, BUFFER);
  error = copyout(va, BUFFER, MSQID_DS_SIZE);
  return error ? error : cmd == IPC_STAT ? 0 : queue.id;
}

function change(id: i32, cmd: i32, va: u64): i64 {
  const fault = cmd == IPC_SET ? copyin(BUFFER, va, MSQID_DS_SIZE) : 0;
  if (fault) return fault;
  const queue = changetype<MsgQueue>(ids_find(msg_queues(), id));
  if (!changetype<usize>(queue)) return -EINVAL;
  const error = ipc_owned(queue);
  if (error) return error;
  if (cmd == IPC_RMID) {
    msg_queue_remove(msg_queues(), queue);
    return 0;
  }
  const limit = load<u64>(BUFFER, MSQID_DS_QBYTES);
  if (limit > (MSGMNB as u64) && !capable(CAP_SYS_RESOURCE)) return -EPERM;
  perm_set(queue, BUFFER);
  queue.limit = limit;
  queue.ctime = ipc_seconds();
  msg_queue_changed(queue);
  return 0;
}
