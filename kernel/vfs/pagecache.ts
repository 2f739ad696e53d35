// Pages of file contents, kept per inode in a radix tree of 64 slots a node.
// Invariant: a page in the cache owns one reference to its frame; a page marked PAGE_DIRTY is the only copy of its bytes and is
// charged to the file system; a clean one equals the image. Bytes behind the end of the file are zero.
//
// A slot: 0, or the frame's address | PAGE_DIRTY. Height 0: Inode.pages is the slot of page 0; height h: a tree of 64^h pages.
import { PAGE_SIZE } from '../../abi/box.ts';
import { EFAULT, ENOMEM, ENOSPC } from '../../abi/linux/errno.ts';
import { image_read, chunk_shift } from '../fs/image/chunk.ts';
import { host_page } from '../fs/hostfs/page.ts';
import { ERR_PTR, IS_ERR } from '../lib/err.ts';
import { kfree, kmalloc } from '../lib/slab.ts';
import { frame_alloc_user, frame_count, frame_get, frame_put } from '../mm/frame.ts';
import { page_for_read, page_for_write } from '../mm/twin.ts';
import { INODE_DATA_CHANGED, INODE_HOST, Inode, TOUCH_CTIME, TOUCH_MTIME, inode_touch } from './inode.ts';
import { upper_charge, upper_release } from './upper.ts';

export const PAGE_DIRTY: u32 = 1;
const NODE_SHIFT = 6;
const NODE_SLOTS = 64;
const NODE_BYTES = NODE_SLOTS * 4;

/** Where the slot of page `index` is, or 0 when the tree does not reach there. */
function slot_find(inode: Inode, index: u32): usize {
  let height = inode.pageHeight;
  if ((index as u64) >> ((height * NODE_SHIFT) as u64)) return 0;
  let slot = changetype<usize>(inode) + offsetof<Inode>('pages');
  while (height) {
    const node = load<u32>(slot) as usize;
    if (!node) return 0;
    height--;
    slot = node + (((index >> (height * NODE_SHIFT)) & (NODE_SLOTS - 1)) as usize) * 4;
  }
  return slot;
}

/** The same, growing the tree; 0 = no memory. */
function slot_make(inode: Inode, index: u32): usize {
  const root = changetype<usize>(inode) + offsetof<Inode>('pages');
  while ((index as u64) >> ((inode.pageHeight * NODE_SHIFT) as u64)) {
    if (inode.pages) {
      const node = kmalloc(NODE_BYTES);
      if (!node) return 0;
      store<u32>(node, inode.pages as u32);
      inode.pages = node;
    }
    inode.pageHeight++;
  }
  let slot = root;
  let height = inode.pageHeight;
  while (height) {
    let node = load<u32>(slot) as usize;
    if (!node) {
      node = kmalloc(NODE_BYTES);
      if (!node) return 0;
      store<u32>(slot, node as u32);
    }
    height--;
    slot = node + (((index >> (height * NODE_SHIFT)) & (NODE_SLOTS - 1)) as usize) * 4;
  }
  return slot;
}

/** Frame of a cached page, borrowed, or 0. Who looks into it calls page_for_read or page_for_write. */
export function pagecache_peek(inode: Inode, index: u32): usize {
  const slot = slot_find(inode, index);
  return slot ? ((load<u32>(slot) & ~PAGE_DIRTY) as usize) : 0;
}

/** Does the image hold bytes of this page that are still valid? */
function in_image(inode: Inode, index: u32): bool {
  return (index as u64) << 12 < inode.imageSize;
}

/** Frame of the page, borrowed; 0 for a hole; ERR_PTR(-EBLOCKED*, -EIO, -ENOMEM). */
export function pagecache_read(inode: Inode, index: u32): usize {
  const slot = slot_find(inode, index);
  const frame = slot ? ((load<u32>(slot) & ~PAGE_DIRTY) as usize) : 0;
  return frame ? page_for_read(frame) : fill_behind(inode, index);
}

/** Brings in what the image or the host holds of the page: its frame, 0 for a hole, ERR_PTR. */
function fill_behind(inode: Inode, index: u32): usize {
  if (inode.kind == INODE_HOST) return host_page(inode, index);
  return in_image(inode, index) ? fill_chunk(inode, index) : 0;
}

