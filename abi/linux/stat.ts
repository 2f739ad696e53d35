// sys/stat.h: file types, permission bits, struct stat and struct statx (x86-64).
export const S_IFMT = 0xf000;
export const S_IFSOCK = 0xc000;
export const S_IFLNK = 0xa000;
export const S_IFREG = 0x8000;
export const S_IFBLK = 0x6000;
export const S_IFDIR = 0x4000;
export const S_IFCHR = 0x2000;
export const S_IFIFO = 0x1000;
export const S_ISUID = 0x800;
export const S_ISGID = 0x400;
export const S_ISVTX = 0x200;
export const S_IXGRP = 0x8;
export const PERMISSION_BITS = 0xfff;

// struct stat
export const STAT_SIZE = 144;
export const STAT_DEV = 0; // u64
export const STAT_INO = 8; // u64
export const STAT_NLINK = 16; // u64
export const STAT_MODE = 24; // u32
export const STAT_UID = 28; // u32
export const STAT_GID = 32; // u32
export const STAT_RDEV = 40; // u64
export const STAT_SIZE_BYTES = 48; // i64
export const STAT_BLKSIZE = 56; // i64
export const STAT_BLOCKS = 64; // i64, of 512 bytes
export const STAT_ATIME = 72; // i64, nanoseconds i64 behind
export const STAT_MTIME = 88;
export const STAT_CTIME = 104;

// struct statx
export const STATX_SIZE = 256;
export const STATX_MASK = 0; // u32
export const STATX_BLKSIZE = 4; // u32
export const STATX_ATTRIBUTES = 8; // u64
export const STATX_NLINK = 16; // u32
export const STATX_UID = 20;
export const STATX_GID = 24;
export const STATX_MODE = 28; // u16
export const STATX_INO = 32; // u64
export const STATX_SIZE_BYTES = 40; // u64
export const STATX_BLOCKS = 48; // u64
export const STATX_ATTRIBUTES_MASK = 56; // u64
export const STATX_ATIME = 64; // i64 seconds, u32 nanoseconds, pad
export const STATX_BTIME = 80;
export const STATX_CTIME = 96;
export const STATX_MTIME = 112;
export const STATX_RDEV_MAJOR = 128; // u32
export const STATX_RDEV_MINOR = 132;
export const STATX_DEV_MAJOR = 136;
export const STATX_DEV_MINOR = 140;
export const STATX_MNT_ID = 144; // u64
export const STATX_BASIC_STATS = 0x7ff;
export const STATX_MNT_ID_BIT = 0x1000;
export const STATX_RESERVED = 0x80000000;
export const STATX_ATTR_MOUNT_ROOT = 0x2000;

export const UTIME_NOW = 0x3fffffff;
export const UTIME_OMIT = 0x3ffffffe;
