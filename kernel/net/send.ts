// Sending: one step of write(2), sendto(2), sendmsg(2). The caller goes on until a stream has taken all.
import {
  EFAULT,
  EINVAL,
  EISCONN,
  EMSGSIZE,
  ENOBUFS,
  ENOMEM,
  ENOTCONN,
  EOPNOTSUPP,
  EPIPE,
} from '../../abi/linux/errno.ts';
import { AF_NETLINK, MSG_DONTWAIT, MSG_NOSIGNAL, MSG_OOB, SOCK_DGRAM } from '../../abi/linux/socket.ts';
import { SIGPIPE } from '../../abi/linux/signal.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { send_signal } from '../task/signal.ts';
import { current } from '../task/task.ts';
import { wq_wake } from '../task/wait_queue.ts';
import { Iter, iter_read, iter_skip } from '../vfs/iter.ts';
import { netlink_send } from './netlink.ts';
import { Message, message_stamp } from './message.ts';
import { outside_tell } from './outside.ts';
import { Packet, packet_free, packet_new, packet_stream } from './packet.ts';
import { SHUT_SEND, STATE_CONNECTED, STATE_SYN_SENT, Socket, socket_enqueue, socket_take_error } from './socket.ts';
import { tcp_may_send, tcp_reset } from './tcp.ts';
import { udp_send } from './udp.ts';
import { unix_bind_automatic } from './unix_name.ts';
import { unix_dgram_full, unix_receiver } from './unix.ts';
import { option_is_set, PASSCRED } from './option_table.ts';
import { urgent_send } from './urgent.ts';
import { socket_wait } from './wait.ts';

/** Bytes sent, -errno, -EBLOCKED*. */
export function socket_send(s: Socket, it: Iter, m: Message): i64 {
  if (m.flags & MSG_OOB && (s.isUnix() || !s.isStream())) return -EOPNOTSUPP;
  if (s.family == AF_NETLINK) return netlink_send(s, it);
  if (s.isStream()) return s.isUnix() ? send_unix_stream(s, it, m) : send_tcp(s, it, m);
  if (s.type != SOCK_DGRAM) return send_seqpacket(s, it, m);
  if (s.error) return socket_take_error(s);
  if (s.shut & SHUT_SEND) return broken(m);
  return s.isUnix() ? send_unix_dgram(s, it, m) : udp_send(s, it, m);
}

function broken(m: Message): i32 {
  if (!(m.flags & MSG_NOSIGNAL)) send_signal(current(), SIGPIPE, 0);
  return -EPIPE;
}

function send_unix_stream(s: Socket, it: Iter, m: Message): i64 {
  if (m.addressLen) return s.state == STATE_CONNECTED ? -EISCONN : -EOPNOTSUPP;
  if (s.shut & SHUT_SEND) return broken(m);
  if (s.state != STATE_CONNECTED) return -ENOTCONN;
  if (s.peer.dead) return broken(m);
  // Files of the box mean nothing to the host.
  if (m.rights && s.peer.outside) return -EINVAL;
  return fill(s, s.sndbuf, it, m);
}

function send_tcp(s: Socket, it: Iter, m: Message): i64 {
  if (s.state == STATE_SYN_SENT) return socket_wait(s.roomQueue(), (m.flags & MSG_DONTWAIT) != 0, s.sendTimeout);
  const error = s.shut & SHUT_SEND && !s.error ? -EPIPE : tcp_may_send(s);
  if (error) return error == -EPIPE ? broken(m) : error;
  if (!s.peer.dead) return m.flags & MSG_OOB ? send_urgent(s, it, m) : fill(s, s.peer.rcvbuf + s.sndbuf, it, m);
  // Nobody is there any more: the bytes go out, and RST comes back.
  const lost = it.left;
  iter_skip(it, lost);
  if (lost) tcp_reset(s);
  return lost as i64;
}

/** The last byte is the urgent one; the caller comes again for it. */
function send_urgent(s: Socket, it: Iter, m: Message): i64 {
  if (it.left <= 1) return it.left ? urgent_send(s.peer, it, m) : 0;
  it.left--;
  const n = fill(s, s.peer.rcvbuf + s.sndbuf, it, m);
  it.left++;
  return n;
}

