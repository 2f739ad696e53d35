// A socket as a file: read(2), write(2), ioctl(2).
import { EINVAL, ENOTTY } from '../../abi/linux/errno.ts';
import { F_OWNER_PGRP, F_OWNER_PID, O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import {
  FIOGETOWN,
  FIONREAD,
  FIOSETOWN,
  SIOCATMARK,
  SIOCGIFNAME,
  SIOCGIFTXQLEN,
  SIOCGPGRP,
  SIOCSPGRP,
  TIOCOUTQ,
} from '../../abi/linux/ioctl.ts';
import { MSG_DONTWAIT, SOCK_DGRAM } from '../../abi/linux/socket.ts';
import { copyin, putuser } from '../mm/usercopy.ts';
import { async_owner, async_set_owner } from '../vfs/async.ts';
import { File } from '../vfs/file.ts';
import { Iter } from '../vfs/iter.ts';
import { interface_ioctl } from './interface.ts';
import { Message, message_end, message_new } from './message.ts';
import { socket_receive } from './receive.ts';
import { socket_send } from './send.ts';
import { STATE_LISTENING, Socket, socket_of } from './socket.ts';
import { urgent_at_mark, urgent_readable } from './urgent.ts';

const CELL: usize = memory.data(4, 4);

/** An empty message; O_NONBLOCK is MSG_DONTWAIT for every call. */
export function file_message(file: File, flags: u32): Message {
  return message_new(file.flags & O_NONBLOCK ? flags | MSG_DONTWAIT : flags);
}

export function socket_read(file: File, it: Iter): i64 {
  const s = socket_of(file);
  if (!it.left && s.isStream()) return 0;
  const m = file_message(file, 0);
  const result = socket_receive(s, it, m);
  message_end(m);
  return result;
}

export function socket_write(file: File, it: Iter): i64 {
  return socket_send(socket_of(file), it, file_message(file, 0));
}

export function socket_ioctl(file: File, request: u32, arg: u64): i64 {
  const s = socket_of(file);
  if (request >= (SIOCGIFNAME as u32) && request <= (SIOCGIFTXQLEN as u32)) return interface_ioctl(request, arg);
  if (request == FIOSETOWN || request == SIOCSPGRP) return set_owner(file, arg);
  if (request == FIOGETOWN || request == SIOCGPGRP) return putuser<i32>(arg, async_owner(file));
  if (request == SIOCATMARK && s.isInet() && s.isStream()) return putuser<u32>(arg, urgent_at_mark(s));
  if (request != FIONREAD && request != TIOCOUTQ) return -ENOTTY;
  if (s.state == STATE_LISTENING) return -EINVAL;
  if (request == TIOCOUTQ) return putuser<u32>(arg, s.peer.isNull() ? 0 : s.peer.queued);
  return putuser<u32>(arg, readable(s));
}

/** As F_SETOWN does, with the number in memory. */
function set_owner(file: File, arg: u64): i64 {
  const error = copyin(CELL, arg, 4);
  if (error) return error;
  const id = load<i32>(CELL);
  return async_set_owner(file, id < 0 ? F_OWNER_PGRP : F_OWNER_PID, abs<i32>(id));
}

/** Bytes of a connection, or of the next datagram. */
function readable(s: Socket): u32 {
  if (s.type != SOCK_DGRAM) return urgent_readable(s);
  return s.queueFirst.isNull() ? 0 : s.queueFirst.left();
}
