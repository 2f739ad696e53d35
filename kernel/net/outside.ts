// Connections that leave the box. The far end is a socket here as well, with an id: what a program sends waits in its queue
// until credit and batch let it go, and closing, resetting and waiting are those of a connection inside the box.
// Invariant: what the host must be told follows from the far end's state alone; an end that has something to tell is listed.
// Owned by this file: one reference of every far end, until outside_release.
import {
  NET_CLOSE,
  NET_CONNECT,
  NET_CREDIT,
  NET_DATA,
  NET_DATAGRAM,
  NET_FAILED,
  NET_FIN,
  NET_OPEN,
  NET_RESET,
} from '../../abi/hostnet.ts';
import { ECONNREFUSED } from '../../abi/linux/errno.ts';
import { list_append, list_prepend, list_remove } from '../lib/list.ts';
import { wq_wake } from '../task/wait_queue.ts';
import { batch_put, batch_room, batch_submit } from './outside_batch.ts';
import { outside_id_free, outside_id_new } from './outside_id.ts';
import { Packet } from './packet.ts';
import {
  BUFFER_DEFAULT,
  STATE_CONNECTED,
  Socket,
  socket_drop,
  socket_new,
  socket_put,
  socket_set_peer,
} from './socket.ts';

/** To be told: that it connects, that the box accepts, that it refuses. */
export const TELL_CONNECT: u32 = 1;
export const TELL_OPEN: u32 = 2;
export const TELL_REFUSED: u32 = 4;
/** The host knows that no more bytes follow. */
const TOLD_END: u32 = 8;
const LISTED: u32 = 16;

/** Credit is given back in pieces of at least so many bytes. */
const CREDIT_STEP: u32 = 32768;
/** Longest body of a frame besides data. */
const BODY_MAX: u32 = 24;
const DATAGRAM_HEAD: u32 = 24;

const LIST: usize = memory.data(8, 4);

/** The far end of s: a connection that is not open yet, or where datagrams go. Null = no memory, or too many. */
export function outside_new(s: Socket): Socket {
  const p = socket_new(s.family, s.type, s.protocol);
  if (p.isNull()) return p;
  p.outside = outside_id_new(p);
  if (!p.outside) {
    socket_put(p);
    return changetype<Socket>(0);
  }
  p.rcvbuf = 0; // the sender's buffer bounds what waits here
  socket_set_peer(p, s);
  socket_set_peer(s, p);
  return p;
}

/** Something is to be told about p. */
export function outside_tell(p: Socket, what: u32): void {
  p.telling |= what;
  if (p.telling & LISTED || !p.outside) return;
  p.telling |= LISTED;
  list_append(LIST, p.pendingNode());
}

/** The program has read n bytes: the host may send as many more. */
export function outside_read(p: Socket, n: u32): void {
  p.owed += n;
  if (p.owed >= CREDIT_STEP) outside_tell(p, 0);
}

/** The host knows nothing of p any more. */
export function outside_release(p: Socket): void {
  if (p.telling & LISTED) list_remove(LIST, p.pendingNode());
  p.telling = 0;
  outside_id_free(p.outside);
  p.outside = 0;
  p.dead = 1;
  while (!p.queueFirst.isNull()) socket_drop(p, p.queueFirst);
  wq_wake(p.roomQueue(), i32.MAX_VALUE);
  socket_set_peer(p, changetype<Socket>(0));
  socket_put(p);
}

/** Does something wait to be told? */
export function outside_busy(): bool {
  return load<u32>(LIST) != 0;
}

/** Tells the host what there is to tell, as far as it fits in the batch. */
export function outside_flush(): void {
  let full = false;
  while (load<u32>(LIST) && !full) {
    const node = load<u32>(LIST) as usize;
    const p = changetype<Socket>(node - offsetof<Socket>('pendingNext'));
    list_remove(LIST, node);
    p.telling &= ~LISTED;
    full = !tell(p);
    if (!full) continue;
    p.telling |= LISTED;
    list_prepend(LIST, node);
  }
  batch_submit();
}

