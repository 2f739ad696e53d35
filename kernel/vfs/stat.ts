// What stat(2) and statx(2) tell of an inode, in the guest's layouts.
import {
  STATX_ATIME,
  STATX_ATTRIBUTES,
  STATX_ATTRIBUTES_MASK,
  STATX_ATTR_MOUNT_ROOT,
  STATX_BASIC_STATS,
  STATX_BLKSIZE,
  STATX_BLOCKS,
  STATX_CTIME,
  STATX_DEV_MAJOR,
  STATX_DEV_MINOR,
  STATX_GID,
  STATX_INO,
  STATX_MASK,
  STATX_MNT_ID,
  STATX_MNT_ID_BIT,
  STATX_MODE,
  STATX_MTIME,
  STATX_NLINK,
  STATX_RDEV_MAJOR,
  STATX_RDEV_MINOR,
  STATX_SIZE,
  STATX_SIZE_BYTES,
  STATX_UID,
  STAT_ATIME,
  STAT_BLKSIZE,
  STAT_BLOCKS,
  STAT_CTIME,
  STAT_DEV,
  STAT_GID,
  STAT_INO,
  STAT_MODE,
  STAT_MTIME,
  STAT_NLINK,
  STAT_RDEV,
  STAT_SIZE,
  STAT_SIZE_BYTES,
  STAT_UID,
} from '../../abi/linux/stat.ts';
import { dev_major, dev_minor } from '../fs/dev/numbers.ts';
import { node_of } from '../fs/hostfs/node.ts';
import { gid_told, uid_told } from '../ns/user.ts';
import { Dentry } from './dentry.ts';
import { INODE_HOST, Inode } from './inode.ts';
import { Mount } from './mount.ts';

const BLOCK_SIZE = 4096;

/** Bytes as 512-byte blocks: what is in memory or in the image; holes count nothing. */
function blocks(inode: Inode): u64 {
  if (inode.kind == INODE_HOST) return node_of(inode).blocks;
  if (!inode.isRegular()) return inode.isDir() ? inode.size >> 9 : 0;
  const image = (inode.imageSize + 4095) >> 12;
  const pages = inode.pageCount as u64;
  return (pages > image ? pages : image) << 3;
}

/** Writes struct stat to p. */
export function stat_fill(inode: Inode, p: usize): void {
  memory.fill(p, 0, STAT_SIZE);
  store<u64>(p, inode.sb.dev as u64, STAT_DEV);
  store<u64>(p, inode.ino, STAT_INO);
  store<u64>(p, inode.nlink as u64, STAT_NLINK);
  store<u32>(p, inode.mode, STAT_MODE);
  store<u32>(p, uid_told(inode.uid), STAT_UID);
  store<u32>(p, gid_told(inode.gid), STAT_GID);
  store<u64>(p, inode.rdev as u64, STAT_RDEV);
  store<u64>(p, inode.size, STAT_SIZE_BYTES);
  store<u64>(p, BLOCK_SIZE, STAT_BLKSIZE);
  store<u64>(p, blocks(inode), STAT_BLOCKS);
  put_time(p + STAT_ATIME, inode.atime, inode.atimeNsec);
  put_time(p + STAT_MTIME, inode.mtime, inode.mtimeNsec);
  put_time(p + STAT_CTIME, inode.ctime, inode.ctimeNsec);
}

function put_time(p: usize, sec: i64, nsec: u32): void {
  store<i64>(p, sec);
  store<u32>(p, nsec, 8);
}

/** Writes struct statx to p. */
export function statx_fill(m: Mount, d: Dentry, inode: Inode, p: usize): void {
  memory.fill(p, 0, STATX_SIZE);
  store<u32>(p, STATX_BASIC_STATS | STATX_MNT_ID_BIT, STATX_MASK);
  store<u32>(p, BLOCK_SIZE, STATX_BLKSIZE);
  store<u64>(p, STATX_ATTR_MOUNT_ROOT, STATX_ATTRIBUTES_MASK);
  if (d == m.root) store<u64>(p, STATX_ATTR_MOUNT_ROOT, STATX_ATTRIBUTES);
  store<u32>(p, inode.nlink, STATX_NLINK);
  store<u32>(p, uid_told(inode.uid), STATX_UID);
  store<u32>(p, gid_told(inode.gid), STATX_GID);
  store<u16>(p, inode.mode as u16, STATX_MODE);
  store<u64>(p, inode.ino, STATX_INO);
  store<u64>(p, inode.size, STATX_SIZE_BYTES);
  store<u64>(p, blocks(inode), STATX_BLOCKS);
  put_time(p + STATX_ATIME, inode.atime, inode.atimeNsec);
  put_time(p + STATX_CTIME, inode.ctime, inode.ctimeNsec);
  put_time(p + STATX_MTIME, inode.mtime, inode.mtimeNsec);
  store<u32>(p, dev_major(inode.rdev), STATX_RDEV_MAJOR);
  store<u32>(p, dev_minor(inode.rdev), STATX_RDEV_MINOR);
  store<u32>(p, dev_major(inode.sb.dev), STATX_DEV_MAJOR);
  store<u32>(p, dev_minor(inode.sb.dev), STATX_DEV_MINOR);
  store<u64>(p, m.id as u64, STATX_MNT_ID);
}
