// /dev/wbx: each open has the frame it reads and the frame it writes, so that several programs share the device without
// mixing their messages. Invariant: a read never goes beyond the end of a frame; a frame reaches the host whole or not at all.
import { EAGAIN, EBLOCKED, EMSGSIZE, ENODEV, ENOMEM, EPIPE } from '../../../abi/linux/errno.ts';
import { O_NONBLOCK } from '../../../abi/linux/fcntl.ts';
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../../abi/linux/poll.ts';
import { MESSAGE_HEADER, MESSAGE_MAX } from '../../../abi/message.ts';
import { ERR_PTR } from '../../lib/err.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';
import { wait_on } from '../../task/wait_queue.ts';
import { Dentry } from '../../vfs/dentry.ts';
import { FILE_MESSAGE, File, file_new } from '../../vfs/file.ts';
import { Inode } from '../../vfs/inode.ts';
import { Iter, iter_read, iter_write } from '../../vfs/iter.ts';
import { Mount } from '../../vfs/mount.ts';
import {
  channel_begin,
  channel_connected,
  channel_give_up,
  channel_has_message,
  channel_has_room,
  channel_in_ended,
  channel_out_ended,
  channel_readable,
  channel_send,
  channel_take,
  channel_writable,
  Message,
  message_new,
} from './channel.ts';

@unmanaged
class Open {
  reading: Message;
  /** Bytes of the frame that were read. */
  readPos: u32;
  writing: Message;
  /** Bytes of the frame that were written; while they are fewer than a header they are in `header`. */
  writePos: u32;
  header: u32;
}

function open_of(file: File): Open {
  return changetype<Open>(file.data);
}

/** File ptr or ERR_PTR(-ENODEV: no host talks to this box). */
export function message_open(m: Mount, d: Dentry, inode: Inode, flags: u32): usize {
  if (!channel_connected()) return ERR_PTR(-ENODEV);
  const open = kmalloc(offsetof<Open>());
  const file = open ? file_new(m, d, inode, FILE_MESSAGE, flags) : changetype<File>(0);
  if (!changetype<usize>(file)) {
    kfree(open);
    return ERR_PTR(-ENOMEM);
  }
  file.data = open;
  return changetype<usize>(file);
}

/** What was read or written in part is gone. */
export function message_closed(file: File): void {
  const open = open_of(file);
  kfree(changetype<usize>(open.reading));
  if (changetype<usize>(open.writing)) channel_give_up(open.writing);
  kfree(file.data);
}

/** Up to the end of one frame; 0 when the host will send no more. */
export function message_read(file: File, it: Iter): i64 {
  const open = open_of(file);
  if (!it.left) return 0;
  if (!changetype<usize>(open.reading)) {
    if (!channel_has_message()) return wait_for(file, channel_readable());
    if (channel_in_ended()) return 0;
    open.reading = channel_take();
    if (!changetype<usize>(open.reading)) return -ENOMEM;
    open.readPos = 0;
  }
  const m = open.reading;
  const rest = MESSAGE_HEADER + m.length - open.readPos;
  const n = (rest as u64) < it.left ? rest : (it.left as u32);
  const error = iter_write(it, m.frame() + (open.readPos as usize), n as usize);
  if (error) return error;
  open.readPos += n;
  if (n == rest) {
    kfree(changetype<usize>(m));
    open.reading = changetype<Message>(0);
  }
  return n;
}

function wait_for(file: File, queue: usize): i64 {
  if (file.flags & O_NONBLOCK) return -EAGAIN;
  return wait_on(queue) ? -EBLOCKED : -ENOMEM;
}

/** Bytes taken, of as many frames as there are; those before an error count. */
export function message_write(file: File, it: Iter): i64 {
  let done: i64 = 0;
  while (it.left) {
    const n = write_piece(file, it);
    if (n < 0) return done ? done : n;
    done += n;
  }
  return done;
}

function write_piece(file: File, it: Iter): i64 {
  const open = open_of(file);
  if (!changetype<usize>(open.writing)) return write_header(file, open, it);
  const m = open.writing;
  const rest = MESSAGE_HEADER + m.length - open.writePos;
  const n = (rest as u64) < it.left ? rest : (it.left as u32);
  const error = iter_read(it, m.frame() + (open.writePos as usize), n as usize);
  if (error) return error;
  open.writePos += n;
  if (n == rest) finish(open);
  return n;
}

/** Begins a message when its length is known. A length beyond MESSAGE_MAX is refused, and the header with it. */
function write_header(file: File, open: Open, it: Iter): i64 {
  if (channel_out_ended()) return -EPIPE;
  if (!channel_has_room()) return wait_for(file, channel_writable());
  const at = changetype<usize>(open) + offsetof<Open>('header');
  const rest = MESSAGE_HEADER - open.writePos;
  const n = (rest as u64) < it.left ? rest : (it.left as u32);
  const error = iter_read(it, at + (open.writePos as usize), n as usize);
  if (error) return error;
  if (n < rest) {
    open.writePos += n;
    return n;
  }
  const length = open.header;
  if (length > (MESSAGE_MAX as u32)) {
    open.writePos = 0;
    return -EMSGSIZE;
  }
  const m = message_new(length);
  if (!changetype<usize>(m)) return -ENOMEM;
  channel_begin(m);
  open.writing = m;
  open.writePos = MESSAGE_HEADER;
  if (!length) finish(open);
  return n;
}

/** The frame is complete. */
function finish(open: Open): void {
  const m = open.writing;
  open.writing = changetype<Message>(0);
  open.writePos = 0;
  channel_send(m);
}

export function message_poll(file: File, wait: bool): i32 {
  const open = open_of(file);
  let events = 0;
  if (changetype<usize>(open.reading)) events |= POLLIN | POLLRDNORM;
  else if (file.readable() && channel_has_message()) {
    events |= channel_in_ended() ? POLLIN | POLLHUP : POLLIN | POLLRDNORM;
  }
  if (channel_out_ended()) events |= POLLERR;
  if (changetype<usize>(open.writing) || channel_has_room()) events |= POLLOUT | POLLWRNORM;
  if (wait) {
    wait_on(channel_readable());
    wait_on(channel_writable());
  }
  return events;
}
