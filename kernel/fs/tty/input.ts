// Input of a terminal: what the line discipline (N_TTY) makes of each byte that is typed. termios(3).
import { SIGINT, SIGQUIT, SIGTSTP } from '../../../abi/linux/signal.ts';
import {
  ECHO,
  ECHOE,
  ECHOK,
  ECHOKE,
  ECHONL,
  ICRNL,
  IEXTEN,
  IGNCR,
  INLCR,
  ISIG,
  ISTRIP,
  IXANY,
  IXON,
  NOFLSH,
  VEOF,
  VEOL,
  VEOL2,
  VERASE,
  VINTR,
  VKILL,
  VLNEXT,
  VQUIT,
  VREPRINT,
  VSTART,
  VSTOP,
  VSUSP,
  VWERASE,
} from '../../../abi/linux/termios.ts';
import { send_pgrp_signal } from '../../task/signal.ts';
import { clock_monotonic } from '../../lib/clock.ts';
import { wq_wake } from '../../task/wait_queue.ts';
import { echo_byte, output_byte, output_flush } from './output.ts';
import { MARK_EOF, MARK_LINE, TTY_INPUT, Tty } from './tty.ts';

/** Takes bytes as if they were typed. */
export function tty_receive(tty: Tty, p: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) receive_byte(tty, load<u8>(p + (i as usize)));
  tty.lastInput = clock_monotonic();
  output_flush(tty);
  if (tty.isCanonical() ? tty.canon != tty.head : tty.tail != tty.head) wq_wake(tty.readQueue(), i32.MAX_VALUE);
}

function receive_byte(tty: Tty, c: u32): void {
  if (tty.iflag & ISTRIP) c &= 127;
  if (tty.literal) {
    tty.literal = 0;
    return store_byte(tty, c, 0, true);
  }
  if (tty.iflag & IXON && flow_control(tty, c)) return;
  if (tty.lflag & ISIG && signal_byte(tty, c)) return;
  if (c == 13) {
    if (tty.iflag & IGNCR) return;
    if (tty.iflag & ICRNL) c = 10;
  } else if (c == 10 && tty.iflag & INLCR) c = 13;
  if (tty.isCanonical() && edit(tty, c)) return;
  store_byte(tty, c, 0, (tty.lflag & ECHO) != 0);
}

/** Is c that control character (0 = disabled)? */
function is(tty: Tty, c: u32, index: usize): bool {
  return c != 0 && tty.cc(index) == c;
}

function flow_control(tty: Tty, c: u32): bool {
  if (is(tty, c, VSTOP)) {
    tty.stopped = 1;
    return true;
  }
  const start = is(tty, c, VSTART);
  if (tty.stopped && (start || tty.iflag & IXANY)) {
    tty.stopped = 0;
    output_flush(tty);
    wq_wake(tty.writeQueue(), i32.MAX_VALUE);
  }
  return start;
}

function signal_byte(tty: Tty, c: u32): bool {
  const sig = is(tty, c, VINTR) ? SIGINT : is(tty, c, VQUIT) ? SIGQUIT : is(tty, c, VSUSP) ? SIGTSTP : 0;
  if (!sig) return false;
  if (!(tty.lflag & NOFLSH)) {
    input_flush(tty);
    // What the console shows is in the hands of the host.
    if (!tty.console) tty.outHead = tty.outTail;
  }
  if (tty.lflag & ECHO) echo_byte(tty, c);
  if (tty.pgrp) send_pgrp_signal(tty.pgrp, sig, 0);
  return true;
}

/** Forgets all input. */
export function input_flush(tty: Tty): void {
  tty.head = tty.canon = tty.tail;
  tty.literal = 0;
}

/** Bytes that canonical mode treats specially: true = done with it. */
function edit(tty: Tty, c: u32): bool {
  const extended = (tty.lflag & IEXTEN) != 0;
  if (is(tty, c, VERASE)) erase(tty);
  else if (is(tty, c, VKILL)) kill_line(tty);
  else if (extended && is(tty, c, VWERASE)) erase_word(tty);
  else if (extended && is(tty, c, VLNEXT)) {
    tty.literal = 1;
    if (tty.lflag & ECHO) {
      output_byte(tty, 0x5e);
      output_byte(tty, 8);
    }
  } else if (extended && is(tty, c, VREPRINT)) reprint(tty, c);
  else if (c == 10) {
    if (tty.lflag & (ECHO | ECHONL)) output_byte(tty, 10);
    store_byte(tty, 10, MARK_LINE, false);
  } else if (is(tty, c, VEOF)) store_byte(tty, 0, MARK_EOF, false);
  else if (is(tty, c, VEOL) || (extended && is(tty, c, VEOL2))) store_byte(tty, c, MARK_LINE, (tty.lflag & ECHO) != 0);
  else return false;
  return true;
}

/** Queues a byte. A full line still takes its end: one place is kept for it. */
function store_byte(tty: Tty, c: u32, mark: u32, echo: bool): void {
  const used = tty.tail - tty.head;
  if (used >= TTY_INPUT || (tty.isCanonical() && !mark && used >= TTY_INPUT - 1)) return;
  if (echo) echo_byte(tty, c);
  store<u8>(tty.inputAt(tty.tail), c as u8);
  store<u8>(tty.markAt(tty.tail), mark as u8);
  tty.tail++;
  if (mark || !tty.isCanonical()) tty.canon = tty.tail;
}

/** Takes the last character of the unfinished line back, with all bytes of its UTF-8 form; false = there is none. */
function erase(tty: Tty): bool {
  if (tty.tail == tty.canon) return false;
  let c: u32 = 0;
  do c = load<u8>(tty.inputAt(--tty.tail));
  while ((c & 0xc0) == 0x80 && tty.tail != tty.canon);
  if (!(tty.lflag & ECHO)) return true;
  if (!(tty.lflag & ECHOE)) {
    echo_byte(tty, tty.cc(VERASE));
    return true;
  }
  rub_out(tty);
  if (c < 32 || c == 127) rub_out(tty);
  return true;
}

function rub_out(tty: Tty): void {
  output_byte(tty, 8);
  output_byte(tty, 32);
  output_byte(tty, 8);
}

function erase_word(tty: Tty): void {
  let word = false;
  while (tty.tail != tty.canon) {
    const c = load<u8>(tty.inputAt(tty.tail - 1)) as u32;
    const blank = c == 32 || c == 9;
    if (blank && word) return;
    if (!blank) word = true;
    erase(tty);
  }
}

function kill_line(tty: Tty): void {
  if (!(tty.lflag & ECHO)) {
    tty.tail = tty.canon;
    return;
  }
  if (tty.lflag & ECHOKE && tty.lflag & ECHOE) {
    while (erase(tty));
    return;
  }
  tty.tail = tty.canon;
  echo_byte(tty, tty.cc(VKILL));
  if (tty.lflag & ECHOK) output_byte(tty, 10);
}

/** Shows the unfinished line again. */
function reprint(tty: Tty, c: u32): void {
  echo_byte(tty, c);
  output_byte(tty, 10);
  for (let i = tty.canon; i != tty.tail; i++) echo_byte(tty, load<u8>(tty.inputAt(i)));
}
