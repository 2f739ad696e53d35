// epoll(7). Readiness is asked of the watched files when somebody waits: level-triggered by nature; an edge-triggered watch
// remembers how often the queues of its file had been woken when it reported, and reports again when they were since.
// Invariant: a watch is in the lists of its epoll and of its file; it does not keep the file open: the last close removes it.
//
// Watch: 0 next (of the epoll) | 4 nextOfFile | 8 epoll ptr | 12 file ptr | 16 fd i32 | 20 events u32 | 24 data u64
// 32 seen u32 (wake-ups, edge-triggered) | 36 fresh u32 (nothing reported yet)
import { EEXIST, EINVAL, ELOOP, ENOENT, ENOMEM, EPERM } from '../../abi/linux/errno.ts';
import {
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLONESHOT,
  EPOLLWAKEUP,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLL_EVENT_DATA,
  EPOLL_EVENT_SIZE,
} from '../../abi/linux/eventpoll.ts';
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM } from '../../abi/linux/poll.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { count_begin, count_end } from '../task/wait_queue.ts';
import { FILE_DIRECTORY, FILE_EPOLL, FILE_REGULAR, File } from './file.ts';
import { file_poll } from './poll.ts';

/** Chains of epolls that watch epolls are followed so far. */
const MAX_NESTING = 5;
/** What may be asked of a file whose events wake one waiter. */
const EXCLUSIVE_EVENTS: u32 = POLLIN | POLLOUT | POLLERR | POLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE;
const ALWAYS_REPORTED: u32 = POLLERR | POLLHUP;

@unmanaged
class Watch {
  next: Watch;
  nextOfFile: Watch;
  epoll: Epoll;
  file: File;
  fd: i32;
  events: u32;
  data: u64;
  seen: u32;
  fresh: u32;

  @inline isNull(): bool {
    return changetype<usize>(this) == 0;
  }
}

@unmanaged
export class Epoll {
  first: Watch;
  file: File;
}

/** Makes `file` an epoll: false = no memory. */
export function epoll_init(file: File): bool {
  const e = changetype<Epoll>(kmalloc(offsetof<Epoll>()));
  if (!changetype<usize>(e)) return false;
  e.file = file;
  file.data = changetype<usize>(e);
  return true;
}

/** EPOLL_CTL_* for (file, fd): 0 or -errno. */
export function epoll_control(ep: File, op: i32, fd: i32, file: File, events: u32, data: u64): i32 {
  const e = changetype<Epoll>(ep.data);
  if (file == ep) return -EINVAL;
  if (file.kind == FILE_REGULAR || file.kind == FILE_DIRECTORY) return -EPERM;
  const w = find(e, file, fd);
  if (events & EPOLLEXCLUSIVE && op != EPOLL_CTL_DEL) {
    if (op == EPOLL_CTL_MOD || file.kind == FILE_EPOLL || events & ~EXCLUSIVE_EVENTS) return -EINVAL;
  }
  switch (op) {
    case EPOLL_CTL_ADD:
      if (!w.isNull()) return -EEXIST;
      if (file.kind == FILE_EPOLL && reaches(file, ep, MAX_NESTING)) return -ELOOP;
      return add(e, file, fd, events, data);
    case EPOLL_CTL_MOD:
      if (w.isNull()) return -ENOENT;
      if (w.events & EPOLLEXCLUSIVE) return -EINVAL;
      w.events = events;
      w.data = data;
      w.fresh = 1;
      return 0;
    case EPOLL_CTL_DEL:
      if (w.isNull()) return -ENOENT;
      remove(w);
      return 0;
    default:
      return -EINVAL;
  }
}

function find(e: Epoll, file: File, fd: i32): Watch {
  let w = e.first;
  while (!w.isNull() && (w.file != file || w.fd != fd)) w = w.next;
  return w;
}

/** Does `from` watch `target`, directly or through others? Too deep counts as yes. */
function reaches(from: File, target: File, depth: i32): bool {
  if (from == target || !depth) return true;
  for (let w = changetype<Epoll>(from.data).first; !w.isNull(); w = w.next) {
    if (w.file.kind == FILE_EPOLL && reaches(w.file, target, depth - 1)) return true;
  }
  return false;
}

