// poll(2), ppoll(2), select(2), pselect6(2).
import { EBADF, EBLOCKED_INTR, EINVAL, ENOMEM } from '../../abi/linux/errno.ts';
import {
  FD_SETSIZE,
  POLLERR,
  POLLFD_EVENTS,
  POLLFD_REVENTS,
  POLLFD_SIZE,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from '../../abi/linux/poll.ts';
import { RLIMIT_NOFILE } from '../../abi/linux/resource.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { copyin, copyout } from '../mm/usercopy.ts';
import { sigmask_temporary } from '../task/signal.ts';
import { current } from '../task/task.ts';
import { wait_cancel } from '../task/wait_queue.ts';
import { fd_get } from '../vfs/fdtable.ts';
import { File } from '../vfs/file.ts';
import { file_poll } from '../vfs/poll.ts';
import { FOREVER, timeout_arg, timeout_arm, timeout_left, timeout_over } from './timeout.ts';

const ALWAYS_REPORTED = POLLERR | POLLHUP | POLLNVAL;
// select's three sets and what poll calls their events; POLLHUP makes readable, POLLERR both.
const IN_EVENTS = POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR;
const OUT_EVENTS = POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR;
const EX_EVENTS = POLLPRI;
const SET_BYTES: usize = 128;
const SETS: usize = memory.data(6 * 128, 8);
const SIGSET: usize = memory.data(16, 8);
const MILLISECOND: u64 = 1000000;
const SECOND: u64 = 1000000000;

export function sys_poll(fds: u64, count: u64, timeout: i32): i64 {
  return do_poll(fds, count, timeout < 0 ? FOREVER : (timeout as u64) * MILLISECOND);
}

export function sys_ppoll(fds: u64, count: u64, timeout: u64, mask: u64, maskSize: u64): i64 {
  const ns = timeout_arg(timeout, 1);
  if (ns < -1) return ns;
  const error = temporary_mask(mask, maskSize);
  return error ? error : do_poll(fds, count, ns as u64);
}

/** Replaces the signal mask for the time of the wait. */
export function temporary_mask(va: u64, size: u64): i32 {
  if (!va) return 0;
  if (size != 8) return -EINVAL;
  const error = copyin(SIGSET, va, 8);
  if (!error) sigmask_temporary(load<u64>(SIGSET));
  return error;
}

function do_poll(fds: u64, count: u64, ns: u64): i64 {
  if (count > current().group.rlimit(RLIMIT_NOFILE)) return -EINVAL;
  const size = (count as usize) * POLLFD_SIZE;
  const list = kmalloc(size ? size : 8);
  if (!list) return -ENOMEM;
  let result: i64 = copyin(list, fds, size);
  if (!result) {
    result = scan(list, count as u32, false);
    if (!result && !timeout_over(ns)) {
      result = scan(list, count as u32, true);
      if (!result) {
        timeout_arm();
        kfree(list);
        return -EBLOCKED_INTR;
      }
      wait_cancel(current());
    }
    const error = copyout(fds, list, size);
    if (error) result = error;
  }
  kfree(list);
  return result;
}

/** Fills revents: how many entries have any. */
function scan(list: usize, count: u32, wait: bool): i64 {
  let ready: i64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const entry = list + (i as usize) * POLLFD_SIZE;
    const fd = load<i32>(entry);
    let events = 0;
    if (fd >= 0) {
      const file = fd_get(fd);
      const wanted = (load<u16>(entry, POLLFD_EVENTS) as i32) | ALWAYS_REPORTED;
      events = file ? file_poll(changetype<File>(file), wait) & wanted : POLLNVAL;
    }
    store<u16>(entry, events as u16, POLLFD_REVENTS);
    if (events) ready++;
  }
  return ready;
}

