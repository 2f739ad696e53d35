import { EIO } from '../../../abi/linux/errno.ts';
import { File } from '../../vfs/file.ts';
import { Iter } from '../../vfs/iter.ts';
export function tty_read(file: File, it: Iter): i64 {
  return -EIO;
}
export function tty_poll(file: File, wait: bool): i32 {
  return 0;
}
