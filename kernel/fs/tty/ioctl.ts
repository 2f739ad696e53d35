// ioctl(2) of terminals. ioctl_tty(2).
import { EINVAL, EIO, ENOTTY, EPERM, ESRCH } from '../../../abi/linux/errno.ts';
import {
  FIONREAD,
  TCFLSH,
  TCGETS,
  TCSBRK,
  TCSBRKP,
  TCSETS,
  TCSETSF,
  TCSETSW,
  TCXONC,
  TIOCEXCL,
  TIOCGETD,
  TIOCGPGRP,
  TIOCGSID,
  TIOCGWINSZ,
  TIOCNOTTY,
  TIOCNXCL,
  TIOCOUTQ,
  TIOCSCTTY,
  TIOCSPGRP,
  TIOCSTI,
  TIOCSWINSZ,
  WINSIZE_SIZE,
} from '../../../abi/linux/ioctl.ts';
import { SIGWINCH } from '../../../abi/linux/signal.ts';
import { TCIFLUSH, TCIOFLUSH, TCOFLUSH, TERMIOS_SIZE } from '../../../abi/linux/termios.ts';
import { mem_eq } from '../../lib/bytes.ts';
import { copyin, copyout, getuser, putuser } from '../../mm/usercopy.ts';
import { CAP_SYS_ADMIN, capable } from '../../task/cred.ts';
import { pgrp_in_session, session_set_tty, session_tty } from '../../task/pgrp.ts';
import { pid_taken, pid_told } from '../../ns/pid.ts';
import { pid_find } from '../../task/pid.ts';
import { send_pgrp_signal } from '../../task/signal.ts';
import { current } from '../../task/task.ts';
import { wq_wake } from '../../task/wait_queue.ts';
import { File } from '../../vfs/file.ts';
import { input_flush, tty_receive } from './input.ts';
import { may_change } from './job.ts';
import { tty_acquire } from './open.ts';
import { output_flush, output_taken } from './output.ts';
import { Tty } from './tty.ts';

const BUFFER: usize = memory.data(64, 8);

export function tty_ioctl(file: File, request: u32, arg: u64): i64 {
  const tty = changetype<Tty>(file.data);
  if (tty.hungUp) return -EIO;
  switch (request) {
    case FIONREAD:
      return putuser<u32>(arg, (tty.isCanonical() ? tty.canon : tty.tail) - tty.head);
    case TIOCSCTTY:
      return set_controlling(tty, arg);
    case TIOCNOTTY:
      return give_up(tty);
    case TIOCEXCL:
    case TIOCNXCL:
      return 0;
    case TIOCGETD:
      return putuser<u32>(arg, 0);
    default:
      return tty_common_ioctl(tty, request, arg, false);
  }
}

/** Requests that both sides of a pseudo-terminal have. */
export function tty_common_ioctl(tty: Tty, request: u32, arg: u64, master: bool): i64 {
  switch (request) {
    case TCGETS:
      return copyout(arg, tty.termios(), TERMIOS_SIZE);
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
      return set_termios(tty, request, arg, master);
    case TIOCGWINSZ:
      return copyout(arg, tty.winsize(), WINSIZE_SIZE);
    case TIOCSWINSZ:
      return set_winsize(tty, arg);
    case TIOCGPGRP:
      if (!master && session_tty() != changetype<usize>(tty)) return -ENOTTY;
      return putuser<i32>(arg, tty.pgrp ? pid_told(tty.pgrp) : 0);
    case TIOCSPGRP:
      return set_pgrp(tty, arg);
    case TIOCGSID:
      return tty.session ? putuser<i32>(arg, pid_told(tty.session)) : -ENOTTY;
    case TCFLSH:
      return flush(tty, arg as i32);
    case TCXONC:
      return flow(tty, arg as i32);
    case TIOCOUTQ:
      return putuser<u32>(arg, tty.outTail - tty.outHead);
    case TIOCSTI:
      return push_input(tty, arg);
    case TCSBRK:
    case TCSBRKP:
      return 0;
    default:
      return -ENOTTY;
  }
}

