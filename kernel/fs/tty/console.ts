// The box's own terminal: /dev/pts/0 and /dev/console, whose other side is the host (HOST_TTY).
// Invariant: one read, one write and one window-size request are in flight at most; console_pump settles them whenever the host
// has answered, so that ctrl-C works while nobody reads.
import { BOOT_COLUMNS, BOOT_ROWS } from '../../../abi/boot.ts';
import { RING_READ, RING_WINSIZE, RING_WRITE } from '../../../abi/host.ts';
import { ENOMEM } from '../../../abi/linux/errno.ts';
import { SIGHUP, SIGWINCH } from '../../../abi/linux/signal.ts';
import { HUPCL, IUTF8 } from '../../../abi/linux/termios.ts';
import { boot_u32 } from '../../boot/block.ts';
import { req_done, req_free, req_result, req_value, ring_submit } from '../../io/ring.ts';
import { ERR_PTR, IS_ERR } from '../../lib/err.ts';
import { kmalloc } from '../../lib/slab.ts';
import { session_set_tty } from '../../task/pgrp.ts';
import { send_pgrp_signal } from '../../task/signal.ts';
import { current } from '../../task/task.ts';
import { devpts_add, devpts_mount } from './devpts.ts';
import { tty_receive } from './input.ts';
import { open_tty } from './open.ts';
import { output_taken } from './output.ts';
import { TTY_OUTPUT, Tty, tty_new } from './tty.ts';

const READ_SIZE: u32 = 4096;
const READ_ENDED: u32 = 1;
const WINSIZE_ENDED: u32 = 2;

@unmanaged
class Console {
  tty: Tty;
  buffer: usize;
  read: usize;
  write: usize;
  writing: u32;
  winsize: usize;
  ended: u32;
}
const CONSOLE: usize = memory.data(32, 8);

function console(): Console {
  return changetype<Console>(CONSOLE);
}

/** The console's terminal, or null when the box has none. */
export function console_tty(): Tty {
  return console().tty;
}

/** Makes the terminal, the controlling one of the current session, and opens it: File ptr or ERR_PTR. */
export function console_open(flags: u32): usize {
  const c = console();
  c.tty = tty_new(0);
  c.buffer = kmalloc(READ_SIZE as usize);
  if (!changetype<usize>(c.tty) || !c.buffer) return ERR_PTR(-ENOMEM);
  const tty = c.tty;
  tty.console = 1;
  tty.iflag |= IUTF8;
  tty.cflag |= HUPCL;
  const size = boot_u32(BOOT_COLUMNS);
  tty.columns = size as u16;
  tty.rows = (size >> ((BOOT_ROWS - BOOT_COLUMNS) * 8)) as u16;
  const d = devpts_add(tty);
  if (IS_ERR(d)) return d;
  const group = current().group;
  tty.session = group.sid;
  tty.pgrp = group.pgid;
  session_set_tty(group.sid, changetype<usize>(tty));
  console_pump();
  return open_tty(devpts_mount(), d, tty, flags);
}

/** Settles what the host has answered and keeps the requests going. */
export function console_pump(): void {
  const c = console();
  if (!changetype<usize>(c.tty)) return;
  if (c.read && req_done(c.read)) take_input(c);
  if (!c.read && !(c.ended & READ_ENDED)) c.read = ring_submit(RING_READ, 0, c.buffer, READ_SIZE, 0, 0);
  if (c.winsize && req_done(c.winsize)) take_winsize(c);
  if (!c.winsize && !(c.ended & WINSIZE_ENDED)) c.winsize = ring_submit(RING_WINSIZE, 0, 0, 0, 0, 0);
  if (c.write && req_done(c.write)) take_written(c);
  console_flush();
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
export function console_flush(): void {
  const c = console();
  const tty = c.tty;
  if (c.write || tty.outHead == tty.outTail || tty.stopped) return;
  const start = tty.outHead & (TTY_OUTPUT - 1);
  let n = tty.outTail - tty.outHead;
  if (n > TTY_OUTPUT - start) n = TTY_OUTPUT - start;
  c.writing = n;
  c.write = ring_submit(RING_WRITE, 1, tty.outputAt(tty.outHead), n, 0, 0);
}

/** Sends what is left when pid 1 has ended, also what ctrl-S holds back; true = nothing is left. */
export function console_drained(): bool {
  const tty = console().tty;
  if (!changetype<usize>(tty)) return true;
  tty.stopped = 0;
  console_pump();
  return tty.outHead == tty.outTail;
}
