// mq_open(2), mq_unlink(2), mq_timedsend(2), mq_timedreceive(2), mq_notify(2), mq_getsetattr(2).
// Names come without the leading slash, which the C library takes off.
import { ipc_ns } from '../ns/ipc.ts';
import {
  EACCES,
  EAGAIN,
  EBADF,
  EEXIST,
  EINVAL,
  EMSGSIZE,
  ENOENT,
  ENOMEM,
  EPERM,
  ETIMEDOUT,
} from '../../abi/linux/errno.ts';
import { O_ACCMODE, O_CREAT, O_EXCL, O_NONBLOCK, O_RDWR, O_WRONLY } from '../../abi/linux/fcntl.ts';
import {
  MQ_ATTR_CURMSGS,
  MQ_ATTR_FLAGS,
  MQ_ATTR_MAXMSG,
  MQ_ATTR_MSGSIZE,
  MQ_ATTR_SIZE,
  MQ_HARD_MSGSIZE_MAX,
  MQ_HARD_MSG_MAX,
  MQ_MSGSIZE_MAX,
  MQ_MSG_MAX,
  MQ_PRIO_MAX,
} from '../../abi/linux/mqueue.ts';
import { CLOCK_REALTIME } from '../../abi/linux/time.ts';
import { MQMessage, MQueue, mqueue_drop, mqueue_find, mqueue_insert, mqueue_message } from '../ipc/mqueue.ts';
import { mq_notify_register, mq_notify_remove } from '../ipc/mq_notify.ts';
import { mqueue_new, mqueue_unlink } from '../ipc/mqueue.ts';
import { mem_chr, str_len } from '../lib/bytes.ts';
import { EBLOCKED, ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kfree } from '../lib/slab.ts';
import { copyin, copyinstr, copyout, putuser } from '../mm/usercopy.ts';
import { CAP_FOWNER, CAP_SYS_RESOURCE, capable } from '../task/cred.ts';
import { current } from '../task/task.ts';
import { clock_realtime } from '../lib/clock.ts';
import { clock_deadline } from '../task/time.ts';
import { wait_on, wait_until } from '../task/wait_queue.ts';
import { anon_open } from '../vfs/anon.ts';
import { fd_get, fd_install } from '../vfs/fdtable.ts';
import { FILE_MQUEUE, File, file_put } from '../vfs/file.ts';
import { fsctx_current } from '../vfs/fsctx.ts';
import { MAY_READ, MAY_WRITE, inode_permission } from '../vfs/permission.ts';
import { timespec_in } from './timespec.ts';

const NAME_SIZE = 256; // NAME_MAX and the end
const NAME: usize = memory.data(256, 8);
const ATTR: usize = memory.data(64, 8); // MQ_ATTR_SIZE, SIGEVENT_SIZE
const SIGEVENT_SIZE = 64;
const SLASH: u8 = 0x2f;

export function sys_mq_open(name: u64, flags: u64, mode: u64, attr: u64): i64 {
  const fault = attr ? copyin(ATTR, attr, MQ_ATTR_SIZE) : 0;
  if (fault) return fault;
  if (!attr) {
    store<i64>(ATTR, MQ_MSG_MAX, MQ_ATTR_MAXMSG);
    store<i64>(ATTR, MQ_MSGSIZE_MAX, MQ_ATTR_MSGSIZE);
  }
  const bad = name_arg(name);
  if (bad) return bad;
  const access = (flags as u32) & O_ACCMODE;
  if (access == O_ACCMODE) return -EINVAL;
  let queue = mqueue_find(NAME);
  if (!changetype<usize>(queue)) {
    if (!(flags & O_CREAT)) return -ENOENT;
    const made = create(mode as u32);
    if (IS_ERR(made)) return PTR_ERR(made);
    queue = changetype<MQueue>(made);
  } else {
    if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) return -EEXIST;
    const wanted = access == O_RDWR ? MAY_READ | MAY_WRITE : access == O_WRONLY ? MAY_WRITE : MAY_READ;
    const denied = inode_permission(queue.inode, wanted);
    if (denied) return denied;
  }
  return open(queue, access | ((flags as u32) & O_NONBLOCK));
}

/** Fills NAME: 0 or -errno. */
function name_arg(va: u64): i32 {
  const len = copyinstr(NAME, va, NAME_SIZE);
  if (len < 0) return len;
  if (!len) return -ENOENT;
  const dots = load<u8>(NAME) == 0x2e && (len == 1 || (len == 2 && load<u8>(NAME, 1) == 0x2e));
  return dots || mem_chr(NAME, SLASH, len) >= 0 ? -EACCES : 0;
}

/** A queue named NAME with the sizes in ATTR: MQueue ptr or ERR_PTR. */
function create(mode: u32): usize {
  const most = load<i64>(ATTR, MQ_ATTR_MAXMSG);
  const size = load<i64>(ATTR, MQ_ATTR_MSGSIZE);
  const privileged = capable(CAP_SYS_RESOURCE);
  if (most <= 0 || size <= 0) return ERR_PTR(-EINVAL);
  if (most > (privileged ? MQ_HARD_MSG_MAX : MQ_MSG_MAX)) return ERR_PTR(-EINVAL);
  if (size > (privileged ? MQ_HARD_MSGSIZE_MAX : MQ_MSGSIZE_MAX)) return ERR_PTR(-EINVAL);
  return mqueue_new(NAME, mode & 0o777 & ~fsctx_current().umask, most as u32, size as u32);
}

