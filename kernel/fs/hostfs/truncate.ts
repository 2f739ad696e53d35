// truncate(2) of files of the host: there first, then what is cached follows.
import { code_invalidate } from '../../cpu/code_page.ts';
import { FRAME_HAS_CODE } from '../../../abi/frame.ts';
import { frame_flags } from '../../mm/frame.ts';
import { page_for_write } from '../../mm/twin.ts';
import { mm_unmap_file } from '../../mm/unmap.ts';
import { Inode } from '../../vfs/inode.ts';
import { pagecache_peek, pagecache_truncate } from '../../vfs/pagecache.ts';
import { host_set_size } from './attr.ts';
import { node_of } from './node.ts';

/** 0 or -errno (-EBLOCKED*: nothing has changed here). */
export function host_truncate(inode: Inode, size: u64): i32 {
  const old = inode.size;
  const error = host_set_size(inode, size);
  if (error) return error;
  inode.size = size;
  node_of(inode).readVoid = 1;
  const kept = size < old ? size : old;
  const end = (kept + 0xfff) & ~0xfff;
  const frame = kept < end ? pagecache_peek(inode, (kept >> 12) as u32) : 0;
  if (frame) {
    if (frame_flags(frame) & FRAME_HAS_CODE) code_invalidate(frame);
    memory.fill(page_for_write(frame) + ((kept & 0xfff) as usize), 0, (end - kept) as usize);
  }
  if (size >= old) return 0;
  pagecache_truncate(inode, (end >> 12) as u32);
  mm_unmap_file(changetype<usize>(inode), end, u64.MAX_VALUE & ~0xfff);
  return 0;
}
