// An inode: one file system object, shared by all its names and open files.
// Invariant: `refs` counts dentries and open files; an inode with refs 0 is freed together with its pages. What `data`
// holds is told by the type in `mode` (directory: Directory, symlink: NUL-terminated target, FIFO: Pipe) and by `kind`.
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../abi/linux/stat.ts';
import { inode_free } from '../fs/inode_data.ts';
import { kmalloc } from '../lib/slab.ts';
import { clock_realtime } from '../lib/clock.ts';
import { SuperBlock } from './super_block.ts';

/** Which file system code answers for the inode. */
export const INODE_BOX: u8 = 0; // boxfs: in memory, perhaps with an image behind it
export const INODE_PROC: u8 = 1; // generated on every read
export const INODE_HOST: u8 = 3; // hostfs: a file of the host
export const INODE_ANON: u8 = 2; // pipes, eventfd, epoll, ...: no name anywhere

export const INODE_META_CHANGED: u16 = 1; // mode, owner, times or xattrs differ from the image
export const INODE_DATA_CHANGED: u16 = 2; // content differs from the image
export const INODE_MAPPED_WRITABLE: u16 = 4; // a shared mapping may change the content without a call
export const INODE_SEALABLE: u16 = 16; // memfd_create with MFD_ALLOW_SEALING
export const INODE_NAMESPACE: u16 = 32; // of /proc/PID/ns: `data` = Namespace, referenced
export const INODE_STREAM: u16 = 8; // a FIFO that is a stream of the host, its Stream in `key`

export const TOUCH_ATIME = 1;
export const TOUCH_MTIME = 2;
export const TOUCH_CTIME = 4;

// 0 refs u32 | 4 kind u8, seals u8, flags u16 | 8 sb ptr | 12 mode | 16 uid | 20 gid | 24 nlink | 28 rdev
// 32 ino u64 | 40 size u64 | 48 atime i64 | 56 mtime i64 | 64 ctime i64 | 72 atimeNsec | 76 mtimeNsec | 80 ctimeNsec
// 84 pages ptr | 88 pageHeight u32 | 92 pageCount u32 | 96 data ptr | 100 xattrs ptr | 104 imageData u64
// 112 imageSize u64: bytes of the image's content still valid | 120 imageIno u32 | 124 locks ptr | 128 flock ptr
// 132 writers i32: opens for writing, negative: running programs | 136 key u64: what a generated inode is about
// 144 watches ptr | 148 layerIndex u32: its record in the layer + 1 | 152 host ptr (HostNode)
@unmanaged
export class Inode {
  refs: u32;
  kind: u8;
  seals: u8;
  flags: u16;
  sb: SuperBlock;
  mode: u32;
  uid: u32;
  gid: u32;
  nlink: u32;
  rdev: u32;
  ino: u64;
  size: u64;
  atime: i64;
  mtime: i64;
  ctime: i64;
  atimeNsec: u32;
  mtimeNsec: u32;
  ctimeNsec: u32;
  pages: usize;
  pageHeight: u32;
  pageCount: u32;
  data: usize;
  xattrs: usize;
  imageData: u64;
  imageSize: u64;
  imageIno: u32;
  locks: usize;
  flocks: usize;
  writers: i32;
  key: u64;
  watches: usize;
  layerIndex: u32;
  host: usize;

  @inline type(): u32 {
    return this.mode & S_IFMT;
  }
  @inline isDir(): bool {
    return (this.mode & S_IFMT) == S_IFDIR;
  }
  @inline isRegular(): bool {
    return (this.mode & S_IFMT) == S_IFREG;
  }
  @inline isSymlink(): bool {
    return (this.mode & S_IFMT) == S_IFLNK;
  }
}

/** A new inode with the times of now and one reference, or null. */
export function inode_new(sb: SuperBlock, kind: u8, mode: u32, uid: u32, gid: u32): Inode {
  const inode = changetype<Inode>(kmalloc(offsetof<Inode>()));
  if (!changetype<usize>(inode)) return inode;
  inode.refs = 1;
  inode.kind = kind;
  inode.sb = sb;
  inode.mode = mode;
  inode.uid = uid;
  inode.gid = gid;
  inode.nlink = 1;
  inode.ino = ++sb.lastIno;
  sb.inodes++;
  inode_touch(inode, TOUCH_ATIME | TOUCH_MTIME | TOUCH_CTIME);
  return inode;
}

export function inode_get(inode: Inode): Inode {
  inode.refs++;
  return inode;
}

export function inode_put(inode: Inode): void {
  if (--inode.refs == 0) inode_free(inode);
}

/** Sets TOUCH_* times to now. A changed ctime also marks the inode as different from the image. */
export function inode_touch(inode: Inode, which: i32): void {
  const now = clock_realtime();
  const sec = (now / 1000000000) as i64;
  const nsec = (now % 1000000000) as u32;
  if (which & TOUCH_ATIME) {
    inode.atime = sec;
    inode.atimeNsec = nsec;
  }
  if (which & TOUCH_MTIME) {
    inode.mtime = sec;
    inode.mtimeNsec = nsec;
  }
  if (which & TOUCH_CTIME) {
    inode.ctime = sec;
    inode.ctimeNsec = nsec;
    inode.flags |= INODE_META_CHANGED;
  }
}

/** relatime: a read moves atime only when it is not newer than mtime and ctime, or a day old. */
export function inode_accessed(inode: Inode): void {
  const now = (clock_realtime() / 1000000000) as i64;
  if (inode.atime > inode.mtime && inode.atime > inode.ctime && now - inode.atime < 86400) return;
  inode_touch(inode, TOUCH_ATIME);
}