export function sys_select(n: i32, readSet: u64, writeSet: u64, exceptSet: u64, timeout: u64): i64 {
  const ns = timeout_arg(timeout, 1000);
  if (ns < -1) return ns;
  const result = do_select(n, readSet, writeSet, exceptSet, ns as u64);
  return tell_left(timeout, ns as u64, 1000, result);
}

export function sys_pselect6(n: i32, readSet: u64, writeSet: u64, exceptSet: u64, timeout: u64, sig: u64): i64 {
  const ns = timeout_arg(timeout, 1);
  if (ns < -1) return ns;
  if (sig) {
    let error = copyin(SIGSET, sig, 16);
    if (!error) error = temporary_mask(load<u64>(SIGSET), load<u64>(SIGSET, 8));
    if (error) return error;
  }
  const result = do_select(n, readSet, writeSet, exceptSet, ns as u64);
  return tell_left(timeout, ns as u64, 1, result);
}

/** Writes what is left of the timeout back, its fraction in units of `unit` ns; a program that cannot take it goes without. */
function tell_left(timeout: u64, ns: u64, unit: u64, result: i64): i64 {
  if (!timeout || result == -EBLOCKED_INTR) return result;
  const left = timeout_left(ns);
  store<u64>(SIGSET, left / SECOND);
  store<u64>(SIGSET, (left % SECOND) / unit, 8);
  copyout(timeout, SIGSET, 16);
  return result;
}

function do_select(n: i32, readSet: u64, writeSet: u64, exceptSet: u64, ns: u64): i64 {
  if (n < 0) return -EINVAL;
  if (n > FD_SETSIZE) n = FD_SETSIZE;
  const bytes = (((n + 63) >> 6) << 3) as usize;
  memory.fill(SETS, 0, 6 * SET_BYTES);
  let error = readSet ? copyin(SETS, readSet, bytes) : 0;
  if (!error && writeSet) error = copyin(SETS + SET_BYTES, writeSet, bytes);
  if (!error && exceptSet) error = copyin(SETS + 2 * SET_BYTES, exceptSet, bytes);
  if (error) return error;
  let ready = scan_sets(n, false);
  if (!ready && !timeout_over(ns)) {
    ready = scan_sets(n, true);
    if (!ready) {
      timeout_arm();
      return -EBLOCKED_INTR;
    }
    wait_cancel(current());
  }
  if (ready < 0) return ready;
  const results = SETS + 3 * SET_BYTES;
  error = readSet ? copyout(readSet, results, bytes) : 0;
  if (!error && writeSet) error = copyout(writeSet, results + SET_BYTES, bytes);
  if (!error && exceptSet) error = copyout(exceptSet, results + 2 * SET_BYTES, bytes);
  return error ? error : ready;
}

/** Fills the result sets: bits set in them, or -EBADF. */
function scan_sets(n: i32, wait: bool): i64 {
  let ready: i64 = 0;
  memory.fill(SETS + 3 * SET_BYTES, 0, 3 * SET_BYTES);
  for (let fd = 0; fd < n; fd++) {
    if (!has_bit(0, fd) && !has_bit(1, fd) && !has_bit(2, fd)) continue;
    const file = fd_get(fd);
    if (!file) return -EBADF;
    const events = file_poll(changetype<File>(file), wait);
    ready += report(0, fd, events & IN_EVENTS) + report(1, fd, events & OUT_EVENTS) + report(2, fd, events & EX_EVENTS);
  }
  return ready;
}

function has_bit(set: usize, fd: i32): bool {
  return (load<u8>(SETS + set * SET_BYTES + ((fd >> 3) as usize)) & (1 << (fd & 7))) != 0;
}

function report(set: usize, fd: i32, events: i32): i64 {
  if (!events || !has_bit(set, fd)) return 0;
  const p = SETS + (set + 3) * SET_BYTES + ((fd >> 3) as usize);
  store<u8>(p, ((load<u8>(p) as i32) | (1 << (fd & 7))) as u8);
  return 1;
}
