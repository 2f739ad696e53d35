// Calls on open descriptors.
#include "wasi.h"

enum { FLAG_APPEND = 1, FLAG_DSYNC = 2, FLAG_NONBLOCK = 4, FLAG_RSYNC = 8, FLAG_SYNC = 16 };
enum { O_APPEND = 02000, O_NONBLOCK = 04000, O_DSYNC = 010000, O_SYNC = 04010000, F_GETFL = 3, F_SETFL = 4 };
enum { SEEK_SET, SEEK_CUR, SEEK_END };

// Declares `d`, a descriptor with these rights, or returns why there is none.
#define DESCRIPTOR(fd, rights)                                  \
  struct descriptor *d;                                         \
  do {                                                          \
    const u32 error = get_descriptor(fd, rights, &d);           \
    if (error) return error;                                    \
  } while (0)

static u64 transfer(const u64 *a, u32 right, long nr, int positioned) {
  DESCRIPTOR(a[0], right);
  struct vector vectors[MOST_VECTORS];
  u32 error = read_vectors(a[1], a[2], vectors);
  if (error) return error;
  const u64 offset = positioned ? a[3] : 0, result = a[3 + positioned];
  if (!guest(result, 4)) return W_FAULT;
  const long n = syscall6(nr, d->fd, (long)vectors, (u32)a[2], offset, 0, 0);
  if (failed(n)) return wasi_error(n);
  return store_u32(result, n);
}

static u64 fd_read(const u64 *a) { return transfer(a, R_READ, SYS_readv, 0); }
static u64 fd_write(const u64 *a) { return transfer(a, R_WRITE, SYS_writev, 0); }
static u64 fd_pread(const u64 *a) { return transfer(a, R_READ | R_SEEK, SYS_preadv, 1); }
static u64 fd_pwrite(const u64 *a) { return transfer(a, R_WRITE | R_SEEK, SYS_pwritev, 1); }

static u64 fd_close(const u64 *a) {
  DESCRIPTOR(a[0], 0);
  const long result = call1(SYS_close, d->fd);
  d->fd = -1;
  return wasi_error(result);
}

static u64 fd_renumber(const u64 *a) {
  struct descriptor *from, *to;
  u32 error = get_descriptor(a[0], 0, &from);
  if (!error) error = get_descriptor(a[1], 0, &to);
  if (error || from == to) return error;
  call1(SYS_close, to->fd);
  *to = *from;
  from->fd = -1;
  return W_SUCCESS;
}

static u64 seek(struct descriptor *d, u64 offset, u32 whence, u64 result) {
  if (whence > SEEK_END) return W_INVAL;
  const long at = call3(SYS_lseek, d->fd, offset, whence);
  return failed(at) ? wasi_error(at) : store_u64(result, at);
}

static u64 fd_seek(const u64 *a) {
  const int tells = a[1] == 0 && (u32)a[2] == SEEK_CUR;
  DESCRIPTOR(a[0], tells ? R_TELL : R_SEEK);
  return seek(d, a[1], a[2], a[3]);
}

static u64 fd_tell(const u64 *a) {
  DESCRIPTOR(a[0], R_TELL);
  return seek(d, 0, SEEK_CUR, a[1]);
}

static u64 fd_sync(const u64 *a) {
  DESCRIPTOR(a[0], R_SYNC);
  return wasi_error(call1(SYS_fsync, d->fd));
}

static u64 fd_datasync(const u64 *a) {
  DESCRIPTOR(a[0], R_DATASYNC);
  return wasi_error(call1(SYS_fdatasync, d->fd));
}

static u64 fd_advise(const u64 *a) {
  static const u8 ADVICE[] = {0, 2, 1, 3, 4, 5};  // WASI has sequential before random
  DESCRIPTOR(a[0], R_ADVISE);
  if ((u8)a[3] >= ARRAY_SIZE(ADVICE) || (i64)a[2] < 0) return W_INVAL;
  if (d->type == T_DIRECTORY) return W_BADF;
  return wasi_error(call4(SYS_fadvise64, d->fd, a[1], a[2], ADVICE[(u8)a[3]]));
}

static u64 fd_allocate(const u64 *a) {
  DESCRIPTOR(a[0], R_ALLOCATE);
  return wasi_error(call4(SYS_fallocate, d->fd, 0, a[1], a[2]));
}

struct fdstat {
  u8 type, pad;
  u16 flags;
  u32 pad2;
  u64 rights, inheriting;
};

