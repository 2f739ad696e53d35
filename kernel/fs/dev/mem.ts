// The memory devices: null, zero, full, random, urandom. null(4), full(4), random(4).
import { ENOSPC } from '../../../abi/linux/errno.ts';
import { random_bytes } from '../../lib/random.ts';
import { File } from '../../vfs/file.ts';
import { Iter, iter_skip, iter_write } from '../../vfs/iter.ts';
import { DEV_FULL, DEV_NULL, DEV_RANDOM, DEV_SNAPSHOT, DEV_URANDOM } from './numbers.ts';
import { snapshot_write } from './snapshot.ts';

const PIECE: usize = memory.data(4096, 16);

export function mem_read(file: File, it: Iter): i64 {
  const dev = file.inode.rdev;
  if (dev == DEV_NULL || dev == DEV_SNAPSHOT) return 0;
  const random = dev == DEV_RANDOM || dev == DEV_URANDOM;
  if (!random) memory.fill(PIECE, 0, 4096);
  let done: i64 = 0;
  while (it.left) {
    const n = it.left < 4096 ? (it.left as usize) : 4096;
    if (random) random_bytes(PIECE, n);
    const error = iter_write(it, PIECE, n);
    if (error) return done ? done : (error as i64);
    done += n as i64;
  }
  return done;
}

export function mem_write(file: File, it: Iter): i64 {
  if (file.inode.rdev == DEV_FULL) return it.left ? -ENOSPC : 0;
  if (file.inode.rdev == DEV_SNAPSHOT) return snapshot_write(it);
  const n = it.left;
  iter_skip(it, n);
  return n as i64;
}
