// Changing the names of boxfs: making, linking, removing, renaming.
// Precondition of all: the names concerned were looked up in this call, so nothing here can block; rights were checked.
import { EMLINK, ENOMEM, ENOSPC } from '../../../abi/linux/errno.ts';
import { S_IFDIR, S_IFMT, S_ISGID } from '../../../abi/linux/stat.ts';
import { ERR_PTR } from '../../lib/err.ts';
import { kmalloc } from '../../lib/slab.ts';
import { current } from '../../task/task.ts';
import { DENTRY_DELETED, DENTRY_IMAGE, DENTRY_LOWER, Dentry, dentry_move, dentry_new } from '../../vfs/dentry.ts';
import { INODE_BOX, Inode, TOUCH_CTIME, TOUCH_MTIME, inode_new, inode_put, inode_touch } from '../../vfs/inode.ts';
import { upper_free } from '../../vfs/upper.ts';
import { Directory, directory_add, directory_find, directory_of, directory_remove } from './directory.ts';

const MAX_LINKS: u32 = 0x7fffffff;
const NO_INODE: usize = 0;

/** An inode as the current task creates it in directory `dir`: owner, set-group-ID inheritance. Null = no memory. */
export function box_new_inode(dir: Inode, mode: u32): Inode {
  const cred = current().cred;
  let gid = cred.fsgid;
  if (dir.mode & S_ISGID) {
    gid = dir.gid;
    if ((mode & S_IFMT) == S_IFDIR) mode |= S_ISGID;
  }
  const inode = inode_new(dir.sb, INODE_BOX, mode, cred.fsuid, gid);
  if (changetype<usize>(inode) && inode.isDir()) {
    inode.nlink = 2;
    inode.size = 4096;
  }
  return inode;
}

/** Makes an inode and its name: Dentry ptr or ERR_PTR(-ENOMEM, -ENOSPC). */
export function box_make(parent: Dentry, name: usize, len: i32, mode: u32, rdev: u32): usize {
  if (!upper_free(parent.inode.sb)) return ERR_PTR(-ENOSPC);
  const inode = box_new_inode(parent.inode, mode);
  if (!changetype<usize>(inode)) return ERR_PTR(-ENOMEM);
  inode.rdev = rdev;
  const d = enter_new(parent, name, len, inode);
  if (!d.isNull() && inode.isDir()) parent.inode.nlink++;
  inode_put(inode);
  return d.isNull() ? ERR_PTR(-ENOMEM) : changetype<usize>(d);
}

/** Gives inode one more name: 0 or -errno. */
export function box_link(parent: Dentry, name: usize, len: i32, inode: Inode): i32 {
  if (inode.nlink >= MAX_LINKS) return -EMLINK;
  if (enter_new(parent, name, len, inode).isNull()) return -ENOMEM;
  inode.nlink++;
  inode_touch(inode, TOUCH_CTIME);
  return 0;
}

function enter_new(parent: Dentry, name: usize, len: i32, inode: Inode): Dentry {
  const d = dentry_new(parent, name, len, inode);
  if (!d.isNull()) enter(parent, d);
  return d;
}

/** Enters an unhashed dentry under its name, in the place of the image's when that was hidden. */
function enter(parent: Dentry, d: Dentry): void {
  const dir = changetype<Directory>(directory_of(parent.inode));
  const whiteout = directory_find(dir, d.name(), d.nameLen);
  if (!whiteout.isNull()) {
    d.flags |= DENTRY_IMAGE;
    d.cookie = whiteout.cookie;
    directory_remove(dir, whiteout);
  }
  directory_add(dir, d);
  dir.live++;
  inode_touch(parent.inode, TOUCH_MTIME | TOUCH_CTIME);
}