/** The receiver has no room: EAGAIN, or the current task waits. */
function wait_for_room(s: Socket, to: Socket, m: Message): i32 {
  s.noSpace = 1;
  return socket_wait(to.roomQueue(), (m.flags & MSG_DONTWAIT) != 0, s.sendTimeout);
}

/** Puts what fits below `limit` into the peer's queue. */
function fill(s: Socket, limit: u32, it: Iter, m: Message): i64 {
  const peer = s.peer;
  if (!it.left) return 0;
  if (peer.queued >= limit) return wait_for_room(s, peer, m);
  let done: i64 = 0;
  let error = 0;
  while (it.left && peer.queued < limit && !error) {
    const before = it.left;
    error = add_piece(peer, limit - peer.queued, it, m);
    done += (before - it.left) as i64;
  }
  if (peer.outside && done) outside_tell(peer, 0);
  return done ? done : (error as i64);
}

/** Appends up to `room` bytes to the last packet of the stream, or as a new one: 0 or why it ended early. */
function add_piece(peer: Socket, room: u32, it: Iter, m: Message): i32 {
  if ((room as u64) > it.left) room = it.left as u32;
  const last = peer.queueLast;
  const fits = !last.isNull() && last.len < last.capacity && !last.rights && !m.rights && last.pid == m.pid;
  const p = fits ? last : packet_stream(room);
  if (p.isNull()) return -ENOMEM;
  if (room > p.capacity - p.len) room = p.capacity - p.len;
  const before = it.left;
  const error = iter_read(it, p.data() + (p.len as usize), room as usize);
  // What a fault cut short is not sent at all.
  if (error == -EFAULT && peer.isUnix()) it.left = before;
  const n = (before - it.left) as u32;
  p.len += n;
  if (fits) {
    peer.queued += n;
    wq_wake(peer.waitQueue(), i32.MAX_VALUE);
  } else if (n) enqueue(peer, p, m);
  else packet_free(p);
  return error;
}

function enqueue(to: Socket, p: Packet, m: Message): void {
  message_stamp(m, p);
  socket_enqueue(to, p);
}

function send_seqpacket(s: Socket, it: Iter, m: Message): i64 {
  if (s.state != STATE_CONNECTED) return -ENOTCONN;
  if (s.error) return socket_take_error(s);
  if (s.shut & SHUT_SEND || s.peer.dead) return broken(m);
  if (it.left > (s.sndbuf as u64)) return -EMSGSIZE;
  if (s.peer.count && s.peer.charge() + (it.left as u32) > s.sndbuf) {
    return wait_for_room(s, s.peer, m);
  }
  return send_whole(s, s.peer, it, m);
}

function send_unix_dgram(s: Socket, it: Iter, m: Message): i64 {
  const found = unix_receiver(s, m.address(), m.addressLen);
  if (IS_ERR(found)) return PTR_ERR(found) == -EPIPE ? broken(m) : PTR_ERR(found);
  const to = changetype<Socket>(found);
  if (option_is_set(s, PASSCRED)) unix_bind_automatic(s);
  if (it.left > (s.sndbuf as u64)) return -EMSGSIZE;
  // The two ends of a pair are held up by their buffers alone.
  const full = to.peer == s ? to.count && to.charge() + (it.left as u32) > s.sndbuf : unix_dgram_full(to);
  if (full) return wait_for_room(s, to, m);
  return send_whole(s, to, it, m);
}

/** One datagram, with the sender's address. */
function send_whole(s: Socket, to: Socket, it: Iter, m: Message): i64 {
  const size = it.left as u32;
  const p = packet_new(size, s.nameLen);
  if (p.isNull()) return -ENOBUFS;
  memory.copy(p.name(), s.name, s.nameLen as usize);
  const error = iter_read(it, p.data(), size as usize);
  if (error) packet_free(p);
  else enqueue(to, p, m);
  return error ? (error as i64) : (size as i64);
}
