// /proc/PID/mem: another address space as a file, a page at a time. proc(5).
import { EACCES, EFAULT, EIO, ESRCH } from '../../../abi/linux/errno.ts';
import { mm_read, mm_write } from '../../mm/remote.ts';
import { File } from '../../vfs/file.ts';
import { Iter, iter_read, iter_write } from '../../vfs/iter.ts';
import { may_look } from './link.ts';
import { proc_task } from './lookup.ts';

const PIECE: usize = memory.data(4096, 16);

/** Moves bytes between the iterator and the address space at `pos`: how many, or -errno when there are none. */
export function proc_mem(file: File, it: Iter, pos: u64, write: bool): i64 {
  const t = proc_task(file.inode.key);
  if (!changetype<usize>(t)) return -ESRCH;
  if (!may_look(t)) return -EACCES;
  if (!changetype<usize>(t.mm)) return 0;
  let done: i64 = 0;
  while (it.left) {
    const at = pos + (done as u64);
    const rest: usize = 4096 - ((at as usize) & 4095);
    const n = it.left < (rest as u64) ? (it.left as usize) : rest;
    let error = write ? iter_read(it, PIECE, n) : mm_read(t.mm, PIECE, at, n);
    if (!error) error = write ? mm_write(t.mm, at, PIECE, n) : iter_write(it, PIECE, n);
    if (error) return done ? done : error == -EFAULT ? -EIO : error;
    done += n as i64;
  }
  return done;
}
