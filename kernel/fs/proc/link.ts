import { EINVAL } from '../../../abi/linux/errno.ts';
import { Inode } from '../../vfs/inode.ts';
import { Walk } from '../../vfs/walk.ts';
export function proc_readlink(inode: Inode, buf: usize, size: i32): i32 {
  return -EINVAL;
}
export function proc_follow(inode: Inode, w: Walk): i32 {
  return 0;
}