function open(queue: MQueue, flags: u32): i64 {
  const p = anon_open(queue.inode, NAME, str_len(NAME), FILE_MQUEUE, flags);
  if (IS_ERR(p)) return PTR_ERR(p);
  queue.refs++;
  changetype<File>(p).data = changetype<usize>(queue);
  const fd = fd_install(p, 0, true);
  if (fd < 0) file_put(p);
  return fd;
}

/** The directory of queues is sticky: only the owner takes a name away. */
export function sys_mq_unlink(name: u64): i64 {
  const bad = name_arg(name);
  if (bad) return bad;
  const queue = mqueue_find(NAME);
  if (!changetype<usize>(queue)) return -ENOENT;
  if (queue.inode.uid != current().cred.fsuid && !capable(CAP_FOWNER)) return -EPERM;
  mqueue_unlink(ipc_ns(), queue);
  return 0;
}

/** The open queue, or null. */
function mqueue_file(fd: i32): File {
  const file = changetype<File>(fd_get(fd));
  return changetype<usize>(file) && file.kind == FILE_MQUEUE ? file : changetype<File>(0);
}

/** Absolute CLOCK_REALTIME ns, 0 = none, or -errno. */
function deadline_arg(timeout: u64): i64 {
  if (!timeout) return 0;
  const ns = timespec_in(timeout);
  return ns ? ns : 1;
}

export function sys_mq_timedsend(fd: i32, va: u64, size: u64, priority: u64, timeout: u64): i64 {
  const deadline = deadline_arg(timeout);
  if (deadline < 0) return deadline;
  if ((priority as u32) >= (MQ_PRIO_MAX as u32)) return -EINVAL;
  const file = mqueue_file(fd);
  if (!changetype<usize>(file) || !file.writable()) return -EBADF;
  const queue = changetype<MQueue>(file.data);
  if (size > (queue.messageSize as u64)) return -EMSGSIZE;
  if (queue.count == queue.maxMessages) return wait(file, queue.writeQueue(), deadline);
  const message = mqueue_message(size as u32, priority as u32);
  if (!changetype<usize>(message)) return -ENOMEM;
  const error = copyin(message.text(), va, size as usize);
  if (error) kfree(changetype<usize>(message));
  else mqueue_insert(queue, message);
  return error;
}

export function sys_mq_timedreceive(fd: i32, va: u64, size: u64, priority: u64, timeout: u64): i64 {
  const deadline = deadline_arg(timeout);
  if (deadline < 0) return deadline;
  const file = mqueue_file(fd);
  if (!changetype<usize>(file) || !file.readable()) return -EBADF;
  const queue = changetype<MQueue>(file.data);
  if (size < (queue.messageSize as u64)) return -EMSGSIZE;
  if (!queue.count) return wait(file, queue.receiveQueue(), deadline);
  const message: MQMessage = queue.first;
  const taken = message.size;
  let error = copyout(va, message.text(), taken as usize);
  if (!error && priority) error = putuser<u32>(priority, message.priority);
  if (error) return error;
  mqueue_drop(queue);
  return taken as i64;
}

/** The repeated call looks at the same point in time again: nothing of it needs keeping. */
function wait(file: File, wq: usize, deadline: i64): i64 {
  if (file.flags & O_NONBLOCK) return -EAGAIN;
  if (deadline) {
    if (clock_realtime() >= (deadline as u64)) return -ETIMEDOUT;
    wait_until(clock_deadline(CLOCK_REALTIME, deadline as u64, true));
  }
  return wait_on(wq) ? -EBLOCKED : -ENOMEM;
}

/** No event = give up what the process had asked for. */
export function sys_mq_notify(fd: i32, event: u64): i64 {
  const fault = event ? copyin(ATTR, event, SIGEVENT_SIZE) : 0;
  if (fault) return fault;
  const file = mqueue_file(fd);
  if (!changetype<usize>(file)) return -EBADF;
  const queue = changetype<MQueue>(file.data);
  if (event) return mq_notify_register(queue, ATTR);
  mq_notify_remove(queue, current().fdtable);
  return 0;
}

export function sys_mq_getsetattr(fd: i32, fresh: u64, old: u64): i64 {
  let flags: i64 = 0;
  if (fresh) {
    const fault = copyin(ATTR, fresh, MQ_ATTR_SIZE);
    if (fault) return fault;
    flags = load<i64>(ATTR, MQ_ATTR_FLAGS);
    if (flags & ~(O_NONBLOCK as i64)) return -EINVAL;
  }
  const file = mqueue_file(fd);
  if (!changetype<usize>(file)) return -EBADF;
  const queue = changetype<MQueue>(file.data);
  memory.fill(ATTR, 0, MQ_ATTR_SIZE);
  store<i64>(ATTR, (file.flags & O_NONBLOCK) as i64, MQ_ATTR_FLAGS);
  store<i64>(ATTR, queue.maxMessages as i64, MQ_ATTR_MAXMSG);
  store<i64>(ATTR, queue.messageSize as i64, MQ_ATTR_MSGSIZE);
  store<i64>(ATTR, queue.count as i64, MQ_ATTR_CURMSGS);
  if (fresh) file.flags = (file.flags & ~O_NONBLOCK) | (flags as u32);
  return old ? copyout(old, ATTR, MQ_ATTR_SIZE) : 0;
}