/** Brings page `index` in, and the file's other pages of the same chunk, which is decoded now anyway. */
function fill_chunk(inode: Inode, index: u32): usize {
  const frame = fill(inode, index);
  if (IS_ERR(frame)) return frame;
  frame_get(frame); // the next fill may have to reclaim
  const mask = ((1 as u64) << (chunk_shift() as u64)) - 1;
  const chunkEnd = ((inode.imageData + ((index as u64) << 12)) | mask) + 1;
  for (let i = index + 1; in_image(inode, i); i++) {
    if (inode.imageData + ((i as u64) << 12) + page_bytes(inode, i) > chunkEnd) break;
    if (!pagecache_peek(inode, i) && IS_ERR(fill(inode, i))) break;
  }
  frame_put(frame);
  return frame;
}

/** Bytes that the image holds of a page. */
function page_bytes(inode: Inode, index: u32): u64 {
  const rest = inode.imageSize - ((index as u64) << 12);
  return rest < (PAGE_SIZE as u64) ? rest : (PAGE_SIZE as u64);
}

function fill(inode: Inode, index: u32): usize {
  const off = (index as u64) << 12;
  const n = page_bytes(inode, index) as u32;
  const frame = frame_alloc_user();
  if (!frame) return ERR_PTR(-ENOMEM);
  const error = image_read(frame, inode.imageData + off, n);
  if (error) {
    frame_put(frame);
    return ERR_PTR(error);
  }
  memory.fill(frame + (n as usize), 0, (PAGE_SIZE as usize) - (n as usize));
  return insert(inode, index, frame, 0);
}

/** Enters a clean page, whose reference passes to the cache: its frame, or ERR_PTR(-ENOMEM). */
export function pagecache_insert(inode: Inode, index: u32, frame: usize): usize {
  return insert(inode, index, frame, 0);
}

function insert(inode: Inode, index: u32, frame: usize, dirty: u32): usize {
  const slot = slot_make(inode, index);
  if (!slot) {
    frame_put(frame);
    return ERR_PTR(-ENOMEM);
  }
  store<u32>(slot, (frame as u32) | dirty);
  inode.pageCount++;
  return frame;
}

/**
 * Frame of the page for writing, borrowed and dirty; ERR_PTR. `whole`: all of it will be overwritten, so that what the
 * image holds there is not needed.
 */
export function pagecache_write(inode: Inode, index: u32, whole: bool): usize {
  let frame = pagecache_peek(inode, index);
  if (!frame && !whole) {
    frame = fill_behind(inode, index);
    if (IS_ERR(frame)) return frame;
  }
  if (frame) {
    const slot = slot_find(inode, index);
    page_for_write(frame);
    if (load<u32>(slot) & PAGE_DIRTY) return frame;
    if (!upper_charge(inode.sb)) return ERR_PTR(-ENOSPC);
    store<u32>(slot, load<u32>(slot) | PAGE_DIRTY);
    return frame;
  }
  frame = pagecache_new(inode, index);
  if (!IS_ERR(frame)) memory.fill(frame, 0, PAGE_SIZE);
  return frame;
}

/** The same of a page that is not there, whose bytes are anything: the caller fills all of them at once. */
export function pagecache_new(inode: Inode, index: u32): usize {
  if (!upper_charge(inode.sb)) return ERR_PTR(-ENOSPC);
  let frame = frame_alloc_user();
  frame = frame ? insert(inode, index, frame, PAGE_DIRTY) : ERR_PTR(-ENOMEM);
  if (IS_ERR(frame)) upper_release(inode.sb, 1);
  return frame;
}

/**
 * Frame of page `index` with a reference for the caller, for a mapping; ERR_PTR(-EBLOCKED*) while it is being read,
 * ERR_PTR(-EFAULT) behind the end of the file, ERR_PTR(-ENOSPC | -EIO | -ENOMEM).
 */
export function pagecache_get(inode: Inode, index: u32): usize {
  if ((index as u64) << 12 >= inode.size) return ERR_PTR(-EFAULT);
  let frame = pagecache_read(inode, index);
  if (!frame) frame = pagecache_write(inode, index, true);
  if (!IS_ERR(frame)) frame_get(frame);
  return frame;
}

/** Does the cache hold the only copy of page `index`? */
export function pagecache_is_dirty(inode: Inode, index: u32): bool {
  const slot = slot_find(inode, index);
  return slot != 0 && (load<u32>(slot) & PAGE_DIRTY) != 0;
}

