import { ENOTTY } from '../../../abi/linux/errno.ts';
import { File } from '../../vfs/file.ts';
export function tty_ioctl(file: File, request: u32, arg: u64): i64 {
  return -ENOTTY;
}
