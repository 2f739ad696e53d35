// Opening a character device by its number.
import { ENOMEM, ENXIO } from '../../../abi/linux/errno.ts';
import { ERR_PTR } from '../../lib/err.ts';
import { Dentry } from '../../vfs/dentry.ts';
import { FILE_DEVICE, file_new } from '../../vfs/file.ts';
import { Inode } from '../../vfs/inode.ts';
import { Mount } from '../../vfs/mount.ts';
import { message_open } from '../message/device.ts';
import { ptmx_open, pts_open, tty_device_open } from '../tty/open.ts';
import {
  DEV_CONSOLE,
  DEV_FULL,
  DEV_NULL,
  DEV_PTMX,
  DEV_RANDOM,
  DEV_SNAPSHOT,
  DEV_TTY,
  DEV_URANDOM,
  DEV_WBX,
  DEV_ZERO,
  PTS_MAJOR,
  dev_major,
} from './numbers.ts';

/** File ptr or ERR_PTR(-ENXIO: there is no such device). */
export function device_open(m: Mount, d: Dentry, inode: Inode, flags: u32): usize {
  switch (inode.rdev) {
    case DEV_NULL:
    case DEV_ZERO:
    case DEV_FULL:
    case DEV_RANDOM:
    case DEV_SNAPSHOT:
    case DEV_URANDOM: {
      const file = file_new(m, d, inode, FILE_DEVICE, flags);
      return changetype<usize>(file) ? changetype<usize>(file) : ERR_PTR(-ENOMEM);
    }
    case DEV_PTMX:
      return ptmx_open(m, d, inode, flags);
    case DEV_WBX:
      return message_open(m, d, inode, flags);
    case DEV_TTY:
    case DEV_CONSOLE:
      return tty_device_open(m, d, inode, flags);
  }
  return dev_major(inode.rdev) == PTS_MAJOR ? pts_open(m, d, inode, flags) : ERR_PTR(-ENXIO);
}
