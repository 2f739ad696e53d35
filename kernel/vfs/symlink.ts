// Reading symbolic links. readlink(2), symlink(7).
import { EINVAL, ENAMETOOLONG, ENOMEM } from '../../abi/linux/errno.ts';
import { PATH_MAX } from '../../abi/linux/fcntl.ts';
import { image_read } from '../fs/image/chunk.ts';
import { host_load_target } from '../fs/hostfs/names.ts';
import { proc_follow, proc_readlink } from '../fs/proc/link.ts';
import { str_len } from '../lib/bytes.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { INODE_HOST, INODE_PROC, Inode } from './inode.ts';
import { Walk } from './walk.ts';

/** Copies at most size bytes of the target, no NUL: their number, or -errno (-EBLOCKED). */
export function symlink_read(inode: Inode, buf: usize, size: i32): i32 {
  if (!inode.isSymlink()) return -EINVAL;
  if (inode.kind == INODE_PROC) return proc_readlink(inode, buf, size);
  const error = load_target(inode);
  if (error) return error;
  let n = str_len(inode.data);
  if (n > size) n = size;
  memory.copy(buf, inode.data, n as usize);
  return n;
}

/** Where a walk goes on: n > 0 bytes of text, NUL-terminated, or 0 when the walk was moved there itself; -errno. */
export function symlink_follow(inode: Inode, w: Walk, buf: usize, size: i32): i32 {
  if (inode.kind == INODE_PROC) {
    const moved = proc_follow(inode, w);
    if (moved) return moved < 0 ? moved : 0;
  }
  const n = symlink_read(inode, buf, size);
  if (n < 0) return n;
  if (n >= size) return -ENAMETOOLONG;
  store<u8>(buf + (n as usize), 0);
  return n;
}

/** Brings the target of an image's link to inode.data. */
function load_target(inode: Inode): i32 {
  if (inode.data) return 0;
  if (inode.kind == INODE_HOST) return host_load_target(inode);
  const n = inode.imageSize as u32;
  if (n >= (PATH_MAX as u32)) return -ENAMETOOLONG;
  const text = kmalloc((n as usize) + 1);
  if (!text) return -ENOMEM;
  const error = image_read(text, inode.imageData, n);
  if (error) kfree(text);
  else inode.data = text;
  return error;
}
