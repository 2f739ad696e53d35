// Process groups and sessions. setpgid(2), setsid(2), credentials(7).
// Invariant: a living or zombie thread group is a member of exactly one process group, listed in the Pid of its number.
import { SIGCONT, SIGHUP } from '../../abi/linux/signal.ts';
import { Pid, pid_find, pid_release } from './pid.ts';
import { send_pgrp_signal } from './signal.ts';
import { group_is_stopped } from './stop.ts';
import { current } from './task.ts';
import { GROUP_ZOMBIE, ThreadGroup } from './thread_group.ts';

/** Puts the group, which is in none, into process group pgid of session sid; both numbers are in use. */
export function pgrp_join(group: ThreadGroup, pgid: i32, sid: i32): void {
  const pgrp = changetype<Pid>(pid_find(pgid));
  group.pgid = pgid;
  group.sid = sid;
  group.pgrpPrev = changetype<ThreadGroup>(0);
  group.pgrpNext = pgrp.pgrpFirst;
  if (changetype<usize>(pgrp.pgrpFirst)) pgrp.pgrpFirst.pgrpPrev = group;
  pgrp.pgrpFirst = group;
  changetype<Pid>(pid_find(sid)).sessionMembers++;
}

export function pgrp_leave(group: ThreadGroup): void {
  const pgrp = pid_find(group.pgid);
  if (changetype<usize>(group.pgrpPrev)) group.pgrpPrev.pgrpNext = group.pgrpNext;
  else changetype<Pid>(pgrp).pgrpFirst = group.pgrpNext;
  if (changetype<usize>(group.pgrpNext)) group.pgrpNext.pgrpPrev = group.pgrpPrev;
  const session = pid_find(group.sid);
  changetype<Pid>(session).sessionMembers--;
  pid_release(pgrp);
  if (session != pgrp) pid_release(session);
}

/** Is the process group orphaned: no member has a parent in another group of the same session? Its background reads give EIO. */
export function pgrp_is_orphaned(pgid: i32): bool {
  return orphaned_without(pgid, changetype<ThreadGroup>(0));
}

/** Is there a process group of that number in that session? */
export function pgrp_in_session(pgid: i32, sid: i32): bool {
  const pgrp = pid_find(pgid);
  return (
    pgrp != 0 && changetype<usize>(changetype<Pid>(pgrp).pgrpFirst) != 0 && changetype<Pid>(pgrp).pgrpFirst.sid == sid
  );
}

/** Group `leaving` ends, or loses its parent: when that orphans a process group with stopped members, they get SIGHUP and SIGCONT. */
export function pgrp_check_orphan(pgid: i32, sid: i32, parent: ThreadGroup, leaving: ThreadGroup): void {
  if (!changetype<usize>(parent) || parent.pgid == pgid || parent.sid != sid) return;
  if (!orphaned_without(pgid, leaving) || !has_stopped(pgid)) return;
  send_pgrp_signal(pgid, SIGHUP, 0);
  send_pgrp_signal(pgid, SIGCONT, 0);
}

/** The controlling terminal of the current task's session, 0 = none. */
export function session_tty(): usize {
  return changetype<Pid>(pid_find(current().group.sid)).tty;
}

/** Gives a session its controlling terminal, or takes it away (0). */
export function session_set_tty(sid: i32, tty: usize): void {
  const session = pid_find(sid);
  if (session) changetype<Pid>(session).tty = tty;
}

function orphaned_without(pgid: i32, leaving: ThreadGroup): bool {
  const pgrp = pid_find(pgid);
  if (!pgrp) return true;
  for (let g = changetype<Pid>(pgrp).pgrpFirst; changetype<usize>(g); g = g.pgrpNext) {
    if (changetype<usize>(g) == changetype<usize>(leaving) || g.state == GROUP_ZOMBIE) continue;
    const parent = g.parent;
    if (!changetype<usize>(parent)) continue;
    if (parent.pgid != pgid && parent.sid == g.sid) return false;
  }
  return true;
}

function has_stopped(pgid: i32): bool {
  const pgrp = pid_find(pgid);
  for (let g = changetype<Pid>(pgrp).pgrpFirst; changetype<usize>(g); g = g.pgrpNext) {
    if (group_is_stopped(g)) return true;
  }
  return false;
}
