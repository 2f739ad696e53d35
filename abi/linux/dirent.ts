// dirent.h: entry types and struct linux_dirent64 (and the older linux_dirent).
export const DT_UNKNOWN = 0;
export const DT_FIFO = 1;
export const DT_CHR = 2;
export const DT_DIR = 4;
export const DT_BLK = 6;
export const DT_REG = 8;
export const DT_LNK = 10;
export const DT_SOCK = 12;

// struct linux_dirent64: ino u64, off i64, reclen u16, type u8, name; records are multiples of 8 bytes
export const DIRENT64_INO = 0;
export const DIRENT64_OFF = 8;
export const DIRENT64_RECLEN = 16;
export const DIRENT64_TYPE = 18;
export const DIRENT64_NAME = 19;
// struct linux_dirent: ino u64, off u64, reclen u16, name, ..., type in the last byte
export const DIRENT_NAME = 18;
