// Writing to a terminal.
import { EAGAIN, EBLOCKED, EIO, ENOMEM } from '../../../abi/linux/errno.ts';
import { O_NONBLOCK } from '../../../abi/linux/fcntl.ts';
import { TOSTOP } from '../../../abi/linux/termios.ts';
import { wait_on } from '../../task/wait_queue.ts';
import { File } from '../../vfs/file.ts';
import { Iter, iter_read } from '../../vfs/iter.ts';
import { may_change } from './job.ts';
import { output_byte, output_flush, output_ready } from './output.ts';
import { Tty } from './tty.ts';

const BYTE: usize = memory.data(8, 8);

/** Bytes taken; the caller comes back with the rest. */
export function tty_write(file: File, it: Iter): i64 {
  const tty = changetype<Tty>(file.data);
  if (tty.hungUp || (!tty.masters && !tty.console)) return -EIO;
  const denied = tty.lflag & TOSTOP ? may_change(tty) : 0;
  if (denied) return denied;
  if (!it.left) return 0;
  if (!output_ready(tty)) {
    if (file.flags & O_NONBLOCK) return -EAGAIN;
    return wait_on(tty.writeQueue()) ? -EBLOCKED : -ENOMEM;
  }
  let done: i64 = 0;
  while (it.left && output_ready(tty)) {
    const error = iter_read(it, BYTE, 1);
    if (error) {
      if (!done) return error;
      break;
    }
    output_byte(tty, load<u8>(BYTE));
    done++;
  }
  output_flush(tty);
  return done;
}
