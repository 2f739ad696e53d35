// sys/statfs.h and linux/magic.h.
export const STATFS_SIZE = 120;
export const STATFS_TYPE = 0; // i64, as all up to namelen
export const STATFS_BSIZE = 8;
export const STATFS_BLOCKS = 16;
export const STATFS_BFREE = 24;
export const STATFS_BAVAIL = 32;
export const STATFS_FILES = 40;
export const STATFS_FFREE = 48;
export const STATFS_FSID = 56; // i32[2]
export const STATFS_NAMELEN = 64;
export const STATFS_FRSIZE = 72;
export const STATFS_FLAGS = 80;

export const OVERLAYFS_SUPER_MAGIC = 0x794c7630;
export const TMPFS_MAGIC = 0x01021994;
export const FUSE_SUPER_MAGIC = 0x65735546;
export const PROC_SUPER_MAGIC = 0x9fa0;
export const SYSFS_MAGIC = 0x62656572;
export const DEVPTS_SUPER_MAGIC = 0x1cd1;
export const PIPEFS_MAGIC = 0x50495045;
export const ANON_INODE_FS_MAGIC = 0x09041934;

export const ST_VALID = 0x20;
