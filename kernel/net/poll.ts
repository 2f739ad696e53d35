// Readiness of sockets for poll, select and epoll.
import {
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from '../../abi/linux/poll.ts';
import { POLL_HUP, POLL_IN, POLL_OUT } from '../../abi/linux/signal.ts';
import { SOCK_DGRAM } from '../../abi/linux/socket.ts';
import { wait_on } from '../task/wait_queue.ts';
import { File } from '../vfs/file.ts';
import {
  SHUT_BOTH,
  SHUT_RECEIVE,
  SHUT_SEND,
  STATE_CONNECTED,
  STATE_CONNECTING,
  STATE_LISTENING,
  STATE_SYN_SENT,
  Socket,
  socket_of,
} from './socket.ts';
import { unix_dgram_full } from './unix.ts';
import { urgent_poll } from './urgent.ts';

const READABLE = POLLIN | POLLRDNORM;

export function socket_poll(file: File, wait: bool): i32 {
  const s = socket_of(file);
  if (wait) {
    wait_on(s.waitQueue());
    if (!s.peer.isNull()) wait_on(s.peer.roomQueue());
  }
  if (s.state == STATE_LISTENING) return s.pending ? READABLE : 0;
  if (s.state == STATE_SYN_SENT) return 0;
  let events = s.error ? POLLERR : 0;
  events |= urgent_poll(s);
  const shut = s.state == STATE_CONNECTING ? SHUT_BOTH : s.shut | (s.finished ? SHUT_RECEIVE : 0);
  if (shut & SHUT_RECEIVE) events |= READABLE | POLLRDHUP;
  if (shut == SHUT_BOTH || (s.type != SOCK_DGRAM && s.state != STATE_CONNECTED)) events |= POLLHUP;
  if (writable(s, shut)) events |= s.isUnix() ? POLLOUT | POLLWRNORM | POLLWRBAND : POLLOUT | POLLWRNORM;
  return events;
}

/** What the wake-up of `queue` means for signal-driven I/O: POLL_IN, POLL_OUT, POLL_HUP; 0 = nothing to tell. */
export function socket_async(file: File, queue: usize): i32 {
  const s = socket_of(file);
  if (queue != s.waitQueue()) {
    const told = s.noSpace && socket_poll(file, false) & POLLOUT;
    if (told) s.noSpace = 0;
    return told ? POLL_OUT : 0;
  }
  const events = socket_poll(file, false);
  if (events & POLLHUP) return POLL_HUP;
  if (events & POLLIN) return POLL_IN;
  return s.unasked ? POLL_OUT : 0;
}

/** Would a write go on? One that fails does. */
function writable(s: Socket, shut: u32): bool {
  const peer = s.peer;
  if (peer.isNull() || peer.dead) return true;
  if (!s.isUnix()) return (shut & SHUT_SEND) != 0 || peer.queued < ((peer.rcvbuf + s.sndbuf) / 3) * 2;
  if (s.type == SOCK_DGRAM && peer.peer != s) return !unix_dgram_full(peer);
  return (s.isStream() ? peer.queued : peer.charge()) * 4 <= s.sndbuf;
}
