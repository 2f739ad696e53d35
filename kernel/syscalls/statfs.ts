// statfs(2), fstatfs(2).
import { EBADF } from '../../abi/linux/errno.ts';
import { AT_FDCWD, NAME_MAX } from '../../abi/linux/fcntl.ts';
import {
  STATFS_BAVAIL,
  STATFS_BFREE,
  STATFS_BLOCKS,
  STATFS_BSIZE,
  STATFS_FFREE,
  STATFS_FILES,
  STATFS_FLAGS,
  STATFS_FRSIZE,
  STATFS_FSID,
  STATFS_NAMELEN,
  STATFS_SIZE,
  STATFS_TYPE,
  ST_VALID,
  FUSE_SUPER_MAGIC,
  TMPFS_MAGIC,
  OVERLAYFS_SUPER_MAGIC,
} from '../../abi/linux/statfs.ts';
import { image_bytes } from '../fs/image/chunk.ts';
import { host_statfs } from '../fs/hostfs/attr.ts';
import { frames_told } from '../mm/frame.ts';
import { copyout } from '../mm/usercopy.ts';
import { Dentry } from '../vfs/dentry.ts';
import { fd_get } from '../vfs/fdtable.ts';
import { File } from '../vfs/file.ts';
import { Mount } from '../vfs/mount.ts';
import { upper_free } from '../vfs/upper.ts';
import { WALK_FOLLOW, path_walk, walk_primary } from '../vfs/walk.ts';
import { PATH, path_arg } from './path_arg.ts';

const STATFS: usize = memory.data(STATFS_SIZE, 8);
const BLOCK_SIZE = 4096;
/** As many more files as programs may hope for: an inode takes about 150 bytes. */
const INODES_A_FRAME = 16;

function fill(m: Mount): i32 {
  const sb = m.sb;
  memory.fill(STATFS, 0, STATFS_SIZE);
  const root = changetype<Dentry>(sb.root);
  const error = sb.magic == FUSE_SUPER_MAGIC ? host_statfs(root, STATFS) : 0;
  if (error) return error;
  store<u64>(STATFS, sb.magic as u64, STATFS_TYPE);
  if (sb.magic != FUSE_SUPER_MAGIC) {
    store<u64>(STATFS, BLOCK_SIZE, STATFS_BSIZE);
    store<u64>(STATFS, BLOCK_SIZE, STATFS_FRSIZE);
  }
  store<u64>(STATFS, NAME_MAX, STATFS_NAMELEN);
  store<u64>(STATFS, sb.dev as u64, STATFS_FSID);
  store<u64>(STATFS, (m.flags | ST_VALID) as u64, STATFS_FLAGS);
  if (sb.magic != TMPFS_MAGIC && sb.magic != OVERLAYFS_SUPER_MAGIC) return 0;
  const memory_free = frames_told() as u64;
  const may = upper_free(sb) as u64;
  const free = may < memory_free ? may : memory_free;
  const image = sb.image ? image_bytes() >> 12 : 0;
  store<u64>(STATFS, image + (sb.pages as u64) + free, STATFS_BLOCKS);
  store<u64>(STATFS, free, STATFS_BFREE);
  store<u64>(STATFS, free, STATFS_BAVAIL);
  store<u64>(STATFS, sb.lastIno + free * INODES_A_FRAME, STATFS_FILES);
  store<u64>(STATFS, free * INODES_A_FRAME, STATFS_FFREE);
  return 0;
}

export function sys_statfs(path: u64, buf: u64): i64 {
  let error = path_arg(PATH, path);
  if (!error) error = path_walk(walk_primary(), AT_FDCWD, PATH, WALK_FOLLOW);
  if (!error) error = fill(walk_primary().mount);
  if (error) return error;
  return copyout(buf, STATFS, STATFS_SIZE);
}

export function sys_fstatfs(fd: i32, buf: u64): i64 {
  const file = fd_get(fd);
  if (!file) return -EBADF;
  const error = fill(changetype<File>(file).mount);
  if (error) return error;
  return copyout(buf, STATFS, STATFS_SIZE);
}
