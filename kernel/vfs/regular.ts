// Reading and writing regular files through the page cache. read(2), write(2), truncate(2).
// Invariant: a transfer that meets a page still on its way ends early with what it has done; `Iter.error` then says so, and
// the call goes on from there when it is repeated.
import { PAGE_SIZE } from '../../abi/box.ts';
import { EFBIG, ENXIO, EPERM } from '../../abi/linux/errno.ts';
import { F_SEAL_GROW, F_SEAL_SHRINK, F_SEAL_WRITE, F_SEAL_FUTURE_WRITE } from '../../abi/linux/fcntl.ts';
import { S_ISGID, S_ISUID, S_IXGRP } from '../../abi/linux/stat.ts';
import { code_invalidate } from '../cpu/code_page.ts';
import { host_refresh } from '../fs/hostfs/lookup.ts';
import { host_truncate } from '../fs/hostfs/truncate.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { FRAME_HAS_CODE } from '../../abi/frame.ts';
import { frame_flags, frame_get, frame_put } from '../mm/frame.ts';
import { mm_unmap_file } from '../mm/unmap.ts';
import { CAP_FSETID, capable_over } from '../task/cred.ts';
import { INODE_HOST, INODE_MAPPED_WRITABLE, INODE_META_CHANGED, Inode, inode_accessed } from './inode.ts';
import { Iter, iter_read, iter_touch, iter_write } from './iter.ts';
import {
  inode_written,
  pagecache_drop,
  pagecache_new,
  pagecache_next,
  pagecache_peek,
  pagecache_read,
  pagecache_truncate,
  pagecache_write,
} from './pagecache.ts';

const ZERO_PAGE: usize = memory.data(4096, 16);
/** Largest file: what the radix tree of 32-bit page numbers reaches. */
export const MAX_FILE_SIZE: u64 = 0xfffffffe000;

/** Reads from `pos`: bytes (0 = end of file), or -errno when there are none. */
export function regular_read(inode: Inode, pos: u64, it: Iter): i64 {
  if (inode.kind == INODE_HOST && pos + it.left > inode.size) {
    const error = host_refresh(inode);
    if (error) return error;
  }
  if (pos >= inode.size) return 0;
  let total = it.left;
  if (total > inode.size - pos) total = inode.size - pos;
  let done: u64 = 0;
  while (done < total) {
    const at = pos + done;
    const inPage = (at & (PAGE_SIZE - 1)) as usize;
    let n: usize = (PAGE_SIZE as usize) - inPage;
    if ((n as u64) > total - done) n = (total - done) as usize;
    let frame = pagecache_read(inode, (at >> 12) as u32);
    let error = IS_ERR(frame) ? PTR_ERR(frame) : 0;
    if (!frame) frame = ZERO_PAGE;
    const before = it.left;
    if (!error) error = write_out(it, frame, inPage, n);
    done += before - it.left;
    if (error) return partial(it, done, error);
  }
  inode_accessed(inode);
  return done as i64;
}

/** n bytes of the page to `it`; the page is held, because a fault of the reader may reclaim what nobody holds. */
function write_out(it: Iter, frame: usize, inPage: usize, n: usize): i32 {
  if (frame == ZERO_PAGE) return iter_write(it, frame, n);
  frame_get(frame);
  const error = iter_write(it, frame + inPage, n);
  frame_put(frame);
  return error;
}

/** What a transfer that met an error after `done` bytes gives. */
function partial(it: Iter, done: u64, error: i32): i64 {
  it.error = error;
  return done ? (done as i64) : (error as i64);
}

/** Writes at `pos`, extending the file: bytes, or -errno when there are none. */
export function regular_write(inode: Inode, pos: u64, it: Iter): i64 {
  if (!it.left) return 0;
  if (pos >= MAX_FILE_SIZE) return -EFBIG;
  if (inode.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) return -EPERM;
  if (inode.seals & F_SEAL_GROW && pos + it.left > inode.size) return -EPERM;
  let done: u64 = 0;
  let error = 0;
  while (it.left && !error) {
    const at = pos + done;
    const inPage = (at & (PAGE_SIZE - 1)) as usize;
    let n: usize = (PAGE_SIZE as usize) - inPage;
    if ((n as u64) > it.left) n = it.left as usize;
    const before = it.left;
    error = write_page(inode, at, n, it);
    done += before - it.left;
    if (before != it.left && pos + done > inode.size) inode.size = pos + done;
  }
  if (done) {
    clear_set_id(inode);
    inode_written(inode);
  }
  return error ? partial(it, done, error) : (done as i64);
}

/** n bytes within one page. */
function write_page(inode: Inode, at: u64, n: usize, it: Iter): i32 {
  const index = (at >> 12) as u32;
  // What is overwritten as a whole need not be zeroed first. The source is touched before, since it may be a mapping of this very page.
  const absent = n == PAGE_SIZE && !pagecache_peek(inode, index) && iter_touch(it, n) && !pagecache_peek(inode, index);
  if (absent) return fill_page(inode, index, it);
  const frame = pagecache_write(inode, index, n == PAGE_SIZE || (at & ~0xfff) >= inode.imageSize);
  if (IS_ERR(frame)) return PTR_ERR(frame);
  if (frame_flags(frame) & FRAME_HAS_CODE) code_invalidate(frame);
  return iter_read(it, frame + ((at & (PAGE_SIZE - 1)) as usize), n);
}

