// What the kernel knows of a file of the host beside its Inode: one HostNode per inode, found by (mount, device, number).
// Rule of coherence: attributes and names are trusted for FRESH_NS, then asked for again; pages of contents are trusted as long
// as size and modification time, as asked, are what they were. Changes made in the box go to the host at once, except
// stores through shared mappings (writeback.ts).
import {
  FILE_ATTR_ATIME,
  FILE_ATTR_BLOCKS,
  FILE_ATTR_CTIME,
  FILE_ATTR_DEV,
  FILE_ATTR_FILE_SIZE,
  FILE_ATTR_GID,
  FILE_ATTR_INO,
  FILE_ATTR_MODE,
  FILE_ATTR_MTIME,
  FILE_ATTR_NLINK,
  FILE_ATTR_RDEV,
  FILE_ATTR_UID,
} from '../../../abi/hostfs.ts';
import { S_IFMT } from '../../../abi/linux/stat.ts';
import { req_done, req_free } from '../../io/ring.ts';
import { RingRequest } from '../../io/ring.ts';
import { list_append, list_remove } from '../../lib/list.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';
import { mm_unmap_shared } from '../../mm/unmap.ts';
import { clock_monotonic } from '../../lib/clock.ts';
import { DENTRY_HASHED, Dentry } from '../../vfs/dentry.ts';
import { INODE_HOST, Inode, inode_get, inode_new } from '../../vfs/inode.ts';
import { pagecache_drop_unchanged } from '../../vfs/pagecache.ts';
import { SuperBlock } from '../../vfs/super_block.ts';
import { Directory, directory_remove } from '../boxfs/directory.ts';
import { handle_close } from './call.ts';

/** 50 ms: shorter than anybody switches windows, long enough for a program's burst of calls on one file. */
const FRESH_NS: u64 = 50000000;
const BUCKETS = 1024;
/** Names kept at most; beyond it those that nobody uses go. */
const MAX_NODES: u32 = 16384;

@unmanaged
export class HostNode {
  // Node of the list of all.
  next: usize;
  prev: usize;
  hashNext: HostNode;
  inode: Inode;
  /** A name it has, the one looked up last; null when there is none in memory. */
  dentry: Dentry;
  /** What an open gave, 0 = not open. One for all open files of the inode. */
  handle: u32;
  writable: u32;
  /** Open files. */
  opens: u32;
  /** A read on its way (RingRequest) of pages from readIndex on; what it brings is void when readVoid. */
  reading: usize;
  readIndex: u32;
  readPages: u32;
  readVoid: u32;
  /** A write on its way (RingRequest) and the Task whose it is. */
  writing: usize;
  writer: usize;
  dev: u64;
  blocks: u64;
  /** CLOCK_MONOTONIC ns until when the attributes are trusted. */
  freshUntil: u64;
  /** The latest question whose answer was taken, or that was overtaken by a change of ours. */
  seq: u64;
  // A WaitQueue: writers in turn.
  wq: u64;

  @inline waitQueue(): usize {
    return changetype<usize>(this) + offsetof<HostNode>('wq');
  }
}

// 0 list head { first, last } | 8 count u32
const ALL: usize = memory.data(16, 8);
const HASH: usize = memory.data(BUCKETS * 4, 4);

export function node_of(inode: Inode): HostNode {
  return changetype<HostNode>(inode.host);
}

export function nodes_first(): HostNode {
  return changetype<HostNode>(load<usize>(ALL));
}

function bucket(sb: SuperBlock, dev: u64, ino: u64): usize {
  const mixed = (ino ^ (dev << 7) ^ (sb.dev as u64)) * 0x9e3779b97f4a7c15;
  return HASH + ((mixed >> 54) as usize) * 4;
}

/** The inode that the attributes describe, with a reference for the caller; null = no memory. */
export function node_inode(sb: SuperBlock, attr: usize, seq: u64): Inode {
  const ino = load<u64>(attr, FILE_ATTR_INO);
  const dev = load<u64>(attr, FILE_ATTR_DEV);
  const mode = load<u32>(attr, FILE_ATTR_MODE);
  let n = changetype<HostNode>(load<usize>(bucket(sb, dev, ino)));
  for (; changetype<usize>(n); n = n.hashNext) {
    if (n.inode.ino != ino || n.dev != dev || n.inode.sb != sb || n.inode.type() != (mode & S_IFMT)) continue;
    node_update(n.inode, attr, seq);
    return inode_get(n.inode);
  }
  const node = changetype<HostNode>(kmalloc(offsetof<HostNode>()));
  if (!changetype<usize>(node)) return changetype<Inode>(0);
  const inode = inode_new(sb, INODE_HOST, mode, 0, 0);
  if (!changetype<usize>(inode)) return inode;
  inode.ino = ino;
  inode.host = changetype<usize>(node);
  node.inode = inode;
  node.dev = dev;
  const b = bucket(sb, dev, ino);
  node.hashNext = changetype<HostNode>(load<usize>(b));
  store<usize>(b, changetype<usize>(node));
  list_append(ALL, changetype<usize>(node));
  store<u32>(ALL, load<u32>(ALL, 8) + 1, 8);
  take(inode, attr);
  node_fresh(node, seq);
  return inode;
}

