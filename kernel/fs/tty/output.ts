// Output of a terminal: processing (OPOST) and the queue towards the screen.
import { ECHOCTL, OCRNL, OLCUC, ONLCR, ONLRET, ONOCR, OPOST } from '../../../abi/linux/termios.ts';
import { wq_wake } from '../../task/wait_queue.ts';
import { console_flush } from './console.ts';
import { TTY_OUTPUT, Tty } from './tty.ts';

/** Room that one processed byte may need. */
const MOST_EXPANSION: u32 = 2;

export function output_room(tty: Tty): u32 {
  return TTY_OUTPUT - (tty.outTail - tty.outHead);
}

/** Is there room for one more processed byte? */
export function output_ready(tty: Tty): bool {
  return output_room(tty) >= MOST_EXPANSION && !tty.stopped;
}

function put(tty: Tty, c: u32): void {
  if (!output_room(tty)) return;
  store<u8>(tty.outputAt(tty.outTail++), c as u8);
}

/** Puts one byte as the oflags say. What does not fit is lost: the caller asks output_ready first, echo does not. */
export function output_byte(tty: Tty, c: u32): void {
  if (!(tty.oflag & OPOST)) return put(tty, c);
  switch (c) {
    case 10:
      if (tty.oflag & ONLCR) {
        put(tty, 13);
        tty.column = 0;
      } else if (tty.oflag & ONLRET) tty.column = 0;
      break;
    case 13:
      if (tty.oflag & ONOCR && !tty.column) return;
      if (tty.oflag & OCRNL) c = 10;
      tty.column = 0;
      break;
    case 9:
      tty.column = (tty.column | 7) + 1;
      break;
    case 8:
      if (tty.column) tty.column--;
      break;
    default:
      if (c >= 32 && (c & 0xc0) != 0x80) tty.column++;
      if (tty.oflag & OLCUC && c >= 97 && c <= 122) c -= 32;
  }
  put(tty, c);
}

/** Shows an input byte: control characters as ^X when ECHOCTL is set. */
export function echo_byte(tty: Tty, c: u32): void {
  if (tty.lflag & ECHOCTL && ((c < 32 && c != 9 && c != 10) || c == 127)) {
    output_byte(tty, 0x5e);
    output_byte(tty, c ^ 0x40);
  } else output_byte(tty, c);
}

/** Tells the other side that there is output. */
export function output_flush(tty: Tty): void {
  if (tty.console) console_flush(tty);
  else if (tty.outHead != tty.outTail) wq_wake(tty.masterQueue(), i32.MAX_VALUE);
}

/** The other side has taken n bytes. */
export function output_taken(tty: Tty, n: u32): void {
  tty.outHead += n;
  wq_wake(tty.writeQueue(), i32.MAX_VALUE);
}
