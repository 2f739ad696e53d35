// Changing names anywhere in the tree: rights, mounts and kinds are checked here, file systems do the rest.
// Each takes a WALK_PARENT walk that has ended well.
import { EBUSY, EEXIST, EINVAL, EISDIR, ENOENT, ENOTDIR, ENOTEMPTY, EPERM, EXDEV } from '../../abi/linux/errno.ts';
import { RENAME_EXCHANGE, RENAME_NOREPLACE } from '../../abi/linux/fcntl.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFMT } from '../../abi/linux/stat.ts';
import { fs_exchange, fs_is_empty, fs_link, fs_make, fs_remove, fs_rename } from '../fs/names.ts';
import { ERR_PTR, IS_ERR } from '../lib/err.ts';
import { CAP_FOWNER, CAP_MKNOD, capable } from '../task/cred.ts';
import { current } from '../task/task.ts';
import { DENTRY_DELETED, DENTRY_MOUNTED, Dentry, dentry_sweep } from './dentry.ts';
import { INODE_BOX, INODE_HOST, Inode } from './inode.ts';
import { notify_created, notify_deleted, notify_links, notify_moved } from './notify.ts';
import { MAY_WRITE, inode_capable, inode_permission, may_create, may_delete } from './permission.ts';
import { LAST_DOT, LAST_DOTDOT, LAST_NAME, Walk } from './walk.ts';

/** Can names be made and removed in the directory, whoever asks? */
function has_names(dir: Inode): bool {
  return dir.kind == INODE_BOX || dir.kind == INODE_HOST;
}

/** May the absent last name of the walk be made? 0 or -errno. */
function may_make(w: Walk): i32 {
  const dir = w.parent.inode;
  if (w.parent.flags & DENTRY_DELETED) return -ENOENT;
  const denied = may_create(w.parentMount, dir);
  if (denied) return denied;
  return has_names(dir) ? 0 : -ENOENT;
}

/** Makes the last name of the walk, which must be absent; a link gets its target from the caller. Dentry ptr or ERR_PTR. */
export function create_at(w: Walk, mode: u32, rdev: u32, target: usize = 0): usize {
  if (w.lastKind != LAST_NAME || !w.dentry.isNull()) return ERR_PTR(-EEXIST);
  if (w.trailing && (mode & S_IFMT) != S_IFDIR) return ERR_PTR(-ENOENT);
  const denied = may_make(w);
  if (denied) return ERR_PTR(denied);
  if (is_device(mode, rdev) && !capable(CAP_MKNOD)) return ERR_PTR(-EPERM);
  const made = fs_make(w.parent, w.last, w.lastLen, mode, rdev, target);
  if (!IS_ERR(made)) notify_created(w, (mode & S_IFMT) == S_IFDIR);
  return made;
}

/** A device that nobody may make; the whiteout of an overlay (0, 0) is none. */
function is_device(mode: u32, rdev: u32): bool {
  const type = mode & S_IFMT;
  return type == S_IFBLK || (type == S_IFCHR && rdev != 0);
}

/** Gives inode the walk's last name: 0 or -errno. */
export function link_at(w: Walk, inode: Inode): i32 {
  if (w.lastKind != LAST_NAME || !w.dentry.isNull()) return -EEXIST;
  if (w.trailing) return -ENOENT;
  if (w.parent.inode.sb != inode.sb) return -EXDEV;
  const denied = may_make(w);
  if (denied) return denied;
  if (inode.isDir()) return -EPERM;
  if (!may_link(inode)) return -EPERM;
  const error = fs_link(w.parent, w.last, w.lastLen, inode);
  if (error) return error;
  notify_links(inode);
  notify_created(w, false);
  return 0;
}

/** fs.protected_hardlinks: only files that the caller owns, or plain ones that it may read and write. */
function may_link(inode: Inode): bool {
  if (current().cred.fsuid == inode.uid || inode_capable(inode, CAP_FOWNER)) return true;
  const special = (inode.mode & 0o4000) != 0 || (inode.mode & 0o2010) == 0o2010 || !inode.isRegular();
  return !special && inode_permission(inode, 6) == 0;
}