function fill_page(inode: Inode, index: u32, it: Iter): i32 {
  const frame = pagecache_new(inode, index);
  if (IS_ERR(frame)) return PTR_ERR(frame);
  const before = it.left;
  const error = iter_read(it, frame, PAGE_SIZE);
  const done = (before - it.left) as usize;
  if (error) memory.fill(frame + done, 0, (PAGE_SIZE as usize) - done);
  return error;
}

/** A write takes set-user-ID and set-group-ID away, except from who may keep them. */
export function clear_set_id(inode: Inode): void {
  if (!(inode.mode & (S_ISUID | S_ISGID)) || capable_over(inode.uid, inode.gid, CAP_FSETID)) return;
  let bits: u32 = S_ISUID;
  if (inode.mode & S_IXGRP) bits |= S_ISGID;
  inode.mode &= ~bits;
  inode.flags |= INODE_META_CHANGED;
}

/** Sets the size: 0 or -errno (-EBLOCKED* before anything has changed). */
export function regular_truncate(inode: Inode, size: u64): i32 {
  if (size > MAX_FILE_SIZE) return -EFBIG;
  if (inode.kind == INODE_HOST) return host_truncate(inode, size);
  if (size < inode.size) {
    if (inode.seals & F_SEAL_SHRINK) return -EPERM;
    const error = regular_zero(inode, size, round_up(size));
    if (error) return error;
    if (size < inode.imageSize) inode.imageSize = size;
    pagecache_truncate(inode, (round_up(size) >> 12) as u32);
    mm_unmap_file(changetype<usize>(inode), round_up(size), MAX_FILE_SIZE);
  } else if (size > inode.size) {
    if (inode.seals & F_SEAL_GROW) return -EPERM;
    // A mapping may have stored behind the end, which now becomes part of the file: as zeros.
    const error = inode.flags & INODE_MAPPED_WRITABLE ? regular_zero(inode, inode.size, round_up(inode.size)) : 0;
    if (error) return error;
  }
  inode.size = size;
  clear_set_id(inode);
  inode_written(inode);
  return 0;
}

function round_up(n: u64): u64 {
  return (n + 0xfff) & ~0xfff;
}

/** Zeroes bytes [from, to) of one page, if it holds any. */
function regular_zero(inode: Inode, from: u64, to: u64): i32 {
  if (from >= to) return 0;
  const index = (from >> 12) as u32;
  if (!pagecache_peek(inode, index) && (from & ~0xfff) >= inode.imageSize) return 0;
  const frame = pagecache_write(inode, index, false);
  if (IS_ERR(frame)) return PTR_ERR(frame);
  if (frame_flags(frame) & FRAME_HAS_CODE) code_invalidate(frame);
  memory.fill(frame + ((from & 0xfff) as usize), 0, (to - from) as usize);
  return 0;
}

/** Makes [from, to) read as zeros, giving back whole pages: 0 or -errno. */
export function regular_punch(inode: Inode, from: u64, to: u64): i32 {
  if (to > inode.size) to = round_up(inode.size);
  if (from >= to) return 0;
  const first = round_up(from);
  const last = to & ~0xfff;
  if (first > last) return regular_zero(inode, from, to);
  let error = regular_zero(inode, from, first);
  if (!error) error = regular_zero(inode, last, to);
  if (error || first == last) return error;
  if (first < inode.imageSize) error = hide_image(inode, first, last);
  else pagecache_drop(inode, (first >> 12) as u32, ((last - 1) >> 12) as u32);
  if (!error) mm_unmap_file(changetype<usize>(inode), first, last);
  return error;
}

/** Pages of the image cannot be dropped, they would come back: they are overwritten with zeros instead. */
function hide_image(inode: Inode, first: u64, last: u64): i32 {
  for (let at = first; at < last; at += PAGE_SIZE) {
    const frame = pagecache_write(inode, (at >> 12) as u32, true);
    if (IS_ERR(frame)) return PTR_ERR(frame);
    memory.fill(frame, 0, PAGE_SIZE);
  }
  return 0;
}

/** SEEK_DATA from a position inside the file: where bytes begin, or -ENXIO. */
export function seek_data(inode: Inode, from: u64): i64 {
  const end = (round_up(inode.size) >> 12) as u32;
  const page = pagecache_next(inode, (from >> 12) as u32, end);
  if (page < 0) return -ENXIO;
  const start = page << 12;
  return start < (from as i64) ? (from as i64) : start;
}

/** SEEK_HOLE from a position inside the file; the end of the file counts as a hole. */
export function seek_hole(inode: Inode, from: u64): i64 {
  let at = from;
  while (at < inode.size && pagecache_next(inode, (at >> 12) as u32, ((at >> 12) as u32) + 1) >= 0)
    at = (at & ~0xfff) + 4096;
  return (at < inode.size ? at : inode.size) as i64;
}
