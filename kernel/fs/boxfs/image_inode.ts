// Inodes of the image: made from their 64-byte records when a name first leads to them, one Inode per number.
import {
  IMAGE_INODE_DATA,
  IMAGE_INODE_GID,
  IMAGE_INODE_MODE,
  IMAGE_INODE_MTIME,
  IMAGE_INODE_MTIME_NSEC,
  IMAGE_INODE_NLINK,
  IMAGE_INODE_RDEV,
  IMAGE_INODE_SIZE,
  IMAGE_INODE_SIZE_BYTES,
  IMAGE_INODE_UID,
  IMAGE_INODE_XATTR,
  IMAGE_INODE_XATTR_LEN,
  IMAGE_MAGIC,
  IMAGE_VERSION,
  SUPER_INODE_COUNT,
  SUPER_INODE_TABLE,
  SUPER_ROOT,
  SUPER_SIZE,
} from '../../../abi/image.ts';
import { EIO, ENOMEM } from '../../../abi/linux/errno.ts';
import { PATH_MAX } from '../../../abi/linux/fcntl.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../../abi/linux/stat.ts';
import { ERR_PTR } from '../../lib/err.ts';
import { kmalloc } from '../../lib/slab.ts';
import { INODE_BOX, Inode, inode_get, inode_new } from '../../vfs/inode.ts';
import { pagecache_drop_clean } from '../../vfs/pagecache.ts';
import { SuperBlock } from '../../vfs/super_block.ts';
import { image_bytes, image_read } from '../image/chunk.ts';

const RECORD: usize = memory.data(IMAGE_INODE_SIZE, 8);

@unmanaged
class ImageSuper {
  inodeTable: u64;
  inodeCount: u32;
  rootIno: u32;
  inodes: usize; // SuperBlock.imageInodes
  hand: u32; // where image_reclaim goes on
}
const SUPER: usize = memory.data(24, 8);

/** Reads the image's superblock, and the root's record once: what follows does not block. 0, -EIO, -EBLOCKED, -ENOMEM. */
export function image_probe(): i32 {
  const error = image_read(RECORD, 0, SUPER_SIZE);
  if (error) return error;
  if (load<u32>(RECORD) != IMAGE_MAGIC || load<u32>(RECORD, 4) != IMAGE_VERSION) return -EIO;
  const s = changetype<ImageSuper>(SUPER);
  s.inodeTable = load<u64>(RECORD, SUPER_INODE_TABLE);
  s.inodeCount = load<u32>(RECORD, SUPER_INODE_COUNT);
  s.rootIno = load<u32>(RECORD, SUPER_ROOT);
  if (!in_image(s.inodeTable, (s.inodeCount as u64) * IMAGE_INODE_SIZE)) return -EIO;
  if (!s.rootIno || s.rootIno > s.inodeCount) return -EIO;
  return image_read(RECORD, s.inodeTable + ((s.rootIno - 1) as u64) * IMAGE_INODE_SIZE, IMAGE_INODE_SIZE);
}

/** Makes sb the file system of the probed image. 0 or -ENOMEM. */
export function image_super_read(sb: SuperBlock): i32 {
  const s = changetype<ImageSuper>(SUPER);
  sb.imageInodes = kmalloc(((s.inodeCount as usize) + 1) * 4);
  if (!sb.imageInodes) return -ENOMEM;
  s.inodes = sb.imageInodes;
  sb.image = 1;
  sb.lastIno = s.inodeCount as u64;
  return 0;
}

export function image_root_ino(): u32 {
  return changetype<ImageSuper>(SUPER).rootIno;
}

/**
 * Gives back about `want` frames that hold nothing but what the image holds and that nobody maps: a clock over the inodes.
 * How many it gave. A caller that borrows a page across an allocation must hold a reference to it.
 */
export function image_reclaim(want: u32): u32 {
  const s = changetype<ImageSuper>(SUPER);
  let freed: u32 = 0;
  for (let n: u32 = 0; n < s.inodeCount && freed < want; n++) {
    s.hand = s.hand < s.inodeCount ? s.hand + 1 : 1;
    const inode = changetype<Inode>(load<u32>(s.inodes + (s.hand as usize) * 4) as usize);
    if (changetype<usize>(inode) && inode.pageCount && inode.isRegular()) freed += pagecache_drop_clean(inode);
  }
  return freed;
}