static u64 fd_fdstat_get(const u64 *a) {
  DESCRIPTOR(a[0], 0);
  struct fdstat *out = guest(a[1], sizeof *out);
  if (!out) return W_FAULT;
  const long flags = call2(SYS_fcntl, d->fd, F_GETFL);
  if (failed(flags)) return wasi_error(flags);
  struct fdstat stat = {.type = d->type, .rights = d->rights, .inheriting = d->inheriting};
  if (flags & O_APPEND) stat.flags |= FLAG_APPEND;
  if (flags & O_NONBLOCK) stat.flags |= FLAG_NONBLOCK;
  if ((flags & O_SYNC) == O_SYNC) stat.flags |= FLAG_SYNC;
  else if (flags & O_DSYNC) stat.flags |= FLAG_DSYNC;
  copy(out, &stat, sizeof stat);
  return W_SUCCESS;
}

static u64 fd_fdstat_set_flags(const u64 *a) {
  DESCRIPTOR(a[0], R_SET_FLAGS);
  const u32 flags = a[1];
  if (flags & ~(FLAG_APPEND | FLAG_NONBLOCK)) return W_INVAL;
  const long setting = (flags & FLAG_APPEND ? O_APPEND : 0) | (flags & FLAG_NONBLOCK ? O_NONBLOCK : 0);
  return wasi_error(call3(SYS_fcntl, d->fd, F_SETFL, setting));
}

static u64 fd_fdstat_set_rights(const u64 *a) {
  DESCRIPTOR(a[0], 0);
  if (a[1] & ~(u64)d->rights || a[2] & ~(u64)d->inheriting) return W_NOTCAPABLE;
  d->rights = a[1];
  d->inheriting = a[2];
  return W_SUCCESS;
}

static u64 fd_filestat_get(const u64 *a) {
  DESCRIPTOR(a[0], R_STAT);
  struct stat st;
  const long result = call2(SYS_fstat, d->fd, &st);
  return failed(result) ? wasi_error(result) : write_filestat(a[1], &st);
}

static u64 fd_filestat_set_size(const u64 *a) {
  DESCRIPTOR(a[0], R_SET_SIZE);
  return wasi_error(call2(SYS_ftruncate, d->fd, a[1]));
}

static u64 fd_filestat_set_times(const u64 *a) {
  DESCRIPTOR(a[0], R_SET_TIMES);
  i64 times[4];
  const u32 error = times_of(a[1], a[2], a[3], times);
  return error ? error : wasi_error(call4(SYS_utimensat, d->fd, 0, times, 0));
}

static u64 fd_prestat_get(const u64 *a) {
  DESCRIPTOR(a[0], 0);
  if (!d->preopened) return W_BADF;
  const u32 error = store_u32(a[1], 0);
  return error ? error : store_u32(a[1] + 4, length(d->preopened));
}

static u64 fd_prestat_dir_name(const u64 *a) {
  DESCRIPTOR(a[0], 0);
  if (!d->preopened) return W_BADF;
  const u64 size = length(d->preopened);
  if (size > (u32)a[2]) return W_NAMETOOLONG;
  void *out = guest(a[1], size);
  if (!out) return W_FAULT;
  copy(out, d->preopened, size);
  return W_SUCCESS;
}

struct linux_entry {
  u64 ino, next;
  u16 size;
  u8 type;
  char name[];
};

struct entry {
  u64 next, ino;
  u32 name_length, type;
};

// Copies what fits; the last entry may be cut off, which tells the program to ask again with more room.
static u32 put(u8 *out, u32 used, u32 size, const void *from, u32 n) {
  if (n > size - used) n = size - used;
  copy(out + used, from, n);
  return used + n;
}

static u32 put_entry(u8 *out, u32 used, u32 size, const struct linux_entry *from) {
  struct entry entry = {from->next, from->ino, length(from->name), file_type_of(from->type << 12)};
  used = put(out, used, size, &entry, sizeof entry);
  return put(out, used, size, from->name, entry.name_length);
}

static u64 fd_readdir(const u64 *a) {
  DESCRIPTOR(a[0], R_READDIR);
  const u32 size = a[2];
  u8 *const out = guest(a[1], size);
  if (!out || !guest(a[4], 4)) return W_FAULT;
  long result = call3(SYS_lseek, d->fd, a[3], SEEK_SET);
  if (failed(result)) return wasi_error(result);
  u32 used = 0;
  while (used < size) {
    static u8 buffer[4096];
    const long n = call3(SYS_getdents64, d->fd, buffer, sizeof buffer);
    if (failed(n)) return wasi_error(n);
    if (n == 0) break;
    for (long at = 0; at < n && used < size;) {
      const struct linux_entry *entry = (const struct linux_entry *)(buffer + at);
      used = put_entry(out, used, size, entry);
      at += entry->size;
    }
  }
  return store_u32(a[4], used);
}

