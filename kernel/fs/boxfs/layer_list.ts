// Which names make up the layer: a walk of the root file system in memory, everything else equals the image.
// Invariant: entries stand in the order of the walk, a directory before what is in it, names sorted as bytes. A directory that
// did not change is listed when something below it is, as layers made from overlayfs upper directories have it.
import { LAYER_HARDLINK, LAYER_INODE, LAYER_OPAQUE, LAYER_WHITEOUT } from '../../../abi/layer.ts';
import { ENOENT, ENOMEM } from '../../../abi/linux/errno.ts';
import { PATH_MAX } from '../../../abi/linux/fcntl.ts';
import { S_IFSOCK } from '../../../abi/linux/stat.ts';
import { mem_cmp } from '../../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../../lib/err.ts';
import { kfree, kmalloc } from '../../lib/slab.ts';
import { DENTRY_IMAGE, DENTRY_LOWER, DENTRY_MOUNTED, Dentry } from '../../vfs/dentry.ts';
import { INODE_DATA_CHANGED, INODE_META_CHANGED, Inode } from '../../vfs/inode.ts';
import { Directory, directory_of } from './directory.ts';
import { box_image_child } from './lookup.ts';

/**
 * One record to come: kind LAYER_*, the dentry; for a hard link the index of the entry it links to, for a file whether it is
 * the image's at this place.
 */
@unmanaged
export class LayerEntry {
  kind: u32;
  dentry: Dentry;
  target: u32;
}
const ENTRY_SIZE: usize = 12;

@unmanaged
class LayerList {
  entries: usize;
  count: u32;
  capacity: u32;
}
const LIST: usize = memory.data(16, 8);

/** Makes the list: 0, -ENOMEM, or -EBLOCKED* (to be repeated). A new directory over any name of the image counts as opaque. */
export function layer_list_build(root: Dentry): i32 {
  const list = changetype<LayerList>(LIST);
  list.count = 0;
  return walk(root, true, 0);
}

export function layer_list_count(): u32 {
  return changetype<LayerList>(LIST).count;
}

export function layer_list_at(i: u32): LayerEntry {
  return changetype<LayerEntry>(changetype<LayerList>(LIST).entries + (i as usize) * ENTRY_SIZE);
}

function push(kind: u32, d: Dentry, target: u32): i32 {
  const list = changetype<LayerList>(LIST);
  if (list.count == list.capacity) {
    const capacity = list.capacity ? list.capacity * 2 : 256;
    const entries = kmalloc((capacity as usize) * ENTRY_SIZE);
    if (!entries) return -ENOMEM;
    memory.copy(entries, list.entries, (list.count as usize) * ENTRY_SIZE);
    kfree(list.entries);
    list.entries = entries;
    list.capacity = capacity;
  }
  const e = layer_list_at(list.count++);
  e.kind = kind;
  e.dentry = d;
  e.target = target;
  return 0;
}

/** Lists what is in a directory; `lower`: the image has the directory at this place. `depth`: length of its path. */
function walk(dir: Dentry, lower: bool, depth: i32): i32 {
  const contents = directory_of(dir.inode);
  if (IS_ERR(contents)) return PTR_ERR(contents);
  if (!lower) {
    const error = bring_all(dir, changetype<Directory>(contents));
    if (error) return error;
  }
  const directory = changetype<Directory>(contents);
  const sorted = sorted_children(directory);
  if (!sorted) return directory.hashed ? -ENOMEM : 0;
  let error = 0;
  for (let i: u32 = 0; i < directory.hashed && !error; i++) {
    error = child(changetype<Dentry>(load<u32>(sorted + (i as usize) * 4) as usize), lower, depth);
  }
  kfree(sorted);
  return error;
}

/** A directory that moved takes its image entries along: all of them become dentries. */
function bring_all(dir: Dentry, directory: Directory): i32 {
  for (let i: u32 = 0; i < directory.imageCount; i++) {
    const d = box_image_child(dir, directory, i);
    if (IS_ERR(d) && PTR_ERR(d) != -ENOENT) return PTR_ERR(d);
  }
  return 0;
}

