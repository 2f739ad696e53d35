// fd_readdir: all names once, whatever the room; from any cookie; what is not a directory.
#include "calls.h"

struct entry {
  u64 next, ino;
  u32 length, type;
};
enum { FILES = 40, MOST = 64 };

static u32 sub;

// Counts entries and checks their names, with buffers of `room` bytes.
static void list(const char *what, u32 room) {
  static char buffer[4096];
  u32 seen[FILES] = {0}, others = 0, directories = 0, twice = 0, missing = 0;
  u64 cookie = 0;
  for (;;) {
    const int error = fd_readdir(sub, buffer, room, cookie, &n);
    if (error) return say(what, error);
    u32 used = 0;
    for (;;) {
      struct entry e;
      if (n - used < sizeof e) break;
      memcpy(&e, buffer + used, sizeof e);
      if (n - used - sizeof e < e.length) break;
      const char *name = buffer + used + sizeof e;
      if (e.length == 3 && name[0] == 'f') {
        const u32 i = (name[1] - '0') * 10 + name[2] - '0';
        if (i < FILES && seen[i]++) twice++;
      } else others++;
      directories += e.type == 3;
      used += sizeof e + e.length;
      cookie = e.next;
    }
    if (n < room) break;
  }
  for (u32 i = 0; i < FILES; i++) missing += !seen[i];
  // `.` and `..` are told by some and not by others.
  printf("%s: %u missing, %u twice, others are directories: %d\n", what, missing, twice, others == directories);
}

static void names(void) {
  char name[8];
  for (u32 i = 0; i < FILES; i++) {
    snprintf(name, sizeof name, "d/f%02u", i);
    make_file(name, "");
  }
}

int main(void) {
  static char buffer[64];
  begin();
  say("make", path_create_directory(dir, P("d")));
  names();
  sub = open_at(dir, "d", DIRECTORY, DIRECTORY_RIGHTS, 0);
  list("at once", 4096);
  list("in pieces", 200);
  list("one by one", 30);
  list("again", 4096);
  tell("room for nothing", fd_readdir(sub, buffer, 0, 0, &n), n);
  tell("room for a part", fd_readdir(sub, buffer, 10, 0, &n), n);
  make_file("f", "text");
  const u32 fd = open_at(dir, "f", 0, FILE_RIGHTS, 0);
  say("a file", fd_readdir(fd, buffer, sizeof buffer, 0, &n));
  fd_close(fd);
  fd_close(sub);
  for (u32 i = 0; i < FILES; i++) {
    char name[8];
    snprintf(name, sizeof name, "d/f%02u", i);
    if (path_unlink_file(dir, name, 5)) say(name, 1);
  }
  say("unlink", path_unlink_file(dir, P("f")));
  say("remove", path_remove_directory(dir, P("d")));
  return 0;
}
