// All functions of WASI preview 1 as they are imported, so that any number may be passed for an address; and ways to print results.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef const void *in;
typedef void *out;

#define CALL(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) int name
CALL(args_get)(out pointers, out text);
CALL(args_sizes_get)(out count, out size);
CALL(clock_res_get)(u32 clock, out result);
CALL(clock_time_get)(u32 clock, u64 precision, out result);
CALL(environ_get)(out pointers, out text);
CALL(environ_sizes_get)(out count, out size);
CALL(fd_advise)(u32 fd, u64 offset, u64 size, u32 advice);
CALL(fd_allocate)(u32 fd, u64 offset, u64 size);
CALL(fd_close)(u32 fd);
CALL(fd_datasync)(u32 fd);
CALL(fd_fdstat_get)(u32 fd, out result);
CALL(fd_fdstat_set_flags)(u32 fd, u32 flags);
CALL(fd_fdstat_set_rights)(u32 fd, u64 rights, u64 inheriting);
CALL(fd_filestat_get)(u32 fd, out result);
CALL(fd_filestat_set_size)(u32 fd, u64 size);
CALL(fd_filestat_set_times)(u32 fd, u64 atim, u64 mtim, u32 flags);
CALL(fd_pread)(u32 fd, in vectors, u32 count, u64 offset, out result);
CALL(fd_prestat_dir_name)(u32 fd, out name, u32 size);
CALL(fd_prestat_get)(u32 fd, out result);
CALL(fd_pwrite)(u32 fd, in vectors, u32 count, u64 offset, out result);
CALL(fd_read)(u32 fd, in vectors, u32 count, out result);
CALL(fd_readdir)(u32 fd, out buffer, u32 size, u64 cookie, out result);
CALL(fd_renumber)(u32 fd, u32 to);
CALL(fd_seek)(u32 fd, int64_t offset, u32 whence, out result);
CALL(fd_sync)(u32 fd);
CALL(fd_tell)(u32 fd, out result);
CALL(fd_write)(u32 fd, in vectors, u32 count, out result);
CALL(path_create_directory)(u32 fd, in path, u32 size);
CALL(path_filestat_get)(u32 fd, u32 lookup, in path, u32 size, out result);
CALL(path_filestat_set_times)(u32 fd, u32 lookup, in path, u32 size, u64 atim, u64 mtim, u32 flags);
CALL(path_link)(u32 fd, u32 lookup, in path, u32 size, u32 to, in new_path, u32 new_size);
CALL(path_open)(u32 fd, u32 lookup, in path, u32 size, u32 oflags, u64 rights, u64 inheriting, u32 flags, out result);
CALL(path_readlink)(u32 fd, in path, u32 size, out buffer, u32 buffer_size, out result);
CALL(path_remove_directory)(u32 fd, in path, u32 size);
CALL(path_rename)(u32 fd, in path, u32 size, u32 to, in new_path, u32 new_size);
CALL(path_symlink)(in target, u32 target_size, u32 fd, in path, u32 size);
CALL(path_unlink_file)(u32 fd, in path, u32 size);
CALL(poll_oneoff)(in subscriptions, out events, u32 count, out result);
CALL(proc_raise)(u32 signal);
CALL(random_get)(out buffer, u32 size);
CALL(sched_yield)(void);
CALL(sock_accept)(u32 fd, u32 flags, out result);
CALL(sock_recv)(u32 fd, in vectors, u32 count, u32 flags, out size, out result_flags);
CALL(sock_send)(u32 fd, in vectors, u32 count, u32 flags, out size);
CALL(sock_shutdown)(u32 fd, u32 how);
#undef CALL
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"), noreturn)) void proc_exit(u32 status);

enum { CREAT = 1, DIRECTORY = 2, EXCL = 4, TRUNC = 8 };
enum { FOLLOW = 1, APPEND = 1, NONBLOCK = 4, ABSENT = 9999 };
enum { READ = 1 << 1, SEEK = 1 << 2, SET_FLAGS = 1 << 3, TELL = 1 << 5, WRITE = 1 << 6, READDIR = 1 << 14, STAT = 1 << 21 };
// What files and directories are opened with here.
#define FILE_RIGHTS 0x8e001ffull
#define DIRECTORY_RIGHTS 0xfbffe98ull
#define P(path) path, sizeof(path) - 1

struct vector {
  void *base;
  u32 size;
};
struct filestat {
  u64 dev, ino;
  u8 type;
  u64 nlink, size, atim, mtim, ctim;
};
struct fdstat {
  u8 type;
  u16 flags;
  u64 rights, inheriting;
};

static u32 dir;  // the preopened directory "."
static u32 n;    // what calls tell
static u64 at;

static inline void say(const char *what, int error) { printf("%s: %d\n", what, error); }
// What a call has told, unless it failed.
static inline void tell(const char *what, int error, u64 value) {
  if (error) say(what, error);
  else printf("%s: 0, %llu\n", what, value);
}

static u32 find_directory(void) {
  char name[256];
  for (u32 fd = 3;; fd++) {
    u32 prestat[2];
    if (fd_prestat_get(fd, prestat)) return 0;
    memset(name, 0, sizeof name);
    if (prestat[1] < sizeof name && !fd_prestat_dir_name(fd, name, prestat[1]) && !strcmp(name, ".")) return fd;
  }
}

// The descriptor, or ABSENT after saying why.
static inline u32 open_at(u32 from, const char *path, u32 oflags, u64 rights, u32 flags) {
  u32 fd;
  const int error = path_open(from, FOLLOW, path, strlen(path), oflags, rights, oflags & DIRECTORY ? FILE_RIGHTS | DIRECTORY_RIGHTS : 0, flags, &fd);
  if (!error) return fd;
  printf("path_open of %s: %d\n", path, error);
  return ABSENT;
}

static inline void write_text(u32 fd, const char *text) {
  const struct vector v = {(void *)text, strlen(text)};
  const int error = fd_write(fd, &v, 1, &n);
  if (error || n != v.size) printf("fd_write of %s: %d\n", text, error);
}

static inline void make_file(const char *path, const char *text) {
  const u32 fd = open_at(dir, path, CREAT | TRUNC, READ | WRITE, 0);
  write_text(fd, text);
  fd_close(fd);
}

// Prints in lines, so that another engine's process and this one's appear in order.
static void begin(void) {
  setvbuf(stdout, 0, _IOLBF, 4096);
  dir = find_directory();
  printf("directory %s\n", dir ? "found" : "missing");
}
