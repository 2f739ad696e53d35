// Pipes and FIFOs. pipe(7), fifo(7).
// Invariant: `used` bytes lie in the ring from `head` on; readers and writers count open files of each side. A write of at most
// PIPE_BUF bytes goes in as a whole or not at all.
//
// 0 buffer ptr | 4 capacity u32 (power of two) | 8 head u32 | 12 used u32 | 16 readers | 20 writers u32
// 24 pendingReaders, 28 pendingWriters u32: opens of a FIFO that were woken and count as present, but have not run yet
// 32 readWait, 40 writeWait, 48 readOpenWait, 56 writeOpenWait: wait queues | 64 written u32: had a writer
// 68 segments ptr (pipe_packet.ts): null while nothing was written with O_DIRECT
import { EAGAIN, EBLOCKED, EBUSY, ENOMEM, ENXIO, EPERM, EPIPE, EINVAL } from '../../abi/linux/errno.ts';
import { O_ACCMODE, O_DIRECT, O_NONBLOCK, O_WRONLY, PIPE_BUF } from '../../abi/linux/fcntl.ts';
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../abi/linux/poll.ts';
import { SIGPIPE } from '../../abi/linux/signal.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { CAP_SYS_RESOURCE, capable } from '../task/cred.ts';
import { send_signal } from '../task/signal.ts';
import { current } from '../task/task.ts';
import { wait_on, wq_wake } from '../task/wait_queue.ts';
import { File } from '../vfs/file.ts';
import { Inode, TOUCH_ATIME, TOUCH_CTIME, TOUCH_MTIME, inode_touch } from '../vfs/inode.ts';
import { Iter, iter_read, iter_write } from '../vfs/iter.ts';
import {
  Segments,
  segment_is_packet,
  segment_length,
  segments_add,
  segments_new,
  segments_pages,
  segments_resize,
  segments_take,
} from './pipe_packet.ts';

/** pipe(7): 16 pages. */
const PIPE_CAPACITY: u32 = 65536;
const PAGE: u32 = 4096;
/** /proc/sys/fs/pipe-max-size. */
export const PIPE_MAX_SIZE: u32 = 1048576;

@unmanaged
export class Pipe {
  buffer: usize;
  capacity: u32;
  head: u32;
  used: u32;
  readers: u32;
  writers: u32;
  pendingReaders: u32;
  pendingWriters: u32;
  readWait: u64;
  writeWait: u64;
  readOpenWait: u64;
  writeOpenWait: u64;
  written: u32;
  segments: Segments;

  @inline readQueue(): usize {
    return changetype<usize>(this) + offsetof<Pipe>('readWait');
  }
  @inline writeQueue(): usize {
    return changetype<usize>(this) + offsetof<Pipe>('writeWait');
  }
  @inline readOpenQueue(): usize {
    return changetype<usize>(this) + offsetof<Pipe>('readOpenWait');
  }
  @inline writeOpenQueue(): usize {
    return changetype<usize>(this) + offsetof<Pipe>('writeOpenWait');
  }
}

/** The pipe behind a FIFO's inode, made at its first open; null = no memory. */
export function pipe_of(inode: Inode): Pipe {
  if (inode.data) return changetype<Pipe>(inode.data);
  const pipe = changetype<Pipe>(kmalloc(offsetof<Pipe>()));
  if (!changetype<usize>(pipe)) return pipe;
  pipe.capacity = PIPE_CAPACITY;
  inode.data = changetype<usize>(pipe);
  return pipe;
}

export function pipe_free(p: usize): void {
  kfree(changetype<Pipe>(p).buffer);
  kfree(changetype<usize>(changetype<Pipe>(p).segments));
  kfree(p);
}

/** A file on the pipe has been opened: whoever waits to open the other side may go on. */
export function pipe_opened(file: File): void {
  const pipe = changetype<Pipe>(file.inode.data);
  if (file.readable()) {
    pipe.readers++;
    pipe.pendingWriters += wq_wake(pipe.writeOpenQueue(), i32.MAX_VALUE);
  }
  if (file.writable()) {
    pipe.writers++;
    pipe.written = 1;
    pipe.pendingReaders += wq_wake(pipe.readOpenQueue(), i32.MAX_VALUE);
  }
}

/** May an open of a FIFO with these flags go on? 0, -ENXIO, or -EBLOCKED with the current task queued. */
export function fifo_open_wait(pipe: Pipe, flags: u32): i32 {
  const access = flags & O_ACCMODE;
  const nonblock = (flags & O_NONBLOCK) != 0;
  if (access == 0) {
    if (pipe.pendingReaders) pipe.pendingReaders--;
    else if (!nonblock && !pipe.writers) return queue_open(pipe.readOpenQueue(), pipe.writeOpenQueue());
  } else if (access == O_WRONLY) {
    if (pipe.pendingWriters) pipe.pendingWriters--;
    else if (!pipe.readers) return nonblock ? -ENXIO : queue_open(pipe.writeOpenQueue(), pipe.readOpenQueue());
  }
  return 0;
}