/** What no path of PATH_MAX reaches is left out: nobody could unpack it, and the recursion stays bounded. */
function child(d: Dentry, lower: bool, depth: i32): i32 {
  depth += (d.nameLen as i32) + 1;
  if (depth > PATH_MAX) return 0;
  if (d.isWhiteout()) return lower ? push(LAYER_WHITEOUT, d, 0) : 0;
  if (d.flags & DENTRY_MOUNTED || d.inode.type() == S_IFSOCK) return 0;
  const same = lower && (d.flags & DENTRY_LOWER) != 0;
  const changed = !same || (d.inode.flags & (INODE_META_CHANGED | INODE_DATA_CHANGED)) != 0;
  if (d.inode.isDir()) return directory_entry(d, lower, same, changed, depth);
  return changed ? push_file(d, same) : 0;
}

function directory_entry(d: Dentry, lower: bool, same: bool, changed: bool, depth: i32): i32 {
  let error = push(LAYER_INODE, d, 0);
  const list = changetype<LayerList>(LIST);
  if (!error && !same && lower && d.flags & DENTRY_IMAGE) error = push(LAYER_OPAQUE, d, 0);
  const before = list.count;
  if (!error) error = walk(d, same, depth);
  if (!changed && list.count == before) list.count--;
  return error;
}

/** The first name of an inode carries it, the others are links. */
function push_file(d: Dentry, same: bool): i32 {
  const inode: Inode = d.inode;
  const list = changetype<LayerList>(LIST);
  const known = inode.layerIndex;
  if (known && known <= list.count) {
    const first = layer_list_at(known - 1);
    if (first.kind == LAYER_INODE && first.dentry.inode == inode) return push(LAYER_HARDLINK, d, known - 1);
  }
  inode.layerIndex = list.count + 1;
  return push(LAYER_INODE, d, same ? 1 : 0);
}

/** The hashed dentries of a directory by name, in a kmalloc'ed array; 0 = none, or no memory. */
function sorted_children(directory: Directory): usize {
  const n = directory.hashed;
  if (!n) return 0;
  const array = kmalloc((n as usize) * 4);
  if (!array) return 0;
  let at = array;
  for (let i: u32 = 0; i <= directory.mask; i++) {
    let d = changetype<Dentry>(load<u32>(directory.buckets + (i as usize) * 4) as usize);
    while (!d.isNull()) {
      store<u32>(at, changetype<usize>(d) as u32);
      at += 4;
      d = d.hashNext;
    }
  }
  sort(array, n);
  return array;
}

/** Heap sort by name. */
function sort(array: usize, n: u32): void {
  for (let i = n >> 1; i > 0; i--) sift(array, i - 1, n);
  for (let end = n - 1; end > 0; end--) {
    swap(array, 0, end);
    sift(array, 0, end);
  }
}

function sift(array: usize, i: u32, n: u32): void {
  for (;;) {
    let largest = i;
    const left: u32 = 2 * i + 1;
    if (left < n && before(array, largest, left)) largest = left;
    if (left + 1 < n && before(array, largest, left + 1)) largest = left + 1;
    if (largest == i) return;
    swap(array, i, largest);
    i = largest;
  }
}

function at(array: usize, i: u32): Dentry {
  return changetype<Dentry>(load<u32>(array + (i as usize) * 4) as usize);
}

function swap(array: usize, i: u32, j: u32): void {
  const a = at(array, i);
  store<u32>(array + (i as usize) * 4, changetype<usize>(at(array, j)) as u32);
  store<u32>(array + (j as usize) * 4, changetype<usize>(a) as u32);
}

function before(array: usize, i: u32, j: u32): bool {
  const a = at(array, i);
  const b = at(array, j);
  const n = a.nameLen < b.nameLen ? a.nameLen : b.nameLen;
  const order = mem_cmp(a.name(), b.name(), n as usize);
  return order < 0 || (order == 0 && a.nameLen < b.nameLen);
}
