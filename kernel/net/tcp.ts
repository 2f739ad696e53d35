// TCP inside the box: a byte stream between two sockets, without segments. tcp(7).
import {
  ECONNABORTED,
  ECONNREFUSED,
  ECONNRESET,
  EINPROGRESS,
  EISCONN,
  ENOMEM,
  EPIPE,
  ETIMEDOUT,
} from '../../abi/linux/errno.ts';
import { SOMAXCONN } from '../../abi/linux/socket.ts';
import { accept_offer } from './accept.ts';
import { inet_bind_accepted, inet_bind_source } from './inet_port.ts';
import { inet_find_listener } from './inet_find.ts';
import { inet_is_local } from './interface_address.ts';
import { options_inherit } from './option_table.ts';
import { outside_connect, outside_connect_again } from './outside_tcp.ts';
import { outside_tell } from './outside.ts';
import {
  SHUT_BOTH,
  STATE_CLOSED,
  STATE_CONNECTED,
  STATE_CONNECTING,
  STATE_FRESH,
  STATE_SYN_SENT,
  Socket,
  socket_join,
  socket_new,
  socket_take_error,
  socket_wake,
  socket_set_net,
} from './socket.ts';

/** The peer sends RST: whatever is on its way is lost, the next call tells. */
export function tcp_reset(s: Socket): void {
  s.error = s.finished ? EPIPE : ECONNRESET;
  s.shut = SHUT_BOTH;
  s.state = STATE_CLOSED;
  socket_wake(s);
  if (s.outside) outside_tell(s, 0);
}

/** connect(2) to remote0/1 and remotePort of s, which the caller has set: 0 or -errno. */
export function tcp_connect(s: Socket, remote0: u64, remote1: u64, port: u32, nonblock: bool): i32 {
  if (s.state == STATE_SYN_SENT) return outside_connect_again(s, nonblock);
  if (s.state == STATE_CONNECTING || s.unasked) return tcp_connect_again(s);
  if (s.state != STATE_FRESH) return -EISCONN;
  const failed = inet_bind_source(s, remote0, remote1);
  if (failed) return failed;
  s.remote0 = remote0;
  s.remote1 = remote1;
  s.remotePort = port;
  if (!inet_is_local(remote0, remote1)) return outside_connect(s, nonblock);
  const error = open_connection(s);
  if (!nonblock) return error;
  s.error = -error;
  if (error) s.state = STATE_CONNECTING;
  else s.unasked = 1;
  return -EINPROGRESS;
}

/** connect(2) on a socket whose non-blocking connect is over. */
export function tcp_connect_again(s: Socket): i32 {
  s.unasked = 0;
  if (s.state != STATE_CONNECTING) return 0;
  s.state = STATE_FRESH;
  return s.error ? socket_take_error(s) : -ECONNABORTED;
}

function open_connection(s: Socket): i32 {
  const listener = inet_find_listener(s.net, s.remote0, s.remote1, s.remotePort);
  if (listener.isNull()) return -ECONNREFUSED;
  if (listener.pending > (SOMAXCONN as u32)) return -ETIMEDOUT;
  const end = socket_new(listener.family, listener.type, listener.protocol);
  if (end.isNull()) return -ENOMEM;
  socket_set_net(end, listener.net);
  options_inherit(end, listener);
  end.local0 = s.remote0;
  end.local1 = s.remote1;
  end.localPort = s.remotePort;
  end.remote0 = s.local0;
  end.remote1 = s.local1;
  end.remotePort = s.localPort;
  inet_bind_accepted(end);
  socket_join(s, end);
  accept_offer(listener, end);
  socket_wake(s);
  return 0;
}

/** May bytes be sent? 0, or the error of a connection that is over or was none. */
export function tcp_may_send(s: Socket): i32 {
  if (s.error) return socket_take_error(s);
  return s.state == STATE_CONNECTED ? 0 : -EPIPE;
}
