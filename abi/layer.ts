// The layer stream: what changed in a box's root file system, sent as RING_LAYER after pid 1 has ended.
// Records follow one another in the order of a walk, a directory before what is in it, names sorted as bytes:
//   0  kind u32 (LAYER_*)      4 mode u32   8 uid u32   12 gid u32
//   16 size u64 (file: content length)      24 mtime seconds i64    32 mtime nanoseconds u32   36 rdev u32
//   40 path length u32   44 target length u32 (symlink or hard link)   48 xattr length u32 (as in abi/image.ts)   52 flags u32
//   then path (absolute, without the leading slash), target, xattrs, content; no padding
// LAYER_IN_PLACE: the inode is the image's own at this path, changed; its other names in the image change with it, also those
// that have no record. A LAYER_WHITEOUT removes the lower path; LAYER_OPAQUE marks a directory that hides all lower entries.
export const LAYER_END = 0;
export const LAYER_INODE = 1;
export const LAYER_HARDLINK = 2;
export const LAYER_WHITEOUT = 3;
export const LAYER_OPAQUE = 4;
export const LAYER_RECORD_SIZE = 56;
export const LAYER_IN_PLACE = 1;
