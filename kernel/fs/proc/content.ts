import { EIO } from '../../../abi/linux/errno.ts';
import { File } from '../../vfs/file.ts';
import { Iter } from '../../vfs/iter.ts';
export function proc_read(file: File, it: Iter, pos: u64): i64 {
  return -EIO;
}
export function proc_write(file: File, it: Iter, pos: u64): i64 {
  return -EIO;
}
