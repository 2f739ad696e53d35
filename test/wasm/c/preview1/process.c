// Arguments, environment, clocks, random bytes, waiting; every call with a number that is no descriptor, and of another kind.
#include <stdlib.h>
#include "calls.h"

static void strings(const char *what, int (*sizes)(out, out), int (*get)(out, out)) {
  u32 count = 99, size = 99;
  say(what, sizes(&count, &size));
  char **const pointers = malloc(count * sizeof *pointers + 1), *const text = malloc(size + 1);
  say(what, get(pointers, text));
  u32 total = 0;
  for (u32 i = 0; i < count; i++) total += strlen(pointers[i]) + 1;
  printf("%s: sizes fit %d, one behind the other %d\n", what, total == size, count == 0 || pointers[0] == text);
  for (u32 i = 1; i < count; i++) printf("[%s]\n", pointers[i]);
}

static void clocks(void) {
  for (u32 clock = 0; clock < 2; clock++) {
    u64 resolution = 0, first = 0, second = 0;
    say("resolution", clock_res_get(clock, &resolution));
    say("time", clock_time_get(clock, 1, &first));
    say("time", clock_time_get(clock, 1000000000, &second));
    printf("clock %u: resolution %d, runs %d, a date %d\n", clock, resolution > 0, second >= first, first > 1000000000000000000);
  }
}

static int differ(const u8 *bytes, u32 size) {
  for (u32 i = 1; i < size; i++)
    if (bytes[i] != bytes[0]) return 1;
  return 0;
}

static void randomness(void) {
  static u8 bytes[70000];
  say("random", random_get(bytes, 16));
  printf("%d, not beyond: %d\n", differ(bytes, 16), !differ(bytes + 16, 100));
  say("no random bytes", random_get(bytes, 0));
  say("many", random_get(bytes, sizeof bytes));
  printf("%d\n", differ(bytes + sizeof bytes - 16, 16));
  say("yield", sched_yield());
}

struct subscription {
  u64 userdata;
  u8 tag, pad[7];
  u32 id;
  u64 timeout, precision;
  u16 flags;
};
struct event {
  u64 userdata;
  u16 error;
  u8 type;
  u64 size;
  u16 flags, pad[3];
};

static void wait_for(const char *what, const struct subscription *list, u32 count) {
  struct event events[4] = {0};
  n = 99;
  const int error = poll_oneoff(list, events, count, &n);
  if (error) return say(what, error);
  printf("%s: %u", what, n);
  for (u32 i = 0; i < n; i++) printf(" (%llu, %d, %d)", events[i].userdata, events[i].error, events[i].type);
  printf("\n");
}

static void waiting(void) {
  u64 now;
  clock_time_get(1, 1, &now);
  const struct subscription soon = {1, 0, {0}, 1, 20000000, 1, 0}, later = {2, 0, {0}, 1, 60000000000, 1, 0};
  const struct subscription never = {5, 0, {0}, 0, 100000000000, 1, 0}, writable = {6, 2, {0}, 1, 0, 0, 0};
  const struct subscription closed = {7, 1, {0}, 99, 0, 0, 0};
  wait_for("soon", (struct subscription[]){soon}, 1);
  wait_for("the sooner of two", (struct subscription[]){later, soon}, 2);
  wait_for("of another clock, too", (struct subscription[]){never, soon}, 2);
  wait_for("at once", (struct subscription[]){{4, 0, {0}, 1, 0, 1, 0}}, 1);
  wait_for("writable", (struct subscription[]){writable}, 1);
  wait_for("writable or later", (struct subscription[]){later, writable}, 2);
  wait_for("a descriptor that is closed", (struct subscription[]){closed}, 1);
}

// Each call of a descriptor; `size` and `buffer` are good.
static void all_calls(u32 fd) {
  static char buffer[64];
  const struct vector v = {buffer, 1};
  say("fd_advise", fd_advise(fd, 0, 0, 0));
  say("fd_allocate", fd_allocate(fd, 0, 1));
  say("fd_datasync", fd_datasync(fd));
  say("fd_sync", fd_sync(fd));
  say("fd_fdstat_get", fd_fdstat_get(fd, buffer));
  say("fd_fdstat_set_flags", fd_fdstat_set_flags(fd, 0));
  say("fd_filestat_get", fd_filestat_get(fd, buffer));
  say("fd_filestat_set_size", fd_filestat_set_size(fd, 0));
  say("fd_filestat_set_times", fd_filestat_set_times(fd, 0, 0, 0));
  say("fd_pread", fd_pread(fd, &v, 1, 0, &n));
  say("fd_prestat_get", fd_prestat_get(fd, buffer));
  say("fd_prestat_dir_name", fd_prestat_dir_name(fd, buffer, 64));
  say("fd_pwrite", fd_pwrite(fd, &v, 1, 0, &n));
  say("fd_readdir", fd_readdir(fd, buffer, 64, 0, &n));
  say("fd_seek", fd_seek(fd, 0, 0, &at));
  say("fd_tell", fd_tell(fd, &at));
  say("path_create_directory", path_create_directory(fd, P("x")));
  say("path_filestat_get", path_filestat_get(fd, 0, P("x"), buffer));
  say("path_filestat_set_times", path_filestat_set_times(fd, 0, P("x"), 0, 0, 0));
  say("path_link", path_link(fd, 0, P("x"), dir, P("y")));
  say("path_link to", path_link(dir, 0, P("x"), fd, P("y")));
  say("path_open", path_open(fd, 0, P("x"), 0, READ, 0, 0, &n));
  say("path_readlink", path_readlink(fd, P("x"), buffer, 64, &n));
  say("path_remove_directory", path_remove_directory(fd, P("x")));
  say("path_rename", path_rename(fd, P("x"), dir, P("y")));
  say("path_rename to", path_rename(dir, P("x"), fd, P("y")));
  say("path_symlink", path_symlink(P("x"), fd, P("y")));
  say("path_unlink_file", path_unlink_file(fd, P("x")));
  say("sock_accept", sock_accept(fd, 0, &n));
  say("sock_shutdown", sock_shutdown(fd, 1));
}

static void no_descriptor(void) {
  static char buffer[64];
  const struct vector v = {buffer, 1};
  all_calls(99);
  say("fd_read", fd_read(99, &v, 1, &n));
  say("fd_write", fd_write(99, &v, 1, &n));
  say("fd_close", fd_close(99));
  say("fd_renumber", fd_renumber(99, 1));
  say("fd_renumber to", fd_renumber(1, 99));
  say("fd_fdstat_set_rights", fd_fdstat_set_rights(99, 0, 0));
  say("sock_recv", sock_recv(99, &v, 1, 0, &n, &at));
  say("sock_send", sock_send(99, &v, 1, 0, &n));
}

int main(void) {
  begin();
  strings("arguments", args_sizes_get, args_get);
  clocks();
  randomness();
  waiting();
  printf("no descriptor\n");
  no_descriptor();
  printf("a directory\n");
  // Calls that take paths have things to find, which is not what is asked here.
  const u32 sub = open_at(dir, ".", DIRECTORY, DIRECTORY_RIGHTS, 0);
  all_calls(sub);
  make_file("file", "text");
  printf("a file\n");
  all_calls(open_at(dir, "file", 0, FILE_RIGHTS, 0));
  say("unlink", path_unlink_file(dir, P("file")));
  strings("environment", environ_sizes_get, environ_get);
  proc_exit(33);
}
