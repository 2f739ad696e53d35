// UDP inside the box: a datagram goes straight into the receiver's queue, or is lost when that is full. udp(7).
import { AF_INET, AF_UNSPEC } from '../../abi/linux/socket.ts';
import { ECONNREFUSED, EDESTADDRREQ, EINVAL, EMSGSIZE, ENOMEM } from '../../abi/linux/errno.ts';
import { SHUT_RECEIVE, STATE_CONNECTED, STATE_FRESH, Socket, socket_enqueue, socket_wake } from './socket.ts';
import { Iter, iter_read } from '../vfs/iter.ts';
import { inet_format, inet_is_any, inet_loopback, inet_parse, inet_parsed } from './inet_address.ts';
import { inet_is_local, inet_source0, inet_source1 } from './interface_address.ts';
import { outside_send } from './outside_udp.ts';
import { inet_find_receiver } from './inet_find.ts';
import { inet_bind_automatic, inet_bind_source, inet_reachable } from './inet_port.ts';
import { Message, message_stamp } from './message.ts';
import { packet_free, packet_new } from './packet.ts';

/** 65535 less the headers of IPv4 and UDP. */
const PAYLOAD_MAX: u64 = 65507;
const SOURCE: usize = memory.data(32, 8);

export function udp_connect(s: Socket, first: u64, second: u64, port: u32): i32 {
  const error = inet_bind_source(s, first, second);
  if (error) return error;
  s.remote0 = first;
  s.remote1 = second;
  s.remotePort = port;
  s.state = STATE_CONNECTED;
  s.shut = 0;
  return 0;
}

/** connect(2) with AF_UNSPEC. The port stays. */
export function udp_disconnect(s: Socket): void {
  s.state = STATE_FRESH;
  s.remotePort = 0;
}

/** Sends the iterator's bytes as one datagram: their number or -errno. */
export function udp_send(s: Socket, it: Iter, m: Message): i64 {
  if (it.left > PAYLOAD_MAX) return -EMSGSIZE;
  const a = inet_parsed();
  if (m.addressLen) {
    // As on Linux, no family means IPv4.
    if (s.family == AF_INET && load<u16>(m.address()) == AF_UNSPEC) store<u16>(m.address(), AF_INET);
    const invalid = inet_parse(s.family, m.address(), m.addressLen);
    if (invalid) return invalid;
    if (!a.port) return -EINVAL;
    if (inet_is_any(a.first, a.second)) a.second = inet_loopback(a.first, a.second);
  } else {
    if (s.state != STATE_CONNECTED) return -EDESTADDRREQ;
    a.first = s.remote0;
    a.second = s.remote1;
    a.port = s.remotePort;
  }
  const unreachable = inet_reachable(s, a.first, a.second);
  if (unreachable) return unreachable;
  const error = inet_bind_automatic(s);
  if (error) return error;
  return inet_is_local(a.first, a.second) ? deliver(s, it, m) : outside_send(s, it, m);
}

/** To inet_parsed(). */
function deliver(s: Socket, it: Iter, m: Message): i64 {
  const a = inet_parsed();
  const any = inet_is_any(s.local0, s.local1);
  const source0 = any ? inet_source0(a.first, a.second) : s.local0;
  const source1 = any ? inet_source1(a.first, a.second) : s.local1;
  const size = it.left as u32;
  const to = inet_find_receiver(s.net, s.localPort, source0, source1, a.first, a.second, a.port);
  const lost = to.isNull() || (to.shut & SHUT_RECEIVE) != 0 || to.charge() + size > to.rcvbuf;
  const nameLen = lost ? 0 : inet_format(to.family, SOURCE, source0, source1, s.localPort);
  const p = packet_new(size, nameLen);
  if (p.isNull()) return -ENOMEM;
  const fault = iter_read(it, p.data(), size as usize);
  if (fault || lost) {
    packet_free(p);
    if (fault) return fault;
    if (to.isNull() && s.state == STATE_CONNECTED) refuse(s);
    return size as i64;
  }
  message_stamp(m, p);
  memory.copy(p.name(), SOURCE, nameLen as usize);
  socket_enqueue(to, p);
  return size as i64;
}

/** The ICMP message that nobody has the port comes back. */
function refuse(s: Socket): void {
  s.error = ECONNREFUSED;
  socket_wake(s);
}
