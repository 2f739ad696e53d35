// Job control: may the current process use its controlling terminal now? credentials(7), tcsetpgrp(3).
import { EBLOCKED, EIO } from '../../../abi/linux/errno.ts';
import { SIGTTIN, SIGTTOU } from '../../../abi/linux/signal.ts';
import { pgrp_is_orphaned } from '../../task/pgrp.ts';
import { send_pgrp_signal, signal_ignored_or_blocked } from '../../task/signal.ts';
import { current } from '../../task/task.ts';
import { Tty } from './tty.ts';

function in_background(tty: Tty): bool {
  const group = current().group;
  return tty.session == group.sid && tty.pgrp != 0 && tty.pgrp != group.pgid;
}

/** 0, -EIO, or -EBLOCKED: the group has been told to stop, the call is repeated when it goes on. */
export function may_read(tty: Tty): i32 {
  if (!in_background(tty)) return 0;
  const pgid = current().group.pgid;
  if (signal_ignored_or_blocked(SIGTTIN) || pgrp_is_orphaned(pgid)) return -EIO;
  send_pgrp_signal(pgid, SIGTTIN, 0);
  return -EBLOCKED;
}

/** The same for writing and for changing the terminal. */
export function may_change(tty: Tty): i32 {
  if (!in_background(tty) || signal_ignored_or_blocked(SIGTTOU)) return 0;
  const pgid = current().group.pgid;
  if (pgrp_is_orphaned(pgid)) return -EIO;
  send_pgrp_signal(pgid, SIGTTOU, 0);
  return -EBLOCKED;
}
