// Errors, the table of descriptors, and what several calls of WASI share.
#include "wasi.h"

enum { MOST_DESCRIPTORS = 65536 };
enum { S_IFMT = 0170000, S_IFSOCK = 0140000, S_IFLNK = 0120000, S_IFREG = 0100000, S_IFBLK = 0060000, S_IFDIR = 0040000 };
enum { S_IFCHR = 0020000, S_IFIFO = 0010000 };

// By Linux's numbers; 29 (io) stands for those that WASI has no name for.
static const u8 ERRORS[] = {
    0,  63, 44, 71, 27, 29, 60, 1,  45, 8,  12, 6,  48, 2,  21, 29, 10, 20, 75, 43, 54, 31, 28, 41, 33, 59, 74,
    22, 51, 70, 69, 34, 64, 18, 68, 16, 37, 46, 52, 55, 32, 29, 49, 24, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29,
    29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 29, 47, 29, 29, 29, 65, 36, 29, 9,  61, 29, 29, 29, 29, 29,
    29, 29, 29, 25, 29, 29, 29, 57, 17, 35, 67, 50, 66, 29, 58, 29, 5,  3,  4,  38, 40, 39, 13, 15, 42, 30, 53,
    29, 29, 73, 14, 29, 23, 7,  26, 72, 29, 29, 29, 29, 29, 19, 29, 29, 11, 29, 29, 29, 29, 62, 56,
};

static struct descriptor *table;
static u32 table_size;

u32 wasi_error(long result) {
  if (!failed(result)) return W_SUCCESS;
  return -result < (long)ARRAY_SIZE(ERRORS) ? ERRORS[-result] : W_IO;
}

u32 get_descriptor(u64 fd, u32 rights, struct descriptor **result) {
  if ((u32)fd >= table_size || table[(u32)fd].fd < 0) return W_BADF;
  *result = &table[(u32)fd];
  return ((*result)->rights & rights) == rights ? W_SUCCESS : W_NOTCAPABLE;
}

static int make_room(u32 count) {
  if (count <= table_size) return 1;
  if (count > MOST_DESCRIPTORS) return 0;
  u32 size = table_size ? table_size : 16;
  while (size < count) size *= 2;
  struct descriptor *const larger = allocate(size * sizeof *larger);
  copy(larger, table, table_size * sizeof *larger);
  for (u32 i = table_size; i < size; i++) larger[i].fd = -1;
  table = larger;
  table_size = size;
  return 1;
}

i64 new_descriptor(struct descriptor d) {
  u32 i = 0;
  while (i < table_size && table[i].fd >= 0) i++;
  if (!make_room(i + 1)) return -1;
  table[i] = d;
  return i;
}

void place_descriptor(u32 number, struct descriptor d) {
  if (make_room(number + 1)) table[number] = d;
}

u8 file_type_of(u32 mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return T_REGULAR;
    case S_IFDIR:
      return T_DIRECTORY;
    case S_IFCHR:
      return T_CHARACTER;
    case S_IFBLK:
      return T_BLOCK;
    case S_IFLNK:
      return T_LINK;
    case S_IFIFO:
    case S_IFSOCK:
      return T_STREAM;
  }
  return T_UNKNOWN;
}

u32 read_vectors(u64 at, u64 count, struct vector *out) {
  const u32 n = count;
  if (n > MOST_VECTORS) return W_INVAL;
  const u32 *list = guest(at, n * 8ul);
  if (!list) return W_FAULT;
  for (u32 i = 0; i < n; i++) {
    out[i].length = list[2 * i + 1];
    out[i].base = (u64)guest(list[2 * i], out[i].length);
    if (!out[i].base) return W_FAULT;
  }
  return W_SUCCESS;
}

u32 store_u32(u64 at, u32 value) {
  void *p = guest(at, sizeof value);
  if (!p) return W_FAULT;
  copy(p, &value, sizeof value);
  return W_SUCCESS;
}

u32 store_u64(u64 at, u64 value) {
  void *p = guest(at, sizeof value);
  if (!p) return W_FAULT;
  copy(p, &value, sizeof value);
  return W_SUCCESS;
}

u32 write_filestat(u64 at, const struct stat *st) {
  u64 *const out = guest(at, 64);
  if (!out) return W_FAULT;
  const u64 fields[8] = {
      st->dev, st->ino, file_type_of(st->mode), st->nlink, st->size, st->times[0] * 1000000000 + st->times[1],
      st->times[2] * 1000000000 + st->times[3], st->times[4] * 1000000000 + st->times[5],
  };
  copy(out, fields, sizeof fields);
  return W_SUCCESS;
}

enum { SET_ATIM = 1, SET_ATIM_NOW = 2, SET_MTIM = 4, SET_MTIM_NOW = 8 };
enum { UTIME_NOW = (1 << 30) - 1, UTIME_OMIT = (1 << 30) - 2 };

static void set_time(i64 *time, u64 value, int set, int now) {
  time[0] = set ? value / 1000000000 : 0;
  time[1] = set ? (i64)(value % 1000000000) : now ? UTIME_NOW : UTIME_OMIT;
}

u32 times_of(u64 atim, u64 mtim, u64 flags, i64 times[4]) {
  if (flags & SET_ATIM && flags & SET_ATIM_NOW) return W_INVAL;
  if (flags & SET_MTIM && flags & SET_MTIM_NOW) return W_INVAL;
  set_time(times, atim, flags & SET_ATIM, flags & SET_ATIM_NOW);
  set_time(times + 2, mtim, flags & SET_MTIM, flags & SET_MTIM_NOW);
  return W_SUCCESS;
}
