// Terminals whose other side is the host (HOST_TTY): the box's own, /dev/pts/0 and /dev/console, and one for each process that the
// host starts on a terminal. Invariant: one read, one write and one window-size request of each are in flight at most; console_pump
// settles them whenever the host has answered, so that ctrl-C works while nobody reads.
import { BOOT_COLUMNS, BOOT_ROWS } from '../../../abi/boot.ts';
import { RING_CLOSE, RING_READ, RING_WINSIZE, RING_WRITE } from '../../../abi/host.ts';
import { ENOMEM, ENOSPC } from '../../../abi/linux/errno.ts';
import { SIGHUP, SIGWINCH } from '../../../abi/linux/signal.ts';
import { HUPCL, IUTF8 } from '../../../abi/linux/termios.ts';
import { boot_u32 } from '../../boot/block.ts';
import { req_done, req_free, req_orphan, req_result, req_value, ring_submit } from '../../io/ring.ts';
import { ERR_PTR, IS_ERR } from '../../lib/err.ts';
import { list_append, list_remove } from '../../lib/list.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';
import { session_set_tty } from '../../task/pgrp.ts';
import { send_pgrp_signal } from '../../task/signal.ts';
import { current } from '../../task/task.ts';
import { wq_wake } from '../../task/wait_queue.ts';
import { devpts_add, devpts_free_index, devpts_mount, devpts_remove, MAX_PTS } from './devpts.ts';
import { tty_receive } from './input.ts';
import { open_tty } from './open.ts';
import { output_taken } from './output.ts';
import { TTY_OUTPUT, Tty, tty_free, tty_new } from './tty.ts';

const READ_SIZE: u32 = 4096;
const READ_ENDED: u32 = 1;
const WINSIZE_ENDED: u32 = 2;
/** The process that the host has started on it is gone, or nobody has it open any more. */
const FINISHED: u32 = 4;
/** The host has been told so. */
const CLOSED: u32 = 8;

@unmanaged
class Console {
  // Node of the list of all.
  next: usize;
  prev: usize;
  tty: Tty;
  /** Its input as the host knows it; its output is the next one. 0 = of pid 1. */
  handle: u32;
  buffer: usize;
  read: usize;
  write: usize;
  writing: u32;
  winsize: usize;
  ended: u32;
}
const CONSOLES: usize = memory.data(8, 4);

function console_of(handle: u32): Console {
  let p = load<usize>(CONSOLES);
  while (p && changetype<Console>(p).handle != handle) p = changetype<Console>(p).next;
  return changetype<Console>(p);
}

/** The box's own terminal, or null when it has none. */
export function console_tty(): Tty {
  const c = console_of(0);
  return changetype<usize>(c) ? c.tty : changetype<Tty>(0);
}

/** Makes a terminal, the controlling one of the current session, and opens it: File ptr or ERR_PTR. */
export function console_open(flags: u32, handle: u32): usize {
  const index = devpts_free_index();
  if (index == MAX_PTS) return ERR_PTR(-ENOSPC);
  const c = console_new(index, handle);
  if (!changetype<usize>(c)) return ERR_PTR(-ENOMEM);
  const tty = c.tty;
  tty.iflag |= IUTF8;
  tty.cflag |= HUPCL;
  const size = boot_u32(BOOT_COLUMNS);
  tty.columns = size as u16;
  tty.rows = (size >> ((BOOT_ROWS - BOOT_COLUMNS) * 8)) as u16;
  const d = devpts_add(tty);
  if (IS_ERR(d)) {
    forget(c);
    return d;
  }
  const group = current().group;
  tty.session = group.sid;
  tty.pgrp = group.pgid;
  session_set_tty(group.sid, changetype<usize>(tty));
  pump(c);
  return open_tty(devpts_mount(), d, tty, flags);
}

function console_new(index: u32, handle: u32): Console {
  const c = changetype<Console>(kmalloc(offsetof<Console>()));
  if (!changetype<usize>(c)) return c;
  c.handle = handle;
  c.tty = tty_new(index);
  c.buffer = kmalloc(READ_SIZE as usize);
  list_append(CONSOLES, changetype<usize>(c));
  if (changetype<usize>(c.tty) && c.buffer) {
    c.tty.console = changetype<usize>(c);
    return c;
  }
  forget(c);
  return changetype<Console>(0);
}

/** Frees it; nothing is written to the host any more. */
function forget(c: Console): void {
  list_remove(CONSOLES, changetype<usize>(c));
  // A request in flight takes the buffer along.
  const flying = c.read != 0 && !req_done(c.read);
  if (c.read) req_free(c.read);
  if (c.winsize) req_free(c.winsize);
  if (!flying) kfree(c.buffer);
  if (changetype<usize>(c.tty)) tty_free(c.tty);
  kfree(changetype<usize>(c));
}

