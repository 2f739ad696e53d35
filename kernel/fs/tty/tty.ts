// A terminal: line discipline state, an input queue, an output queue. termios(3), tty(4).
// Invariant: `input` holds bytes head..tail (indices only grow); in canonical mode a reader sees those before `canon`, the end of
// the last complete line. marks[i] tells that byte i ends a line (MARK_LINE), or is an end of file that is not read (MARK_EOF).
// The output queue is drained by the host (console) or by the master side (pseudo-terminal).
import {
  B38400,
  CREAD,
  CS8,
  ECHO,
  ECHOCTL,
  ECHOE,
  ECHOK,
  ECHOKE,
  ICANON,
  ICRNL,
  IEXTEN,
  ISIG,
  IXON,
  ONLCR,
  OPOST,
  VDISCARD,
  VEOF,
  VERASE,
  VINTR,
  VKILL,
  VLNEXT,
  VMIN,
  VQUIT,
  VREPRINT,
  VSTART,
  VSTOP,
  VSUSP,
  VWERASE,
} from '../../../abi/linux/termios.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';

/** Bytes of a line that has not ended, and of raw input nobody read (N_TTY_BUF_SIZE). */
export const TTY_INPUT: u32 = 4096;
export const TTY_OUTPUT: u32 = 16384;
export const MARK_LINE: u32 = 1;
export const MARK_EOF: u32 = 2;

@unmanaged
export class Tty {
  /** Minor number of /dev/pts/N. */
  index: u32;
  /** Open files of the slave side; of the master side. */
  opens: u32;
  masters: u32;
  /** The host is the other side: its Console (console.ts). 0 = a pseudo-terminal. */
  console: usize;
  // struct termios
  iflag: u32;
  oflag: u32;
  cflag: u32;
  lflag: u32;
  line: u8;
  cc0: u8;
  cc1: u16;
  cc2: u64;
  cc3: u64;
  // struct winsize
  rows: u16;
  columns: u16;
  xpixel: u16;
  ypixel: u16;
  session: i32;
  pgrp: i32;
  input: usize;
  marks: usize;
  head: u32;
  canon: u32;
  tail: u32;
  /** The next byte is literal (VLNEXT). */
  literal: u32;
  output: usize;
  outHead: u32;
  outTail: u32;
  /** Column of the cursor, for tabs and erasing. */
  column: u32;
  /** Output is stopped (VSTOP); hung up; the slave may not be opened yet (TIOCSPTLCK); it was open once. */
  stopped: u32;
  hungUp: u32;
  locked: u32;
  wasOpen: u32;
  lastInput: u64;
  readWait: u64;
  writeWait: u64;
  masterWait: u64;

  @inline cc(i: usize): u32 {
    return load<u8>(changetype<usize>(this) + offsetof<Tty>('cc0') + i);
  }
  @inline setCc(i: usize, c: u32): void {
    store<u8>(changetype<usize>(this) + offsetof<Tty>('cc0') + i, c as u8);
  }
  @inline termios(): usize {
    return changetype<usize>(this) + offsetof<Tty>('iflag');
  }
  @inline winsize(): usize {
    return changetype<usize>(this) + offsetof<Tty>('rows');
  }
  @inline readQueue(): usize {
    return changetype<usize>(this) + offsetof<Tty>('readWait');
  }
  @inline writeQueue(): usize {
    return changetype<usize>(this) + offsetof<Tty>('writeWait');
  }
  @inline masterQueue(): usize {
    return changetype<usize>(this) + offsetof<Tty>('masterWait');
  }
  @inline inputAt(i: u32): usize {
    return this.input + ((i & (TTY_INPUT - 1)) as usize);
  }
  @inline markAt(i: u32): usize {
    return this.marks + ((i & (TTY_INPUT - 1)) as usize);
  }
  @inline outputAt(i: u32): usize {
    return this.output + ((i & (TTY_OUTPUT - 1)) as usize);
  }
  @inline isCanonical(): bool {
    return (this.lflag & ICANON) != 0;
  }
}

/** A terminal with the settings of a fresh one (tty_std_termios), or null. */
export function tty_new(index: u32): Tty {
  const tty = changetype<Tty>(kmalloc(offsetof<Tty>()));
  if (!changetype<usize>(tty)) return tty;
  tty.input = kmalloc(TTY_INPUT as usize);
  tty.marks = kmalloc(TTY_INPUT as usize);
  tty.output = kmalloc(TTY_OUTPUT as usize);
  if (!tty.input || !tty.marks || !tty.output) {
    tty_free(tty);
    return changetype<Tty>(0);
  }
  tty.index = index;
  tty.iflag = ICRNL | IXON;
  tty.oflag = OPOST | ONLCR;
  tty.cflag = B38400 | CS8 | CREAD;
  tty.lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;
  tty.setCc(VINTR, 3);
  tty.setCc(VQUIT, 28);
  tty.setCc(VERASE, 127);
  tty.setCc(VKILL, 21);
  tty.setCc(VEOF, 4);
  tty.setCc(VMIN, 1);
  tty.setCc(VSTART, 17);
  tty.setCc(VSTOP, 19);
  tty.setCc(VSUSP, 26);
  tty.setCc(VREPRINT, 18);
  tty.setCc(VDISCARD, 15);
  tty.setCc(VWERASE, 23);
  tty.setCc(VLNEXT, 22);
  return tty;
}

export function tty_free(tty: Tty): void {
  kfree(tty.input);
  kfree(tty.marks);
  kfree(tty.output);
  kfree(changetype<usize>(tty));
}
