// Opening terminals: the console, /dev/tty, pseudo-terminals.
import { ENXIO } from '../../../abi/linux/errno.ts';
import { ERR_PTR } from '../../lib/err.ts';
import { Dentry } from '../../vfs/dentry.ts';
import { Inode } from '../../vfs/inode.ts';
import { Mount } from '../../vfs/mount.ts';

export function ptmx_open(m: Mount, d: Dentry, inode: Inode, flags: u32): usize {
  return ERR_PTR(-ENXIO);
}
export function pts_open(m: Mount, d: Dentry, inode: Inode, flags: u32): usize {
  return ERR_PTR(-ENXIO);
}
export function tty_device_open(m: Mount, d: Dentry, inode: Inode, flags: u32): usize {
  return ERR_PTR(-ENXIO);
}
