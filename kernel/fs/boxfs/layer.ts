// Emits the layer stream of abi/layer.ts: what differs between the root file system and its image.
// Invariant: nothing runs any more, so the list made at the start stays true; a record is sent as a whole before the next.
// One buffer is with the host at a time.
import { RING_LAYER } from '../../../abi/host.ts';
import {
  LAYER_END,
  LAYER_HARDLINK,
  LAYER_IN_PLACE,
  LAYER_INODE,
  LAYER_RECORD_SIZE,
  LAYER_WHITEOUT,
} from '../../../abi/layer.ts';
import { EBLOCKED } from '../../../abi/linux/errno.ts';
import { req_done, req_free, req_result, ring_submit } from '../../io/ring.ts';
import { IS_BLOCKED, IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { kmalloc } from '../../lib/slab.ts';
import { Dentry } from '../../vfs/dentry.ts';
import { Inode } from '../../vfs/inode.ts';
import { mounts_first } from '../../vfs/mount.ts';
import { pagecache_read } from '../../vfs/pagecache.ts';
import { symlink_read } from '../../vfs/symlink.ts';
import { XATTR_HEADER, xattr_load } from '../../vfs/xattr.ts';
import { layer_list_at, layer_list_build, layer_list_count } from './layer_list.ts';

const BUFFER_SIZE: u32 = 262144;
/** A record's head, path, target and attributes fit in what is left of the buffer when this much is. */
const HEAD_ROOM: u32 = 8448 + 131072;

@unmanaged
class Emitter {
  phase: u32;
  buffer: usize;
  used: u32;
  request: usize;
  sent: u32;
  index: u32;
  /** Bytes of the current file's content that are in the stream; all ones: its head is not. */
  offset: u64;
}
const EMITTER: usize = memory.data(40, 8);
const PHASE_LIST: u32 = 0;
const PHASE_RECORDS: u32 = 1;
const PHASE_END: u32 = 2;
const PHASE_DONE: u32 = 3;
const NO_HEAD: u64 = 0xffffffffffffffff;

/** Sends the next part; called until it returns 0. -EBLOCKED*: a chunk or the ring is busy, call again after completions. */
export function layer_emit(): i32 {
  const e = changetype<Emitter>(EMITTER);
  while (e.phase != PHASE_DONE || e.used) {
    const error = e.request ? flush(e) : fill(e);
    if (IS_BLOCKED(error)) return error;
    // A file that cannot be read (a corrupt image) or a host that refuses: what follows would be worthless.
    if (error) return 0;
  }
  return 0;
}

/** Goes on filling the buffer until it is full, then hands it over. */
function fill(e: Emitter): i32 {
  if (!e.buffer) e.buffer = kmalloc(BUFFER_SIZE as usize);
  if (!e.buffer) return -1;
  let error = 0;
  while (!error && e.phase != PHASE_DONE && BUFFER_SIZE - e.used >= HEAD_ROOM) error = advance(e);
  if (error && !e.used) return error;
  if (error && !IS_BLOCKED(error)) return error;
  e.sent = 0;
  return submit(e);
}

function submit(e: Emitter): i32 {
  if (!e.used) return 0;
  e.request = ring_submit(RING_LAYER, 0, e.buffer + (e.sent as usize), e.used - e.sent, 0, 0);
  return e.request ? 0 : -EBLOCKED;
}

/** Takes the host's answer; what it did not take is sent again. */
function flush(e: Emitter): i32 {
  if (!req_done(e.request)) return -EBLOCKED;
  const n = req_result(e.request);
  req_free(e.request);
  e.request = 0;
  if (n < 0) return n;
  e.sent += n as u32;
  if (e.sent < e.used) return submit(e);
  e.used = 0;
  return 0;
}

/** One step: the list, a record's head, a piece of content, or the end. */
function advance(e: Emitter): i32 {
  if (e.phase == PHASE_LIST) {
    const error = layer_list_build(mounts_first().root);
    if (error) return error;
    e.phase = PHASE_RECORDS;
    e.offset = NO_HEAD;
    return 0;
  }
  if (e.phase == PHASE_END) {
    head(e, LAYER_END, changetype<Dentry>(0));
    e.phase = PHASE_DONE;
    return 0;
  }
  if (e.index >= layer_list_count()) {
    e.phase = PHASE_END;
    return 0;
  }
  return e.offset == NO_HEAD ? record(e) : content(e);
}

/** Puts an empty record with the kind and the path of the dentry: its address. */
function head(e: Emitter, kind: u32, d: Dentry): usize {
  const p = e.buffer + (e.used as usize);
  memory.fill(p, 0, LAYER_RECORD_SIZE);
  store<u32>(p, kind);
  e.used += LAYER_RECORD_SIZE;
  if (!d.isNull()) store<u32>(p, path_of(e, d), 40);
  return p;
}

/** Appends the path without its leading slash: its length. */
function path_of(e: Emitter, d: Dentry): u32 {
  let length: u32 = 0;
  for (let up = d; !up.isRoot(); up = up.parent) length += (up.nameLen as u32) + 1;
  let at = e.buffer + (e.used as usize) + (length as usize);
  for (let up = d; !up.isRoot(); up = up.parent) {
    at -= (up.nameLen as usize) + 1;
    memory.copy(at, up.name(), up.nameLen as usize);
    store<u8>(at + (up.nameLen as usize), 0x2f);
  }
  e.used += length - 1;
  return length - 1;
}

/** The record of the current entry up to its content. */
function record(e: Emitter): i32 {
  const entry = layer_list_at(e.index);
  const d = entry.dentry;
  if (entry.kind == LAYER_INODE) {
    const error = xattr_load(d.inode);
    if (error) return error;
  }
  const p = head(e, entry.kind, d);
  if (entry.kind == LAYER_HARDLINK) store<u32>(p, path_of(e, layer_list_at(entry.target).dentry), 44);
  if (entry.kind != LAYER_WHITEOUT) attributes(p, d.inode);
  const has_content = entry.kind == LAYER_INODE && d.inode.isRegular();
  if (has_content) store<u64>(p, d.inode.size, 16);
  if (entry.kind == LAYER_INODE) {
    if (entry.target) store<u32>(p, LAYER_IN_PLACE, 52);
    const error = link_target(e, p, d.inode);
    if (error) {
      e.used = (p - e.buffer) as u32;
      return error;
    }
    xattrs(e, p, d.inode);
  }
  if (has_content) e.offset = 0;
  else e.index++;
  return 0;
}

function attributes(p: usize, inode: Inode): void {
  store<u32>(p, inode.mode, 4);
  store<u32>(p, inode.uid, 8);
  store<u32>(p, inode.gid, 12);
  store<i64>(p, inode.mtime, 24);
  store<u32>(p, inode.mtimeNsec, 32);
  store<u32>(p, inode.rdev, 36);
}

function link_target(e: Emitter, p: usize, inode: Inode): i32 {
  if (!inode.isSymlink()) return 0;
  const n = symlink_read(inode, e.buffer + (e.used as usize), 4096);
  if (n < 0) return n;
  store<u32>(p, n, 44);
  e.used += n as u32;
  return 0;
}

/** Attributes in the form of abi/image.ts: a count, then the entries as they lie in memory. */
function xattrs(e: Emitter, p: usize, inode: Inode): void {
  if (!inode.xattrs || !load<u32>(inode.xattrs)) return;
  const length = load<u32>(inode.xattrs);
  const first = inode.xattrs + XATTR_HEADER;
  let count = 0;
  for (let at: usize = 0; at < (length as usize); count++) {
    at += 6 + (load<u16>(first + at) as usize) + (load<u32>(first + at, 2) as usize);
  }
  store<u16>(e.buffer + (e.used as usize), count as u16);
  memory.copy(e.buffer + (e.used as usize) + 2, first, length as usize);
  store<u32>(p, length + 2, 48);
  e.used += length + 2;
}

/** Content of the current file, as much as fits. */
function content(e: Emitter): i32 {
  const inode = layer_list_at(e.index).dentry.inode;
  while (e.offset < inode.size) {
    const rest = inode.size - e.offset;
    const n: u32 = rest < 4096 ? (rest as u32) : 4096;
    if (BUFFER_SIZE - e.used < n) return 0;
    const page = pagecache_read(inode, (e.offset >> 12) as u32);
    if (IS_ERR(page)) return PTR_ERR(page);
    if (page) memory.copy(e.buffer + (e.used as usize), page, n as usize);
    else memory.fill(e.buffer + (e.used as usize), 0, n as usize);
    e.used += n;
    e.offset += n as u64;
  }
  e.offset = NO_HEAD;
  e.index++;
  return 0;
}