/** Takes a dentry out of its directory, leaving a whiteout (prepared by the caller) where the image knows the name. */
function leave(d: Dentry, whiteout: Dentry): void {
  const dir = changetype<Directory>(d.parent.inode.data);
  directory_remove(dir, d);
  dir.live--;
  if (!whiteout.isNull()) {
    whiteout.flags |= DENTRY_IMAGE;
    whiteout.cookie = d.cookie;
    directory_add(dir, whiteout);
  }
  d.flags &= ~(DENTRY_IMAGE | DENTRY_LOWER);
  inode_touch(d.parent.inode, TOUCH_MTIME | TOUCH_CTIME);
}

/** A whiteout for the dentry's name; null when none is needed. *failed is set when there is no memory. */
function whiteout_for(d: Dentry): Dentry {
  if (!(d.flags & DENTRY_IMAGE)) return changetype<Dentry>(NO_INODE);
  return dentry_new(d.parent, d.name(), d.nameLen, changetype<Inode>(NO_INODE));
}

/** Removes a name (of an empty directory, or of anything else): 0 or -ENOMEM. */
export function box_remove(d: Dentry): i32 {
  const whiteout = whiteout_for(d);
  if (whiteout.isNull() && d.flags & DENTRY_IMAGE) return -ENOMEM;
  const inode = d.inode;
  leave(d, whiteout);
  d.flags |= DENTRY_DELETED;
  if (inode.isDir()) {
    inode.nlink = 0;
    d.parent.inode.nlink--;
  } else if (inode.nlink) inode.nlink--;
  inode_touch(inode, TOUCH_CTIME);
  return 0;
}

/** Number of names that a program sees in a directory, or -errno (-EBLOCKED*, -EIO). */
export function box_dir_count(inode: Inode): i32 {
  const p = directory_of(inode);
  return p > 0xfffff000 ? (p as i32) : (changetype<Directory>(p).live as i32);
}

/** Moves d to (parent, name), removing `victim` (null = the name is free) first: 0 or -ENOMEM. */
export function box_rename(d: Dentry, parent: Dentry, name: usize, len: i32, victim: Dentry): i32 {
  const newName = kmalloc((len as usize) + 1);
  const whiteout = whiteout_for(d);
  if (!newName || (whiteout.isNull() && d.flags & DENTRY_IMAGE)) return -ENOMEM;
  memory.copy(newName, name, len as usize);
  if (!victim.isNull()) {
    const error = box_remove(victim);
    if (error) return error;
  }
  const from = d.parent;
  leave(d, whiteout);
  dentry_move(d, parent, newName, len);
  enter(parent, d);
  count_dirs(d.inode, from, parent);
  return 0;
}

/** Exchanges two names (RENAME_EXCHANGE): 0 or -ENOMEM. */
export function box_exchange(a: Dentry, b: Dentry): i32 {
  const nameA = copy_name(a);
  const nameB = copy_name(b);
  const whiteoutA = whiteout_for(a);
  const whiteoutB = whiteout_for(b);
  if (!nameA || !nameB) return -ENOMEM;
  if (whiteoutA.isNull() && a.flags & DENTRY_IMAGE) return -ENOMEM;
  if (whiteoutB.isNull() && b.flags & DENTRY_IMAGE) return -ENOMEM;
  const parentA = a.parent;
  const parentB = b.parent;
  const lenA = a.nameLen;
  const lenB = b.nameLen;
  leave(a, whiteoutA);
  leave(b, whiteoutB);
  dentry_move(a, parentB, nameB, lenB);
  dentry_move(b, parentA, nameA, lenA);
  enter(parentB, a);
  enter(parentA, b);
  count_dirs(a.inode, parentA, parentB);
  count_dirs(b.inode, parentB, parentA);
  return 0;
}

function copy_name(d: Dentry): usize {
  const name = kmalloc((d.nameLen as usize) + 1);
  if (name) memory.copy(name, d.name(), d.nameLen as usize);
  return name;
}

/** A directory went from one parent to another: its ".." moves the link. */
function count_dirs(inode: Inode, from: Dentry, to: Dentry): void {
  if (inode.isDir()) {
    from.inode.nlink--;
    to.inode.nlink++;
  }
  inode_touch(inode, TOUCH_CTIME);
}
