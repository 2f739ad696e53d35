// Who may do what to an inode. path_resolution(7), capabilities(7).
import { EACCES, EOVERFLOW, EPERM, EROFS } from '../../abi/linux/errno.ts';
import { MS_RDONLY } from '../../abi/linux/mount.ts';
import { S_ISVTX } from '../../abi/linux/stat.ts';
import { gid_in, NO_ID, uid_in, UserNamespace } from '../ns/user.ts';
import { CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, capable_over, in_group } from '../task/cred.ts';
import { current } from '../task/task.ts';
import { Inode } from './inode.ts';
import { Mount } from './mount.ts';

export const MAY_EXEC = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

/** Has the current task that capability over the inode? */
export function inode_capable(inode: Inode, cap: i32): bool {
  return capable_over(inode.uid, inode.gid, cap);
}

/** 0 or -EACCES for the current task's file system ids. */
export function inode_permission(inode: Inode, mask: i32): i32 {
  const mode = inode.mode;
  let bits = mode as i32;
  if (current().cred.fsuid == inode.uid) bits = bits >> 6;
  else if (in_group(inode.gid)) bits = bits >> 3;
  if ((bits & mask) == mask) return 0;
  if (inode.isDir()) {
    if (inode_capable(inode, CAP_DAC_OVERRIDE)) return 0;
    return !(mask & MAY_WRITE) && inode_capable(inode, CAP_DAC_READ_SEARCH) ? 0 : -EACCES;
  }
  if (mask == MAY_READ && inode_capable(inode, CAP_DAC_READ_SEARCH)) return 0;
  // Even root executes only what somebody may execute.
  if ((!(mask & MAY_EXEC) || mode & 0o111) && inode_capable(inode, CAP_DAC_OVERRIDE)) return 0;
  return -EACCES;
}

export function is_read_only(m: Mount): bool {
  return ((m.flags | m.sb.flags) & MS_RDONLY) != 0;
}

/** Can a file of the current task have an owner there? */
function knows_current(user: UserNamespace): bool {
  const cred = current().cred;
  return uid_in(user, cred.fsuid) != NO_ID && gid_in(user, cred.fsgid) != NO_ID;
}

/** May names be added to the directory? */
export function may_create(m: Mount, dir: Inode): i32 {
  if (is_read_only(m)) return -EROFS;
  if (m.sb.user && !knows_current(changetype<UserNamespace>(m.sb.user))) return -EOVERFLOW;
  return inode_permission(dir, MAY_WRITE | MAY_EXEC);
}

/** May the name that leads to victim be taken out of the directory? */
export function may_delete(m: Mount, dir: Inode, victim: Inode): i32 {
  if (is_read_only(m)) return -EROFS;
  const denied = inode_permission(dir, MAY_WRITE | MAY_EXEC);
  if (denied) return denied;
  if (!(dir.mode & S_ISVTX)) return 0;
  const fsuid = current().cred.fsuid;
  return fsuid == victim.uid || fsuid == dir.uid || inode_capable(victim, CAP_FOWNER) ? 0 : -EPERM;
}

/** Owner, or a task that may act as every owner. */
export function is_owner(inode: Inode): bool {
  return current().cred.fsuid == inode.uid || inode_capable(inode, CAP_FOWNER);
}
