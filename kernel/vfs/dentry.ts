// Directory entries: the names that lead to inodes, a tree per file system.
// Invariant: a hashed dentry lives with its directory; an unhashed one (removed, or of a generated file system) lives while
// somebody counts on it, and holds its parent. A dentry got from a walk is good until the next primary walk, which sweeps.
//
// 0 refs u32 | 4 flags u16, nameLen u16 | 8 parent ptr | 12 inode ptr (0 = whiteout: the image's name is hidden)
// 16 hash u32 | 20 hashNext ptr | 24 next, prev ptr (order of creation, or limbo) | 32 cookie u64 | 40 nameAt ptr
// (behind the fields, or kmalloc'ed after a rename)
import { kfree, kmalloc } from '../lib/slab.ts';
import { node_forget_dentry } from '../fs/hostfs/node.ts';
import { INODE_HOST, Inode, inode_get, inode_put } from './inode.ts';

export const DENTRY_HASHED: u16 = 1;
/** The image's directory holds this name; cookie = its index there. */
export const DENTRY_IMAGE: u16 = 2;
/** Something is mounted here. */
export const DENTRY_MOUNTED: u16 = 4;
/** Waits for its end in the limbo list. */
export const DENTRY_LIMBO: u16 = 8;
/** Was removed: paths that lead here show " (deleted)". */
export const DENTRY_DELETED: u16 = 16;
/** Leads to the very inode that the image has under this name. */
export const DENTRY_LOWER: u16 = 32;

@unmanaged
export class Dentry {
  refs: u32;
  flags: u16;
  nameLen: u16;
  parent: Dentry;
  inode: Inode;
  hash: u32;
  hashNext: Dentry;
  next: Dentry;
  prev: Dentry;
  cookie: u64;
  nameAt: usize;
  pad: u32;

  @inline name(): usize {
    return this.nameAt;
  }
  @inline isNull(): bool {
    return changetype<usize>(this) == 0;
  }
  @inline isRoot(): bool {
    return changetype<usize>(this.parent) == 0;
  }
  @inline isWhiteout(): bool {
    return changetype<usize>(this.inode) == 0;
  }
}

@unmanaged
class Limbo {
  first: Dentry;
}
const LIMBO: usize = memory.data(8, 8);

/** An unhashed dentry without users; inode (null = whiteout) gets one more reference. Null = no memory. */
export function dentry_new(parent: Dentry, name: usize, len: i32, inode: Inode): Dentry {
  const d = changetype<Dentry>(kmalloc(offsetof<Dentry>() + (len as usize) + 1));
  if (d.isNull()) return d;
  d.parent = parent;
  d.nameLen = len as u16;
  d.nameAt = changetype<usize>(d) + offsetof<Dentry>();
  memory.copy(d.nameAt, name, len as usize);
  if (changetype<usize>(inode)) d.inode = inode_get(inode);
  if (!parent.isNull()) parent.refs++;
  limbo_add(d);
  return d;
}

export function dentry_get(d: Dentry): Dentry {
  d.refs++;
  return d;
}

export function dentry_put(d: Dentry): void {
  if (--d.refs == 0 && !(d.flags & DENTRY_HASHED)) limbo_add(d);
}

/** The directory takes over: from here on the dentry lives without users and does not hold its parent. */
export function dentry_hashed(d: Dentry): void {
  d.flags |= DENTRY_HASHED;
  limbo_remove(d);
  d.parent.refs--;
}

/** The opposite: it is out of its directory. */
export function dentry_unhashed(d: Dentry): void {
  d.flags &= ~DENTRY_HASHED;
  d.parent.refs++;
  if (d.refs == 0) limbo_add(d);
}

/** Gives an unhashed dentry another place; newName is kmalloc'ed, NUL-terminated and passes to it. */
export function dentry_move(d: Dentry, parent: Dentry, newName: usize, len: i32): void {
  const old = d.parent;
  parent.refs++;
  d.parent = parent;
  dentry_put(old);
  if (d.nameAt != changetype<usize>(d) + offsetof<Dentry>()) kfree(d.nameAt);
  d.nameAt = newName;
  d.nameLen = len as u16;
}

function limbo_add(d: Dentry): void {
  if (d.flags & DENTRY_LIMBO) return;
  const limbo = changetype<Limbo>(LIMBO);
  d.flags |= DENTRY_LIMBO;
  d.prev = changetype<Dentry>(0);
  d.next = limbo.first;
  if (!limbo.first.isNull()) limbo.first.prev = d;
  limbo.first = d;
}

function limbo_remove(d: Dentry): void {
  if (!(d.flags & DENTRY_LIMBO)) return;
  d.flags &= ~DENTRY_LIMBO;
  if (d.prev.isNull()) changetype<Limbo>(LIMBO).first = d.next;
  else d.prev.next = d.next;
  if (!d.next.isNull()) d.next.prev = d.prev;
}

/** Frees what nobody needs any more. Borrowed dentries become invalid. */
export function dentry_sweep(): void {
  const limbo = changetype<Limbo>(LIMBO);
  while (!limbo.first.isNull()) {
    const d = limbo.first;
    limbo_remove(d);
    if (d.refs == 0) dentry_free(d);
  }
}

/** Ends a dentry that is neither hashed nor used. */
function dentry_free(d: Dentry): void {
  const parent = d.parent;
  if (!d.isWhiteout()) {
    const inode = d.inode;
    if (inode.kind == INODE_HOST) node_forget_dentry(d);
    d.inode = changetype<Inode>(0);
    inode_put(inode);
    // A directory's whiteouts, unhashed just now, hold it until they are swept themselves.
    if (d.refs) return;
  }
  if (d.nameAt != changetype<usize>(d) + offsetof<Dentry>()) kfree(d.nameAt);
  kfree(changetype<usize>(d));
  if (!parent.isNull()) dentry_put(parent);
}

/** FNV-1a of a name. */
export function name_hash(name: usize, len: i32): u32 {
  let h: u32 = 0x811c9dc5;
  for (let i = 0; i < len; i++) h = (h ^ (load<u8>(name + i) as u32)) * 0x01000193;
  return h;
}
