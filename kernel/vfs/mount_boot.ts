// The mounts every box has: /proc, /sys, /dev, /dev/pts, /dev/shm. Directories that the image lacks are made in the
// upper, without touching their parents' times, and do not show in a layer (fs/boxfs/layer.ts leaves mount points out).
import { EEXIST, ENOENT } from '../../abi/linux/errno.ts';
import { AT_FDCWD } from '../../abi/linux/fcntl.ts';
import { MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RELATIME } from '../../abi/linux/mount.ts';
import { DEVPTS_SUPER_MAGIC, TMPFS_MAGIC } from '../../abi/linux/statfs.ts';
import { S_IFDIR } from '../../abi/linux/stat.ts';
import { devtmpfs_populate } from '../fs/dev/devtmpfs.ts';
import { fs_make } from '../fs/names.ts';
import { tmpfs_new } from '../fs/boxfs/lookup.ts';
import { proc_super } from '../fs/proc/super.ts';
import { devpts_mounted } from '../fs/tty/devpts.ts';
import { sysfs_super } from '../fs/sysfs.ts';
import { cstr } from '../lib/bytes.ts';
import { IS_ERR, PTR_ERR } from '../lib/err.ts';
import { Dentry } from './dentry.ts';
import { Inode } from './inode.ts';
import { Mount, mount_add } from './mount.ts';
import { SuperBlock } from './super_block.ts';
import { WALK_FOLLOW, WALK_PARENT, path_walk, walk_primary } from './walk.ts';

const NO_DEVICES: u32 = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RELATIME;

/** Mounts what is missing yet: 0, -errno or -EBLOCKED* (call again, what is mounted stays). */
export function mount_standard(): i32 {
  let error = mount_once(cstr('/proc'), MOUNT_PROC);
  if (!error) error = mount_once(cstr('/sys'), MOUNT_SYS);
  if (!error) error = mount_once(cstr('/dev'), MOUNT_DEV);
  if (!error) error = mount_once(cstr('/dev/pts'), MOUNT_PTS);
  if (!error) error = mount_once(cstr('/dev/shm'), MOUNT_SHM);
  return error;
}

const MOUNT_PROC = 0;
const MOUNT_SYS = 1;
const MOUNT_DEV = 2;
const MOUNT_PTS = 3;
const MOUNT_SHM = 4;

function mount_once(path: usize, kind: i32): i32 {
  const error = find_or_make(path, S_IFDIR | 0o755);
  if (error) return error;
  const w = walk_primary();
  if (w.dentry == w.mount.root && !w.mount.mountpoint.isNull()) return 0;
  const sb = super_of(kind);
  if (IS_ERR(sb)) return PTR_ERR(sb);
  const super_block = changetype<SuperBlock>(sb);
  const flags: u32 =
    kind == MOUNT_DEV ? MS_NOSUID | MS_RELATIME : kind == MOUNT_PTS ? MS_NOSUID | MS_NOEXEC | MS_RELATIME : NO_DEVICES;
  const m = mount_add(super_block, changetype<Dentry>(super_block.root), w.mount, w.dentry, flags, super_block.name);
  if (IS_ERR(m)) return PTR_ERR(m);
  if (kind == MOUNT_PTS) return devpts_mounted(changetype<Mount>(m));
  return kind == MOUNT_DEV ? devtmpfs_populate(changetype<Dentry>(super_block.root)) : 0;
}

function super_of(kind: i32): usize {
  switch (kind) {
    case MOUNT_PROC:
      return proc_super();
    case MOUNT_SYS:
      return sysfs_super();
    case MOUNT_PTS:
      return tmpfs_new(cstr('devpts'), DEVPTS_SUPER_MAGIC, 0o755);
    case MOUNT_SHM:
      return tmpfs_new(cstr('tmpfs'), TMPFS_MAGIC, 0o1777);
    default:
      return tmpfs_new(cstr('tmpfs'), TMPFS_MAGIC, 0o755);
  }
}

/** Walks to the directory (or file), making it when it is absent; the parent keeps its times. */
export function find_or_make(path: usize, mode: u32): i32 {
  const w = walk_primary();
  const error = path_walk(w, AT_FDCWD, path, WALK_FOLLOW);
  if (error != -ENOENT) return error;
  const failed = path_walk(w, AT_FDCWD, path, WALK_PARENT);
  if (failed) return failed;
  if (!w.dentry.isNull()) return -EEXIST;
  const dir: Inode = w.parent.inode;
  const mtime = dir.mtime;
  const nsec = dir.mtimeNsec;
  const flags = dir.flags;
  const d = fs_make(w.parent, w.last, w.lastLen, mode, 0, 0);
  dir.mtime = mtime;
  dir.mtimeNsec = nsec;
  dir.flags = flags;
  if (IS_ERR(d)) return PTR_ERR(d);
  w.mount = w.parentMount;
  w.dentry = changetype<Dentry>(d);
  return 0;
}