/** Waits for the other side, unless it waits already: then both may go on. */
function queue_open(mine: usize, other: usize): i32 {
  if (load<u32>(other)) return 0;
  return wait_on(mine) ? -EBLOCKED : -ENOMEM;
}

export function pipe_closed(file: File): void {
  const pipe = changetype<Pipe>(file.inode.data);
  if (file.readable()) pipe.readers--;
  if (file.writable()) pipe.writers--;
  wake_all(pipe);
  if (pipe.readers || pipe.writers || pipe.pendingReaders || pipe.pendingWriters) return;
  kfree(pipe.buffer);
  kfree(changetype<usize>(pipe.segments));
  pipe.buffer = 0;
  pipe.segments = changetype<Segments>(0);
  pipe.head = pipe.used = pipe.written = 0;
}

function wake_all(pipe: Pipe): void {
  wq_wake(pipe.readQueue(), i32.MAX_VALUE);
  wq_wake(pipe.writeQueue(), i32.MAX_VALUE);
}

export function pipe_read(file: File, it: Iter): i64 {
  const pipe = changetype<Pipe>(file.inode.data);
  if (!it.left) return 0;
  if (!pipe.used) {
    if (!pipe.writers && !pipe.pendingWriters) return 0;
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return wait_on(pipe.readQueue()) ? -EBLOCKED : -ENOMEM;
  }
  let done: i64 = 0;
  let error = 0;
  while (pipe.used && it.left && !error) {
    const whole = segmented(pipe) ? segment_length(pipe.segments) : pipe.used;
    const packet = segmented(pipe) && segment_is_packet(pipe.segments);
    const before = it.left;
    error = drain(pipe, it, whole);
    const n = (before - it.left) as u32;
    if (error && !done && !n) return error;
    done += n;
    // What of a packet found no room is lost.
    take(pipe, packet ? whole : n);
    if (packet) break;
  }
  wq_wake(pipe.writeQueue(), i32.MAX_VALUE);
  inode_touch(file.inode, TOUCH_ATIME);
  return done;
}

function segmented(pipe: Pipe): bool {
  return changetype<usize>(pipe.segments) != 0;
}

/** Copies up to n bytes from the head without taking them: 0 or why it ended early. */
function drain(pipe: Pipe, it: Iter, n: u32): i32 {
  let first = pipe.capacity - pipe.head;
  if (first > n) first = n;
  if ((first as u64) >= it.left) return iter_write(it, pipe.buffer + (pipe.head as usize), it.left as usize);
  const error = iter_write(it, pipe.buffer + (pipe.head as usize), first as usize);
  if (error) return error;
  const rest = n - first;
  return iter_write(it, pipe.buffer, (rest as u64) < it.left ? (rest as usize) : (it.left as usize));
}

function take(pipe: Pipe, n: u32): void {
  pipe.head = (pipe.head + n) & (pipe.capacity - 1);
  pipe.used -= n;
  if (segmented(pipe)) pipe.segments = changetype<Segments>(segments_take(pipe.segments, n));
}

/** Bytes that fit. As in Linux space comes back a page at a time: the page being read is not free before its end. */
export function pipe_room(pipe: Pipe): u32 {
  if (!pipe.used) pipe.head = 0;
  if (segmented(pipe)) return packet_room(pipe) * PAGE;
  return pipe.capacity - pipe.used - (pipe.head & (PAGE - 1));
}

/** Packets that fit. */
function packet_room(pipe: Pipe): u32 {
  const used = segmented(pipe) ? segments_pages(pipe.segments) : (pipe.used + PAGE - 1) / PAGE;
  const pages = pipe.capacity / PAGE;
  return used < pages ? pages - used : 0;
}

/** Bytes written; fewer than asked means that the rest must wait (the caller queues on the pipe through pipe_wait_write). */
export function pipe_write(file: File, it: Iter): i64 {
  const pipe = changetype<Pipe>(file.inode.data);
  if (!it.left) return 0;
  if (!pipe.readers && !pipe.pendingReaders) {
    send_signal(current(), SIGPIPE, 0);
    return -EPIPE;
  }
  if (!pipe.buffer) {
    pipe.buffer = kmalloc(pipe.capacity as usize);
    if (!pipe.buffer) return -ENOMEM;
  }
  const packets = (file.flags & O_DIRECT) != 0;
  if (packets && !segmented(pipe)) {
    pipe.segments = changetype<Segments>(segments_new(pipe.used, pipe.capacity / PAGE));
    if (!segmented(pipe)) return -ENOMEM;
  }
  const room = pipe_room(pipe);
  const atomic = it.left <= (PIPE_BUF as u64);
  if (!room || (atomic && (room as u64) < it.left)) {
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return pipe_wait_write(pipe);
  }
  return fill(file, pipe, it, packets);
}

