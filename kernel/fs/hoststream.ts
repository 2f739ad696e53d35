// The host's streams as files: standard input, output and error of the box when there is no terminal, and of every process
// that the host starts beside pid 1. The number of a stream says its direction: 0 modulo 4 is input.
// Invariant: at most one read and one write request per stream is in flight; what it covers of the buffer belongs to the host
// meanwhile. Input: what was read ahead of the guest's wish waits at pos. Output: bytes pos .. pos + len are on their way, those
// behind the request in flight go out when it is done; a writer waits only while they leave no room.
import { RING_CLOSE, RING_READ, RING_WRITE } from '../../abi/host.ts';
import { EAGAIN, EBLOCKED, ENOMEM, EPIPE } from '../../abi/linux/errno.ts';
import { O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../abi/linux/poll.ts';
import { SIGPIPE } from '../../abi/linux/signal.ts';
import { req_done, req_free, req_orphan, req_result, req_wait_queue, ring_submit } from '../io/ring.ts';
import { list_append, list_remove } from '../lib/list.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { send_signal } from '../task/signal.ts';
import { current } from '../task/task.ts';
import { wait_on, wq_wake } from '../task/wait_queue.ts';
import { File } from '../vfs/file.ts';
import { Iter, iter_read, iter_write } from '../vfs/iter.ts';

const BUFFER: u32 = 65536;
/** Atomic writes, pipe(7). */
const PIPE_BUF: u32 = 4096;

@unmanaged
export class Stream {
  // Node of the list of all streams.
  next: usize;
  prev: usize;
  /** As the host knows it. */
  handle: u32;
  /** Open file descriptions. */
  opens: u32;
  buffer: usize;
  request: usize;
  pos: u32;
  len: u32;
  ended: u32;
  error: i32;
  room: u64;
}
const STREAMS: usize = memory.data(8, 4);
/** Streams of pid 1 stay: what has no reader any more may get one again. */
const LAST_OF_INIT: u32 = 3;

function stream_of(file: File): Stream {
  return changetype<Stream>(file.data);
}

function is_input(s: Stream): bool {
  return (s.handle & 3) == 0;
}

/** A stream of that number; `connected` = 0: it reads as end of file. Null = no memory. */
export function stream_new(handle: u32, connected: u32): Stream {
  const s = changetype<Stream>(kmalloc(offsetof<Stream>()));
  if (!changetype<usize>(s)) return s;
  s.handle = handle;
  s.ended = is_input(s) && !connected ? 1 : 0;
  list_append(STREAMS, changetype<usize>(s));
  return s;
}

export function stream_opened(file: File, s: usize): void {
  file.data = s;
  changetype<Stream>(s).opens++;
}

export function stream_closed(file: File): void {
  const s = stream_of(file);
  if (--s.opens == 0 && s.handle > LAST_OF_INIT) stream_finish(s);
}

/** Nobody has it open: it goes once it is written out. */
function stream_finish(s: Stream): void {
  if (!is_input(s)) settle_write(s);
  if (!is_input(s) && s.len && !s.error) return;
  const close = ring_submit(RING_CLOSE, s.handle, 0, 0, 0, 0);
  if (close) req_orphan(close);
  list_remove(STREAMS, changetype<usize>(s));
  // A request in flight takes the buffer along.
  const flying = s.request != 0 && !req_done(s.request);
  if (s.request) req_free(s.request);
  if (!flying) kfree(s.buffer);
  kfree(changetype<usize>(s));
}

/** Takes the answer of a request that is done. */
function settle_read(s: Stream): void {
  if (!s.request || !req_done(s.request)) return;
  const n = req_result(s.request);
  req_free(s.request);
  s.request = 0;
  s.pos = 0;
  if (n > 0) s.len = n as u32;
  else {
    s.ended = 1;
    s.error = n;
  }
}

/** Has bytes (or the end) at hand, or asks for more. */
function ready_to_read(s: Stream): bool {
  settle_read(s);
  if (s.len || s.ended) return true;
  if (!s.buffer) s.buffer = kmalloc(BUFFER as usize);
  if (s.buffer && !s.request) s.request = ring_submit(RING_READ, s.handle, s.buffer, BUFFER, 0, 0);
  return false;
}

export function stream_read(file: File, it: Iter): i64 {
  const s = stream_of(file);
  if (!it.left) return 0;
  if (!ready_to_read(s)) {
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return s.request && wait_on(req_wait_queue(s.request)) ? -EBLOCKED : -ENOMEM;
  }
  if (!s.len) {
    const error = s.error;
    s.error = 0;
    return error as i64;
  }
  const n = (s.len as u64) < it.left ? s.len : (it.left as u32);
  const error = iter_write(it, s.buffer + (s.pos as usize), n as usize);
  if (error) return error;
  s.pos += n;
  s.len -= n;
  return n;
}

/** Takes the answer of a write and sends what waits behind it; a writer that found no room tries again. */
function settle_write(s: Stream): void {
  if (s.request) {
    if (!req_done(s.request)) return;
    const n = req_result(s.request);
    req_free(s.request);
    s.request = 0;
    if (n < 0) s.error = n;
    s.pos += n < 0 ? s.len : (n as u32);
    s.len -= n < 0 ? s.len : (n as u32);
    wq_wake(changetype<usize>(s) + offsetof<Stream>('room'), i32.MAX_VALUE);
  }
  if (s.len) s.request = ring_submit(RING_WRITE, s.handle, s.buffer + (s.pos as usize), s.len, 0, 0);
  else s.pos = 0;
}

/** Requests have been answered: output goes on whether somebody writes or not. */
export function streams_pump(): void {
  let p = load<usize>(STREAMS);
  while (p) {
    const s = changetype<Stream>(p);
    p = s.next;
    if (is_input(s)) continue;
    settle_write(s);
    if (!s.opens && s.handle > LAST_OF_INIT) stream_finish(s);
  }
}

/** Bytes that a write may append. */
function room_to_write(s: Stream): u32 {
  return BUFFER - s.pos - s.len;
}

/** Bytes taken. Up to PIPE_BUF at once are taken whole or not at all, as by a pipe. */
export function stream_write(file: File, it: Iter): i64 {
  const s = stream_of(file);
  if (!it.left) return 0;
  settle_write(s);
  if (s.error) return failed(s);
  const room = room_to_write(s);
  if (room < PIPE_BUF && it.left > (room as u64)) {
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return wait_on(changetype<usize>(s) + offsetof<Stream>('room')) ? -EBLOCKED : -ENOMEM;
  }
  if (!s.buffer) s.buffer = kmalloc(BUFFER as usize);
  if (!s.buffer) return -ENOMEM;
  const n = it.left < (room as u64) ? (it.left as u32) : room;
  const error = iter_read(it, s.buffer + ((s.pos + s.len) as usize), n as usize);
  if (error) return error;
  s.len += n;
  if (!s.request) settle_write(s);
  return n;
}

/** The host refused an earlier write; a closed stream is a broken pipe. */
function failed(s: Stream): i32 {
  const error = s.error;
  if (error == -EPIPE) send_signal(current(), SIGPIPE, 0);
  return error;
}

export function stream_poll(file: File, wait: bool): i32 {
  const s = stream_of(file);
  if (is_input(s)) {
    if (ready_to_read(s)) return s.len ? POLLIN | POLLRDNORM : POLLIN | POLLHUP;
    if (wait && s.request) wait_on(req_wait_queue(s.request));
    return 0;
  }
  settle_write(s);
  if (s.error) return POLLERR | POLLOUT;
  if (room_to_write(s) >= PIPE_BUF) return POLLOUT | POLLWRNORM;
  if (wait) wait_on(changetype<usize>(s) + offsetof<Stream>('room'));
  return 0;
}

/** Bytes that a read gives at once: FIONREAD. */
export function stream_available(file: File): u32 {
  const s = stream_of(file);
  ready_to_read(s);
  return is_input(s) ? s.len : 0;
}

/** Is something on its way to the host? The end of pid 1 waits for it. */
export function streams_busy(): bool {
  for (let p = load<usize>(STREAMS); p; p = changetype<Stream>(p).next) {
    const s = changetype<Stream>(p);
    if (is_input(s)) continue;
    settle_write(s);
    if (s.len) return true;
  }
  return false;
}
