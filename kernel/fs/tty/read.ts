// Reading a terminal: lines in canonical mode, else as VMIN and VTIME say. termios(3).
import { EAGAIN, EBLOCKED, EIO, ENOMEM } from '../../../abi/linux/errno.ts';
import { O_NONBLOCK } from '../../../abi/linux/fcntl.ts';
import { POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../../abi/linux/poll.ts';
import { VMIN, VTIME } from '../../../abi/linux/termios.ts';
import { current } from '../../task/task.ts';
import { clock_monotonic } from '../../lib/clock.ts';
import { wait_on, wait_until, wq_wake } from '../../task/wait_queue.ts';
import { File } from '../../vfs/file.ts';
import { Iter, iter_write } from '../../vfs/iter.ts';
import { may_read } from './job.ts';
import { output_ready } from './output.ts';
import { MARK_EOF, MARK_LINE, Tty } from './tty.ts';

const TENTH: u64 = 100000000;
/** Task.sysPhase while sysState1 holds the deadline of a VTIME read. */
const TIMED_PHASE: u32 = 0x54545954;

export function tty_read(file: File, it: Iter): i64 {
  const tty = changetype<Tty>(file.data);
  if (tty.hungUp) return 0;
  const denied = may_read(tty);
  if (denied) return denied;
  if (!it.left) return 0;
  const wanted = it.left < 4096 ? (it.left as u32) : 4096;
  const n = tty.isCanonical() ? line_bytes(tty, wanted) : raw_bytes(tty, wanted, (file.flags & O_NONBLOCK) != 0);
  if (n == NOT_YET) {
    if (!tty.masters && !tty.console) return -EIO;
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return wait_on(tty.readQueue()) ? -EBLOCKED : -ENOMEM;
  }
  return take(tty, it, n);
}

const NOT_YET: i32 = -1;

/** Bytes up to the end of the first line, an end of file not counted; NOT_YET when no line is complete. */
function line_bytes(tty: Tty, wanted: u32): i32 {
  if (tty.head == tty.canon) return NOT_YET;
  let n: u32 = 0;
  while (n < wanted && tty.head + n != tty.canon) {
    const mark = load<u8>(tty.markAt(tty.head + n));
    if (mark == MARK_EOF) break;
    n++;
    if (mark) break;
  }
  return n as i32;
}

function raw_bytes(tty: Tty, wanted: u32, nonblock: bool): i32 {
  const available = tty.tail - tty.head;
  const min = tty.cc(VMIN);
  const time = (tty.cc(VTIME) as u64) * TENTH;
  const take_now = available < wanted ? available : wanted;
  if (!min) {
    if (available || !time || expired(clock_monotonic() + time)) return take_now as i32;
    return NOT_YET;
  }
  if (available >= (min < wanted ? min : wanted) || (available && nonblock)) return take_now as i32;
  if (available && time && expired(tty.lastInput + time)) return take_now as i32;
  return NOT_YET;
}

/** Is the deadline over? The first call of a system call sets it; VMIN = 0 counts from the call. */
function expired(deadline: u64): bool {
  const task = current();
  if (task.sysPhase != TIMED_PHASE) {
    task.sysPhase = TIMED_PHASE;
    task.sysState1 = deadline;
  }
  if (clock_monotonic() >= task.sysState1) return true;
  wait_until(task.sysState1);
  return false;
}

function take(tty: Tty, it: Iter, n: i32): i64 {
  let mark: u32 = 0;
  for (let i = 0; i < n; i++) {
    const error = iter_write(it, tty.inputAt(tty.head), 1);
    if (error) return i ? (i as i64) : (error as i64);
    mark = load<u8>(tty.markAt(tty.head));
    tty.head++;
  }
  // An end of file behind an unfinished line, or alone, is used up with it; one behind a whole line is read next.
  if (tty.isCanonical() && mark != MARK_LINE && at_end_of_file(tty) && (!n || it.left)) tty.head++;
  wq_wake(tty.masterQueue(), i32.MAX_VALUE);
  return n as i64;
}

function at_end_of_file(tty: Tty): bool {
  return tty.head != tty.canon && load<u8>(tty.markAt(tty.head)) == MARK_EOF;
}

export function tty_poll(file: File, wait: bool): i32 {
  const tty = changetype<Tty>(file.data);
  if (wait) {
    wait_on(tty.readQueue());
    wait_on(tty.writeQueue());
  }
  let events = 0;
  const min: u32 = tty.cc(VTIME) ? 1 : tty.cc(VMIN);
  const available = tty.tail - tty.head;
  if (tty.isCanonical() ? tty.head != tty.canon : available >= (min ? min : 1)) events |= POLLIN | POLLRDNORM;
  if (tty.hungUp || (!tty.masters && !tty.console)) events |= POLLHUP | POLLIN;
  if (output_ready(tty)) events |= POLLOUT | POLLWRNORM;
  return events;
}