function add(e: Epoll, file: File, fd: i32, events: u32, data: u64): i32 {
  const w = changetype<Watch>(kmalloc(offsetof<Watch>()));
  if (w.isNull()) return -ENOMEM;
  w.epoll = e;
  w.file = file;
  w.fd = fd;
  w.events = events;
  w.data = data;
  w.fresh = 1;
  append(e, w);
  w.nextOfFile = changetype<Watch>(file.watches);
  file.watches = changetype<usize>(w);
  return 0;
}

function append(e: Epoll, w: Watch): void {
  let link = changetype<usize>(e);
  while (load<u32>(link)) link = load<u32>(link) as usize;
  store<u32>(link, changetype<usize>(w) as u32);
  w.next = changetype<Watch>(0);
}

function remove(w: Watch): void {
  let link = changetype<usize>(w.epoll);
  while ((load<u32>(link) as usize) != changetype<usize>(w)) link = load<u32>(link) as usize;
  store<u32>(link, changetype<usize>(w.next) as u32);
  const offset = offsetof<Watch>('nextOfFile');
  link = changetype<usize>(w.file) + offsetof<File>('watches');
  while ((load<u32>(link) as usize) != changetype<usize>(w)) link = (load<u32>(link) as usize) + offset;
  store<u32>(link, changetype<usize>(w.nextOfFile) as u32);
  kfree(changetype<usize>(w));
}

/** The watched file is closed for good. */
export function epoll_forget_file(file: File): void {
  while (file.watches) remove(changetype<Watch>(file.watches));
}

export function epoll_free(file: File): void {
  const e = changetype<Epoll>(file.data);
  while (!e.first.isNull()) remove(e.first);
  kfree(file.data);
}

/** Events to report of a watch now, 0 = none. */
function ready(w: Watch, wait: bool): u32 {
  if (!(w.events & 0xffff) && w.events & EPOLLONESHOT) return 0;
  const now = (file_poll(w.file, wait) as u32) & ((w.events & 0xffff) | ALWAYS_REPORTED);
  if (!(w.events & EPOLLET) || w.fresh) return now;
  return wake_ups(w.file) == w.seen ? 0 : now;
}

/** How often the queues that announce a change of the file have been woken. */
function wake_ups(file: File): u32 {
  const begun = count_begin();
  file_poll(file, true);
  return count_end(begun);
}

/**
 * Fills struct epoll_event[most] at kernel address out: how many. `wait` queues the current task on every file. When more are
 * ready, those that found no room come first next time.
 */
export function epoll_collect(ep: File, out: usize, most: i32, wait: bool): i32 {
  const e = changetype<Epoll>(ep.data);
  let n = 0;
  let left = changetype<Watch>(0);
  for (let w = e.first; !w.isNull(); w = w.next) {
    const events = ready(w, wait);
    if (events && n == most) {
      left = w;
      break;
    }
    if (w.events & EPOLLET) {
      w.seen = wake_ups(w.file);
      w.fresh = 0;
    }
    if (!events) continue;
    store<u32>(out, events);
    store<u64>(out, w.data, EPOLL_EVENT_DATA);
    out += EPOLL_EVENT_SIZE;
    n++;
    if (w.events & EPOLLONESHOT) w.events &= ~0xffff;
  }
  if (!left.isNull()) rotate(e, left);
  return n;
}

/** Makes w the first watch; those before it go behind the last. */
function rotate(e: Epoll, w: Watch): void {
  if (e.first == w) return;
  let before = e.first;
  while (before.next != w) before = before.next;
  let last = w;
  while (!last.next.isNull()) last = last.next;
  last.next = e.first;
  before.next = changetype<Watch>(0);
  e.first = w;
}

export function epoll_poll(ep: File, wait: bool): i32 {
  let any = false;
  for (let w = changetype<Epoll>(ep.data).first; !w.isNull(); w = w.next) if (ready(w, wait)) any = true;
  return any ? POLLIN | POLLRDNORM : 0;
}
