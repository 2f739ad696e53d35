// What happens to inodes, told to those who watch them. inotify(7).
// Costs two loads where nobody watches.
import {
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_DELETE_SELF,
  IN_EXCL_UNLINK,
  IN_ISDIR,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  IN_MOVE_SELF,
} from '../../abi/linux/inotify.ts';
import { Watch, watch_end, watch_event } from '../fs/inotify.ts';
import { DENTRY_DELETED, Dentry } from './dentry.ts';
import { Inode } from './inode.ts';
import { Walk } from './walk.ts';

/** The cookie that the last rename got. */
const COOKIE: usize = memory.data(4, 4);

/** Something happened to the object itself. */
function notify_inode(inode: Inode, mask: u32): void {
  tell(inode, mask, 0, 0, 0, false);
}

function tell(inode: Inode, mask: u32, cookie: u32, name: usize, len: u32, unlinked: bool): void {
  for (let w = changetype<Watch>(inode.watches); changetype<usize>(w); ) {
    const next = w.next;
    if (!unlinked || !(w.mask & IN_EXCL_UNLINK)) watch_event(w, mask, cookie, name, len);
    w = next;
  }
}

/** Something happened to what d leads to: its directory's watches hear of it with the name, its own without. */
export function notify_dentry(d: Dentry, mask: u32): void {
  const inode = d.inode;
  const watched: usize = d.isRoot() ? 0 : d.parent.inode.watches;
  if (!watched && !inode.watches) return;
  if (inode.isDir()) mask |= IN_ISDIR;
  if (watched) tell(d.parent.inode, mask, 0, d.name(), d.nameLen as u32, (d.flags & DENTRY_DELETED) != 0);
  notify_inode(inode, mask);
}

/** The result of changing d's attributes; tells of success. */
export function notify_attr(result: i32, d: Dentry): i32 {
  if (!result) notify_dentry(d, IN_ATTRIB);
  return result;
}

function tell_name(w: Walk, mask: u32, cookie: u32, isDir: bool): void {
  tell(w.parent.inode, isDir ? mask | IN_ISDIR : mask, cookie, w.last, w.lastLen as u32, false);
}

/** The last name of the walk has been made. */
export function notify_created(w: Walk, isDir: bool): void {
  tell_name(w, IN_CREATE, 0, isDir);
}

/** The last name of the walk has been taken away. */
export function notify_deleted(w: Walk, isDir: bool): void {
  tell_name(w, IN_DELETE, 0, isDir);
}

/** A name of the inode came or went. */
export function notify_links(inode: Inode): void {
  notify_inode(inode, IN_ATTRIB);
}

/** The inode has moved from the last name of one walk to that of the other. */
export function notify_moved(from: Walk, to: Walk, inode: Inode): void {
  const cookie = load<u32>(COOKIE) + 1;
  store<u32>(COOKIE, cookie);
  tell_name(from, IN_MOVED_FROM, cookie, inode.isDir());
  tell_name(to, IN_MOVED_TO, cookie, inode.isDir());
  notify_inode(inode, IN_MOVE_SELF);
}

/** The inode is about to be freed. */
export function notify_end(inode: Inode): void {
  if (!inode.nlink) notify_inode(inode, IN_DELETE_SELF);
  while (inode.watches) watch_end(changetype<Watch>(inode.watches));
}
