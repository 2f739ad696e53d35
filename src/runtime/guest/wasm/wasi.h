// WASI preview 1 on Linux's system calls. https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
#ifndef WASI_H
#define WASI_H
#include "runtime.h"

enum wasi_errno {
  W_SUCCESS = 0,
  W_BADF = 8,
  W_EXIST = 20,
  W_FAULT = 21,
  W_INVAL = 28,
  W_IO = 29,
  W_ISDIR = 31,
  W_LOOP = 32,
  W_MFILE = 33,
  W_NAMETOOLONG = 37,
  W_NOENT = 44,
  W_NOMEM = 48,
  W_NOSYS = 52,
  W_NOTDIR = 54,
  W_NOTSOCK = 57,
  W_NOTSUP = 58,
  W_OVERFLOW = 61,
  W_PERM = 63,
  W_SPIPE = 70,
  W_NOTCAPABLE = 76,
};

enum file_type { T_UNKNOWN, T_BLOCK, T_CHARACTER, T_DIRECTORY, T_REGULAR, T_DGRAM, T_STREAM, T_LINK };

enum rights {
  R_DATASYNC = 1 << 0,
  R_READ = 1 << 1,
  R_SEEK = 1 << 2,
  R_SET_FLAGS = 1 << 3,
  R_SYNC = 1 << 4,
  R_TELL = 1 << 5,
  R_WRITE = 1 << 6,
  R_ADVISE = 1 << 7,
  R_ALLOCATE = 1 << 8,
  R_CREATE_DIRECTORY = 1 << 9,
  R_CREATE_FILE = 1 << 10,
  R_LINK_SOURCE = 1 << 11,
  R_LINK_TARGET = 1 << 12,
  R_OPEN = 1 << 13,
  R_READDIR = 1 << 14,
  R_READLINK = 1 << 15,
  R_RENAME_SOURCE = 1 << 16,
  R_RENAME_TARGET = 1 << 17,
  R_PATH_STAT = 1 << 18,
  R_PATH_SET_SIZE = 1 << 19,
  R_PATH_SET_TIMES = 1 << 20,
  R_STAT = 1 << 21,
  R_SET_SIZE = 1 << 22,
  R_SET_TIMES = 1 << 23,
  R_SYMLINK = 1 << 24,
  R_REMOVE_DIRECTORY = 1 << 25,
  R_UNLINK = 1 << 26,
  R_POLL = 1 << 27,
  R_SHUTDOWN = 1 << 28,
  R_ACCEPT = 1 << 29,
  R_ALL = (1 << 30) - 1,
};

struct descriptor {
  int fd;  // Linux's; -1 = not open
  u8 type;
  u32 rights, inheriting;
  const char *preopened;  // the name of a preopened directory
};

#define WASI_MODULE "wasi_snapshot_preview1"
void open_descriptors(void);
// All rights that a file of this type may have.
void rights_of(long fd, u8 type, u32 *rights, u32 *inheriting);
// 0, or why not: W_BADF, W_NOTCAPABLE.
u32 get_descriptor(u64 fd, u32 rights, struct descriptor **result);
// The number, or -1 when there is no room.
i64 new_descriptor(struct descriptor d);
void place_descriptor(u32 number, struct descriptor d);
u32 wasi_error(long result);
u8 file_type_of(u32 mode);

// Linux's struct stat.
struct stat {
  u64 dev, ino, nlink;
  u32 mode, uid, gid, pad;
  u64 rdev;
  i64 size, blksize, blocks;
  u64 times[6];
  u64 unused[3];
};

struct vector {
  u64 base, length;
};
enum { MOST_VECTORS = 1024 };
// Linux's vectors of the guest's; W_SUCCESS or why not.
u32 read_vectors(u64 at, u64 count, struct vector *out);
u32 store_u32(u64 at, u32 value);
u32 store_u64(u64 at, u64 value);
u32 write_filestat(u64 at, const struct stat *st);
// Linux's times of the arguments of *_set_times; W_INVAL when both are asked for.
u32 times_of(u64 atim, u64 mtim, u64 flags, i64 times[4]);

struct host_import {
  const char *name;
  host_function *function;
  const char *signature;  // i and l for i32 and i64: parameters, then ':' and the result
};
int has_signature(const struct func_type *type, const char *signature);
extern const struct host_import WASI_FD[], WASI_PATH[], WASI_OTHER[], WASMBOX[];
extern char **program_arguments, **program_environment;
extern u32 argument_count, environment_count;
#endif
