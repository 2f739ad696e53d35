// Controlling terminals: what happens to one when its session ends, and what /proc/PID/stat tells of it.
import { SIGCONT, SIGHUP } from '../../../abi/linux/signal.ts';
import { session_set_tty } from '../../task/pgrp.ts';
import { Pid, pid_find } from '../../task/pid.ts';
import { send_pgrp_signal } from '../../task/signal.ts';
import { PTS_MAJOR, makedev } from '../dev/numbers.ts';
import { Tty } from './tty.ts';

function tty_of(sid: i32): Tty {
  const session = pid_find(sid);
  return changetype<Tty>(session ? changetype<Pid>(session).tty : 0);
}

/** The session leader `sid` exits: SIGHUP and SIGCONT to the foreground group, the terminal loses its session. */
export function tty_session_exit(sid: i32): void {
  const tty = tty_of(sid);
  if (!changetype<usize>(tty)) return;
  if (tty.pgrp) {
    send_pgrp_signal(tty.pgrp, SIGHUP, 0);
    send_pgrp_signal(tty.pgrp, SIGCONT, 0);
  }
  tty.session = tty.pgrp = 0;
  session_set_tty(sid, 0);
}

/** Device number of the session's terminal, 0 = none. */
export function session_tty_number(sid: i32): i64 {
  const tty = tty_of(sid);
  return changetype<usize>(tty) ? (makedev(PTS_MAJOR, tty.index) as i64) : 0;
}

/** Its foreground process group, -1 = there is no terminal. */
export function session_tty_pgrp(sid: i32): i64 {
  const tty = tty_of(sid);
  return changetype<usize>(tty) ? (tty.pgrp as i64) : -1;
}
