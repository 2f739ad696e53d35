// Pages of files of the host: read on demand, ahead when the file is read in order.
// Invariant: at most one read of an inode is on its way; it never replaces a page that is in the cache, and what was written
// or truncated since it was asked for makes it void.
import { PAGE_SIZE } from '../../../abi/box.ts';
import { FILE_ATTR_SIZE, FILE_READ, FILE_TRANSFER_MAX } from '../../../abi/hostfs.ts';
import { EBLOCKED_UNINTERRUPTIBLE, EIO, ENOMEM } from '../../../abi/linux/errno.ts';
import { RingRequest, req_done, req_result, req_wait_queue, ring_submit } from '../../io/ring.ts';
import { ERR_PTR, IS_ERR } from '../../lib/err.ts';
import { kmalloc } from '../../lib/slab.ts';
import { frame_alloc_user } from '../../mm/frame.ts';
import { page_for_read } from '../../mm/twin.ts';
import { wait_on } from '../../task/wait_queue.ts';
import { Inode } from '../../vfs/inode.ts';
import { pagecache_drop_clean, pagecache_insert, pagecache_peek } from '../../vfs/pagecache.ts';
import { HostNode, node_of, nodes_first, request_drop } from './node.ts';

/** Pages of one file kept at most: 32 MiB. */
const MAX_PAGES: u32 = 8192;
const FIRST_PAGES: u32 = 4;
const MOST_PAGES: u32 = FILE_TRANSFER_MAX / PAGE_SIZE;

/** Frame of the page, borrowed; 0 behind the end; ERR_PTR(-EBLOCKED*, -ENOMEM, or what reading gives). */
export function host_page(inode: Inode, index: u32): usize {
  const node = node_of(inode);
  if (node.reading) {
    if (!req_done(node.reading)) return wait_for(node);
    const error = arrived(inode, node);
    if (error && index == node.readIndex) return ERR_PTR(error);
    const frame = pagecache_peek(inode, index);
    if (frame) return page_for_read(frame);
  }
  if ((index as u64) << 12 >= inode.size) return 0;
  return node.handle ? request(inode, node, index) : ERR_PTR(-EIO);
}

function wait_for(node: HostNode): usize {
  return ERR_PTR(wait_on(req_wait_queue(node.reading)) ? -EBLOCKED_UNINTERRUPTIBLE : -ENOMEM);
}

function request(inode: Inode, node: HostNode, index: u32): usize {
  const inOrder = index == node.readIndex + node.readPages;
  let pages = inOrder ? min(node.readPages * 2, MOST_PAGES) : FIRST_PAGES;
  const left = ((inode.size + 4095) >> 12) - (index as u64);
  pages = max<u32>(pages, FIRST_PAGES);
  if ((pages as u64) > left) pages = left as u32;
  const size = FILE_ATTR_SIZE + pages * PAGE_SIZE;
  const buffer = kmalloc(size as usize);
  if (!buffer) return ERR_PTR(-ENOMEM);
  node.reading = ring_submit(FILE_READ, node.handle, buffer, size, (index as u64) << 12, 0);
  if (!node.reading) return ERR_PTR(-ENOMEM);
  node.readIndex = index;
  node.readPages = pages;
  node.readVoid = 0;
  return wait_for(node);
}

/** Takes what was read: 0 or -errno. Bytes that the file has lost meanwhile read as zeros. */
function arrived(inode: Inode, node: HostNode): i32 {
  const req = node.reading;
  const got = req_result(req);
  node.reading = 0;
  if (inode.pageCount > MAX_PAGES) pagecache_drop_clean(inode);
  let error = got < 0 ? got : 0;
  const data = changetype<RingRequest>(req).ptr + FILE_ATTR_SIZE;
  for (let i: u32 = 0; i < node.readPages && !error && !node.readVoid; i++) {
    const from = i * PAGE_SIZE;
    const bytes: u32 = (got as u32) > from ? min<u32>((got as u32) - from, PAGE_SIZE) : 0;
    if (bytes || i == 0) error = insert(inode, node.readIndex + i, data + (from as usize), bytes);
    if (error && i) error = 0;
  }
  request_drop(req);
  return error;
}

function insert(inode: Inode, index: u32, data: usize, bytes: u32): i32 {
  if (pagecache_peek(inode, index)) return 0;
  const frame = frame_alloc_user();
  if (!frame) return -ENOMEM;
  memory.copy(frame, data, bytes as usize);
  memory.fill(frame + (bytes as usize), 0, (PAGE_SIZE - bytes) as usize);
  return IS_ERR(pagecache_insert(inode, index, frame)) ? -ENOMEM : 0;
}

/** Gives back about `want` frames that hold what the host holds and that nobody maps. How many it gave. */
export function host_reclaim(want: u32): u32 {
  let freed: u32 = 0;
  for (let n = nodes_first(); changetype<usize>(n) && freed < want; n = changetype<HostNode>(n.next)) {
    if (n.inode.pageCount) freed += pagecache_drop_clean(n.inode);
  }
  return freed;
}
