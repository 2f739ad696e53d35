// sendto(2), recvfrom(2), sendmsg(2), recvmsg(2), sendmmsg(2), recvmmsg(2).
// Invariant: what a receive writes besides the bytes has been touched before they leave the queue, so that it cannot wait then.
import { EINVAL, EMSGSIZE, EFAULT } from '../../abi/linux/errno.ts';
import {
  MMSGHDR_SIZE,
  MMSG_LEN,
  MSGHDR_SIZE,
  MSG_CMSG_CLOEXEC,
  MSG_CONTROL,
  MSG_CONTROLLEN,
  MSG_DONTWAIT,
  MSG_FLAGS,
  MSG_IOV,
  MSG_IOVLEN,
  MSG_NAME,
  MSG_NAMELEN,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  MSG_WAITFORONE,
  SOCKADDR_MAX,
} from '../../abi/linux/socket.ts';
import { MAX_RW_COUNT } from '../../abi/linux/fcntl.ts';
import { IS_BLOCKED, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { clock_monotonic } from '../lib/clock.ts';
import { kfree } from '../lib/slab.ts';
import { iov_import } from '../mm/iov.ts';
import { copyin, copyout, getuser, putuser, user_range } from '../mm/usercopy.ts';
import { control_receive, control_send } from '../net/control.ts';
import { file_message } from '../net/file_ops.ts';
import { Message, message_end } from '../net/message.ts';
import { socket_receive } from '../net/receive.ts';
import { socket_send } from '../net/send.ts';
import { Socket, socket_of } from '../net/socket.ts';
import { sockfd_get } from '../net/sockfd.ts';
import { current } from '../task/task.ts';
import { File } from '../vfs/file.ts';
import { Iter, iter_iov, iter_user } from '../vfs/iter.ts';
import { transfer_end, transfer_resume } from '../vfs/transfer.ts';
import { address_in, address_out } from './socket.ts';
import { timespec_in, timespec_out } from './timespec.ts';

const HEADER: usize = memory.data(MSGHDR_SIZE, 8);
/** Messages of one sendmmsg or recvmmsg. */
const MMSG_MAX: u32 = 1024;

/** Task.sysPhase while sysState1 counts messages. */
const VECTOR_PHASE: u32 = 0x4d4d5347;

/** Sends all of a stream's bytes, or one datagram. */
function send_all(s: Socket, it: Iter, m: Message, done: u64): i64 {
  let n: i64 = 0;
  do {
    n = socket_send(s, it, m);
    if (n > 0) done += n as u64;
  } while (n > 0 && it.left);
  message_end(m);
  return transfer_end(done, n > 0 ? 0 : n);
}

/** Receives what is there; with MSG_WAITALL all that was asked for of a stream. */
function receive_all(s: Socket, it: Iter, m: Message): i64 {
  const wanted = m.flags;
  let done = transfer_resume(it);
  let n: i64 = 0;
  do {
    n = socket_receive(s, it, m);
    if (n > 0) done += n as u64;
  } while (n > 0 && it.left && s.isStream() && wanted & MSG_WAITALL && !(wanted & MSG_PEEK) && !m.rights);
  return transfer_end(done, n > 0 ? 0 : n);
}

export function sys_sendto(fd: i32, buf: u64, size: u64, flags: u64, address: u64, len: u64): i64 {
  const p = sockfd_get(fd);
  if (IS_ERR(p)) return PTR_ERR(p);
  const file = changetype<File>(p);
  const m = file_message(file, flags as u32);
  const most = min<u64>(size, MAX_RW_COUNT as u64);
  if (!user_range(buf, most)) return -EFAULT;
  if (address && len) {
    const error = address_in(m.address(), address, len as u32);
    if (error) return error;
    m.addressLen = len as u32;
  }
  const it = iter_user(buf, most);
  return send_all(socket_of(file), it, m, transfer_resume(it));
}

export function sys_recvfrom(fd: i32, buf: u64, size: u64, flags: u64, address: u64, lenVa: u64): i64 {
  const p = sockfd_get(fd);
  if (IS_ERR(p)) return PTR_ERR(p);
  const file = changetype<File>(p);
  const s = socket_of(file);
  const m = file_message(file, flags as u32);
  if (address) {
    const error = touch(lenVa, 4);
    if (error) return error;
  }
  const most = min<u64>(size, MAX_RW_COUNT as u64);
  const result = user_range(buf, most) ? receive_all(s, iter_user(buf, most), m) : -EFAULT;
  message_end(m);
  if (result < 0 || !address) return result;
  const error = address_out(m.address(), s.isStream() ? 0 : m.addressLen, address, lenVa);
  return error ? (error as i64) : result;
}

/** Makes the guest's pages writable now: 0 or why not. */
function touch(va: u64, n: u64): i32 {
  for (let at = va; at < va + n; at = (at | 4095) + 1) {
    const byte = getuser<u8>(at);
    if (byte < 0) return byte as i32;
    const error = putuser<u8>(at, byte as u8);
    if (error) return error;
  }
  return 0;
}

export function sys_sendmsg(fd: i32, header: u64, flags: u64): i64 {
  const p = sockfd_get(fd);
  return IS_ERR(p) ? PTR_ERR(p) : send_message(changetype<File>(p), header, flags as u32);
}

function send_message(file: File, header: u64, flags: u32): i64 {
  const error = copyin(HEADER, header, MSGHDR_SIZE);
  if (error) return error;
  const m = file_message(file, flags);
  const invalid = take_name(m);
  if (invalid) return invalid;
  if (load<u64>(HEADER, MSG_IOVLEN) > 1024) return -EMSGSIZE;
  const iov = iov_import(load<u64>(HEADER, MSG_IOV), load<i64>(HEADER, MSG_IOVLEN));
  if (IS_ERR(iov)) return PTR_ERR(iov);
  const it: Iter = iter_iov(iov);
  const done = transfer_resume(it);
  // Files went with the first bytes.
  const s = socket_of(file);
  const refused =
    done || !s.isUnix() ? 0 : control_send(m, load<u64>(HEADER, MSG_CONTROL), load<u64>(HEADER, MSG_CONTROLLEN));
  const result = refused ? (refused as i64) : send_all(s, it, m, done);
  message_end(m);
  kfree(iov);
  return result;
}

/** The destination in HEADER. */
function take_name(m: Message): i32 {
  const len = load<i32>(HEADER, MSG_NAMELEN);
  const name = load<u64>(HEADER, MSG_NAME);
  if (!name || !len) return 0;
  if (len < 0) return -EINVAL;
  m.addressLen = min<u32>(len, SOCKADDR_MAX);
  return copyin(m.address(), name, m.addressLen as usize);
}

export function sys_recvmsg(fd: i32, header: u64, flags: u64): i64 {
  const p = sockfd_get(fd);
  return IS_ERR(p) ? PTR_ERR(p) : receive_message(changetype<File>(p), header, flags as u32);
}

function receive_message(file: File, header: u64, flags: u32): i64 {
  const error = copyin(HEADER, header, MSGHDR_SIZE);
  if (error) return error;
  if (load<u64>(HEADER, MSG_IOVLEN) > 1024) return -EMSGSIZE;
  const iov = iov_import(load<u64>(HEADER, MSG_IOV), load<i64>(HEADER, MSG_IOVLEN));
  if (IS_ERR(iov)) return PTR_ERR(iov);
  let result: i64 = touch_header(header);
  if (!result) {
    const m = file_message(file, flags);
    const s = socket_of(file);
    result = receive_all(s, iter_iov(iov), m);
    if (result >= 0) {
      const failed = fill_header(s, m, header, flags);
      if (failed) result = failed;
    }
    message_end(m);
  }
  kfree(iov);
  return result;
}

function touch_header(header: u64): i32 {
  let error = touch(header, MSGHDR_SIZE);
  if (!error && load<u64>(HEADER, MSG_NAME))
    error = touch(load<u64>(HEADER, MSG_NAME), min<u64>(load<u32>(HEADER, MSG_NAMELEN), 1));
  const control = load<u64>(HEADER, MSG_CONTROL);
  return error || !control ? error : touch(control, min<u64>(load<u64>(HEADER, MSG_CONTROLLEN), 4096));
}

/** Name, control data and flags of what was received. */
function fill_header(s: Socket, m: Message, header: u64, flags: u32): i32 {
  const len = s.isStream() ? 0 : m.addressLen;
  const name = load<u64>(HEADER, MSG_NAME);
  if (name) {
    const error = copyout(name, m.address(), min<u32>(len, load<u32>(HEADER, MSG_NAMELEN)) as usize);
    if (error) return error;
    putuser<u32>(header + MSG_NAMELEN, len);
  }
  m.flags &= s.isStream() ? MSG_OOB : MSG_TRUNC;
  const used = control_receive(s, m, load<u64>(HEADER, MSG_CONTROL), load<u64>(HEADER, MSG_CONTROLLEN), flags);
  putuser<u64>(header + MSG_CONTROLLEN, used);
  return putuser<u32>(header + MSG_FLAGS, m.flags | (flags & MSG_CMSG_CLOEXEC));
}

export function sys_sendmmsg(fd: i32, vector: u64, count: u64, flags: u64): i64 {
  const p = sockfd_get(fd);
  if (IS_ERR(p)) return PTR_ERR(p);
  const most = min<u32>(count as u32, MMSG_MAX);
  let i = restart();
  for (; i < most; i++) {
    const at = vector + (i as u64) * MMSGHDR_SIZE;
    const n = send_message(changetype<File>(p), at, flags as u32);
    if (n < 0) return end_vector(i, n);
    const error = putuser<u32>(at + MMSG_LEN, n as u32);
    if (error) return end_vector(i, error);
    next(i + 1);
  }
  return i as i64;
}

export function sys_recvmmsg(fd: i32, vector: u64, count: u64, flags: u64, timeout: u64): i64 {
  const p = sockfd_get(fd);
  if (IS_ERR(p)) return PTR_ERR(p);
  const limit = timeout ? timespec_in(timeout) : 0;
  if (limit < 0) return limit;
  const task = current();
  if (!task.sysPhase) task.sysState2 = clock_monotonic() + (limit as u64);
  const most = min<u32>(count as u32, MMSG_MAX);
  let i = restart();
  let how = flags as u32;
  for (; i < most; i++) {
    const at = vector + (i as u64) * MMSGHDR_SIZE;
    if (i && flags & MSG_WAITFORONE) how |= MSG_DONTWAIT;
    const n = receive_message(changetype<File>(p), at, how & ~MSG_WAITFORONE);
    if (n < 0) return end_vector(i, n);
    const error = putuser<u32>(at + MMSG_LEN, n as u32);
    if (error) return end_vector(i, error);
    next(i + 1);
    // As in Linux the time is looked at only after a message.
    if (timeout && clock_monotonic() >= task.sysState2) {
      i++;
      break;
    }
  }
  if (!timeout) return i as i64;
  const now = clock_monotonic();
  const fault = timespec_out(timeout, now < task.sysState2 ? task.sysState2 - now : 0);
  return fault ? (fault as i64) : (i as i64);
}

/** Task.sysState1: how many messages of the vector are done, should the call be repeated. */
function restart(): u32 {
  return current().sysPhase ? (current().sysState1 as u32) : 0;
}

/** A message is done: the next one begins afresh. */
function next(done: u32): void {
  current().sysPhase = 0;
  current().sysState1 = done as u64;
}

/** The vector ends at message `done` with an error, which only the first one reports. */
function end_vector(done: u32, error: i64): i64 {
  if (!IS_BLOCKED(error)) return done ? (done as i64) : error;
  const task = current();
  if (!task.sysPhase && done) task.sysPhase = VECTOR_PHASE;
  task.sysState1 = done as u64;
  return error;
}