/** Puts the current task on the queue of writers. */
export function pipe_wait_write(pipe: Pipe): i32 {
  return wait_on(pipe.writeQueue()) ? -EBLOCKED : -ENOMEM;
}

function fill(file: File, pipe: Pipe, it: Iter, packets: bool): i64 {
  let done: i64 = 0;
  let error = 0;
  while (pipe_room(pipe) && it.left && !error) {
    const before = it.left;
    error = append(pipe, it, packets ? PAGE : pipe_room(pipe));
    const n = (before - it.left) as u32;
    if (error && !done && !n) return error;
    pipe.used += n;
    done += n;
    if (segmented(pipe) && n) segments_add(pipe.segments, n, packets);
  }
  wq_wake(pipe.readQueue(), i32.MAX_VALUE);
  inode_touch(file.inode, TOUCH_MTIME | TOUCH_CTIME);
  return done;
}

/** Copies up to `most` bytes behind the tail: 0 or why it ended early. */
function append(pipe: Pipe, it: Iter, most: u32): i32 {
  const tail = (pipe.head + pipe.used) & (pipe.capacity - 1);
  let n: u32 = (most as u64) < it.left ? most : (it.left as u32);
  const first = pipe.capacity - tail;
  if (n <= first) return iter_read(it, pipe.buffer + (tail as usize), n as usize);
  const error = iter_read(it, pipe.buffer + (tail as usize), first as usize);
  return error ? error : iter_read(it, pipe.buffer, (n - first) as usize);
}

/** POLL* of the file; queues the current task when asked to. */
export function pipe_poll(file: File, wait: bool): i32 {
  const pipe = changetype<Pipe>(file.inode.data);
  let events = 0;
  if (file.readable()) {
    if (pipe.used) events |= POLLIN | POLLRDNORM;
    if (!pipe.writers && pipe.written) events |= POLLHUP;
    if (wait) wait_on(pipe.readQueue());
  }
  if (file.writable()) {
    if (pipe_room(pipe) >= (PIPE_BUF as u32)) events |= POLLOUT | POLLWRNORM;
    if (!pipe.readers) events |= POLLERR;
    if (wait) wait_on(pipe.writeQueue());
  }
  return events;
}

/** F_SETPIPE_SZ: the new capacity or -errno. */
export function pipe_resize(pipe: Pipe, wanted: u32): i64 {
  if (wanted > 1 << 31) return -EINVAL;
  let capacity: u32 = PIPE_BUF;
  while (capacity < wanted) capacity <<= 1;
  if (capacity > PIPE_MAX_SIZE && !capable(CAP_SYS_RESOURCE)) return -EPERM;
  if (capacity < pipe.used || capacity / PAGE < pipe.capacity / PAGE - packet_room(pipe)) return -EBUSY;
  if (segmented(pipe)) {
    const segments = segments_resize(pipe.segments, capacity / PAGE);
    if (!segments) return -ENOMEM;
    pipe.segments = changetype<Segments>(segments);
  }
  if (pipe.buffer) {
    const fresh = kmalloc(capacity as usize);
    if (!fresh) return -ENOMEM;
    for (let i: u32 = 0; i < pipe.used; i++) {
      const from = (pipe.head + i) & (pipe.capacity - 1);
      store<u8>(fresh + (i as usize), load<u8>(pipe.buffer + (from as usize)));
    }
    kfree(pipe.buffer);
    pipe.buffer = fresh;
  }
  pipe.head = 0;
  pipe.capacity = capacity;
  wq_wake(pipe.writeQueue(), i32.MAX_VALUE);
  return capacity as i64;
}

/** Copies up to n bytes without taking them: how many. */
export function pipe_peek(pipe: Pipe, to: usize, n: u32): u32 {
  if (n > pipe.used) n = pipe.used;
  let first = pipe.capacity - pipe.head;
  if (first > n) first = n;
  memory.copy(to, pipe.buffer + (pipe.head as usize), first as usize);
  memory.copy(to + (first as usize), pipe.buffer, (n - first) as usize);
  return n;
}

/** Takes n bytes that have been peeked at. */
export function pipe_skip(pipe: Pipe, n: u32): void {
  take(pipe, n);
  wq_wake(pipe.writeQueue(), i32.MAX_VALUE);
}
