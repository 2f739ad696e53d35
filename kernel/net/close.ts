// The end of a connection: close(2) and shutdown(2).
import { ECONNRESET, EINVAL, ENOTCONN } from '../../abi/linux/errno.ts';
import { SHUT_RDWR, SOCK_DGRAM } from '../../abi/linux/socket.ts';
import { File } from '../vfs/file.ts';
import { accept_refuse_all } from './accept.ts';
import { inet_unbind } from './inet_port.ts';
import { rights_in_flight } from './rights.ts';
import { rights_collect } from './rights_gc.ts';
import { outside_tell } from './outside.ts';
import {
  SHUT_BOTH,
  SHUT_RECEIVE,
  SHUT_SEND,
  STATE_CLOSED,
  STATE_CONNECTED,
  STATE_LISTENING,
  Socket,
  socket_drop,
  socket_of,
  socket_put,
  socket_set_peer,
  socket_wake,
} from './socket.ts';
import { tcp_reset } from './tcp.ts';
import { unix_unbind } from './unix_name.ts';

/** The last close of a socket's file. */
export function socket_release(file: File): void {
  const s = socket_of(file);
  if (s.isNull()) return;
  const isUnix = s.isUnix();
  s.file = 0;
  socket_closed(s);
  if (isUnix && rights_in_flight()) rights_collect();
}

/** Nobody owns the socket any more: the peer is told, what it has not read is lost. */
export function socket_closed(s: Socket): void {
  s.dead = 1;
  if (s.state == STATE_LISTENING) accept_refuse_all(s);
  const unread = s.count != 0;
  while (!s.queueFirst.isNull()) socket_drop(s, s.queueFirst);
  const peer = s.peer;
  if (s.state == STATE_CONNECTED && !peer.isNull() && s.type != SOCK_DGRAM) tell_peer(s, peer, unread);
  if (!peer.isNull() && peer.outside) outside_tell(peer, 0);
  if (s.isUnix()) unix_unbind(s);
  else if (s.isInet()) inet_unbind(s);
  socket_wake(s);
  socket_set_peer(s, changetype<Socket>(0));
  socket_put(s);
}

function tell_peer(s: Socket, peer: Socket, unread: bool): void {
  if (s.isUnix()) {
    peer.shut = SHUT_BOTH;
    if (unread) peer.error = ECONNRESET;
  } else if (unread || (s.lingerOn && !s.lingerSeconds)) {
    tcp_reset(peer);
  } else {
    peer.finished = 1;
  }
  socket_wake(peer);
}

/** shutdown(2) with SHUT_*: 0 or -errno. */
export function socket_shutdown(s: Socket, how: i32): i32 {
  if (how < 0 || how > SHUT_RDWR) return -EINVAL;
  const bits = (how + 1) as u32;
  if (s.isUnix()) return shutdown_unix(s, bits);
  if (s.state == STATE_LISTENING && s.isStream()) return shutdown_listener(s, bits);
  if (s.state != STATE_CONNECTED) return -ENOTCONN;
  s.shut |= bits;
  if (bits & SHUT_SEND && s.isStream()) {
    s.peer.finished = 1;
    socket_wake(s.peer);
    if (s.peer.outside) outside_tell(s.peer, 0);
  }
  socket_wake(s);
  return 0;
}

/** What one end no longer sends the other no longer receives. */
function shutdown_unix(s: Socket, bits: u32): i32 {
  s.shut |= bits;
  if (s.type != SOCK_DGRAM && !s.peer.isNull()) {
    if (bits & SHUT_SEND) s.peer.shut |= SHUT_RECEIVE;
    if (bits & SHUT_RECEIVE) s.peer.shut |= SHUT_SEND;
    if (bits & SHUT_SEND && s.peer.outside) {
      s.peer.finished = 1;
      outside_tell(s.peer, 0);
    }
    socket_wake(s.peer);
  }
  socket_wake(s);
  return 0;
}

/** A listening TCP socket that stops receiving listens no more. */
function shutdown_listener(s: Socket, bits: u32): i32 {
  if (!(bits & SHUT_RECEIVE)) return 0;
  accept_refuse_all(s);
  s.state = STATE_CLOSED;
  socket_wake(s);
  return 0;
}
