// What the host says of connections and datagrams (abi/hostnet.ts).
// Invariant: a frame for an id that is gone is dropped: the host learns of the end from a frame that is on its way to it.
import {
  FRAME_ADDRESS,
  FRAME_BODY,
  FRAME_BOX_PORT,
  FRAME_DATA,
  FRAME_ID,
  FRAME_KIND,
  FRAME_PORT,
  FRAME_VALUE,
  NET_CONNECT,
  NET_CREDIT,
  NET_DATA,
  NET_DATAGRAM,
  NET_FAILED,
  NET_FIN,
  NET_OPEN,
  NET_RESET,
} from '../../abi/hostnet.ts';
import { ECONNRESET } from '../../abi/linux/errno.ts';
import { batch_frames, batch_received, batch_settle } from './outside_batch.ts';
import { outside_read, outside_release, outside_tell } from './outside.ts';
import { outside_at, outside_find, outside_slots } from './outside_id.ts';
import { outside_accept, outside_failed, outside_opened } from './outside_tcp.ts';
import { outside_datagram, outside_datagram_failed } from './outside_udp.ts';
import { packet_stream } from './packet.ts';
import { SHUT_RECEIVE, STATE_SYN_SENT, Socket, socket_enqueue, socket_wake } from './socket.ts';
import { tcp_reset } from './tcp.ts';

/** Takes what has come since the last time. */
export function outside_receive(): void {
  const error = batch_settle();
  if (error) lose_all(-error);
  const length = batch_received();
  if (length < 0) return lose_all(ECONNRESET);
  let at: usize = batch_frames();
  const end = at + (length as usize);
  while (at < end) {
    take(at);
    at += load<u32>(at) as usize;
  }
}

function take(frame: usize): void {
  const kind = load<u32>(frame, FRAME_KIND);
  const id = load<u32>(frame, FRAME_ID);
  const value = load<u32>(frame, FRAME_VALUE);
  if (kind == NET_CONNECT) return outside_accept(id, value, frame + FRAME_ADDRESS, load<u32>(frame, FRAME_BOX_PORT));
  const p = outside_find(id);
  if (kind == NET_DATAGRAM) {
    const to = p.isNull() ? p : p.peer;
    const port = load<u32>(frame, FRAME_BOX_PORT);
    return outside_datagram(to, frame + FRAME_ADDRESS, load<u32>(frame, FRAME_PORT), port, frame + FRAME_DATA, value);
  }
  if (!p.isNull()) about(p, kind, value, frame + FRAME_BODY);
}

/** A frame about a far end. */
function about(p: Socket, kind: u32, value: u32, body: usize): void {
  switch (kind) {
    case NET_OPEN:
      return outside_opened(p, value);
    case NET_FAILED:
      return p.isStream() ? outside_failed(p, value as i32) : outside_datagram_failed(p.peer, value as i32);
    case NET_DATA:
      return data(p, body, value);
    case NET_FIN:
      p.peer.finished = 1;
      return socket_wake(p.peer);
    case NET_RESET:
      return reset(p, value as i32);
    case NET_CREDIT:
      p.credit += value;
      return outside_tell(p, 0);
  }
}

function data(p: Socket, body: usize, size: u32): void {
  const s = p.peer;
  let done: u32 = 0;
  while (done < size && !s.dead && !(s.shut & SHUT_RECEIVE)) {
    const piece = packet_stream(size - done);
    if (piece.isNull()) return reset(p, ECONNRESET);
    const n = min(size - done, piece.capacity);
    memory.copy(piece.data(), body + (done as usize), n as usize);
    piece.len = n;
    socket_enqueue(s, piece);
    done += n;
  }
  if (done < size) outside_read(p, size - done);
}

/** The connection is gone: what has arrived can still be read by nobody, as after RST. */
function reset(p: Socket, error: i32): void {
  const s = p.peer;
  if (!s.dead) {
    tcp_reset(s);
    s.error = error;
  }
  outside_release(p);
}

/** Another host serves the network from now on, if any: what has come from the old one is still read. */
export function outside_thaw(): void {
  outside_receive();
  lose_all(ECONNRESET);
}

/** The host has lost its connections, or has no network. */
function lose_all(error: i32): void {
  for (let i: u32 = 1; i < outside_slots(); i++) {
    const p = outside_at(i);
    if (p.isNull()) continue;
    if (!p.isStream()) outside_release(p);
    else if (p.peer.state == STATE_SYN_SENT) outside_failed(p, error);
    else reset(p, error);
  }
}
