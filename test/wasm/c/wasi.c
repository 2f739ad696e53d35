// Calls of WASI as they are, with their error numbers: printed, to be compared with another engine's. The first preopened directory
// that is called "." is the place to work in.
#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

static __wasi_fd_t dir;

static void say(const char *what, int error) { printf("%s: %d\n", what, error); }

static __wasi_fd_t find_directory(void) {
  for (__wasi_fd_t fd = 3;; fd++) {
    __wasi_prestat_t prestat;
    uint8_t name[256] = {0};
    if (__wasi_fd_prestat_get(fd, &prestat)) return 0;
    if (prestat.u.dir.pr_name_len < sizeof name) __wasi_fd_prestat_dir_name(fd, name, prestat.u.dir.pr_name_len);
    if (!strcmp((char *)name, ".")) return fd;
  }
}

enum { FILE_RIGHTS = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_SEEK | __WASI_RIGHTS_FD_TELL };

static int open_at(__wasi_fd_t at, const char *path, int lookup, int oflags, __wasi_rights_t rights, __wasi_fd_t *fd) {
  return __wasi_path_open(at, lookup, path, oflags, rights, rights, 0, fd);
}

static void show_rights(const char *what, __wasi_fd_t fd) {
  __wasi_fdstat_t stat;
  const int error = __wasi_fd_fdstat_get(fd, &stat);
  if (error) return say(what, error);
  printf("%s: type %d rights %llx\n", what, stat.fs_filetype, (unsigned long long)stat.fs_rights_base);
}

static void rights(void) {
  __wasi_fd_t fd, other;
  char buffer[8];
  __wasi_iovec_t in = {(uint8_t *)buffer, sizeof buffer};
  __wasi_ciovec_t out = {(const uint8_t *)"abc", 3};
  __wasi_size_t n;
  __wasi_filesize_t at;
  say("open", open_at(dir, "f", 0, __WASI_OFLAGS_CREAT, FILE_RIGHTS, &fd));
  show_rights("all", fd);
  say("write", __wasi_fd_write(fd, &out, 1, &n));
  say("stat without the right", __wasi_fd_filestat_get(fd, &(__wasi_filestat_t){0}));
  say("sync without the right", __wasi_fd_sync(fd));
  say("fewer rights", __wasi_fd_fdstat_set_rights(fd, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_TELL, 0));
  say("more rights", __wasi_fd_fdstat_set_rights(fd, FILE_RIGHTS, 0));
  say("write without the right", __wasi_fd_write(fd, &out, 1, &n));
  say("tell", __wasi_fd_tell(fd, &at));
  say("seek to here", __wasi_fd_seek(fd, 0, __WASI_WHENCE_CUR, &at));
  say("seek without the right", __wasi_fd_seek(fd, 0, __WASI_WHENCE_SET, &at));
  say("read", __wasi_fd_read(fd, &in, 1, &n));
  say("read into a bad place", __wasi_fd_read(99, &in, 1, &n));
  say("path_open of a file's descriptor", open_at(fd, "x", 0, 0, FILE_RIGHTS, &other));
  say("close", __wasi_fd_close(fd));
  say("close again", __wasi_fd_close(fd));
  say("prestat of a file", __wasi_fd_prestat_get(fd, &(__wasi_prestat_t){0}));
}

static void paths(void) {
  __wasi_fd_t sub, fd;
  say("mkdir", __wasi_path_create_directory(dir, "sub"));
  say("mkdir again", __wasi_path_create_directory(dir, "sub"));
  __wasi_fdstat_t own;
  say("rights of the directory", __wasi_fd_fdstat_get(dir, &own));
  const __wasi_rights_t all = own.fs_rights_base & own.fs_rights_inheriting;
  say("open it", __wasi_path_open(dir, 0, "sub", __WASI_OFLAGS_DIRECTORY, all, own.fs_rights_inheriting, 0, &sub));
  show_rights("a directory", sub);
  say("out of it", open_at(sub, "../f", 0, 0, __WASI_RIGHTS_FD_READ, &fd));
  say("out and in again", open_at(sub, "../sub/x", 0, 0, __WASI_RIGHTS_FD_READ, &fd));
  say("in, out, in", open_at(dir, "sub/../f", 0, 0, __WASI_RIGHTS_FD_READ, &fd));
  say("an absolute path", open_at(sub, "/etc/passwd", 0, 0, __WASI_RIGHTS_FD_READ, &fd));
  say("nothing there", open_at(sub, "x", 0, 0, __WASI_RIGHTS_FD_READ, &fd));
  say("an empty path", open_at(sub, "", 0, 0, __WASI_RIGHTS_FD_READ, &fd));
  say("a file as directory", open_at(dir, "f", 0, __WASI_OFLAGS_DIRECTORY, __WASI_RIGHTS_FD_READ, &fd));
  say("exclusive", open_at(dir, "f", 0, __WASI_OFLAGS_CREAT | __WASI_OFLAGS_EXCL, __WASI_RIGHTS_FD_READ, &fd));
  say("symlink", __wasi_path_symlink("nowhere", sub, "out"));
  say("through a link to nothing", open_at(sub, "out", __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, 0, __WASI_RIGHTS_FD_READ, &fd));
  say("not through a link", open_at(sub, "out", 0, 0, __WASI_RIGHTS_FD_READ, &fd));
  say("remove what is full", __wasi_path_remove_directory(dir, "sub"));
  say("unlink a directory", __wasi_path_unlink_file(dir, "sub"));
  say("remove a file as directory", __wasi_path_remove_directory(dir, "f"));
  say("unlink", __wasi_path_unlink_file(sub, "out"));
  say("close", __wasi_fd_close(sub));
  say("remove", __wasi_path_remove_directory(dir, "sub"));
}

