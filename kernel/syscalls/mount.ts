// mount(2), umount2(2): tmpfs, proc, sysfs and binds, in the one mount namespace there is.
import { EBUSY, EINVAL, ENAMETOOLONG, ENODEV, ENOMEM, ENOTDIR, EPERM } from '../../abi/linux/errno.ts';
import { AT_FDCWD, PATH_MAX } from '../../abi/linux/fcntl.ts';
import {
  MNT_DETACH,
  MNT_EXPIRE,
  MNT_FORCE,
  MS_BIND,
  MS_MOVE,
  MS_NOATIME,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_PRIVATE,
  MS_RDONLY,
  MS_RELATIME,
  MS_REMOUNT,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
  UMOUNT_NOFOLLOW,
} from '../../abi/linux/mount.ts';
import { TMPFS_MAGIC } from '../../abi/linux/statfs.ts';
import { tmpfs_new } from '../fs/boxfs/lookup.ts';
import { proc_super } from '../fs/proc/super.ts';
import { sysfs_super } from '../fs/sysfs.ts';
import { cstr, str_eq, str_len } from '../lib/bytes.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kmalloc } from '../lib/slab.ts';
import { copyinstr } from '../mm/usercopy.ts';
import { CAP_SYS_ADMIN, capable } from '../task/cred.ts';
import { Dentry } from '../vfs/dentry.ts';
import { Mount, mount_add, mount_is_busy, mount_remove } from '../vfs/mount.ts';
import { SuperBlock } from '../vfs/super_block.ts';
import { tmpfs_options } from '../vfs/tmpfs_options.ts';
import { WALK_FOLLOW, path_walk, walk_primary, walk_secondary } from '../vfs/walk.ts';
import { PATH, PATH2, path_arg } from './path_arg.ts';

const TYPE: usize = memory.data(64, 8);
const OPTIONS: usize = memory.data(4096, 8);
/** Flags of a mount, as opposed to what mount is asked to do. */
const MOUNT_FLAGS: u64 = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_RELATIME;
/** How mounts propagate: with one namespace there is nowhere to propagate to. */
const PROPAGATION: u64 = MS_PRIVATE | MS_SLAVE | MS_SHARED | MS_UNBINDABLE;
const UMOUNT_FLAGS: u64 = MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW;

export function sys_mount(source: u64, target: u64, type: u64, flags: u64, data: u64): i64 {
  let error = path_arg(PATH2, target);
  if (!error && source) error = path_arg(PATH, source);
  if (error) return error;
  if (!source) store<u8>(PATH, 0);
  error = path_walk(walk_secondary(), AT_FDCWD, PATH2, WALK_FOLLOW);
  if (error) return error;
  if (!capable(CAP_SYS_ADMIN)) return -EPERM;
  if (flags & PROPAGATION) return at_mount_root() ? 0 : -EINVAL;
  if (flags & MS_REMOUNT) return remount(flags);
  if (flags & MS_MOVE) return -EINVAL;
  return flags & MS_BIND ? bind(flags) : mount_new(type, flags, data);
}

function at_mount_root(): bool {
  return walk_secondary().dentry == walk_secondary().mount.root;
}

function remount(flags: u64): i64 {
  if (!at_mount_root()) return -EINVAL;
  walk_secondary().mount.flags = (flags & MOUNT_FLAGS) as u32;
  return 0;
}

/** The walk's mount point gets the directory (or file) that PATH leads to. */
function bind(flags: u64): i64 {
  const error = path_walk(walk_primary(), AT_FDCWD, PATH, WALK_FOLLOW);
  if (error) return error;
  // The primary walk swept: what the secondary one had found is looked up again.
  const again = path_walk(walk_secondary(), AT_FDCWD, PATH2, WALK_FOLLOW);
  if (again) return again;
  const from = walk_primary();
  return attach(from.mount.sb, from.dentry, from.mount.flags, from.mount.source);
}

function attach(sb: SuperBlock, root: Dentry, flags: u32, source: usize): i64 {
  const at = walk_secondary();
  if (root.inode.isDir() != at.dentry.inode.isDir()) return -ENOTDIR;
  const m = mount_add(sb, root, at.mount, at.dentry, flags, source);
  return IS_ERR(m) ? (PTR_ERR(m) as i64) : 0;
}

function mount_new(type: u64, flags: u64, data: u64): i64 {
  if (!type) return -EINVAL;
  let n = copyinstr(TYPE, type, 64);
  if (n < 0) return n == -ENAMETOOLONG ? -ENODEV : n;
  store<u8>(OPTIONS, 0);
  if (data) n = copyinstr(OPTIONS, data, PATH_MAX);
  if (n < 0) return n;
  if (!known_type()) return -ENODEV;
  if (!walk_secondary().dentry.inode.isDir()) return -ENOTDIR;
  const p = new_super();
  if (IS_ERR(p)) return PTR_ERR(p);
  const sb = changetype<SuperBlock>(p);
  const name = kmalloc((str_len(PATH) as usize) + 1);
  if (!name) return -ENOMEM;
  memory.copy(name, PATH, str_len(PATH) as usize);
  return attach(sb, changetype<Dentry>(sb.root), (flags & MOUNT_FLAGS) as u32, name);
}

function known_type(): bool {
  return str_eq(TYPE, cstr('tmpfs')) || str_eq(TYPE, cstr('proc')) || str_eq(TYPE, cstr('sysfs'));
}

function new_super(): usize {
  if (str_eq(TYPE, cstr('proc'))) return proc_super();
  if (str_eq(TYPE, cstr('sysfs'))) return sysfs_super();
  const sb = tmpfs_new(cstr('tmpfs'), TMPFS_MAGIC, 0o1777);
  if (IS_ERR(sb)) return sb;
  return tmpfs_options(changetype<SuperBlock>(sb), OPTIONS) ? sb : ERR_PTR(-EINVAL);
}

export function sys_umount2(target: u64, flags: u64): i64 {
  if (flags & ~UMOUNT_FLAGS) return -EINVAL;
  let error = path_arg(PATH, target);
  if (!error) error = path_walk(walk_primary(), AT_FDCWD, PATH, flags & UMOUNT_NOFOLLOW ? 0 : WALK_FOLLOW);
  if (error) return error;
  if (!capable(CAP_SYS_ADMIN)) return -EPERM;
  const m: Mount = walk_primary().mount;
  if (walk_primary().dentry != m.root) return -EINVAL;
  if (m.mountpoint.isNull()) return -EBUSY;
  if (mount_is_busy(m) && !(flags & MNT_DETACH)) return -EBUSY;
  mount_remove(m);
  return 0;
}