/** False = the batch is full, p has more to say. The socket may be released. */
function tell(p: Socket): bool {
  if (batch_room() < BODY_MAX) return false;
  if (p.telling & TELL_REFUSED) {
    batch_put(NET_FAILED, p.tag, ECONNREFUSED, 0);
    return released(p);
  }
  if (p.telling & (TELL_CONNECT | TELL_OPEN)) {
    tell_opening(p);
    if (batch_room() < BODY_MAX) return false;
  }
  if (p.error) {
    batch_put(NET_RESET, p.outside, p.error, 0);
    return released(p);
  }
  if (!(p.isStream() ? send_stream(p) : send_datagrams(p))) return false;
  if (batch_room() < BODY_MAX) return false;
  if (p.peer.dead && p.queueFirst.isNull()) {
    // Bytes still wait for credit, then the end follows them.
    const broken = p.isStream() && p.state != STATE_CONNECTED;
    batch_put(broken ? NET_RESET : NET_CLOSE, p.outside, 0, 0);
    return released(p);
  }
  return tell_rest(p);
}

function released(p: Socket): bool {
  outside_release(p);
  return true;
}

function tell_opening(p: Socket): void {
  if (p.telling & TELL_CONNECT) {
    const s = p.peer;
    put_address(
      batch_put(NET_CONNECT, p.outside, BUFFER_DEFAULT, BODY_MAX),
      s.remote0,
      s.remote1,
      s.remotePort,
      s.localPort,
    );
  } else {
    store<u32>(batch_put(NET_OPEN, p.outside, BUFFER_DEFAULT, 4), p.tag);
  }
  p.telling &= ~(TELL_CONNECT | TELL_OPEN);
}

function put_address(body: usize, first: u64, second: u64, port: u32, boxPort: u32): void {
  store<u64>(body, first);
  store<u64>(body, second, 8);
  store<u32>(body, port, 16);
  store<u32>(body, boxPort, 20);
}

/** The end of the stream, and credit. */
function tell_rest(p: Socket): bool {
  if (p.finished && p.queueFirst.isNull() && !(p.telling & TOLD_END)) {
    p.telling |= TOLD_END;
    batch_put(NET_FIN, p.outside, 0, 0);
    if (batch_room() < BODY_MAX) return false;
  }
  if (p.owed >= CREDIT_STEP) {
    batch_put(NET_CREDIT, p.outside, p.owed, 0);
    p.owed = 0;
  }
  return true;
}

/** Bytes as far as credit goes. False = the batch is full. */
function send_stream(p: Socket): bool {
  const before = p.queued;
  while (!p.queueFirst.isNull() && p.credit) {
    const first = p.queueFirst;
    const n = min(min(first.left(), p.credit), batch_room());
    if (!n) break;
    const body = batch_put(NET_DATA, p.outside, n, n);
    memory.copy(body, first.data() + (first.start as usize), n as usize);
    first.start += n;
    p.queued -= n;
    p.credit -= n;
    if (!first.left()) socket_drop(p, first);
  }
  if (p.queued != before) wq_wake(p.roomQueue(), i32.MAX_VALUE);
  return p.queueFirst.isNull() || !p.credit;
}

function send_datagrams(p: Socket): bool {
  let done = true;
  while (!p.queueFirst.isNull() && done) {
    const first = p.queueFirst;
    done = batch_room() >= first.len + DATAGRAM_HEAD;
    if (done) send_datagram(p, first);
  }
  wq_wake(p.roomQueue(), i32.MAX_VALUE);
  return done;
}

/** A datagram's name is its destination, as in the frame. */
function send_datagram(p: Socket, datagram: Packet): void {
  const body = batch_put(NET_DATAGRAM, p.outside, datagram.len, DATAGRAM_HEAD + datagram.len);
  memory.copy(body, datagram.name(), DATAGRAM_HEAD as usize);
  memory.copy(body + (DATAGRAM_HEAD as usize), datagram.data(), datagram.len as usize);
  socket_drop(p, datagram);
}

/** Name of a datagram to that address. */
export function outside_name(p: Packet, first: u64, second: u64, port: u32, boxPort: u32): void {
  put_address(p.name(), first, second, port, boxPort);
}
export const OUTSIDE_NAME: u32 = DATAGRAM_HEAD;
