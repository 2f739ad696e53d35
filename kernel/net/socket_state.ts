// The state of a socket in Linux's numbers, which /proc/net and sock_diag show for all families. include/net/tcp_states.h.
import { STATE_CONNECTED, STATE_LISTENING, STATE_SYN_SENT, Socket } from './socket.ts';

const TCP_ESTABLISHED: u32 = 1;
const TCP_SYN_SENT: u32 = 2;
const TCP_CLOSE: u32 = 7;
const TCP_CLOSE_WAIT: u32 = 8;
const TCP_LISTEN: u32 = 10;

export function tcp_state(s: Socket): u32 {
  if (s.state == STATE_LISTENING) return TCP_LISTEN;
  if (s.state == STATE_SYN_SENT) return TCP_SYN_SENT;
  if (s.state != STATE_CONNECTED) return TCP_CLOSE;
  return s.finished ? TCP_CLOSE_WAIT : TCP_ESTABLISHED;
}

export function unix_state(s: Socket): u32 {
  if (s.state == STATE_LISTENING) return TCP_LISTEN;
  return s.state == STATE_CONNECTED ? TCP_ESTABLISHED : TCP_CLOSE;
}