function node_fresh(node: HostNode, seq: u64): void {
  node.seq = seq;
  node.freshUntil = clock_monotonic() + FRESH_NS;
}

export function node_is_fresh(node: HostNode): bool {
  return node.freshUntil != 0 && clock_monotonic() < node.freshUntil;
}

/** Takes attributes that the question `seq` brought, unless newer ones are known; changed contents are forgotten. */
export function node_update(inode: Inode, attr: usize, seq: u64): void {
  const node = node_of(inode);
  if (seq <= node.seq) return;
  const changed = load<u64>(attr, FILE_ATTR_FILE_SIZE) != inode.size || mtime_differs(inode, attr);
  if (changed && inode.isRegular() && !node.writing) contents_changed(inode, node);
  if (changed && inode.isSymlink()) {
    kfree(inode.data);
    inode.data = 0;
  }
  take(inode, attr);
  node_fresh(node, seq);
}

/** The same after a change of our own. */
export function node_changed(inode: Inode, attr: usize, now: u64): void {
  take(inode, attr);
  node_fresh(node_of(inode), now);
}

function mtime_differs(inode: Inode, attr: usize): bool {
  const mtime = load<i64>(attr, FILE_ATTR_MTIME);
  return mtime != inode.mtime * 1000000000 + (inode.mtimeNsec as i64);
}

function contents_changed(inode: Inode, node: HostNode): void {
  node.readVoid = 1;
  if (!inode.pageCount) return;
  mm_unmap_shared(changetype<usize>(inode));
  pagecache_drop_unchanged(inode);
}

function take(inode: Inode, attr: usize): void {
  const node = node_of(inode);
  inode.mode = load<u32>(attr, FILE_ATTR_MODE);
  inode.uid = load<u32>(attr, FILE_ATTR_UID);
  inode.gid = load<u32>(attr, FILE_ATTR_GID);
  inode.nlink = load<u32>(attr, FILE_ATTR_NLINK);
  inode.rdev = load<u32>(attr, FILE_ATTR_RDEV);
  inode.size = load<u64>(attr, FILE_ATTR_FILE_SIZE);
  node.blocks = load<u64>(attr, FILE_ATTR_BLOCKS);
  inode.atime = seconds(load<i64>(attr, FILE_ATTR_ATIME));
  inode.atimeNsec = nanoseconds(load<i64>(attr, FILE_ATTR_ATIME));
  inode.mtime = seconds(load<i64>(attr, FILE_ATTR_MTIME));
  inode.mtimeNsec = nanoseconds(load<i64>(attr, FILE_ATTR_MTIME));
  inode.ctime = seconds(load<i64>(attr, FILE_ATTR_CTIME));
  inode.ctimeNsec = nanoseconds(load<i64>(attr, FILE_ATTR_CTIME));
}

function seconds(ns: i64): i64 {
  const s = ns / 1000000000;
  return ns % 1000000000 < 0 ? s - 1 : s;
}

function nanoseconds(ns: i64): u32 {
  const rest = ns % 1000000000;
  return (rest < 0 ? rest + 1000000000 : rest) as u32;
}

/** The inode ends. */
export function node_free(inode: Inode): void {
  const node = node_of(inode);
  let link = bucket(inode.sb, node.dev, inode.ino);
  while (load<usize>(link) != changetype<usize>(node)) link = load<usize>(link) + offsetof<HostNode>('hashNext');
  store<usize>(link, changetype<usize>(node.hashNext));
  list_remove(ALL, changetype<usize>(node));
  store<u32>(ALL, load<u32>(ALL, 8) - 1, 8);
  request_drop(node.reading);
  request_drop(node.writing);
  if (node.handle) handle_close(node.handle);
  kfree(changetype<usize>(node));
}

/** Ends a request and its buffer, answered or not. */
export function request_drop(p: usize): void {
  if (!p) return;
  const req = changetype<RingRequest>(p);
  if (req_done(p)) {
    kfree(req.ptr);
    req_free(p);
  } else req.orphan = 1;
}

/** A dentry is going away. */
export function node_forget_dentry(d: Dentry): void {
  const node = node_of(d.inode);
  if (node.dentry == d) node.dentry = changetype<Dentry>(0);
}

/** Lets go of names that nobody uses when there are too many. Borrowed dentries become invalid. */
export function nodes_evict(): void {
  if (load<u32>(ALL, 8) <= MAX_NODES) return;
  for (let n = nodes_first(); changetype<usize>(n); n = changetype<HostNode>(n.next)) {
    const d = n.dentry;
    if (d.isNull() || d.refs || !(d.flags & DENTRY_HASHED) || n.inode.refs > 1 || has_children(n.inode)) continue;
    directory_remove(changetype<Directory>(d.parent.inode.data), d);
  }
}

function has_children(inode: Inode): bool {
  return inode.isDir() && inode.data != 0 && changetype<Directory>(inode.data).hashed != 0;
}
