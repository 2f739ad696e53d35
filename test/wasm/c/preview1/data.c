// What files hold: reading and writing at the position and elsewhere, sizes, times, flags.
#include "calls.h"

static u32 fd;

static void read_vectors(const char *what, u32 count, u32 first, u32 second) {
  char a[64] = {0}, b[64] = {0};
  const struct vector v[] = {{a, first}, {b, second}};
  n = 77;
  const int error = fd_read(fd, v, count, &n);
  if (error) say(what, error);
  else printf("%s: %u [%s] [%s]\n", what, n, a, b);
}

static void read_at(const char *what, u64 offset) {
  char a[64] = {0};
  const struct vector v = {a, 10};
  const int error = fd_pread(fd, &v, 1, offset, &n);
  if (error) say(what, error);
  else printf("%s: %u [%s]\n", what, n, a);
}

static void seek(const char *what, int64_t offset, u32 whence) {
  at = 0;
  const int error = fd_seek(fd, offset, whence, &at);
  tell(what, error, at);
}

static void reading(void) {
  make_file("f", "0123456789");
  fd = open_at(dir, "f", 0, FILE_RIGHTS, 0);
  read_vectors("two vectors", 2, 3, 4);
  read_vectors("no vector", 0, 0, 0);
  read_vectors("an empty one", 1, 0, 0);
  read_vectors("an empty one and another", 2, 0, 2);
  read_vectors("up to the end", 2, 8, 8);
  read_vectors("at the end", 1, 8, 0);
  read_at("pread", 4);
  read_at("pread at the end", 10);
  read_at("pread beyond it", 100);
  seek("where", 0, 1);
  seek("to the end", 0, 2);
  seek("before the end", -3, 2);
  read_vectors("read", 1, 8, 0);
  seek("beyond the end", 100, 0);
  read_vectors("read there", 1, 8, 0);
  seek("back", -50, 1);
  seek("before the start", -500, 1);
  seek("where it was", 0, 1);
  tell("tell", fd_tell(fd, &at), at);
  fd_close(fd);
}

static void writing(void) {
  const struct vector v[] = {{"abc", 3}, {"", 0}, {"defg", 4}};
  fd = open_at(dir, "f", TRUNC, FILE_RIGHTS, 0);
  tell("write", fd_write(fd, v, 3, &n), n);
  tell("write nothing", fd_write(fd, v, 0, &n), n);
  tell("write an empty vector", fd_write(fd, v + 1, 1, &n), n);
  tell("pwrite", fd_pwrite(fd, v, 1, 12, &n), n);
  tell("tell", fd_tell(fd, &at), at);
  read_at("the hole", 5);
  seek("to the start", 0, 0);
  tell("write over", fd_write(fd, v + 2, 1, &n), n);
  read_at("all", 0);
  fd_close(fd);
  fd = open_at(dir, "f", 0, READ | SEEK | TELL, 0);
  say("write without the right", fd_write(fd, v, 1, &n));
  say("pwrite without the right", fd_pwrite(fd, v, 1, 0, &n));
  fd_close(fd);
  fd = open_at(dir, "f", 0, WRITE, 0);
  say("read without the right", fd_read(fd, v, 1, &n));
  say("pread without the right", fd_pread(fd, v, 1, 0, &n));
  fd_close(fd);
}

static void appending(void) {
  struct fdstat stat = {0};
  const struct vector v = {"end", 3};
  make_file("f", "0123456789");
  fd = open_at(dir, "f", 0, FILE_RIGHTS, APPEND);
  tell("flags", fd_fdstat_get(fd, &stat), stat.flags);
  seek("to the start", 0, 0);
  tell("append", fd_write(fd, &v, 1, &n), n);
  tell("tell", fd_tell(fd, &at), at);
  say("no flags", fd_fdstat_set_flags(fd, 0));
  seek("to the start", 0, 0);
  tell("write", fd_write(fd, &v, 1, &n), n);
  say("append again", fd_fdstat_set_flags(fd, APPEND));
  tell("flags", fd_fdstat_get(fd, &stat), stat.flags);
  tell("write", fd_write(fd, &v, 1, &n), n);
  read_at("all", 0);
  read_at("its end", 10);
  fd_close(fd);
}

static void show_size(const char *what) {
  struct filestat stat = {0};
  const int error = fd_filestat_get(fd, &stat);
  if (error) say(what, error);
  else printf("%s: type %d, %llu bytes, %llu links\n", what, stat.type, stat.size, stat.nlink);
}

static void sizes(void) {
  make_file("f", "0123456789");
  fd = open_at(dir, "f", 0, FILE_RIGHTS, 0);
  show_size("a file");
  say("larger", fd_filestat_set_size(fd, 20));
  show_size("is");
  read_at("zeros", 8);
  say("smaller", fd_filestat_set_size(fd, 5));
  show_size("is");
  say("too large", fd_filestat_set_size(fd, -1ull));
  say("allocate", fd_allocate(fd, 10, 30));
  show_size("is");
  say("allocate what is there", fd_allocate(fd, 0, 4));
  show_size("is");
  say("sync", fd_sync(fd));
  say("datasync", fd_datasync(fd));
  fd_close(fd);
  fd = open_at(dir, "f", 0, READ, 0);
  say("size without the right", fd_filestat_set_size(fd, 5));
  say("allocate without the right", fd_allocate(fd, 0, 5));
  say("advise without the right", fd_advise(fd, 0, 5, 0));
  say("datasync without the right", fd_datasync(fd));
  fd_close(fd);
}

static void advice(void) {
  char what[] = "advice 0";
  fd = open_at(dir, "f", 0, FILE_RIGHTS, 0);
  for (u32 i = 0; i < 6; i++, what[7]++) say(what, fd_advise(fd, 0, 10, i));
  say("advice for all the rest", fd_advise(fd, 5, 0, 0));
  fd_close(fd);
}

static void show_times(const char *what) {
  struct filestat stat = {0};
  say(what, fd_filestat_get(fd, &stat));
  printf("accessed %llu, changed %llu\n", stat.atim, stat.mtim);
}

static void times(void) {
  struct filestat before = {0}, after = {0};
  fd = open_at(dir, "f", 0, FILE_RIGHTS, 0);
  say("both", fd_filestat_set_times(fd, 1000000007, 2000000011, 5));
  show_times("are");
  say("one", fd_filestat_set_times(fd, 3000000000000000001, 9, 1));
  show_times("are");
  say("the other", fd_filestat_set_times(fd, 9, 4000000000, 4));
  show_times("are");
  say("none", fd_filestat_set_times(fd, 9, 9, 0));
  show_times("are");
  say("both ways", fd_filestat_set_times(fd, 9, 9, 3));
  say("both ways of the other", fd_filestat_set_times(fd, 9, 9, 12));
  say("stat", fd_filestat_get(fd, &before));
  say("now", fd_filestat_set_times(fd, 0, 0, 10));
  say("stat", fd_filestat_get(fd, &after));
  printf("later %d %d\n", after.atim > before.atim, after.mtim > before.mtim);
  fd_close(fd);
  fd = open_at(dir, "f", 0, READ, 0);
  say("times without the right", fd_filestat_set_times(fd, 9, 9, 5));
  fd_close(fd);
}

int main(void) {
  begin();
  reading();
  writing();
  appending();
  sizes();
  advice();
  times();
  say("unlink", path_unlink_file(dir, P("f")));
  return 0;
}