export function unlink_at(w: Walk): i32 {
  if (w.lastKind != LAST_NAME) return -EISDIR;
  const d = w.dentry;
  if (d.isNull()) return -ENOENT;
  if (w.trailing) return d.inode.isDir() ? -EISDIR : -ENOTDIR;
  const denied = removable(w, d);
  if (denied) return denied;
  if (d.inode.isDir()) return -EISDIR;
  const error = fs_remove(d);
  if (!error) notify_links(d.inode);
  dentry_sweep();
  if (!error) notify_deleted(w, false);
  return error;
}

export function rmdir_at(w: Walk): i32 {
  if (w.lastKind != LAST_NAME)
    return w.lastKind == LAST_DOT ? -EINVAL : w.lastKind == LAST_DOTDOT ? -ENOTEMPTY : -EBUSY;
  const d = w.dentry;
  if (d.isNull()) return -ENOENT;
  const denied = removable(w, d);
  if (denied) return denied;
  if (!d.inode.isDir()) return -ENOTDIR;
  const error = fs_is_empty(d.inode);
  if (error) return error;
  const failed = fs_remove(d);
  dentry_sweep();
  if (!failed) notify_deleted(w, true);
  return failed;
}

/** Rights to take the dentry out of the walk's parent, and that it is not a mount point. */
function removable(w: Walk, d: Dentry): i32 {
  const denied = may_delete(w.parentMount, w.parent.inode, d.inode);
  if (denied) return denied;
  if (!has_names(w.parent.inode)) return -EPERM;
  return w.mount != w.parentMount || d.flags & DENTRY_MOUNTED ? -EBUSY : 0;
}

/** Moves what the first walk found to the place of the second one. */
export function rename_at(from: Walk, to: Walk, flags: i32): i32 {
  if (from.parentMount != to.parentMount) return -EXDEV;
  if (from.lastKind != LAST_NAME || to.lastKind != LAST_NAME) return -EBUSY;
  const d = from.dentry;
  if (d.isNull()) return -ENOENT;
  const victim = to.dentry;
  if (victim.isNull()) {
    if (flags & RENAME_EXCHANGE) return -ENOENT;
  } else if (flags & RENAME_NOREPLACE) return -EEXIST;
  if ((from.trailing || to.trailing) && !d.inode.isDir()) return -ENOTDIR;
  if (d.inode.isDir() && is_below(to.parent, d)) return -EINVAL;
  if (!victim.isNull() && is_below(from.parent, victim)) return flags & RENAME_EXCHANGE ? -EINVAL : -ENOTEMPTY;
  if (d == victim || (!victim.isNull() && d.inode == victim.inode && !(flags & RENAME_EXCHANGE))) return 0;
  let denied = removable(from, d);
  if (denied) return denied;
  denied = victim.isNull() ? may_make(to) : removable(to, victim);
  if (denied) return denied;
  // The moved directory's ".." changes.
  if (d.inode.isDir() && from.parent != to.parent) denied = inode_permission(d.inode, MAY_WRITE);
  if (denied) return denied;
  if (flags & RENAME_EXCHANGE) return exchange(from, to);
  if (!victim.isNull()) denied = replaceable(d, victim);
  if (denied) return denied;
  const error = fs_rename(d, to.parent, to.last, to.lastLen, victim, (flags & RENAME_NOREPLACE) != 0);
  if (!error) {
    notify_moved(from, to, d.inode);
    if (!victim.isNull()) notify_links(victim.inode);
  }
  dentry_sweep();
  return error;
}

function exchange(from: Walk, to: Walk): i32 {
  const error = fs_exchange(from.dentry, to.dentry);
  if (error) return error;
  notify_moved(from, to, from.dentry.inode);
  notify_moved(to, from, to.dentry.inode);
  return 0;
}

function replaceable(d: Dentry, victim: Dentry): i32 {
  if (!d.inode.isDir()) return victim.inode.isDir() ? -EISDIR : 0;
  return victim.inode.isDir() ? fs_is_empty(victim.inode) : -ENOTDIR;
}

/** Is d the directory `top` or somewhere below it? */
function is_below(d: Dentry, top: Dentry): bool {
  while (d != top) {
    if (d.isRoot()) return false;
    d = d.parent;
  }
  return true;
}
