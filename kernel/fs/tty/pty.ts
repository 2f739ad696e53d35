// The master side of a pseudo-terminal, and the ends of both sides. pty(7).
// Invariant: the Tty lives until both sides are closed; its name in /dev/pts until the master is.
import { EAGAIN, EBLOCKED, EIO, ENOMEM } from '../../../abi/linux/errno.ts';
import { O_NONBLOCK, O_NOCTTY } from '../../../abi/linux/fcntl.ts';
import { FIONREAD, TIOCGPTLCK, TIOCGPTN, TIOCGPTPEER, TIOCSPTLCK } from '../../../abi/linux/ioctl.ts';
import { POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../../abi/linux/poll.ts';
import { SIGCONT, SIGHUP } from '../../../abi/linux/signal.ts';
import { put_dec } from '../../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { getuser, putuser } from '../../mm/usercopy.ts';
import { session_set_tty } from '../../task/pgrp.ts';
import { send_pgrp_signal } from '../../task/signal.ts';
import { wait_on, wq_wake } from '../../task/wait_queue.ts';
import { fd_install } from '../../vfs/fdtable.ts';
import { File, file_put } from '../../vfs/file.ts';
import { Iter, iter_read, iter_write } from '../../vfs/iter.ts';
import { box_lookup } from '../boxfs/lookup.ts';
import { console_closed } from './console.ts';
import { devpts_mount, devpts_remove } from './devpts.ts';
import { tty_receive } from './input.ts';
import { tty_common_ioctl } from './ioctl.ts';
import { open_tty } from './open.ts';
import { output_taken } from './output.ts';
import { TTY_INPUT, TTY_OUTPUT, Tty, tty_free } from './tty.ts';

const PIECE: usize = memory.data(512, 8);
const NAME: usize = memory.data(16, 8);

/** What the slave has written. EIO when no slave is open any more, as Linux gives it. */
export function pty_master_read(file: File, it: Iter): i64 {
  const tty = changetype<Tty>(file.data);
  if (!it.left) return 0;
  if (tty.outHead == tty.outTail || tty.stopped) {
    if (!tty.opens && tty.wasOpen) return -EIO;
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return wait_on(tty.masterQueue()) ? -EBLOCKED : -ENOMEM;
  }
  let done: i64 = 0;
  while (it.left && tty.outHead != tty.outTail) {
    const start = tty.outHead & (TTY_OUTPUT - 1);
    let n = tty.outTail - tty.outHead;
    if (n > TTY_OUTPUT - start) n = TTY_OUTPUT - start;
    if ((n as u64) > it.left) n = it.left as u32;
    const error = iter_write(it, tty.outputAt(tty.outHead), n as usize);
    if (error) return done ? done : (error as i64);
    output_taken(tty, n);
    done += n;
  }
  return done;
}

/** Types into the slave. */
export function pty_master_write(file: File, it: Iter): i64 {
  const tty = changetype<Tty>(file.data);
  const room = TTY_INPUT - (tty.tail - tty.head);
  // A full line in canonical mode is not a reason to wait: what does not fit is lost, as in Linux.
  if (!room && (!tty.isCanonical() || tty.canon != tty.head)) {
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return wait_on(tty.masterQueue()) ? -EBLOCKED : -ENOMEM;
  }
  let n: u32 = it.left < 512 ? (it.left as u32) : 512;
  if (room && n > room) n = room;
  const error = iter_read(it, PIECE, n as usize);
  if (error) return error;
  tty_receive(tty, PIECE, n);
  return n;
}

export function pty_master_poll(file: File, wait: bool): i32 {
  const tty = changetype<Tty>(file.data);
  if (wait) wait_on(tty.masterQueue());
  let events = POLLOUT | POLLWRNORM;
  if (tty.outHead != tty.outTail) events |= POLLIN | POLLRDNORM;
  if (!tty.opens && tty.wasOpen) events |= POLLHUP;
  return events;
}

export function pty_master_ioctl(file: File, request: u32, arg: u64): i64 {
  const tty = changetype<Tty>(file.data);
  switch (request) {
    case TIOCGPTN:
      return putuser<u32>(arg, tty.index);
    case TIOCSPTLCK: {
      const lock = getuser<u32>(arg);
      if (lock < 0) return lock;
      tty.locked = lock ? 1 : 0;
      return 0;
    }
    case TIOCGPTLCK:
      return putuser<u32>(arg, tty.locked);
    case TIOCGPTPEER:
      return open_peer(tty, arg as u32);
    case FIONREAD:
      return putuser<u32>(arg, tty.outTail - tty.outHead);
    default:
      return tty_common_ioctl(tty, request, arg, true);
  }
}

function open_peer(tty: Tty, flags: u32): i64 {
  const d = box_lookup(devpts_mount().root, NAME, put_dec(NAME, tty.index as u64));
  if (IS_ERR(d)) return PTR_ERR(d);
  const file = open_tty(devpts_mount(), d, tty, flags | O_NOCTTY);
  if (IS_ERR(file)) return PTR_ERR(file);
  const fd = fd_install(file, 0, (flags & 0x80000) != 0);
  if (fd < 0) file_put(file);
  return fd;
}

/** The master is closed: the slave is hung up. */
export function pty_master_closed(file: File): void {
  const tty = changetype<Tty>(file.data);
  tty.masters = 0;
  tty.hungUp = 1;
  devpts_remove(tty);
  if (tty.session) {
    send_pgrp_signal(tty.session, SIGHUP, 0);
    if (tty.pgrp && tty.pgrp != tty.session) send_pgrp_signal(tty.pgrp, SIGHUP, 0);
    if (tty.pgrp) send_pgrp_signal(tty.pgrp, SIGCONT, 0);
  }
  wq_wake(tty.readQueue(), i32.MAX_VALUE);
  wq_wake(tty.writeQueue(), i32.MAX_VALUE);
  release(tty);
}

/** A file on the slave side is closed; the last one tells the master. */
export function tty_closed(file: File): void {
  const tty = changetype<Tty>(file.data);
  if (--tty.opens) return;
  if (tty.console) return console_closed(tty);
  wq_wake(tty.masterQueue(), i32.MAX_VALUE);
  release(tty);
}

function release(tty: Tty): void {
  if (tty.opens || tty.masters || tty.console) return;
  if (tty.session) session_set_tty(tty.session, 0);
  tty_free(tty);
}
