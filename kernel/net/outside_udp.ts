// Datagrams that leave the box, and those that come from outside. udp(7).
// Invariant: a sender waits while its own datagrams fill its buffer; a receiver whose buffer is full loses what comes.
import { net_ns_first } from '../ns/net.ts';
import { ENOBUFS, ENOMEM } from '../../abi/linux/errno.ts';
import { MSG_DONTWAIT } from '../../abi/linux/socket.ts';
import { Iter, iter_read } from '../vfs/iter.ts';
import { inet_format, inet_parsed } from './inet_address.ts';
import { inet_find_receiver } from './inet_find.ts';
import { inet_interface4 } from './interface_address.ts';
import { Message, message_stamp } from './message.ts';
import { OUTSIDE_NAME, outside_name, outside_new, outside_tell } from './outside.ts';
import { packet_free, packet_new } from './packet.ts';
import { SHUT_RECEIVE, STATE_CONNECTED, Socket, socket_enqueue, socket_wake } from './socket.ts';
import { socket_wait } from './wait.ts';

const SOURCE: usize = memory.data(32, 8);

/** Sends the iterator's bytes to inet_parsed(): their number, -errno or -EBLOCKED*. */
export function outside_send(s: Socket, it: Iter, m: Message): i64 {
  if (s.peer.isNull() && outside_new(s).isNull()) return -ENOBUFS;
  const p = s.peer;
  const size = it.left as u32;
  if (p.count && p.charge() + size > s.sndbuf) {
    return socket_wait(p.roomQueue(), (m.flags & MSG_DONTWAIT) != 0, s.sendTimeout);
  }
  const datagram = packet_new(size, OUTSIDE_NAME);
  if (datagram.isNull()) return -ENOMEM;
  const a = inet_parsed();
  outside_name(datagram, a.first, a.second, a.port, s.localPort);
  const fault = iter_read(it, datagram.data(), size as usize);
  if (fault) {
    packet_free(datagram);
    return fault;
  }
  message_stamp(m, datagram);
  socket_enqueue(p, datagram);
  outside_tell(p, 0);
  return size as i64;
}

/** A datagram for `to`, or for whoever has the port, from `address` and `port`. */
export function outside_datagram(to: Socket, address: usize, port: u32, boxPort: u32, data: usize, size: u32): void {
  const first = load<u64>(address);
  const second = load<u64>(address, 8);
  if (to.isNull()) to = inet_find_receiver(net_ns_first(), port, first, second, 0, inet_interface4(), boxPort);
  if (to.isNull() || to.dead || to.shut & SHUT_RECEIVE || to.charge() + size > to.rcvbuf) return;
  const stranger = to.remotePort != port || to.remote0 != first || to.remote1 != second;
  if (to.state == STATE_CONNECTED && stranger) return;
  const datagram = packet_new(size, inet_format(to.family, SOURCE, first, second, port));
  if (datagram.isNull()) return;
  memory.copy(datagram.name(), SOURCE, datagram.nameLen as usize);
  memory.copy(datagram.data(), data, size as usize);
  socket_enqueue(to, datagram);
}

/** What was sent did not arrive: only a connected socket hears of it. */
export function outside_datagram_failed(s: Socket, error: i32): void {
  if (s.state != STATE_CONNECTED || s.dead) return;
  s.error = error;
  socket_wake(s);
}
