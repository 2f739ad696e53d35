// AF_UNIX: who is connected to whom. unix(7).
import { ECONNREFUSED, EINVAL, EISCONN, ENOMEM, ENOTCONN, EPERM, EPIPE, EPROTOTYPE } from '../../abi/linux/errno.ts';
import { AF_UNIX, AF_UNSPEC, SOCK_DGRAM } from '../../abi/linux/socket.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { accept_offer, accept_full } from './accept.ts';
import { network_is_on } from './interface_address.ts';
import { outside_connect, outside_connect_again } from './outside_tcp.ts';
import {
  SHUT_RECEIVE,
  STATE_CONNECTED,
  STATE_CONNECTING,
  STATE_FRESH,
  STATE_LISTENING,
  STATE_SYN_SENT,
  Socket,
  socket_join,
  socket_new,
  socket_set_peer,
  socket_show_current,
  socket_wake,
  socket_set_net,
} from './socket.ts';
import { tcp_connect_again } from './tcp.ts';
import { unix_bind_automatic, unix_check, unix_copy_name, unix_find, unix_outside } from './unix_name.ts';
import { option_is_set, PASSCRED } from './option_table.ts';
import { socket_wait } from './wait.ts';

/** net.unix.max_dgram_qlen: a receiver has at most one datagram more. */
const DGRAM_BACKLOG: u32 = 10;

export function unix_dgram_full(receiver: Socket): bool {
  return receiver.count > DGRAM_BACKLOG;
}

export function unix_pair(a: Socket, b: Socket): void {
  socket_join(a, b);
  socket_show_current(a);
  socket_show_current(b);
}

/** connect(2): 0, -errno, -EBLOCKED* while the listener's backlog is full or the host connects. */
export function unix_connect(s: Socket, address: usize, len: u32, nonblock: bool): i32 {
  if (s.state == STATE_SYN_SENT) return outside_connect_again(s, nonblock);
  if (s.state == STATE_CONNECTING || s.unasked) return tcp_connect_again(s);
  if (s.type == SOCK_DGRAM) return connect_dgram(s, address, len);
  const invalid = unix_check(address, len);
  if (invalid) return invalid;
  if (option_is_set(s, PASSCRED)) {
    const unbound = unix_bind_automatic(s);
    if (unbound) return unbound;
  }
  const found = unix_find(address, len, s.type);
  if (IS_ERR(found)) {
    const number = PTR_ERR(found) == -ECONNREFUSED ? unix_outside(address) : 0;
    return number ? connect_outside(s, number, nonblock) : PTR_ERR(found);
  }
  const listener = changetype<Socket>(found);
  if (listener.state != STATE_LISTENING || listener.shut & SHUT_RECEIVE) return -ECONNREFUSED;
  if (accept_full(listener)) return socket_wait(listener.roomQueue(), nonblock, s.sendTimeout);
  if (s.state == STATE_CONNECTED) return -EISCONN;
  if (s.state != STATE_FRESH) return -EINVAL;
  return offer(s, listener);
}

/** Connects to a socket of the host, by its number: abi/hostnet.ts. */
function connect_outside(s: Socket, number: u32, nonblock: bool): i32 {
  if (!network_is_on()) return -ECONNREFUSED;
  if (!s.isStream()) return -EPROTOTYPE;
  if (s.state == STATE_CONNECTED) return -EISCONN;
  if (s.state != STATE_FRESH) return -EINVAL;
  s.remotePort = number;
  return outside_connect(s, nonblock);
}

/** Makes the other end and gives it to the listener. */
function offer(s: Socket, listener: Socket): i32 {
  const end = socket_new(AF_UNIX, s.type, 0);
  if (end.isNull() || !unix_copy_name(end, listener)) return -ENOMEM;
  socket_set_net(end, listener.net);
  socket_join(s, end);
  socket_show_current(end);
  s.peerPid = listener.peerPid;
  s.peerUid = listener.peerUid;
  s.peerGid = listener.peerGid;
  store<i32>(end.option(PASSCRED), load<i32>(listener.option(PASSCRED)));
  accept_offer(listener, end);
  return 0;
}

function connect_dgram(s: Socket, address: usize, len: u32): i32 {
  if (len >= 2 && load<u16>(address) == AF_UNSPEC) {
    socket_set_peer(s, changetype<Socket>(0));
    s.state = STATE_FRESH;
    return 0;
  }
  const invalid = unix_check(address, len);
  if (invalid) return invalid;
  const found = unix_find(address, len, SOCK_DGRAM);
  if (IS_ERR(found)) return PTR_ERR(found);
  const peer = changetype<Socket>(found);
  if (!unix_may_send(s, peer)) return -EPERM;
  socket_set_peer(s, peer);
  s.state = STATE_CONNECTED;
  socket_wake(s);
  return 0;
}

/** A datagram socket that is connected hears nobody but its peer. */
export function unix_may_send(s: Socket, to: Socket): bool {
  return to.peer.isNull() || to.peer == s;
}

/** Where a datagram of s goes: Socket ptr, or ERR_PTR. */
export function unix_receiver(s: Socket, address: usize, len: u32): usize {
  if (len) {
    const invalid = unix_check(address, len);
    if (invalid) return invalid as usize;
    const found = unix_find(address, len, SOCK_DGRAM);
    if (IS_ERR(found)) return found;
    return check_receiver(s, changetype<Socket>(found));
  }
  if (s.peer.isNull()) return -ENOTCONN as usize;
  if (s.peer.dead) {
    socket_set_peer(s, changetype<Socket>(0));
    s.state = STATE_FRESH;
    return -ECONNREFUSED as usize;
  }
  return check_receiver(s, s.peer);
}

function check_receiver(s: Socket, to: Socket): usize {
  if (!unix_may_send(s, to)) return -EPERM as usize;
  return to.shut & SHUT_RECEIVE ? (-EPIPE as usize) : changetype<usize>(to);
}
