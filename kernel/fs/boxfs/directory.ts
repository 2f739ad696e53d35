// The contents of a boxfs directory: a hash of the dentries in memory, before the image's sorted entries.
// Invariant: a name is looked up in the hash first; what is there (also a whiteout) hides the image's entry. Dentries that
// the image does not know are also in `first`..`last`, in the order of their cookies, which only grow: getdents
// positions stay good while names come and go.
//
// 0 buckets ptr | 4 mask u32 | 8 hashed u32 | 12 live u32 (names a program sees) | 16 imageCount u32 | 20 first, last ptr
// 32 nextCookie u64
import { ENOMEM } from '../../../abi/linux/errno.ts';
import { ERR_PTR } from '../../lib/err.ts';
import { mem_eq } from '../../lib/bytes.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';
import { DENTRY_IMAGE, Dentry, dentry_hashed, dentry_unhashed, name_hash } from '../../vfs/dentry.ts';
import { Inode } from '../../vfs/inode.ts';
import { image_dir_count } from './image_dir.ts';

const FIRST_BUCKETS = 8;

@unmanaged
export class Directory {
  buckets: usize;
  mask: u32;
  hashed: u32;
  live: u32;
  imageCount: u32;
  first: Dentry;
  last: Dentry;
  nextCookie: u64;
}

/** The directory's contents, made at first use: Directory ptr or ERR_PTR (ENOMEM, EIO, EBLOCKED). */
export function directory_of(inode: Inode): usize {
  if (inode.data) return inode.data;
  let count = 0;
  if (inode.imageIno) {
    count = image_dir_count(inode);
    if (count < 0) return ERR_PTR(count);
  }
  const dir = changetype<Directory>(kmalloc(offsetof<Directory>()));
  if (!changetype<usize>(dir)) return ERR_PTR(-ENOMEM);
  dir.buckets = kmalloc(FIRST_BUCKETS * 4);
  if (!dir.buckets) {
    kfree(changetype<usize>(dir));
    return ERR_PTR(-ENOMEM);
  }
  dir.mask = FIRST_BUCKETS - 1;
  dir.live = dir.imageCount = count as u32;
  dir.nextCookie = count;
  inode.data = changetype<usize>(dir);
  return inode.data;
}

function bucket(dir: Directory, hash: u32): usize {
  return dir.buckets + ((hash & dir.mask) as usize) * 4;
}

/** The dentry of that name in memory, whiteouts included, or null. */
export function directory_find(dir: Directory, name: usize, len: i32): Dentry {
  const hash = name_hash(name, len);
  let d = changetype<Dentry>(load<u32>(bucket(dir, hash)) as usize);
  while (!d.isNull()) {
    if (d.hash == hash && d.nameLen == len && mem_eq(d.name(), name, len as usize)) return d;
    d = d.hashNext;
  }
  return d;
}

/** Enters an unhashed dentry whose name is free (no positive dentry; a whiteout was taken out before). */
export function directory_add(dir: Directory, d: Dentry): void {
  d.hash = name_hash(d.name(), d.nameLen);
  dentry_hashed(d);
  if (dir.hashed > dir.mask * 2) grow(dir);
  const b = bucket(dir, d.hash);
  d.hashNext = changetype<Dentry>(load<u32>(b) as usize);
  store<u32>(b, changetype<usize>(d) as u32);
  dir.hashed++;
  if (d.flags & DENTRY_IMAGE) return;
  d.cookie = dir.nextCookie++;
  d.next = changetype<Dentry>(0);
  d.prev = dir.last;
  if (dir.last.isNull()) dir.first = d;
  else dir.last.next = d;
  dir.last = d;
}

/** Takes a hashed dentry out. */
export function directory_remove(dir: Directory, d: Dentry): void {
  let link = bucket(dir, d.hash);
  while ((load<u32>(link) as usize) != changetype<usize>(d)) {
    link = (load<u32>(link) as usize) + offsetof<Dentry>('hashNext');
  }
  store<u32>(link, changetype<usize>(d.hashNext) as u32);
  d.hashNext = changetype<Dentry>(0);
  dir.hashed--;
  if (!(d.flags & DENTRY_IMAGE)) {
    if (d.prev.isNull()) dir.first = d.next;
    else d.prev.next = d.next;
    if (d.next.isNull()) dir.last = d.prev;
    else d.next.prev = d.prev;
  }
  dentry_unhashed(d);
}

/** Doubles the buckets; without memory the chains just get longer. */
function grow(dir: Directory): void {
  const old = dir.buckets;
  const oldCount = dir.mask + 1;
  const fresh = kmalloc((oldCount as usize) * 8);
  if (!fresh) return;
  dir.buckets = fresh;
  dir.mask = oldCount * 2 - 1;
  for (let i: u32 = 0; i < oldCount; i++) {
    let d = changetype<Dentry>(load<u32>(old + (i as usize) * 4) as usize);
    while (!d.isNull()) {
      const next = d.hashNext;
      const b = bucket(dir, d.hash);
      d.hashNext = changetype<Dentry>(load<u32>(b) as usize);
      store<u32>(b, changetype<usize>(d) as u32);
      d = next;
    }
  }
  kfree(old);
}

/** Ends the contents of a directory that is going away: its whiteouts, and for a dying file system everything below. */
export function directory_free(p: usize): void {
  const dir = changetype<Directory>(p);
  for (let i: u32 = 0; i <= dir.mask; i++) {
    let d = changetype<Dentry>(load<u32>(dir.buckets + (i as usize) * 4) as usize);
    while (!d.isNull()) {
      const next = d.hashNext;
      dentry_unhashed(d);
      d = next;
    }
  }
  kfree(dir.buckets);
  kfree(p);
}

/** The first dentry of the creation order with a cookie >= pos, or null. */
export function directory_at(dir: Directory, pos: u64): Dentry {
  let d = dir.first;
  while (!d.isNull() && d.cookie < pos) d = d.next;
  return d;
}