static void descriptors(void) {
  __wasi_fd_t a, b;
  __wasi_filesize_t at;
  __wasi_timestamp_t now;
  say("open a", open_at(dir, "f", 0, 0, FILE_RIGHTS, &a));
  say("open b", open_at(dir, "f", 0, 0, FILE_RIGHTS, &b));
  say("renumber", __wasi_fd_renumber(a, b));
  say("the old number", __wasi_fd_tell(a, &at));
  say("the new number", __wasi_fd_tell(b, &at));
  say("renumber to nothing", __wasi_fd_renumber(b, 99));
  say("before the start", __wasi_fd_seek(b, -1, __WASI_WHENCE_SET, &at));
  say("an unknown whence", __wasi_fd_seek(b, 0, 9, &at));
  say("set the nonblocking flag without the right", __wasi_fd_fdstat_set_flags(b, __WASI_FDFLAGS_NONBLOCK));
  say("close", __wasi_fd_close(b));
  say("unlink", __wasi_path_unlink_file(dir, "f"));
  say("monotonic clock", __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &now));
  say("an unknown clock", __wasi_clock_time_get(9, 1, &now));
  say("no subscription", __wasi_poll_oneoff(0, 0, 0, &(__wasi_size_t){0}));
  say("yield", __wasi_sched_yield());
}

static void waiting(void) {
  __wasi_subscription_t in[2] = {0};
  __wasi_event_t out[2];
  __wasi_size_t n = 9;
  __wasi_timestamp_t before, after;
  in[0].userdata = 17;
  in[0].u.tag = __WASI_EVENTTYPE_CLOCK;
  in[0].u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
  in[0].u.u.clock.timeout = 30000000;
  __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &before);
  say("sleep", __wasi_poll_oneoff(in, out, 1, &n));
  __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1, &after);
  printf("%u event, %llu, error %d, type %d, slept %d\n", (unsigned)n, (unsigned long long)out[0].userdata, out[0].error,
         out[0].type, after - before >= 30000000);
  in[1].userdata = 18;
  in[1].u.tag = __WASI_EVENTTYPE_FD_WRITE;
  in[1].u.u.fd_write.file_descriptor = 1;
  in[0].u.u.clock.timeout = 60000000000;
  say("stdout or a minute", __wasi_poll_oneoff(in, out, 2, &n));
  printf("%u event, %llu, error %d, type %d\n", (unsigned)n, (unsigned long long)out[0].userdata, out[0].error, out[0].type);
}

// uvwasi does not even make such a link, and reads one only as a whole.
static void escaping(void) {
  __wasi_fd_t sub, fd;
  __wasi_fdstat_t own;
  __wasi_fd_fdstat_get(dir, &own);
  __wasi_path_create_directory(dir, "sub");
  __wasi_path_open(dir, 0, "sub", __WASI_OFLAGS_DIRECTORY, own.fs_rights_inheriting, own.fs_rights_inheriting, 0, &sub);
  say("a link out", __wasi_path_symlink("../f", sub, "out"));
  say("through it", open_at(sub, "out", __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, 0, __WASI_RIGHTS_FD_READ, &fd));
  __wasi_size_t n;
  uint8_t buffer[2];
  say("readlink into little room", __wasi_path_readlink(sub, "out", buffer, sizeof buffer, &n));
  printf("%u bytes\n", (unsigned)n);
  say("unlink what is outside", __wasi_path_unlink_file(sub, "../sub"));
  say("rename out", __wasi_path_rename(sub, "out", sub, "../out"));
  __wasi_path_unlink_file(sub, "out");
  __wasi_path_remove_directory(dir, "sub");
}

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 4096);
  dir = find_directory();
  printf("directory %s\n", dir ? "found" : "missing");
  rights();
  paths();
  descriptors();
  waiting();
  escaping();
  return 0;
}