function set_termios(tty: Tty, request: u32, arg: u64, master: bool): i64 {
  const denied = master ? 0 : may_change(tty);
  if (denied) return denied;
  const error = copyin(BUFFER, arg, TERMIOS_SIZE);
  if (error) return error;
  const wasCanonical = tty.isCanonical();
  if (request == TCSETSF) input_flush(tty);
  memory.copy(tty.termios(), BUFFER, TERMIOS_SIZE);
  if (wasCanonical != tty.isCanonical()) {
    // What was typed so far becomes readable in the new mode.
    tty.canon = tty.tail;
    wq_wake(tty.readQueue(), i32.MAX_VALUE);
  }
  return 0;
}

function set_winsize(tty: Tty, arg: u64): i64 {
  const error = copyin(BUFFER, arg, WINSIZE_SIZE);
  if (error) return error;
  if (mem_eq(BUFFER, tty.winsize(), WINSIZE_SIZE)) return 0;
  memory.copy(tty.winsize(), BUFFER, WINSIZE_SIZE);
  if (tty.pgrp) send_pgrp_signal(tty.pgrp, SIGWINCH, 0);
  return 0;
}

function set_pgrp(tty: Tty, arg: u64): i64 {
  if (session_tty() != changetype<usize>(tty)) return -ENOTTY;
  const denied = may_change(tty);
  if (denied) return denied;
  const pgid = getuser<u32>(arg);
  if (pgid < 0) return pgid;
  if ((pgid as i32) < 0) return -EINVAL;
  const pgrp = pid_taken(pgid as i32);
  if (!pid_find(pgrp)) return -ESRCH;
  if (!pgrp_in_session(pgrp, current().group.sid)) return -EPERM;
  tty.pgrp = pgrp;
  return 0;
}

function set_controlling(tty: Tty, steal: u64): i64 {
  const group = current().group;
  if (session_tty() == changetype<usize>(tty) && group.sid == group.tgid) return 0;
  if (group.sid != group.tgid || session_tty()) return -EPERM;
  if (tty.session) {
    if (steal != 1 || !capable(CAP_SYS_ADMIN)) return -EPERM;
    session_set_tty(tty.session, 0);
  }
  tty_acquire(tty);
  return 0;
}

function give_up(tty: Tty): i64 {
  if (session_tty() != changetype<usize>(tty)) return -ENOTTY;
  const group = current().group;
  if (group.sid != group.tgid) return 0;
  session_set_tty(group.sid, 0);
  tty.session = tty.pgrp = 0;
  return 0;
}

function flush(tty: Tty, queue: i32): i64 {
  if (queue < TCIFLUSH || queue > TCIOFLUSH) return -EINVAL;
  if (queue != TCOFLUSH) input_flush(tty);
  if (queue != TCIFLUSH && !tty.console) output_taken(tty, tty.outTail - tty.outHead);
  return 0;
}

/** TCOOFF, TCOON stop and restart output; TCIOFF, TCION would send the stop characters. */
function flow(tty: Tty, action: i32): i64 {
  if (action < 0 || action > 3) return -EINVAL;
  if (action > 1) return 0;
  tty.stopped = action == 0 ? 1 : 0;
  if (action == 1) {
    output_flush(tty);
    wq_wake(tty.writeQueue(), i32.MAX_VALUE);
  }
  return 0;
}

function push_input(tty: Tty, arg: u64): i64 {
  if (session_tty() != changetype<usize>(tty) && !capable(CAP_SYS_ADMIN)) return -EPERM;
  const c = getuser<u8>(arg);
  if (c < 0) return c;
  store<u8>(BUFFER, c as u8);
  tty_receive(tty, BUFFER, 1);
  return 0;
}
