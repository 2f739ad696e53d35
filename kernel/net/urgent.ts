// Urgent data of TCP: one byte beside the stream, and the mark where it was sent. tcp(7), send(2), sockatmark(3).
// Invariant: Socket.urgent is the packet in its queue, of one byte, that is the newest urgent one; an older one is like any other.
import { EINVAL, ENOMEM, EOPNOTSUPP } from '../../abi/linux/errno.ts';
import { POLLIN, POLLPRI, POLLRDNORM } from '../../abi/linux/poll.ts';
import { MSG_PEEK } from '../../abi/linux/socket.ts';
import { async_urgent } from '../vfs/async.ts';
import { File } from '../vfs/file.ts';
import { Iter, iter_read, iter_write } from '../vfs/iter.ts';
import { Message, message_stamp } from './message.ts';
import { option_is_set, OOBINLINE } from './option_table.ts';
import { Packet, packet_free, packet_new } from './packet.ts';
import { Socket, socket_drop, socket_enqueue } from './socket.ts';

/** Sends the iterator's only byte as urgent: 1 or -errno. */
export function urgent_send(to: Socket, it: Iter, m: Message): i64 {
  if (to.outside) return -EOPNOTSUPP;
  const p = packet_new(1, 0);
  if (p.isNull()) return -ENOMEM;
  const error = iter_read(it, p.data(), 1);
  if (error) {
    packet_free(p);
    return error;
  }
  // One that was passed over unread is gone.
  if (skips(to)) socket_drop(to, to.urgent);
  message_stamp(m, p);
  to.urgent = p;
  to.urgentTaken = 0;
  socket_enqueue(to, p);
  if (to.file) async_urgent(changetype<File>(to.file));
  return 1;
}

/** recv with MSG_OOB: 1, 0 when there is no room for it, or -errno. */
export function urgent_receive(s: Socket, it: Iter, m: Message): i64 {
  if (!s.isStream() || !s.isInet()) return -EOPNOTSUPP;
  if (s.urgent.isNull() || s.urgentTaken || option_is_set(s, OOBINLINE)) return -EINVAL;
  if (!(m.flags & MSG_PEEK)) s.urgentTaken = 1;
  if (!it.left) return 0;
  const error = iter_write(it, s.urgent.data(), 1);
  return error ? (error as i64) : 1;
}

/** Does the urgent byte come next, and is no part of the stream? */
function skips(s: Socket): bool {
  return at_mark(s) && !option_is_set(s, OOBINLINE);
}

function at_mark(s: Socket): bool {
  return !s.urgent.isNull() && s.urgent == s.queueFirst;
}

/** SIOCATMARK. */
export function urgent_at_mark(s: Socket): u32 {
  return at_mark(s) ? 1 : 0;
}

/** The first packet to be read; an urgent one before it is gone for good, unless this is a peek. */
export function urgent_pass(s: Socket, m: Message): Packet {
  const p = s.queueFirst;
  if (!skips(s)) return p;
  const next = p.next;
  if (!(m.flags & MSG_PEEK)) socket_drop(s, p);
  return next;
}

/** POLLIN when there is something to read, POLLPRI while the urgent byte waits. */
export function urgent_poll(s: Socket): i32 {
  const pri = s.urgent.isNull() || s.urgentTaken ? 0 : POLLPRI;
  return s.count > (skips(s) ? 1 : 0) ? POLLIN | POLLRDNORM | pri : pri;
}

/** FIONREAD of a stream: bytes up to the mark, or all. */
export function urgent_readable(s: Socket): u32 {
  if (s.urgent.isNull() || option_is_set(s, OOBINLINE)) return s.queued;
  let bytes: u32 = 0;
  for (let p = s.queueFirst; p != s.urgent; p = p.next) bytes += p.left();
  return bytes;
}
