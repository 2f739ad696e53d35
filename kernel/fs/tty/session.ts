// Controlling terminals: what happens to one when its session ends.

/** The session leader `sid` exits: SIGHUP and SIGCONT to the foreground group, the terminal loses its session. */
export function tty_session_exit(sid: i32): void {}
