// Receiving: one step of read(2), recvfrom(2), recvmsg(2).
// Invariant: bytes leave the queue only when they have reached the program; MSG_PEEK leaves everything.
import { EINVAL, ENOTCONN } from '../../abi/linux/errno.ts';
import { MSG_DONTWAIT, MSG_OOB, MSG_PEEK, MSG_TRUNC, SOCKADDR_MAX, SOCK_DGRAM } from '../../abi/linux/socket.ts';
import { wq_wake } from '../task/wait_queue.ts';
import { Iter, iter_write } from '../vfs/iter.ts';
import { Message } from './message.ts';
import { outside_read } from './outside.ts';
import { Packet } from './packet.ts';
import { rights_copy } from './rights.ts';
import {
  SHUT_RECEIVE,
  STATE_CLOSED,
  STATE_FRESH,
  STATE_LISTENING,
  Socket,
  socket_drop,
  socket_take_error,
} from './socket.ts';
import { urgent_pass, urgent_receive } from './urgent.ts';
import { socket_wait } from './wait.ts';

/** Bytes received (0 = end), -errno, -EBLOCKED*. m tells about the sender. */
export function socket_receive(s: Socket, it: Iter, m: Message): i64 {
  if (m.flags & MSG_OOB) return urgent_receive(s, it, m);
  const first = urgent_pass(s, m);
  if (first.isNull()) return empty(s, m);
  const before = s.queued;
  const taken = s.isStream() ? receive_stream(s, first, it, m) : receive_packet(s, it, m);
  wq_wake(s.roomQueue(), i32.MAX_VALUE);
  if (!s.peer.isNull() && s.peer.outside) outside_read(s.peer, before - s.queued);
  return taken;
}

/** Nothing is there: why, or wait. */
function empty(s: Socket, m: Message): i64 {
  if (s.type != SOCK_DGRAM && (s.state == STATE_FRESH || s.state == STATE_LISTENING)) {
    return s.isUnix() && s.isStream() ? -EINVAL : -ENOTCONN;
  }
  if (s.finished) return 0;
  if (s.error) return socket_take_error(s);
  if (s.shut & SHUT_RECEIVE || s.state == STATE_CLOSED) return 0;
  return socket_wait(s.waitQueue(), (m.flags & MSG_DONTWAIT) != 0, s.receiveTimeout);
}

/** Bytes of one packet after the other; files that came with some end the call. */
function receive_stream(s: Socket, first: Packet, it: Iter, m: Message): i64 {
  const peek = (m.flags & MSG_PEEK) != 0;
  let done: i64 = 0;
  let p = first;
  while (!p.isNull() && it.left) {
    if (done && (p.rights || p.pid != m.pid || p == s.urgent)) break;
    take_sender(p, m, peek);
    const n = (p.left() as u64) < it.left ? p.left() : (it.left as u32);
    const before = it.left;
    const error = iter_write(it, p.data() + (p.start as usize), n as usize);
    const moved = (before - it.left) as u32;
    const next = p.next;
    done += moved;
    if (!peek) consume(s, p, moved);
    if (error) return done ? done : (error as i64);
    if (m.rights) break;
    p = next;
  }
  return done;
}

function consume(s: Socket, p: Packet, n: u32): void {
  p.start += n;
  s.queued -= n;
  if (!p.left()) socket_drop(s, p);
}

function receive_packet(s: Socket, it: Iter, m: Message): i64 {
  const p = s.queueFirst;
  const size = p.len;
  const n = (size as u64) < it.left ? size : (it.left as u32);
  const error = iter_write(it, p.data(), n as usize);
  if (error) return error;
  take_sender(p, m, (m.flags & MSG_PEEK) != 0);
  const whole = (m.flags & MSG_TRUNC) != 0;
  if (!(m.flags & MSG_PEEK)) socket_drop(s, p);
  m.flags = n < size ? MSG_TRUNC : 0;
  return whole ? (size as i64) : (n as i64);
}

function take_sender(p: Packet, m: Message, peek: bool): void {
  m.pid = p.pid;
  m.uid = p.uid;
  m.gid = p.gid;
  m.addressLen = min<u32>(p.nameLen, SOCKADDR_MAX);
  memory.copy(m.address(), p.name(), m.addressLen as usize);
  if (!p.rights) return;
  m.rights = peek ? rights_copy(p.rights) : p.rights;
  if (!peek) p.rights = 0;
}
