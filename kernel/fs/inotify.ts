// inotify instances: watches on inodes and a queue of events. inotify(7).
// Invariant: a watch is in two lists, its instance's and its inode's (Inode.watches), and leaves both at once. It does not keep
// the inode alive: what has a name lives anyway, and the end of an inode is itself an event.
import { EAGAIN, EBLOCKED, EEXIST, EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import { O_NONBLOCK } from '../../abi/linux/fcntl.ts';
import {
  INOTIFY_EVENT_SIZE,
  IN_ALL_EVENTS,
  IN_IGNORED,
  IN_MASK_ADD,
  IN_MASK_CREATE,
  IN_ONESHOT,
  IN_Q_OVERFLOW,
} from '../../abi/linux/inotify.ts';
import { POLLIN, POLLRDNORM } from '../../abi/linux/poll.ts';
import { mem_eq } from '../lib/bytes.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { wait_on, wq_wake } from '../task/wait_queue.ts';
import { File } from '../vfs/file.ts';
import { Inode } from '../vfs/inode.ts';
import { Iter, iter_write } from '../vfs/iter.ts';

/** /proc/sys/fs/inotify/max_queued_events. */
const MAX_EVENTS: u32 = 16384;

@unmanaged
class Inotify {
  first: Event;
  last: Event;
  watches: Watch;
  lastWd: i32;
  events: u32;
  /** Of all events as read(2) gives them. */
  bytes: u32;
  wq: u64;

  @inline waitQueue(): usize {
    return changetype<usize>(this) + offsetof<Inotify>('wq');
  }
}

@unmanaged
export class Watch {
  /** The next one of the inode; of the instance. */
  next: Watch;
  sibling: Watch;
  owner: Inotify;
  inode: Inode;
  wd: i32;
  mask: u32;
}

/** From wd on it is what read(2) gives; the padded name lies behind. */
@unmanaged
class Event {
  next: Event;
  size: u32;
  wd: i32;
  mask: u32;
  cookie: u32;
  len: u32;

  @inline image(): usize {
    return changetype<usize>(this) + offsetof<Event>('wd');
  }
}

/** Makes `file` an inotify instance: false = no memory. */
export function inotify_init(file: File): bool {
  file.data = kmalloc(offsetof<Inotify>());
  return file.data != 0;
}

export function inotify_free(file: File): void {
  const i = changetype<Inotify>(file.data);
  while (changetype<usize>(i.watches)) detach(i.watches);
  while (changetype<usize>(i.first)) take(i);
  kfree(file.data);
}

/** Watches the inode, or changes its watch: the watch descriptor or -errno. */
export function inotify_watch(file: File, inode: Inode, mask: u32): i32 {
  const i = changetype<Inotify>(file.data);
  const kept = mask & (IN_ALL_EVENTS | ~0xffffff);
  for (let w = i.watches; changetype<usize>(w); w = w.sibling) {
    if (w.inode != inode) continue;
    if (mask & IN_MASK_CREATE) return -EEXIST;
    w.mask = mask & IN_MASK_ADD ? w.mask | kept : kept;
    return w.wd;
  }
  const w = changetype<Watch>(kmalloc(offsetof<Watch>()));
  if (!changetype<usize>(w)) return -ENOMEM;
  w.owner = i;
  w.inode = inode;
  w.mask = kept;
  w.wd = ++i.lastWd;
  w.sibling = i.watches;
  i.watches = w;
  w.next = changetype<Watch>(inode.watches);
  inode.watches = changetype<usize>(w);
  return w.wd;
}

export function inotify_unwatch(file: File, wd: i32): i32 {
  for (let w = changetype<Inotify>(file.data).watches; changetype<usize>(w); w = w.sibling) {
    if (w.wd != wd) continue;
    watch_end(w);
    return 0;
  }
  return -EINVAL;
}

/** Ends a watch and says so with IN_IGNORED. */
export function watch_end(w: Watch): void {
  queue(w.owner, w.wd, IN_IGNORED, 0, 0, 0);
  detach(w);
}

/** Tells the watch of an event, with a name if len is not 0. The watch may end. */
export function watch_event(w: Watch, mask: u32, cookie: u32, name: usize, len: u32): void {
  if (!(w.mask & mask & IN_ALL_EVENTS)) return;
  queue(w.owner, w.wd, mask, cookie, name, len);
  if (w.mask & IN_ONESHOT) watch_end(w);
}

function detach(w: Watch): void {
  let at = changetype<usize>(w.owner) + offsetof<Inotify>('watches');
  while (load<u32>(at) != (changetype<usize>(w) as u32)) at = (load<u32>(at) as usize) + offsetof<Watch>('sibling');
  store<u32>(at, changetype<usize>(w.sibling) as u32);
  at = changetype<usize>(w.inode) + offsetof<Inode>('watches');
  while (load<u32>(at) != (changetype<usize>(w) as u32)) at = (load<u32>(at) as usize) + offsetof<Watch>('next');
  store<u32>(at, changetype<usize>(w.next) as u32);
  kfree(changetype<usize>(w));
}

/** Appends an event unless it equals the last one. A full queue gets one IN_Q_OVERFLOW and nothing more. */
function queue(i: Inotify, wd: i32, mask: u32, cookie: u32, name: usize, len: u32): void {
  if (i.events > MAX_EVENTS) return;
  if (i.events == MAX_EVENTS) {
    wd = -1;
    mask = IN_Q_OVERFLOW;
    cookie = len = 0;
  }
  const padded: u32 = len ? (len + INOTIFY_EVENT_SIZE) & ~(INOTIFY_EVENT_SIZE - 1) : 0;
  if (repeats_last(i.last, wd, mask, padded, name, len)) return;
  const e = changetype<Event>(kmalloc(offsetof<Event>() + (padded as usize)));
  if (!changetype<usize>(e)) return;
  e.size = INOTIFY_EVENT_SIZE + padded;
  e.wd = wd;
  e.mask = mask;
  e.cookie = cookie;
  e.len = padded;
  memory.copy(changetype<usize>(e) + offsetof<Event>(), name, len as usize);
  if (changetype<usize>(i.last)) i.last.next = e;
  else i.first = e;
  i.last = e;
  i.events++;
  i.bytes += e.size;
  wq_wake(i.waitQueue(), i32.MAX_VALUE);
}

function repeats_last(last: Event, wd: i32, mask: u32, padded: u32, name: usize, len: u32): bool {
  if (!changetype<usize>(last) || last.wd != wd || last.mask != mask || last.len != padded) return false;
  const lastName = changetype<usize>(last) + offsetof<Event>();
  return !len || (mem_eq(lastName, name, len as usize) && !load<u8>(lastName + (len as usize)));
}

function take(i: Inotify): void {
  const e = i.first;
  i.first = e.next;
  if (!changetype<usize>(e.next)) i.last = changetype<Event>(0);
  i.events--;
  i.bytes -= e.size;
  kfree(changetype<usize>(e));
}

/** As many whole events as fit. */
export function inotify_read(file: File, it: Iter): i64 {
  const i = changetype<Inotify>(file.data);
  if (!changetype<usize>(i.first)) {
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return wait_on(i.waitQueue()) ? -EBLOCKED : -ENOMEM;
  }
  let done: i64 = 0;
  while (changetype<usize>(i.first) && (i.first.size as u64) <= it.left) {
    const error = iter_write(it, i.first.image(), i.first.size as usize);
    if (error) return done ? done : (error as i64);
    done += i.first.size as i64;
    take(i);
  }
  return done ? done : -EINVAL;
}

export function inotify_poll(file: File, wait: bool): i32 {
  const i = changetype<Inotify>(file.data);
  if (wait) wait_on(i.waitQueue());
  return changetype<usize>(i.first) ? POLLIN | POLLRDNORM : 0;
}

/** FIONREAD. */
export function inotify_available(file: File): u32 {
  return changetype<Inotify>(file.data).bytes;
}
