// mount(2), umount2(2): tmpfs, proc, sysfs, devpts, binds, moves. Nothing propagates, so all kinds of propagation are private.
import { EAGAIN, EBUSY, EINVAL, ELOOP, ENAMETOOLONG, ENODEV, ENOMEM, ENOTDIR, EPERM } from '../../abi/linux/errno.ts';
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
  MS_REC,
  MS_RELATIME,
  MS_REMOUNT,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
  UMOUNT_NOFOLLOW,
  MS_NOUSER,
} from '../../abi/linux/mount.ts';
import { TMPFS_MAGIC } from '../../abi/linux/statfs.ts';
import { tmpfs_new } from '../fs/boxfs/lookup.ts';
import { proc_super } from '../fs/proc/super.ts';
import { sysfs_super } from '../fs/sysfs.ts';
import { devpts_mount } from '../fs/tty/devpts.ts';
import { cstr, str_eq, str_len } from '../lib/bytes.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../lib/err.ts';
import { kmalloc } from '../lib/slab.ts';
import { copyinstr } from '../mm/usercopy.ts';
import { mount_ns } from '../ns/mount.ts';
import { current_user_ns, user_ns_get, UserNamespace } from '../ns/user.ts';
import { CAP_SYS_ADMIN, ns_capable } from '../task/cred.ts';
import { Dentry } from '../vfs/dentry.ts';
import { Mount, mount_add, mount_hang, mount_is_busy, mount_remove, mount_unhang } from '../vfs/mount.ts';
import { mounts_copy_within } from '../vfs/mount_copy.ts';
import { mount_covers_locked, mount_is_below, mount_remove_tree } from '../vfs/mount_tree.ts';
import { SuperBlock } from '../vfs/super_block.ts';
import { tmpfs_options } from '../vfs/tmpfs_options.ts';
import { WALK_FOLLOW, cross_mounts, path_walk, walk_primary, walk_secondary } from '../vfs/walk.ts';
import { PATH, PATH2, path_arg } from './path_arg.ts';

const TYPE: usize = memory.data(64, 8);
const OPTIONS: usize = memory.data(4096, 8);
/** Flags of a mount, as opposed to what mount is asked to do. */
const MOUNT_FLAGS: u64 = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_RELATIME;
/** Restrictions that a locked mount keeps. */
const LOCKED_FLAGS: u32 = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
const PROPAGATION: u64 = MS_PRIVATE | MS_SLAVE | MS_SHARED | MS_UNBINDABLE;
const UMOUNT_FLAGS: u64 = MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW;

/** Does the current task rule over its mounts? */
export function may_mount(): bool {
  return ns_capable(changetype<UserNamespace>(mount_ns().owner), CAP_SYS_ADMIN);
}

export function sys_mount(source: u64, target: u64, type: u64, flags: u64, data: u64): i64 {
  let error = path_arg(PATH2, target);
  if (!error && source) error = path_arg(PATH, source);
  if (error) return error;
  if (!source) store<u8>(PATH, 0);
  error = path_walk(walk_secondary(), AT_FDCWD, PATH2, WALK_FOLLOW);
  if (error) return error;
  if (!may_mount()) return -EPERM;
  if (flags & (MS_NOUSER as u64)) return -EINVAL;
  if (flags & MS_REMOUNT) return remount(flags);
  if (flags & MS_BIND) return bind((flags & MS_REC) != 0);
  if (flags & PROPAGATION) return at_mount_root() ? 0 : -EINVAL;
  return flags & MS_MOVE ? move() : mount_new(type, flags, data);
}

function at_mount_root(): bool {
  return walk_secondary().dentry == walk_secondary().mount.root;
}

function remount(flags: u64): i64 {
  if (!at_mount_root()) return -EINVAL;
  const m: Mount = walk_secondary().mount;
  const wanted = (flags & MOUNT_FLAGS) as u32;
  if (m.locked && m.flags & LOCKED_FLAGS & ~wanted) return -EPERM;
  m.flags = wanted;
  return 0;
}

/** Walks to PATH, and again to PATH2: the primary walk swept what the secondary one had found. */
function walk_both(): i32 {
  const error = path_walk(walk_primary(), AT_FDCWD, PATH, WALK_FOLLOW);
  return error ? error : path_walk(walk_secondary(), AT_FDCWD, PATH2, WALK_FOLLOW);
}

