// Calls that take a path. One that begins at a directory which the program opened stays beneath it (openat2, RESOLVE_BENEATH);
// the preopened directories together are the whole tree, so paths from them are Linux's own.
#include "wasi.h"

enum { OFLAG_CREAT = 1, OFLAG_DIRECTORY = 2, OFLAG_EXCL = 4, OFLAG_TRUNC = 8, LOOKUP_FOLLOW = 1 };
enum { FLAG_APPEND = 1, FLAG_DSYNC = 2, FLAG_NONBLOCK = 4, FLAG_RSYNC = 8, FLAG_SYNC = 16 };
enum {
  O_WRONLY = 1,
  O_RDWR = 2,
  O_CREAT = 0100,
  O_EXCL = 0200,
  O_NOCTTY = 0400,
  O_TRUNC = 01000,
  O_APPEND = 02000,
  O_NONBLOCK = 04000,
  O_DSYNC = 010000,
  O_DIRECTORY = 0200000,
  O_NOFOLLOW = 0400000,
  O_CLOEXEC = 02000000,
  O_SYNC = 04010000,
  O_PATH = 010000000,
};
enum { AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_SYMLINK_FOLLOW = 0x400, AT_EMPTY_PATH = 0x1000 };
enum { RESOLVE_NO_MAGICLINKS = 2, RESOLVE_BENEATH = 8, PATH_MAX = 4096, EXDEV = 18 };

struct path {
  struct descriptor *d;
  char text[PATH_MAX];
};

static u32 read_path(u64 fd, u32 rights, u64 at, u64 size, struct path *path) {
  const u32 error = get_descriptor(fd, rights, &path->d);
  if (error) return error;
  const char *from = guest(at, (u32)size);
  if (!from) return W_FAULT;
  if ((u32)size >= PATH_MAX) return W_NAMETOOLONG;
  copy(path->text, from, (u32)size);
  path->text[(u32)size] = 0;
  if (length(path->text) != (u32)size) return W_INVAL;
  return path->text[0] == '/' ? W_NOTCAPABLE : W_SUCCESS;
}

static u32 path_error(long result) { return result == -EXDEV ? W_NOTCAPABLE : wasi_error(result); }

