// The read-only root file system inside a box ("image"): one address space of bytes, cut into chunks for storage.
// Invariant: a reader finds any inode, name or byte with a bounded number of chunk reads; nothing is scanned at start.
//
// Superblock at 0, 64 bytes: magic u32 'wbxi', version u32, inode count u32, root inode u32 (= 1),
//   inode table offset u64, total size u64
// Inode n (from 1) at inode table + (n - 1) * 64:
//   0  mode u32 (S_IFMT | permissions)  4 uid u32   8 gid u32   12 nlink u32
//   16 size u64 (symlink: length of its target; directory: length of its data)
//   24 mtime seconds i64                32 mtime nanoseconds u32     36 rdev u32 (major << 8 | minor, Linux's huge encoding)
//   40 data offset u64                  48 xattr offset u64 (0 = none)   56 xattr length u32   60 parent inode u32 (directories)
// Directory data: count u32, then per entry, sorted by name as bytes:
//   inode u32, name offset u32 (from the start of this directory's data), name length u16, type u8 (DT_*), pad u8
//   then the names' bytes. "." and ".." are not stored.
// Xattr data: count u16, then per entry: name length u16, value length u32, name, value.
// A file is stored once however many names it has; holes are stored as zeros.
export const IMAGE_MAGIC = 0x69786277;
export const IMAGE_VERSION = 1;
export const SUPER_SIZE = 64;
export const SUPER_INODE_COUNT = 8;
export const SUPER_ROOT = 12;
export const SUPER_INODE_TABLE = 16;
export const SUPER_TOTAL_SIZE = 24;
export const IMAGE_INODE_SIZE = 64;
export const IMAGE_INODE_MODE = 0;
export const IMAGE_INODE_UID = 4;
export const IMAGE_INODE_GID = 8;
export const IMAGE_INODE_NLINK = 12;
export const IMAGE_INODE_SIZE_BYTES = 16;
export const IMAGE_INODE_MTIME = 24;
export const IMAGE_INODE_MTIME_NSEC = 32;
export const IMAGE_INODE_RDEV = 36;
export const IMAGE_INODE_DATA = 40;
export const IMAGE_INODE_XATTR = 48;
export const IMAGE_INODE_XATTR_LEN = 56;
export const IMAGE_INODE_PARENT = 60;
export const IMAGE_DIR_HEADER = 4;
export const IMAGE_DIRENT_SIZE = 12;
export const IMAGE_DIRENT_NAME = 4;
export const IMAGE_DIRENT_NAME_LEN = 8;
export const IMAGE_DIRENT_TYPE = 10;
