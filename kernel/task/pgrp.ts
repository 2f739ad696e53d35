// Process groups and sessions. setpgid(2), setsid(2), credentials(7).

/** Is the process group orphaned: no member has a parent in another group of the same session? Its background reads give EIO. */
export function pgrp_is_orphaned(pgid: i32): bool {
  unreachable();
  return false;
}

/** Is there a process group of that number in that session? */
export function pgrp_in_session(pgid: i32, sid: i32): bool {
  unreachable();
  return false;
}

/** The controlling terminal of the current task's session, 0 = none. */
export function session_tty(): usize {
  unreachable();
  return 0;
}

/** Gives a session its controlling terminal, or takes it away (0). */
export function session_set_tty(sid: i32, tty: usize): void {
  unreachable();
}