/** Frame of a dirty page, borrowed, which counts as clean from now on: the caller brings it to where it belongs. */
export function pagecache_take_dirty(inode: Inode, index: u32): usize {
  const slot = slot_find(inode, index);
  store<u32>(slot, load<u32>(slot) & ~PAGE_DIRTY);
  upper_release(inode.sb, 1);
  return page_for_read(load<u32>(slot) as usize);
}

/** Announces a store through a shared mapping to page `index`, which is cached: marks it dirty. 0 or -errno. */
export function pagecache_mkwrite(inode: Inode, index: u32): i32 {
  const frame = pagecache_write(inode, index, false);
  if (IS_ERR(frame)) return frame as i32;
  inode_written(inode);
  return 0;
}

/** The content has changed. */
export function inode_written(inode: Inode): void {
  inode.flags |= INODE_DATA_CHANGED;
  inode_touch(inode, TOUCH_MTIME | TOUCH_CTIME);
}

/** Drops all pages from `first` on. */
export function pagecache_truncate(inode: Inode, first: u32): void {
  if (!inode.pages) return;
  const root = changetype<usize>(inode) + offsetof<Inode>('pages');
  drop(inode, root, inode.pageHeight, 0, first, 0xffffffff);
}

/** Drops the pages first..last. */
export function pagecache_drop(inode: Inode, first: u32, last: u32): void {
  if (!inode.pages) return;
  drop(inode, changetype<usize>(inode) + offsetof<Inode>('pages'), inode.pageHeight, 0, first, last);
}

/** Drops pages first..last below the slot, whose subtree begins at page `base`. Depth: at most 6. */
function drop(inode: Inode, slot: usize, height: u32, base: u64, first: u32, last: u32): void {
  const entry = load<u32>(slot);
  const end = base + ((1 as u64) << ((height * NODE_SHIFT) as u64)) - 1;
  if (!entry || end < (first as u64) || base > (last as u64)) return;
  if (!height) {
    frame_put((entry & ~PAGE_DIRTY) as usize);
    inode.pageCount--;
    if (entry & PAGE_DIRTY) upper_release(inode.sb, 1);
    store<u32>(slot, 0);
    return;
  }
  const step = (1 as u64) << (((height - 1) * NODE_SHIFT) as u64);
  for (let i: usize = 0; i < (NODE_SLOTS as usize); i++) {
    drop(inode, (entry as usize) + i * 4, height - 1, base + (i as u64) * step, first, last);
  }
  if (base < (first as u64) || end > (last as u64)) return;
  kfree(entry as usize);
  store<u32>(slot, 0);
}

/** Frees the clean pages that only the cache refers to; the tree's nodes stay. How many. */
export function pagecache_drop_clean(inode: Inode): u32 {
  return drop_clean(inode, changetype<usize>(inode) + offsetof<Inode>('pages'), inode.pageHeight, false);
}

/** Drops all clean pages, since what they were read from has changed; who maps one keeps it. */
export function pagecache_drop_unchanged(inode: Inode): void {
  drop_clean(inode, changetype<usize>(inode) + offsetof<Inode>('pages'), inode.pageHeight, true);
}

function drop_clean(inode: Inode, slot: usize, height: u32, mapped: bool): u32 {
  const entry = load<u32>(slot);
  if (!entry) return 0;
  let freed: u32 = 0;
  if (height) {
    for (let i: usize = 0; i < (NODE_SLOTS as usize); i++)
      freed += drop_clean(inode, (entry as usize) + i * 4, height - 1, mapped);
  } else if (!(entry & PAGE_DIRTY) && (mapped || frame_count(entry as usize) == 1)) {
    store<u32>(slot, 0);
    frame_put(entry as usize);
    inode.pageCount--;
    freed = 1;
  }
  return freed;
}

/** Ends the cache of an inode that is going away. */
export function pagecache_free(inode: Inode): void {
  pagecache_truncate(inode, 0);
  inode.pageHeight = 0;
}

/** First page >= index that holds bytes (in memory or in the image), for SEEK_DATA; -1 = none below `end`. */
export function pagecache_next(inode: Inode, index: u32, end: u32): i64 {
  if (inode.kind == INODE_HOST && index < end) return index as i64;
  for (let i = index; i < end; i++) if (in_image(inode, i) || pagecache_peek(inode, i)) return i as i64;
  return -1;
}
