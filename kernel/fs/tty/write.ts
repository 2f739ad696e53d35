import { EIO } from '../../../abi/linux/errno.ts';
import { File } from '../../vfs/file.ts';
import { Iter } from '../../vfs/iter.ts';
export function tty_write(file: File, it: Iter): i64 {
  return -EIO;
}
