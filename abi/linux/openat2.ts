// linux/openat2.h.
export const RESOLVE_NO_XDEV = 1;
export const RESOLVE_NO_MAGICLINKS = 2;
export const RESOLVE_NO_SYMLINKS = 4;
export const RESOLVE_BENEATH = 8;
export const RESOLVE_IN_ROOT = 16;
export const RESOLVE_CACHED = 32;

// struct open_how: flags u64, mode u64, resolve u64
export const OPEN_HOW_SIZE = 24;
export const OPEN_HOW_MODE = 8;
export const OPEN_HOW_RESOLVE = 16;