/** Settles what the host has answered and keeps the requests going. */
export function console_pump(): void {
  let p = load<usize>(CONSOLES);
  while (p) {
    const c = changetype<Console>(p);
    p = c.next;
    pump(c);
    if (c.ended & FINISHED && !c.write && c.tty.outHead == c.tty.outTail) finish(c);
  }
}

function pump(c: Console): void {
  if (c.read && req_done(c.read)) take_input(c);
  if (!c.read && !(c.ended & READ_ENDED)) c.read = ring_submit(RING_READ, c.handle, c.buffer, READ_SIZE, 0, 0);
  if (c.winsize && req_done(c.winsize)) take_winsize(c);
  if (!c.winsize && !(c.ended & WINSIZE_ENDED)) c.winsize = ring_submit(RING_WINSIZE, c.handle, 0, 0, 0, 0);
  if (c.write && req_done(c.write)) take_written(c);
  console_flush(c.tty);
}

/** The process on it has ended: the host lets go of its side once all is written, as of the master of a pseudo-terminal. */
export function console_ended(handle: u32): void {
  const c = console_of(handle);
  if (!handle || !changetype<usize>(c)) return;
  hang_up(c.tty);
  wq_wake(c.tty.readQueue(), i32.MAX_VALUE);
  wq_wake(c.tty.writeQueue(), i32.MAX_VALUE);
  finish_later(c);
}

/** Nobody has it open any more. That of pid 1 stays. */
export function console_closed(tty: Tty): void {
  const c = changetype<Console>(tty.console);
  if (c.handle) finish_later(c);
}

function finish_later(c: Console): void {
  c.ended |= FINISHED | READ_ENDED | WINSIZE_ENDED;
  c.tty.stopped = 0;
}

/** All is written out: the host hears of the end once; the terminal goes with the last file of it. */
function finish(c: Console): void {
  if (!(c.ended & CLOSED)) {
    c.ended |= CLOSED;
    for (let fd = 0; fd < 3; fd++) close_stream(c.handle + fd);
    devpts_remove(c.tty);
  }
  if (c.tty.opens) return;
  if (c.tty.session) session_set_tty(c.tty.session, 0);
  forget(c);
}

function close_stream(handle: u32): void {
  const close = ring_submit(RING_CLOSE, handle, 0, 0, 0, 0);
  if (close) req_orphan(close);
}

function take_input(c: Console): void {
  const n = req_result(c.read);
  req_free(c.read);
  c.read = 0;
  if (n > 0) return tty_receive(c.tty, c.buffer, n as u32);
  c.ended |= READ_ENDED;
  hang_up(c.tty);
}

/** The host's terminal is gone. */
function hang_up(tty: Tty): void {
  tty.hungUp = 1;
  if (tty.pgrp) send_pgrp_signal(tty.pgrp, SIGHUP, 0);
}

function take_winsize(c: Console): void {
  const size = req_value(c.winsize);
  const failed = req_result(c.winsize) < 0;
  req_free(c.winsize);
  c.winsize = 0;
  if (failed) {
    c.ended |= WINSIZE_ENDED;
    return;
  }
  c.tty.columns = (size >> 16) as u16;
  c.tty.rows = (size & 0xffff) as u16;
  if (c.tty.pgrp) send_pgrp_signal(c.tty.pgrp, SIGWINCH, 0);
}

function take_written(c: Console): void {
  const n = req_result(c.write);
  req_free(c.write);
  c.write = 0;
  // A host that refuses takes all: there is nobody to tell.
  output_taken(c.tty, n >= 0 ? (n as u32) : c.writing);
}

/** Hands the next piece of output to the host. */
export function console_flush(tty: Tty): void {
  const c = changetype<Console>(tty.console);
  if (c.write || tty.outHead == tty.outTail || tty.stopped) return;
  const start = tty.outHead & (TTY_OUTPUT - 1);
  let n = tty.outTail - tty.outHead;
  if (n > TTY_OUTPUT - start) n = TTY_OUTPUT - start;
  c.writing = n;
  c.write = ring_submit(RING_WRITE, c.handle + 1, tty.outputAt(tty.outHead), n, 0, 0);
}

/** Sends what is left when pid 1 has ended, also what ctrl-S holds back; true = nothing is left. */
export function console_drained(): bool {
  let p = load<usize>(CONSOLES);
  let drained = true;
  while (p) {
    const c = changetype<Console>(p);
    p = c.next;
    c.tty.stopped = 0;
    pump(c);
    if (c.tty.outHead != c.tty.outTail) drained = false;
  }
  return drained;
}
