import { EIO, ENOTTY } from '../../../abi/linux/errno.ts';
import { File } from '../../vfs/file.ts';
import { Iter } from '../../vfs/iter.ts';
export function pty_master_read(file: File, it: Iter): i64 {
  return -EIO;
}
export function pty_master_write(file: File, it: Iter): i64 {
  return -EIO;
}
export function pty_master_poll(file: File, wait: bool): i32 {
  return 0;
}
export function pty_master_ioctl(file: File, request: u32, arg: u64): i64 {
  return -ENOTTY;
}
export function pty_master_closed(file: File): void {}
export function tty_closed(file: File): void {}
