// Opening terminals: /dev/pts/N, /dev/tty, /dev/console, and /dev/ptmx, which makes a new pair.
import { EIO, ENOMEM, ENOSPC, ENXIO } from '../../../abi/linux/errno.ts';
import { O_NOCTTY } from '../../../abi/linux/fcntl.ts';
import { ERR_PTR, IS_ERR } from '../../lib/err.ts';
import { session_set_tty, session_tty } from '../../task/pgrp.ts';
import { current } from '../../task/task.ts';
import { Dentry } from '../../vfs/dentry.ts';
import { FILE_PTMX, FILE_TTY, file_new } from '../../vfs/file.ts';
import { Inode } from '../../vfs/inode.ts';
import { Mount } from '../../vfs/mount.ts';
import { DEV_CONSOLE, dev_minor } from '../dev/numbers.ts';
import { console_tty } from './console.ts';
import { MAX_PTS, devpts_add, devpts_find, devpts_free_index } from './devpts.ts';
import { Tty, tty_free, tty_new } from './tty.ts';

/** Opens the slave side: File ptr or ERR_PTR. A session leader without a terminal gets it as its controlling one. */
export function open_tty(m: Mount, d: usize, tty: Tty, flags: u32): usize {
  const dentry = changetype<Dentry>(d);
  const file = file_new(m, dentry, dentry.inode, FILE_TTY, flags);
  if (!changetype<usize>(file)) return ERR_PTR(-ENOMEM);
  file.data = changetype<usize>(tty);
  tty.opens++;
  tty.wasOpen = 1;
  const group = current().group;
  if (!(flags & O_NOCTTY) && group.sid == group.tgid && !tty.session && !session_tty()) tty_acquire(tty);
  return changetype<usize>(file);
}

/** Makes the terminal the controlling one of the current session. */
export function tty_acquire(tty: Tty): void {
  const group = current().group;
  tty.session = group.sid;
  tty.pgrp = group.pgid;
  session_set_tty(group.sid, changetype<usize>(tty));
}

export function pts_open(m: Mount, d: Dentry, inode: Inode, flags: u32): usize {
  const tty = devpts_find(dev_minor(inode.rdev));
  if (!changetype<usize>(tty)) return ERR_PTR(-ENXIO);
  if (tty.locked || tty.hungUp) return ERR_PTR(-EIO);
  return open_tty(m, changetype<usize>(d), tty, flags);
}

/** /dev/tty is the session's terminal, /dev/console the host's. */
export function tty_device_open(m: Mount, d: Dentry, inode: Inode, flags: u32): usize {
  const tty = inode.rdev == DEV_CONSOLE ? console_tty() : changetype<Tty>(session_tty());
  if (!changetype<usize>(tty)) return ERR_PTR(-ENXIO);
  return open_tty(m, changetype<usize>(d), tty, flags | O_NOCTTY);
}

export function ptmx_open(m: Mount, d: Dentry, inode: Inode, flags: u32): usize {
  const index = devpts_free_index();
  if (index == MAX_PTS) return ERR_PTR(-ENOSPC);
  const tty = tty_new(index);
  if (!changetype<usize>(tty)) return ERR_PTR(-ENOMEM);
  tty.locked = 1;
  const file = file_new(m, d, inode, FILE_PTMX, flags);
  const slave = changetype<usize>(file) ? devpts_add(tty) : ERR_PTR(-ENOMEM);
  if (IS_ERR(slave)) {
    tty_free(tty);
    return slave;
  }
  file.data = changetype<usize>(tty);
  tty.masters = 1;
  return changetype<usize>(file);
}
