// What programs stored through shared mappings goes to the host: at msync, munmap, fsync, the last close, and the box's end.
import { PAGE_SIZE } from '../../../abi/box.ts';
import { FILE_ATTR_SIZE, FILE_SYNC, FILE_TRANSFER_MAX, FILE_WRITE } from '../../../abi/hostfs.ts';
import { IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { kmalloc } from '../../lib/slab.ts';
import { mm_unmap_shared } from '../../mm/unmap.ts';
import { Inode } from '../../vfs/inode.ts';
import { pagecache_is_dirty, pagecache_take_dirty } from '../../vfs/pagecache.ts';
import { call_host, call_result, draft_begin, post } from './call.ts';
import { HostNode, node_of, nodes_first } from './node.ts';

const MOST: u32 = FILE_TRANSFER_MAX / PAGE_SIZE;

/** Sends all dirty pages; the requests are answered in order, before whatever is asked next. */
export function host_writeback(inode: Inode): void {
  const node = node_of(inode);
  if (!inode.sb.pages || !inode.pageCount || !node.handle) return;
  const end = ((inode.size + 4095) >> 12) as u32;
  let unmapped = false;
  for (let index: u32 = 0; index < end; index++) {
    if (!pagecache_is_dirty(inode, index)) continue;
    // From here on a store faults and marks its page anew.
    if (!unmapped) mm_unmap_shared(changetype<usize>(inode));
    unmapped = true;
    index += send_run(inode, node, index) - 1;
  }
  if (unmapped) node.freshUntil = 0;
}

/** Sends the dirty pages from index on, as many as follow each other: how many (at least 1). */
function send_run(inode: Inode, node: HostNode, index: u32): u32 {
  let count: u32 = 1;
  while (count < MOST && pagecache_is_dirty(inode, index + count)) count++;
  const at = (index as u64) << 12;
  let bytes = (count * PAGE_SIZE) as u64;
  if (bytes > inode.size - at) bytes = inode.size - at;
  const buffer = kmalloc((count * PAGE_SIZE + FILE_ATTR_SIZE) as usize);
  if (!buffer) return count;
  for (let i: u32 = 0; i < count; i++) {
    const frame = pagecache_take_dirty(inode, index + i);
    memory.copy(buffer + FILE_ATTR_SIZE + ((i * PAGE_SIZE) as usize), frame, PAGE_SIZE);
  }
  post(FILE_WRITE, node.handle, buffer, (bytes as u32) + FILE_ATTR_SIZE, at, 0);
  return count;
}

/** fsync(2): 0 when all is on the host's disk; -errno (-EBLOCKED*). */
export function host_fsync(inode: Inode): i32 {
  host_writeback(inode);
  const node = node_of(inode);
  if (!node.handle) return 0;
  draft_begin();
  const p = call_host(FILE_SYNC, node.handle, 0, 0, 0);
  if (IS_ERR(p)) return PTR_ERR(p);
  const result = call_result(p);
  return result < 0 ? result : 0;
}

/** sync(2), and the end of the box. */
export function host_writeback_all(): void {
  for (let n = nodes_first(); changetype<usize>(n); n = changetype<HostNode>(n.next)) host_writeback(n.inode);
}
