// TCP that leaves the box: connecting through the host, and clients of published ports. tcp(7).
import { net_ns_first } from '../ns/net.ts';
import { EAGAIN, EALREADY, EINPROGRESS, ENOBUFS } from '../../abi/linux/errno.ts';
import { SOMAXCONN } from '../../abi/linux/socket.ts';
import { accept_offer } from './accept.ts';
import { inet_find_listener } from './inet_find.ts';
import { inet_bind_accepted } from './inet_port.ts';
import { inet_interface4 } from './interface_address.ts';
import { options_inherit } from './option_table.ts';
import { TELL_CONNECT, TELL_OPEN, TELL_REFUSED, outside_new, outside_release, outside_tell } from './outside.ts';
import {
  STATE_CONNECTING,
  STATE_SYN_SENT,
  Socket,
  socket_join,
  socket_new,
  socket_put,
  socket_set_peer,
  socket_wake,
  socket_set_net,
} from './socket.ts';
import { socket_wait } from './wait.ts';

/** connect(2) to what is not in the box: -EINPROGRESS, -EBLOCKED* or -errno. The call that is repeated finds STATE_SYN_SENT. */
export function outside_connect(s: Socket, nonblock: bool): i32 {
  const p = outside_new(s);
  if (p.isNull()) return -ENOBUFS;
  s.state = p.state = STATE_SYN_SENT;
  outside_tell(p, TELL_CONNECT);
  return nonblock ? -EINPROGRESS : wait_connected(s);
}

/** connect(2) while the connection is being made. */
export function outside_connect_again(s: Socket, nonblock: bool): i32 {
  return nonblock ? -EALREADY : wait_connected(s);
}

/** SO_SNDTIMEO ends the wait, not the attempt. */
function wait_connected(s: Socket): i32 {
  const error = socket_wait(s.waitQueue(), false, s.sendTimeout);
  return error == -EAGAIN ? -EINPROGRESS : error;
}

/** The host has connected. */
export function outside_opened(p: Socket, credit: u32): void {
  const s = p.peer;
  if (s.state != STATE_SYN_SENT) return;
  p.credit = credit;
  s.unasked = 1;
  socket_join(s, p);
  socket_wake(s);
}

/** The host could not connect. */
export function outside_failed(p: Socket, error: i32): void {
  const s = p.peer;
  s.error = error;
  s.state = STATE_CONNECTING;
  socket_set_peer(s, changetype<Socket>(0));
  socket_wake(s);
  outside_release(p);
}

/** A client has come to a published port; `address` and the port behind it are the client's. */
export function outside_accept(tag: u32, credit: u32, address: usize, port: u32): void {
  const local = inet_interface4();
  const listener = inet_find_listener(net_ns_first(), 0, local, port);
  const open = !listener.isNull() && listener.pending <= (SOMAXCONN as u32);
  const end = open ? socket_new(listener.family, listener.type, listener.protocol) : socket_new(0, 0, 0);
  if (end.isNull()) return;
  const p = outside_new(end);
  if (p.isNull()) return;
  p.tag = tag;
  p.credit = credit;
  if (!open) return refuse(end, p);
  socket_set_net(end, listener.net);
  options_inherit(end, listener);
  end.local1 = local;
  end.localPort = port;
  end.remote0 = load<u64>(address);
  end.remote1 = load<u64>(address, 8);
  end.remotePort = load<u32>(address, 16);
  inet_bind_accepted(end);
  socket_join(end, p);
  accept_offer(listener, end);
  outside_tell(p, TELL_OPEN);
}

function refuse(end: Socket, p: Socket): void {
  outside_tell(p, TELL_REFUSED);
  socket_set_peer(end, changetype<Socket>(0));
  socket_put(end);
}
