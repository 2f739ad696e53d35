// Changing what an inode says of itself: mode, owner, times. chmod(2), chown(2), utimensat(2).
import { EACCES, EOPNOTSUPP, EPERM, EROFS } from '../../abi/linux/errno.ts';
import { S_IFLNK, S_IFMT, S_ISGID, S_ISUID, S_IXGRP, UTIME_NOW, UTIME_OMIT } from '../../abi/linux/stat.ts';
import { host_chmod, host_chown, host_set_times } from '../fs/hostfs/attr.ts';
import { CAP_CHOWN, CAP_FSETID, in_group } from '../task/cred.ts';
import { current } from '../task/task.ts';
import {
  Inode,
  INODE_ANON,
  INODE_BOX,
  INODE_HOST,
  TOUCH_ATIME,
  TOUCH_CTIME,
  TOUCH_MTIME,
  inode_touch,
} from './inode.ts';
import { Mount } from './mount.ts';
import { MAY_WRITE, inode_capable, inode_permission, is_owner, is_read_only } from './permission.ts';

/** Can they be changed, whoever asks? 0 or -errno. Of what is anonymous, pipes and sockets have their own. */
function attr_fixed(inode: Inode): i32 {
  if (inode.kind == INODE_BOX || inode.kind == INODE_HOST) return 0;
  if (inode.kind != INODE_ANON) return -EPERM;
  return inode.mode & S_IFMT ? 0 : -EOPNOTSUPP;
}

export function attr_chmod(m: Mount, inode: Inode, mode: u32): i32 {
  if (is_read_only(m)) return -EROFS;
  if (!is_owner(inode)) return -EPERM;
  const fixed = attr_fixed(inode);
  if (fixed) return fixed;
  let bits = mode & 0xfff;
  if (!in_group(inode.gid) && !inode_capable(inode, CAP_FSETID)) bits &= ~S_ISGID;
  const refused = inode.kind == INODE_HOST ? host_chmod(inode, bits) : 0;
  if (refused) return refused;
  inode.mode = (inode.mode & S_IFMT) | bits;
  inode_touch(inode, TOUCH_CTIME);
  return 0;
}

/** uid or gid 0xffffffff = leave. */
export function attr_chown(m: Mount, inode: Inode, uid: u32, gid: u32): i32 {
  if (is_read_only(m)) return -EROFS;
  const keepUid = uid == 0xffffffff;
  const keepGid = gid == 0xffffffff;
  if (!inode_capable(inode, CAP_CHOWN)) {
    const owner = current().cred.fsuid == inode.uid;
    if (!keepUid && !(owner && uid == inode.uid)) return -EPERM;
    if (!keepGid && !(owner && (gid == inode.gid || in_group(gid)))) return -EPERM;
  }
  const fixed = attr_fixed(inode);
  if (fixed) return fixed;
  const refused = inode.kind == INODE_HOST ? host_chown(inode, uid, gid) : 0;
  if (refused) return refused;
  if (!keepUid) inode.uid = uid;
  if (!keepGid) inode.gid = gid;
  drop_set_id(inode);
  inode_touch(inode, TOUCH_CTIME);
  return 0;
}

/** A new owner must not inherit the rights that set-id bits give; chown takes them away from programs even for root. */
function drop_set_id(inode: Inode): void {
  if (inode.isDir() || (inode.mode & S_IFMT) == S_IFLNK) return;
  inode.mode &= ~S_ISUID;
  if (inode.mode & S_IXGRP) inode.mode &= ~S_ISGID;
}

/** Sets times: seconds and nanoseconds each, the latter also UTIME_NOW or UTIME_OMIT. */
export function attr_times(m: Mount, inode: Inode, asec: i64, ansec: u32, msec: i64, mnsec: u32): i32 {
  if (ansec == UTIME_OMIT && mnsec == UTIME_OMIT) return 0;
  if (is_read_only(m)) return -EROFS;
  const bothNow = ansec == UTIME_NOW && mnsec == UTIME_NOW;
  if (!is_owner(inode)) {
    if (!bothNow) return -EPERM;
    if (inode_permission(inode, MAY_WRITE)) return -EACCES;
  }
  if (inode.kind == INODE_HOST) return host_set_times(inode, asec, ansec, msec, mnsec);
  if (ansec == UTIME_NOW) inode_touch(inode, TOUCH_ATIME);
  else if (ansec != UTIME_OMIT) {
    inode.atime = asec;
    inode.atimeNsec = ansec;
  }
  if (mnsec == UTIME_NOW) inode_touch(inode, TOUCH_MTIME);
  else if (mnsec != UTIME_OMIT) {
    inode.mtime = msec;
    inode.mtimeNsec = mnsec;
  }
  inode_touch(inode, TOUCH_CTIME);
  return 0;
}
