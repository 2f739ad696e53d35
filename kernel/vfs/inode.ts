// An inode: one file system object, shared by all its names and open files.
// Invariant: `refs` counts dentries and open files; an inode with refs 0 is freed together with its pages. Times are
// seconds and nanoseconds of CLOCK_REALTIME. What `data` holds is told by the type in `mode` (directory: Directory, symlink:
// NUL-terminated target, FIFO: Pipe) and, for generated file systems, by `kind`.

/** Which file system code answers for the inode. */
export const INODE_BOX = 0; // boxfs: in memory, perhaps with an image behind it
export const INODE_PROC = 1; // generated on every read
export const INODE_ANON = 2; // pipes, eventfd, epoll, ...: no name anywhere

export const INODE_META_CHANGED = 1; // mode, owner, times or xattrs differ from the image
export const INODE_DATA_CHANGED = 2; // content differs from the image
export const INODE_MAPPED_WRITABLE = 4; // a shared writable mapping exists: content may change without a call

// 0 refs u32 | 4 kind u8, - , flags u16 | 8 sb ptr | 12 mode | 16 uid | 20 gid | 24 nlink | 28 rdev
// 32 ino u64 | 40 size u64 | 48 atime i64 | 56 mtime i64 | 64 ctime i64 | 72 atimeNsec | 76 mtimeNsec | 80 ctimeNsec
// 84 pages ptr | 88 pageHeight u32 | 92 pageCount u32 | 96 data ptr | 100 xattrs ptr | 104 imageData u64
// 112 imageIno u32 | 116 locks ptr | 120 writers u32 | 124 key u32 | 128 imageSize u64 | 136 layerPath ptr
@unmanaged
export class Inode {
  refs: u32;
  kind: u8;
  pad: u8;
  flags: u16;
  sb: usize;
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
  imageIno: u32;
  locks: usize;
  writers: u32;
  key: u32;
  imageSize: u64;
  layerPath: usize;
}

export function inode_get(inode: usize): usize {
  changetype<Inode>(inode).refs++;
  return inode;
}

export function inode_put(inode: usize): void {
  unreachable();
}
