// Addresses beyond the memory in every place of every call: each is an error of its own, and nothing is changed before it is found.
#include "calls.h"

#define BAD ((void *)0xfffffff0)

static void descriptors(u32 fd) {
  char text[64];
  const struct vector good = {text, 1}, wild = {BAD, 1}, wide = {text, 0xffffffff};
  const struct {
    const char *what;
    const struct vector *v;
  } vectors[] = {{"a list", BAD}, {"a buffer", &wild}, {"a length", &wide}};
  for (u32 i = 0; i < 3; i++) {
    printf("%s beyond:", vectors[i].what);
    const struct vector *const v = vectors[i].v;
    printf(" %d", fd_read(fd, v, 1, &n));
    printf(" %d", fd_write(fd, v, 1, &n));
    printf(" %d", fd_pread(fd, v, 1, 0, &n));
    printf(" %d\n", fd_pwrite(fd, v, 1, 0, &n));
  }
  say("fd_read", fd_read(fd, &good, 1, BAD));
  say("fd_write", fd_write(fd, &good, 1, BAD));
  say("fd_pread", fd_pread(fd, &good, 1, 0, BAD));
  say("fd_pwrite", fd_pwrite(fd, &good, 1, 0, BAD));
  say("fd_fdstat_get", fd_fdstat_get(fd, BAD));
  say("fd_filestat_get", fd_filestat_get(fd, BAD));
  say("fd_seek", fd_seek(fd, 0, 0, BAD));
  say("fd_tell", fd_tell(fd, BAD));
  say("fd_prestat_get", fd_prestat_get(dir, BAD));
  say("fd_prestat_dir_name", fd_prestat_dir_name(dir, BAD, 64));
  say("fd_readdir", fd_readdir(dir, BAD, 64, 0, &n));
  say("fd_readdir's length", fd_readdir(dir, text, 0xffffffff, 0, &n));
  say("fd_readdir's result", fd_readdir(dir, text, 64, 0, BAD));
}

static void paths(void) {
  char text[64];
  say("path_create_directory", path_create_directory(dir, BAD, 64));
  say("a path's length", path_create_directory(dir, "x", 0xffffffff));
  say("path_filestat_get", path_filestat_get(dir, 0, BAD, 64, text));
  say("its result", path_filestat_get(dir, 0, P("f"), BAD));
  say("path_filestat_set_times", path_filestat_set_times(dir, 0, BAD, 64, 1, 1, 5));
  say("path_link", path_link(dir, 0, BAD, 64, dir, P("x")));
  say("path_link to", path_link(dir, 0, P("f"), dir, BAD, 64));
  say("path_open", path_open(dir, 0, BAD, 64, 0, READ, 0, 0, &n));
  say("its result", path_open(dir, 0, P("made"), CREAT, READ, 0, 0, BAD));
  say("path_readlink", path_readlink(dir, BAD, 64, text, 64, &n));
  say("its buffer", path_readlink(dir, P("l"), BAD, 64, &n));
  say("its result", path_readlink(dir, P("l"), text, 64, BAD));
  say("path_remove_directory", path_remove_directory(dir, BAD, 64));
  say("path_rename", path_rename(dir, BAD, 64, dir, P("x")));
  say("path_rename to", path_rename(dir, P("f"), dir, BAD, 64));
  say("path_symlink", path_symlink(BAD, 64, dir, P("x")));
  say("path_symlink of", path_symlink(P("f"), dir, BAD, 64));
  say("path_unlink_file", path_unlink_file(dir, BAD, 64));
  say("nothing was made", path_filestat_get(dir, 0, P("made"), text));
}

static void others(void) {
  u64 subscription[6] = {0};
  char text[32];
  say("args_get", args_get(BAD, text));
  say("args_get's text", args_get(text, BAD));
  say("args_sizes_get", args_sizes_get(BAD, &n));
  say("its second", args_sizes_get(&n, BAD));
  say("environ_get", environ_get(BAD, text));
  say("environ_sizes_get", environ_sizes_get(BAD, &n));
  say("clock_res_get", clock_res_get(0, BAD));
  say("clock_time_get", clock_time_get(0, 1, BAD));
  say("random_get", random_get(BAD, 64));
  say("random_get's length", random_get(text, 0xffffffff));
  say("poll_oneoff", poll_oneoff(BAD, text, 1, &n));
  say("its events", poll_oneoff(subscription, BAD, 1, &n));
  say("its result", poll_oneoff(subscription, text, 1, BAD));
}

int main(void) {
  begin();
  make_file("f", "text");
  path_symlink(P("f"), dir, P("l"));
  const u32 fd = open_at(dir, "f", 0, FILE_RIGHTS, 0);
  descriptors(fd);
  tell("where", fd_tell(fd, &at), at);
  paths();
  others();
  path_unlink_file(dir, P("l"));
  say("unlink", path_unlink_file(dir, P("f")));
  return 0;
}