struct message {
  void *name;
  u64 name_length;
  struct vector *vectors;
  u64 count;
  void *control;
  u64 control_length;
  i32 flags;
};
enum { SYS_sendmsg = 46, MSG_PEEK = 2, MSG_WAITALL = 0x100, MSG_TRUNC = 0x20 };

static u64 sock_recv(const u64 *a) {
  DESCRIPTOR(a[0], R_READ);
  struct vector vectors[MOST_VECTORS];
  const u32 error = read_vectors(a[1], a[2], vectors);
  if (error) return error;
  struct message message = {.vectors = vectors, .count = (u32)a[2]};
  const int flags = (a[3] & 1 ? MSG_PEEK : 0) | (a[3] & 2 ? MSG_WAITALL : 0);
  const long n = call3(SYS_recvmsg, d->fd, &message, flags);
  if (failed(n)) return wasi_error(n);
  u16 *const out = guest(a[5], 2);
  if (!out) return W_FAULT;
  *out = message.flags & MSG_TRUNC ? 1 : 0;
  return store_u32(a[4], n);
}

static u64 sock_send(const u64 *a) {
  DESCRIPTOR(a[0], R_WRITE);
  if ((u32)a[3]) return W_INVAL;
  struct vector vectors[MOST_VECTORS];
  const u32 error = read_vectors(a[1], a[2], vectors);
  if (error) return error;
  struct message message = {.vectors = vectors, .count = (u32)a[2]};
  const long n = call3(SYS_sendmsg, d->fd, &message, 0);
  return failed(n) ? wasi_error(n) : store_u32(a[4], n);
}

static u64 sock_accept(const u64 *a) {
  DESCRIPTOR(a[0], R_ACCEPT);
  const u32 rights = R_READ | R_WRITE | R_SET_FLAGS | R_STAT | R_POLL | R_SHUTDOWN;
  const long fd = call4(SYS_accept4, d->fd, 0, 0, (u32)a[1] & FLAG_NONBLOCK ? O_NONBLOCK : 0);
  if (failed(fd)) return wasi_error(fd);
  const i64 number = new_descriptor((struct descriptor){.fd = fd, .type = T_STREAM, .rights = rights});
  return number < 0 ? W_MFILE : store_u32(a[2], number);
}

static u64 sock_shutdown(const u64 *a) {
  DESCRIPTOR(a[0], 0);
  if (d->type != T_STREAM) return W_NOTSOCK;
  if (!(d->rights & R_SHUTDOWN)) return W_NOTCAPABLE;
  const u32 how = a[1];
  if (how < 1 || how > 3) return W_INVAL;
  return wasi_error(call2(SYS_shutdown, d->fd, how - 1));
}

const struct host_import WASI_FD[] = {
    {"fd_advise", fd_advise, "illi:i"},
    {"fd_allocate", fd_allocate, "ill:i"},
    {"fd_close", fd_close, "i:i"},
    {"fd_datasync", fd_datasync, "i:i"},
    {"fd_fdstat_get", fd_fdstat_get, "ii:i"},
    {"fd_fdstat_set_flags", fd_fdstat_set_flags, "ii:i"},
    {"fd_fdstat_set_rights", fd_fdstat_set_rights, "ill:i"},
    {"fd_filestat_get", fd_filestat_get, "ii:i"},
    {"fd_filestat_set_size", fd_filestat_set_size, "il:i"},
    {"fd_filestat_set_times", fd_filestat_set_times, "illi:i"},
    {"fd_pread", fd_pread, "iiili:i"},
    {"fd_prestat_dir_name", fd_prestat_dir_name, "iii:i"},
    {"fd_prestat_get", fd_prestat_get, "ii:i"},
    {"fd_pwrite", fd_pwrite, "iiili:i"},
    {"fd_read", fd_read, "iiii:i"},
    {"fd_readdir", fd_readdir, "iiili:i"},
    {"fd_renumber", fd_renumber, "ii:i"},
    {"fd_seek", fd_seek, "ilii:i"},
    {"fd_sync", fd_sync, "i:i"},
    {"fd_tell", fd_tell, "ii:i"},
    {"fd_write", fd_write, "iiii:i"},
    {"sock_accept", sock_accept, "iii:i"},
    {"sock_recv", sock_recv, "iiiiii:i"},
    {"sock_send", sock_send, "iiiii:i"},
    {"sock_shutdown", sock_shutdown, "ii:i"},
    {0},
};
