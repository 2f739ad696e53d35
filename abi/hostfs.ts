// Files of the host: ring operations 32..63 of abi/host.ts. The kernel walks paths itself; the host gets paths of plain
// names only (no "", "." or ".."; "" alone = the root of the mount), never follows a symbolic link, and touches nothing but
// regular files, directories and links. A buffer is an attribute record, then the operation's bytes:
//
//   0 attributes (in: what to set; out: the object afterwards)   FILE_ATTR_SIZE path, NUL, second path or target, NUL
//
// SQE: handle = number of the mount's root for operations on paths, else what an open gave; len = the whole buffer.
// Result: >= 0, or -errno.
export const FILE_STAT = 32; // path: lstat
export const FILE_OPEN = 33; // path, flags FILE_*; FILE_ATTR_INO must match unless 0 (else ESTALE). Result = handle
export const FILE_MAKE = 34; // path, second = a link's target; mode, uid, gid from the attributes; fails when there is one.
//                              A regular file is opened for reading and writing: result = handle
export const FILE_REMOVE = 35; // path; FILE_DIRECTORY: rmdir
export const FILE_RENAME = 36; // path to second path; FILE_EXCLUSIVE: not over something
export const FILE_LINK = 37; // path gets the second path as another name
export const FILE_READLINK = 38; // path; the target from FILE_ATTR_SIZE on, result = its length
export const FILE_SETATTR = 39; // path, or with FILE_BY_HANDLE the handle; arg0 = SET_*
export const FILE_READDIR = 40; // handle; arg0 = cookie, 0 = from the start, as it is now. Result = bytes of entries
export const FILE_READ = 41; // handle; arg0 = offset. Result = bytes from FILE_ATTR_SIZE on, fewer only at the end
export const FILE_WRITE = 42; // handle; arg0 = offset (FILE_APPEND: ignored). Result = bytes taken
export const FILE_SYNC = 43; // handle; done when the bytes are on the disk
export const FILE_CLOSE = 44; // handle
export const FILE_STATFS = 45; // path; STATFS_* fields of a struct statfs from FILE_ATTR_SIZE on
export const FILE_FSTAT = 46; // handle

// SQE_FLAGS.
export const FILE_WRITABLE = 1;
export const FILE_DIRECTORY = 2;
export const FILE_EXCLUSIVE = 4;
export const FILE_APPEND = 8;
export const FILE_BY_HANDLE = 16;

// The attribute record. Sizes and times are 64 bits, times in ns of the epoch.
export const FILE_ATTR_INO = 0; // u64
export const FILE_ATTR_DEV = 8; // u64
export const FILE_ATTR_FILE_SIZE = 16; // u64
export const FILE_ATTR_BLOCKS = 24; // u64, of 512 bytes
export const FILE_ATTR_ATIME = 32; // i64
export const FILE_ATTR_MTIME = 40; // i64
export const FILE_ATTR_CTIME = 48; // i64
export const FILE_ATTR_MODE = 56; // u32 with S_IFMT
export const FILE_ATTR_NLINK = 60; // u32
export const FILE_ATTR_UID = 64; // u32, as the box sees it
export const FILE_ATTR_GID = 68; // u32
export const FILE_ATTR_RDEV = 72; // u32
export const FILE_ATTR_SIZE = 80;

// arg0 of FILE_SETATTR: which attributes.
export const SET_MODE = 1;
export const SET_OWNER = 2; // uid or gid of all ones: leave
export const SET_SIZE = 4;
export const SET_ATIME = 8;
export const SET_MTIME = 16;

// An entry of FILE_READDIR: next cookie u64, ino u64, name length u32, type u8 (DT_*), then the name. No padding. WASI's layout
// with Linux's types. "." and ".." may be among them.
export const FILE_ENTRY_NEXT = 0;
export const FILE_ENTRY_INO = 8;
export const FILE_ENTRY_LEN = 16;
export const FILE_ENTRY_TYPE = 20;
export const FILE_ENTRY_NAME = 24;

/** Longest path, both paths of an operation each: NUL included. */
export const FILE_PATH_MAX = 4096;
/** Most bytes that one read or write moves. */
export const FILE_TRANSFER_MAX = 131072;