/** The walk's mount point gets the directory (or file) that PATH leads to, with what hangs below it when asked. */
function bind(deep: bool): i64 {
  const error = walk_both();
  if (error) return error;
  const from: Mount = walk_primary().mount;
  const root: Dentry = walk_primary().dentry;
  if (changetype<usize>(from.ns) && from.ns != mount_ns()) return -EINVAL;
  if (!deep && mount_covers_locked(from, root)) return -EINVAL;
  const made = attach(from.sb, root, from.flags, from.source);
  if (IS_ERR(made)) return PTR_ERR(made);
  return deep && !mounts_copy_within(from, root, changetype<Mount>(made)) ? -ENOMEM : 0;
}

/** Mount ptr or ERR_PTR. */
function attach(sb: SuperBlock, root: Dentry, flags: u32, source: usize): usize {
  const at = walk_secondary();
  cross_mounts(at);
  if (root.inode.isDir() != at.dentry.inode.isDir()) return ERR_PTR(-ENOTDIR);
  if (at.mount.ns != mount_ns()) return ERR_PTR(-EINVAL);
  return mount_add(sb, root, at.mount, at.dentry, flags, source);
}

/** MS_MOVE: a mount leaves its place for another one that does not lie in itself. */
function move(): i64 {
  const error = walk_both();
  if (error) return error;
  const m: Mount = walk_primary().mount;
  const at = walk_secondary();
  cross_mounts(at);
  if (walk_primary().dentry != m.root || m.parent.isNull() || m.locked) return -EINVAL;
  if (m.ns != mount_ns() || at.mount.ns != m.ns) return -EINVAL;
  if (m.root.inode.isDir() != at.dentry.inode.isDir()) return -ENOTDIR;
  if (mount_is_below(at.mount, m)) return -ELOOP;
  mount_unhang(m);
  mount_hang(m, at.mount, at.dentry);
  return 0;
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
  const m = attach(sb, changetype<Dentry>(sb.root), (flags & MOUNT_FLAGS) as u32, name);
  return IS_ERR(m) ? (PTR_ERR(m) as i64) : 0;
}

function known_type(): bool {
  if (str_eq(TYPE, cstr('tmpfs')) || str_eq(TYPE, cstr('ramfs')) || str_eq(TYPE, cstr('proc'))) return true;
  return str_eq(TYPE, cstr('sysfs')) || str_eq(TYPE, cstr('devpts'));
}

/** The terminals of a box are one set: every devpts shows them. */
function new_super(): usize {
  if (str_eq(TYPE, cstr('proc'))) return proc_super();
  if (str_eq(TYPE, cstr('sysfs'))) return sysfs_super();
  if (str_eq(TYPE, cstr('devpts'))) return changetype<usize>(devpts_mount().sb);
  const ramfs = str_eq(TYPE, cstr('ramfs'));
  const sb = tmpfs_new(ramfs ? cstr('ramfs') : cstr('tmpfs'), TMPFS_MAGIC, ramfs ? 0o755 : 0o1777);
  if (IS_ERR(sb)) return sb;
  const user = current_user_ns();
  if (user.level) changetype<SuperBlock>(sb).user = changetype<usize>(user_ns_get(user));
  return tmpfs_options(changetype<SuperBlock>(sb), OPTIONS) ? sb : ERR_PTR(-EINVAL);
}

function expire(m: Mount): i64 {
  m.expiring = 1;
  return -EAGAIN;
}

export function sys_umount2(target: u64, flags: u64): i64 {
  if (flags & ~UMOUNT_FLAGS || (flags & MNT_EXPIRE && flags & (MNT_FORCE | MNT_DETACH))) return -EINVAL;
  let error = path_arg(PATH, target);
  if (!error) error = path_walk(walk_primary(), AT_FDCWD, PATH, flags & UMOUNT_NOFOLLOW ? 0 : WALK_FOLLOW);
  if (error) return error;
  if (!may_mount()) return -EPERM;
  // A mount on "." hides behind it.
  cross_mounts(walk_primary());
  const m: Mount = walk_primary().mount;
  if (walk_primary().dentry != m.root || m.ns != mount_ns() || m.locked) return -EINVAL;
  if (m.mountpoint.isNull()) return -EBUSY;
  if (flags & MNT_DETACH) mount_remove_tree(m);
  else if (mount_is_busy(m)) return -EBUSY;
  // Whoever walks over it in between keeps it from expiring.
  else if (flags & MNT_EXPIRE && !m.expiring) return expire(m);
  else mount_remove(m);
  return 0;
}