function in_image(off: u64, len: u64): bool {
  const size = image_bytes();
  return off <= size && len <= size - off;
}

/** The inode with that number, with a reference for the caller; ERR_PTR: -EIO, -EBLOCKED, -ENOMEM. */
export function image_inode(sb: SuperBlock, ino: u32): usize {
  const s = changetype<ImageSuper>(SUPER);
  if (!ino || ino > s.inodeCount) return ERR_PTR(-EIO);
  const slot = sb.imageInodes + (ino as usize) * 4;
  const known = changetype<Inode>(load<u32>(slot) as usize);
  if (changetype<usize>(known)) {
    // A directory has one name: a second one is a corrupt image, and a loop that no walk would leave.
    return known.isDir() ? ERR_PTR(-EIO) : changetype<usize>(inode_get(known));
  }
  const error = image_read(RECORD, s.inodeTable + ((ino - 1) as u64) * IMAGE_INODE_SIZE, IMAGE_INODE_SIZE);
  if (error) return ERR_PTR(error);
  if (!record_is_sane()) return ERR_PTR(-EIO);
  const last = sb.lastIno;
  const inode = inode_new(sb, INODE_BOX, load<u32>(RECORD, IMAGE_INODE_MODE), 0, 0);
  sb.lastIno = last;
  if (!changetype<usize>(inode)) return ERR_PTR(-ENOMEM);
  fill(inode, ino);
  store<u32>(slot, changetype<usize>(inode) as u32);
  return changetype<usize>(inode);
}

function record_is_sane(): bool {
  const type = load<u32>(RECORD, IMAGE_INODE_MODE) & S_IFMT;
  const size = load<u64>(RECORD, IMAGE_INODE_SIZE_BYTES);
  if (!in_image(load<u64>(RECORD, IMAGE_INODE_XATTR), load<u32>(RECORD, IMAGE_INODE_XATTR_LEN) as u64)) return false;
  if (type == S_IFLNK && (size == 0 || size >= (PATH_MAX as u64))) return false;
  return (type != S_IFREG && type != S_IFDIR && type != S_IFLNK) || in_image(load<u64>(RECORD, IMAGE_INODE_DATA), size);
}

function fill(inode: Inode, ino: u32): void {
  inode.flags = 0;
  inode.uid = load<u32>(RECORD, IMAGE_INODE_UID);
  inode.gid = load<u32>(RECORD, IMAGE_INODE_GID);
  inode.nlink = load<u32>(RECORD, IMAGE_INODE_NLINK);
  inode.rdev = load<u32>(RECORD, IMAGE_INODE_RDEV);
  inode.ino = ino as u64;
  inode.imageIno = ino;
  inode.imageData = load<u64>(RECORD, IMAGE_INODE_DATA);
  inode.imageSize = load<u64>(RECORD, IMAGE_INODE_SIZE_BYTES);
  // Linux's file systems show some block size for a directory; the length of our table means nothing to programs.
  inode.size = inode.isDir() ? 4096 : inode.imageSize;
  inode.mtime = inode.atime = inode.ctime = load<i64>(RECORD, IMAGE_INODE_MTIME);
  inode.mtimeNsec = inode.atimeNsec = inode.ctimeNsec = load<u32>(RECORD, IMAGE_INODE_MTIME_NSEC);
}

/** Where the inode's extended attributes lie in the image: offset in *at, their length returned. -EIO, -EBLOCKED. */
export function image_xattr_extent(inode: Inode, at: usize): i32 {
  const s = changetype<ImageSuper>(SUPER);
  const record = s.inodeTable + ((inode.imageIno - 1) as u64) * IMAGE_INODE_SIZE;
  const error = image_read(RECORD, record, IMAGE_INODE_SIZE);
  if (error) return error;
  store<u64>(at, load<u64>(RECORD, IMAGE_INODE_XATTR));
  return load<u64>(at) ? (load<u32>(RECORD, IMAGE_INODE_XATTR_LEN) as i32) : 0;
}