static long open_beneath(const struct descriptor *d, const char *path, u64 flags, u64 mode) {
  const u64 how[3] = {flags | O_CLOEXEC, mode, d->preopened ? 0 : RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  return call4(SYS_openat2, d->fd, path, how, sizeof how);
}

// A place for a call that names an entry of a directory: that directory, to be closed with leave_place, and the name.
struct place {
  long fd;
  const char *name;
  int opened;
};

static u32 find_place(struct path *path, struct place *place) {
  *place = (struct place){path->d->fd, path->text, 0};
  if (path->d->preopened) return W_SUCCESS;
  u64 end = length(path->text);
  while (end && path->text[end - 1] == '/') end--;
  u64 start = end;
  while (start && path->text[start - 1] != '/') start--;
  const int up = end - start == 2 && path->text[start] == '.' && path->text[start + 1] == '.';
  if (up) {
    const long whole = open_beneath(path->d, path->text, O_PATH, 0);
    if (failed(whole)) return path_error(whole);
    call1(SYS_close, whole);
  }
  if (!start) return W_SUCCESS;
  static char directory[PATH_MAX];
  copy(directory, path->text, start);
  directory[start] = 0;
  place->fd = open_beneath(path->d, directory, O_PATH | O_DIRECTORY, 0);
  if (failed(place->fd)) return path_error(place->fd);
  place->opened = 1;
  place->name = path->text + start;
  return W_SUCCESS;
}

static u32 leave_place(const struct place *place, long result) {
  if (place->opened) call1(SYS_close, place->fd);
  return wasi_error(result);
}

static u64 linux_flags(u32 oflags, u32 fdflags, u64 rights, u32 lookup) {
  const u32 reads = R_READ | R_READDIR, writes = R_DATASYNC | R_WRITE | R_ALLOCATE | R_SET_SIZE;
  u64 flags = O_NOCTTY;
  // A directory can only be read, whatever rights the program asks for.
  const int write = rights & writes && !(oflags & OFLAG_DIRECTORY);
  if (write) flags |= rights & reads ? O_RDWR : O_WRONLY;
  if (oflags & OFLAG_CREAT) flags |= O_CREAT;
  if (oflags & OFLAG_DIRECTORY) flags |= O_DIRECTORY;
  if (oflags & OFLAG_EXCL) flags |= O_EXCL;
  if (oflags & OFLAG_TRUNC) flags |= O_TRUNC;
  if (fdflags & FLAG_APPEND) flags |= O_APPEND;
  if (fdflags & FLAG_NONBLOCK) flags |= O_NONBLOCK;
  if (fdflags & FLAG_DSYNC) flags |= O_DSYNC;
  if (fdflags & (FLAG_SYNC | FLAG_RSYNC)) flags |= O_SYNC;
  if (!(lookup & LOOKUP_FOLLOW)) flags |= O_NOFOLLOW;
  return flags;
}

static u32 add_opened(long fd, u64 rights, u64 inheriting, u64 result) {
  struct stat st;
  call2(SYS_fstat, fd, &st);
  struct descriptor d = {.fd = fd, .type = file_type_of(st.mode)};
  rights_of(fd, d.type, &d.rights, &d.inheriting);
  d.rights &= rights;
  d.inheriting &= inheriting;
  const i64 number = new_descriptor(d);
  if (number < 0) call1(SYS_close, fd);
  return number < 0 ? W_MFILE : store_u32(result, number);
}

// fd lookup path length oflags rights inheriting fdflags result
static u64 path_open(const u64 *a) {
  const u32 oflags = a[4], fdflags = a[7];
  u32 needed = R_OPEN;
  if (oflags & OFLAG_CREAT) needed |= R_CREATE_FILE;
  if (oflags & OFLAG_TRUNC) needed |= R_PATH_SET_SIZE;
  struct path path;
  const u32 error = read_path(a[0], needed, a[2], a[3], &path);
  if (error) return error;
  if (oflags & OFLAG_DIRECTORY && oflags & (OFLAG_CREAT | OFLAG_EXCL | OFLAG_TRUNC)) return W_INVAL;
  u64 inherited = a[5] | a[6];
  if (fdflags & FLAG_DSYNC) inherited |= R_DATASYNC;
  if (fdflags & (FLAG_SYNC | FLAG_RSYNC)) inherited |= R_SYNC;
  if (inherited & R_ALL & ~(u64)path.d->inheriting) return W_NOTCAPABLE;
  if (!guest(a[8], 4)) return W_FAULT;
  const long fd = open_beneath(path.d, path.text, linux_flags(oflags, fdflags, a[5], a[1]), oflags & OFLAG_CREAT ? 0666 : 0);
  return failed(fd) ? path_error(fd) : add_opened(fd, a[5], a[6], a[8]);
}

static u64 path_create_directory(const u64 *a) {
  struct path path;
  struct place place;
  u32 error = read_path(a[0], R_CREATE_DIRECTORY, a[1], a[2], &path);
  if (!error) error = find_place(&path, &place);
  return error ? error : leave_place(&place, call3(SYS_mkdirat, place.fd, place.name, 0777));
}

static u32 unlink_at(const u64 *a, u32 right, int flags) {
  struct path path;
  struct place place;
  u32 error = read_path(a[0], right, a[1], a[2], &path);
  if (!error) error = find_place(&path, &place);
  return error ? error : leave_place(&place, call3(SYS_unlinkat, place.fd, place.name, flags));
}

static u64 path_remove_directory(const u64 *a) { return unlink_at(a, R_REMOVE_DIRECTORY, AT_REMOVEDIR); }
static u64 path_unlink_file(const u64 *a) { return unlink_at(a, R_UNLINK, 0); }

static u64 path_filestat_get(const u64 *a) {
  struct path path;
  struct stat st;
  const u32 error = read_path(a[0], R_PATH_STAT, a[2], a[3], &path);
  if (error) return error;
  const long fd = open_beneath(path.d, path.text, O_PATH | (a[1] & LOOKUP_FOLLOW ? 0 : O_NOFOLLOW), 0);
  if (failed(fd)) return path_error(fd);
  const long result = call4(SYS_newfstatat, fd, "", &st, AT_EMPTY_PATH);
  call1(SYS_close, fd);
  return failed(result) ? wasi_error(result) : write_filestat(a[4], &st);
}

// fd lookup path length atim mtim flags
static u64 path_filestat_set_times(const u64 *a) {
  struct path path;
  struct place place;
  i64 times[4];
  u32 error = read_path(a[0], R_PATH_SET_TIMES, a[2], a[3], &path);
  if (!error) error = times_of(a[4], a[5], a[6], times);
  if (error) return error;
  if (!(a[1] & LOOKUP_FOLLOW) || path.d->preopened) {
    error = find_place(&path, &place);
    const int flags = a[1] & LOOKUP_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW;
    return error ? error : leave_place(&place, call4(SYS_utimensat, place.fd, place.name, times, flags));
  }
  const long fd = open_beneath(path.d, path.text, O_PATH, 0);
  if (failed(fd)) return path_error(fd);
  const long result = call4(SYS_utimensat, fd, "", times, AT_EMPTY_PATH);
  call1(SYS_close, fd);
  return wasi_error(result);
}

// old fd, lookup, path, length; new fd, path, length
static u64 path_link(const u64 *a) {
  struct path from, to;
  struct place source, target;
  u32 error = read_path(a[0], R_LINK_SOURCE, a[2], a[3], &from);
  if (!error) error = read_path(a[4], R_LINK_TARGET, a[5], a[6], &to);
  if (!error && a[1] & LOOKUP_FOLLOW) error = W_INVAL;
  if (!error) error = find_place(&from, &source);
  if (error) return error;
  error = find_place(&to, &target);
  if (error) return leave_place(&source, 0), error;
  const long result = syscall6(SYS_linkat, source.fd, (long)source.name, target.fd, (long)target.name, 0, 0);
  leave_place(&source, 0);
  return leave_place(&target, result);
}

static u64 path_rename(const u64 *a) {
  struct path from, to;
  struct place source, target;
  u32 error = read_path(a[0], R_RENAME_SOURCE, a[1], a[2], &from);
  if (!error) error = read_path(a[3], R_RENAME_TARGET, a[4], a[5], &to);
  if (!error) error = find_place(&from, &source);
  if (error) return error;
  error = find_place(&to, &target);
  if (error) return leave_place(&source, 0), error;
  const long result = call4(SYS_renameat, source.fd, source.name, target.fd, target.name);
  leave_place(&source, 0);
  return leave_place(&target, result);
}

// target, length; fd, path, length
static u64 path_symlink(const u64 *a) {
  struct path path;
  struct place place;
  u32 error = read_path(a[2], R_SYMLINK, a[3], a[4], &path);
  if (error) return error;
  const char *from = guest(a[0], (u32)a[1]);
  if (!from) return W_FAULT;
  if ((u32)a[1] >= PATH_MAX) return W_NAMETOOLONG;
  char target[PATH_MAX];
  copy(target, from, (u32)a[1]);
  target[(u32)a[1]] = 0;
  if (length(target) != (u32)a[1]) return W_INVAL;
  error = find_place(&path, &place);
  return error ? error : leave_place(&place, call3(SYS_symlinkat, target, place.fd, place.name));
}

// fd, path, length; buffer, size; result
static u64 path_readlink(const u64 *a) {
  struct path path;
  struct place place;
  u32 error = read_path(a[0], R_READLINK, a[1], a[2], &path);
  if (error) return error;
  char *const out = guest(a[3], (u32)a[4]);
  if (!out || !guest(a[5], 4)) return W_FAULT;
  error = find_place(&path, &place);
  if (error) return error;
  char target[PATH_MAX];
  const long n = call4(SYS_readlinkat, place.fd, place.name, target, sizeof target);
  error = leave_place(&place, n);
  if (error) return error;
  const u64 used = n < (u32)a[4] ? n : (u32)a[4];
  copy(out, target, used);
  return store_u32(a[5], used);
}

const struct host_import WASI_PATH[] = {
    {"path_create_directory", path_create_directory, "iii:i"},
    {"path_filestat_get", path_filestat_get, "iiiii:i"},
    {"path_filestat_set_times", path_filestat_set_times, "iiiilli:i"},
    {"path_link", path_link, "iiiiiii:i"},
    {"path_open", path_open, "iiiiillii:i"},
    {"path_readlink", path_readlink, "iiiiii:i"},
    {"path_remove_directory", path_remove_directory, "iii:i"},
    {"path_rename", path_rename, "iiiiii:i"},
    {"path_symlink", path_symlink, "iiiii:i"},
    {"path_unlink_file", path_unlink_file, "iii:i"},
    {0},
};
