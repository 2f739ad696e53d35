// What all opens of /dev/wbx share: the message that has come and the messages on their way to the host (abi/message.ts).
// Invariant: one request for a message is in flight at most, made when somebody wants to read; a message is given to one open
// whole. What waits for the host is bounded by OUT_MAX and one message, whatever programs do.
//
// Message: 0 next, 4 prev (of the list of those on their way) | 8 request ptr | 12 length u32 (without the header) | 16 the frame
import { CONTROL_BASE } from '../../../abi/box.ts';
import { CONTROL_FLAGS, HOST_MESSAGES } from '../../../abi/host.ts';
import { MESSAGE_HEADER, MESSAGE_MAX, RING_MESSAGE_RECEIVE, RING_MESSAGE_SEND } from '../../../abi/message.ts';
import { req_done, req_free, req_result, ring_submit } from '../../io/ring.ts';
import { list_append, list_remove } from '../../lib/list.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';
import { wq_wake } from '../../task/wait_queue.ts';

/** Bytes on their way to the host above which no further message may begin. */
const OUT_MAX: u32 = 131072;
/** What a message counts for besides its bytes: keeps the requests in flight below the slots of the ring. */
const OUT_OVERHEAD: u32 = 1024;
/** Messages up to here come with one request. */
const FIRST_ROOM: u32 = 4000;

@unmanaged
export class Message {
  next: usize;
  prev: usize;
  request: usize;
  length: u32;

  @inline frame(): usize {
    return changetype<usize>(this) + offsetof<Message>();
  }
}

@unmanaged
class Channel {
  outFirst: usize;
  outLast: usize;
  readable: u64;
  writable: u64;
  outBytes: u32;
  /** The message that is being received, or has been when there is no request; `room` = bytes its frame has space for. */
  incoming: Message;
  request: usize;
  room: u32;
  inEnded: u32;
  outEnded: u32;
}
const CHANNEL: usize = memory.data(56, 8);

function channel(): Channel {
  return changetype<Channel>(CHANNEL);
}

export function channel_readable(): usize {
  return CHANNEL + offsetof<Channel>('readable');
}

export function channel_writable(): usize {
  return CHANNEL + offsetof<Channel>('writable');
}

/** Is there a host to talk to? */
export function channel_connected(): bool {
  return (load<u32>(CONTROL_BASE, CONTROL_FLAGS) & HOST_MESSAGES) != 0;
}

/** Room for a message of n bytes, its frame begun; null = no memory. */
export function message_new(n: u32): Message {
  const m = changetype<Message>(kmalloc(offsetof<Message>() + ((MESSAGE_HEADER + n) as usize)));
  if (!changetype<usize>(m)) return m;
  m.length = n;
  store<u32>(m.frame(), n);
  return m;
}

/** Is a message at hand, or the end? Asks for one when not. */
export function channel_has_message(): bool {
  const c = channel();
  settle_incoming(c);
  if (c.request) return false;
  if (changetype<usize>(c.incoming) || c.inEnded) return true;
  receive(c, FIRST_ROOM);
  return c.inEnded != 0;
}

/** Everything the host had to say has been read, or there is none. */
export function channel_in_ended(): bool {
  const c = channel();
  return c.inEnded != 0 && !changetype<usize>(c.incoming);
}

/** The message at hand, the caller's from now on; null = there is none. */
export function channel_take(): Message {
  const c = channel();
  const m = c.incoming;
  if (c.request) return changetype<Message>(0);
  c.incoming = changetype<Message>(0);
  return m;
}

function receive(c: Channel, room: u32): void {
  c.incoming = message_new(room);
  c.room = room;
  if (!changetype<usize>(c.incoming)) return;
  const to = c.incoming.frame() + (MESSAGE_HEADER as usize);
  c.request = ring_submit(RING_MESSAGE_RECEIVE, 0, to, room, 0, 0);
  if (!c.request) drop_incoming(c);
}

function drop_incoming(c: Channel): void {
  kfree(changetype<usize>(c.incoming));
  c.incoming = changetype<Message>(0);
}

/** Takes the host's answer. One that found too little room is asked again with enough. */
function settle_incoming(c: Channel): void {
  if (!c.request || !req_done(c.request)) return;
  const n = req_result(c.request);
  req_free(c.request);
  c.request = 0;
  if (n >= 0 && (n as u32) <= c.room) {
    c.incoming.length = n as u32;
    store<u32>(c.incoming.frame(), n as u32);
  } else {
    drop_incoming(c);
    if (n < 0 || (n as u32) > (MESSAGE_MAX as u32)) c.inEnded = 1;
    else return receive(c, n as u32);
  }
  wq_wake(channel_readable(), i32.MAX_VALUE);
}

/** May a message begin? */
export function channel_has_room(): bool {
  settle_outgoing(channel());
  return channel().outBytes < OUT_MAX;
}

/** The host takes no messages any more. */
export function channel_out_ended(): bool {
  return channel().outEnded != 0;
}

/** A message has begun: it counts until it is sent, or given up. */
export function channel_begin(m: Message): void {
  channel().outBytes += m.length + OUT_OVERHEAD;
}

/** A message that has begun will not be sent. */
export function channel_give_up(m: Message): void {
  channel().outBytes -= m.length + OUT_OVERHEAD;
  kfree(changetype<usize>(m));
  wq_wake(channel_writable(), i32.MAX_VALUE);
}

/** Sends a message that has begun. */
export function channel_send(m: Message): void {
  m.request = ring_submit(RING_MESSAGE_SEND, 0, m.frame() + (MESSAGE_HEADER as usize), m.length, 0, 0);
  if (!m.request) return channel_give_up(m);
  list_append(CHANNEL, changetype<usize>(m));
}

function settle_outgoing(c: Channel): void {
  while (c.outFirst) {
    const m = changetype<Message>(c.outFirst);
    if (!req_done(m.request)) return;
    if (req_result(m.request) < 0) c.outEnded = 1;
    req_free(m.request);
    list_remove(CHANNEL, c.outFirst);
    channel_give_up(m);
  }
}

/** The host has answered requests. */
export function channel_pump(): void {
  const c = channel();
  settle_incoming(c);
  settle_outgoing(c);
}

/** Another host may have more to say. */
export function channel_thaw(): void {
  const c = channel();
  c.inEnded = 0;
  c.outEnded = 0;
}
