// Directories and paths: what is made, found, moved, linked and removed, and what is refused.
#include "calls.h"

static const char LONG_NAME[5000] = {[0 ... 4998] = 'x'};
enum { NAME_TOO_LONG = 300, PATH_TOO_LONG = 4999 };

static void show(const char *what, u32 from, const char *path, u32 lookup) {
  struct filestat stat = {0};
  const int error = path_filestat_get(from, lookup, path, strlen(path), &stat);
  if (error) say(what, error);
  else printf("%s: type %d, %llu bytes, %llu links\n", what, stat.type, stat.type == 3 ? 0 : stat.size, stat.type == 3 ? 0 : stat.nlink);
}

static void directories(void) {
  say("make", path_create_directory(dir, P("d")));
  say("make again", path_create_directory(dir, P("d")));
  say("make one with a slash", path_create_directory(dir, P("s/")));
  say("make below nothing", path_create_directory(dir, P("none/d")));
  say("make below a file", path_create_directory(dir, P("f/d")));
  say("make no name", path_create_directory(dir, P("")));
  say("make .", path_create_directory(dir, P(".")));
  say("make a long name", path_create_directory(dir, LONG_NAME, NAME_TOO_LONG));
  say("make a long path", path_create_directory(dir, LONG_NAME, PATH_TOO_LONG));
  say("make inside", path_create_directory(dir, P("d/./../d/e")));
  show("stat", dir, "d", 0);
  show("stat with a slash", dir, "d/", 0);
  show("stat of a file with a slash", dir, "f/", 0);
  show("stat of nothing", dir, "none", 0);
  show("stat of no name", dir, "", 0);
  say("remove what is full", path_remove_directory(dir, P("d")));
  say("remove what is inside", path_remove_directory(dir, P("d/e")));
  say("remove nothing", path_remove_directory(dir, P("none")));
  say("remove a file", path_remove_directory(dir, P("f")));
  say("remove no name", path_remove_directory(dir, P("")));
  say("unlink a directory", path_unlink_file(dir, P("d")));
  say("unlink nothing", path_unlink_file(dir, P("none")));
  say("unlink below a file", path_unlink_file(dir, P("f/x")));
  say("unlink a file with a slash", path_unlink_file(dir, P("f/")));
  say("unlink no name", path_unlink_file(dir, P("")));
  say("remove one with a slash", path_remove_directory(dir, P("s/")));
  say("remove", path_remove_directory(dir, P("d")));
}

static void opened(const char *what, u32 from, const char *path, u32 lookup, u32 oflags, u64 rights) {
  u32 fd;
  struct fdstat stat = {0};
  const int error = path_open(from, lookup, path, strlen(path), oflags, rights, 0, 0, &fd);
  if (error) return say(what, error);
  fd_fdstat_get(fd, &stat);
  printf("%s: type %d\n", what, stat.type);
  fd_close(fd);
}

static void opening(void) {
  path_create_directory(dir, P("d"));
  opened("a file", dir, "f", 0, 0, READ);
  opened("a directory", dir, "d", 0, 0, READDIR);
  opened("a directory as one", dir, "d", 0, DIRECTORY, READDIR);
  opened("a directory with a slash", dir, "d/", 0, 0, READDIR);
  opened("a directory to write", dir, "d", 0, 0, READ | WRITE);
  opened("a file as directory", dir, "f", 0, DIRECTORY, READ);
  opened("nothing", dir, "none", 0, 0, READ);
  opened("below a file", dir, "f/x", 0, 0, READ);
  opened("what is there, to be made", dir, "f", 0, CREAT, READ);
  opened("what is there, not to be there", dir, "f", 0, CREAT | EXCL, READ);
  opened("a directory, not to be there", dir, "d", 0, CREAT | EXCL, READ);
  opened("a new one", dir, "d/new", 0, CREAT | EXCL, READ | WRITE);
  opened("a new one with a slash", dir, "d/slash/", 0, CREAT, READ | WRITE);
  opened("a new one as directory", dir, "d/directory", 0, CREAT | DIRECTORY, READ);
  opened("a new one below nothing", dir, "none/new", 0, CREAT, READ);
  opened("through .", dir, "./d/./new", 0, 0, READ);
  opened("through ..", dir, "d/../d/new", 0, 0, READ);
  opened("a link, not followed", dir, "link", 0, 0, READ);
  opened("a link, followed", dir, "link", FOLLOW, 0, READ);
  opened("a link to nothing", dir, "dangling", FOLLOW, 0, READ);
  opened("a link to itself", dir, "loop", FOLLOW, 0, READ);
  opened("through a link to a directory", dir, "through/new", 0, 0, READ);
  show("truncated", dir, "f", 0);
  opened("truncate", dir, "f", 0, TRUNC, READ | WRITE);
  show("truncated", dir, "f", 0);
  path_unlink_file(dir, P("d/new"));
  path_remove_directory(dir, P("d"));
}

static void symlinks(void) {
  char text[32] = {0};
  say("symlink", path_symlink(P("f"), dir, P("link")));
  say("symlink again", path_symlink(P("f"), dir, P("link")));
  say("symlink over a file", path_symlink(P("f"), dir, P("f")));
  say("symlink to no name", path_symlink(P(""), dir, P("empty")));
  say("symlink of no name", path_symlink(P("f"), dir, P("")));
  say("symlink to nothing", path_symlink(P("none"), dir, P("dangling")));
  say("symlink to itself", path_symlink(P("loop"), dir, P("loop")));
  say("symlink to a directory", path_symlink(P("d"), dir, P("through")));
  say("symlink below nothing", path_symlink(P("f"), dir, P("none/link")));
  tell("readlink", path_readlink(dir, P("link"), text, sizeof text, &n), n);
  printf("%s\n", text);
  say("readlink of a file", path_readlink(dir, P("f"), text, sizeof text, &n));
  say("readlink of nothing", path_readlink(dir, P("none"), text, sizeof text, &n));
  say("readlink of no name", path_readlink(dir, P(""), text, sizeof text, &n));
  show("stat of a link", dir, "link", 0);
  show("stat through a link", dir, "link", FOLLOW);
  show("stat of a link to nothing", dir, "dangling", 0);
  show("stat through it", dir, "dangling", FOLLOW);
  show("stat through a loop", dir, "loop", FOLLOW);
}

static void hard_links(void) {
  say("link", path_link(dir, 0, P("f"), dir, P("second")));
  show("both", dir, "second", 0);
  say("link again", path_link(dir, 0, P("f"), dir, P("second")));
  say("link of nothing", path_link(dir, 0, P("none"), dir, P("third")));
  say("link below nothing", path_link(dir, 0, P("f"), dir, P("none/third")));
  say("link of a directory", path_link(dir, 0, P("d"), dir, P("third")));
  say("link of a symbolic link", path_link(dir, 0, P("link"), dir, P("third")));
  show("it is one", dir, "third", 0);
  say("unlink it", path_unlink_file(dir, P("third")));
  say("link with a slash", path_link(dir, 0, P("f"), dir, P("third/")));
  say("link to no name", path_link(dir, 0, P("f"), dir, P("")));
  say("unlink", path_unlink_file(dir, P("second")));
  show("one is left", dir, "f", 0);
}

static void renaming(void) {
  path_create_directory(dir, P("d"));
  path_create_directory(dir, P("e"));
  make_file("d/x", "text");
  make_file("g", "other");
  say("a file", path_rename(dir, P("g"), dir, P("h")));
  say("over a file", path_rename(dir, P("h"), dir, P("f")));
  show("it is the other", dir, "f", 0);
  say("to itself", path_rename(dir, P("f"), dir, P("f")));
  say("nothing", path_rename(dir, P("none"), dir, P("h")));
  say("to below nothing", path_rename(dir, P("f"), dir, P("none/h")));
  say("a file over a directory", path_rename(dir, P("f"), dir, P("e")));
  say("a directory over a file", path_rename(dir, P("e"), dir, P("f")));
  say("a directory over a full one", path_rename(dir, P("e"), dir, P("d")));
  say("a directory into itself", path_rename(dir, P("d"), dir, P("d/y")));
  say("a full one over an empty one", path_rename(dir, P("d"), dir, P("e")));
  show("what was in it", dir, "e/x", 0);
  say("a directory with slashes", path_rename(dir, P("e/"), dir, P("d/")));
  say("a file with a slash", path_rename(dir, P("f/"), dir, P("h")));
  say("no name", path_rename(dir, P(""), dir, P("h")));
  say("into another directory", path_rename(dir, P("d/x"), dir, P("h")));
  say("a link", path_rename(dir, P("link"), dir, P("moved")));
  show("is still one", dir, "moved", 0);
  for (const char **p = (const char *[]){"h", "moved", "dangling", "loop", "through", 0}; *p; p++)
    say(*p, path_unlink_file(dir, *p, strlen(*p)));
  say("d", path_remove_directory(dir, P("d")));
}

static void times(void) {
  struct filestat stat = {0};
  path_symlink(P("f"), dir, P("link"));
  say("of a file", path_filestat_set_times(dir, 0, P("f"), 1000000001, 2000000002, 5));
  say("of nothing", path_filestat_set_times(dir, 0, P("none"), 1, 2, 5));
  say("of a link", path_filestat_set_times(dir, 0, P("link"), 3000000000, 4000000000, 5));
  tell("of the file", path_filestat_get(dir, 0, P("f"), &stat), stat.mtim);
  tell("of the link", path_filestat_get(dir, 0, P("link"), &stat), stat.mtim);
  say("through the link", path_filestat_set_times(dir, FOLLOW, P("link"), 5000000000, 6000000000, 5));
  tell("of the file", path_filestat_get(dir, 0, P("f"), &stat), stat.mtim);
  path_unlink_file(dir, P("link"));
}

int main(void) {
  begin();
  make_file("f", "0123456789");
  directories();
  symlinks();
  hard_links();
  opening();
  renaming();
  make_file("f", "text");
  times();
  say("unlink", path_unlink_file(dir, P("f")));
  // The last of all: uvwasi does not give its lock back.
  say("both ways", path_filestat_set_times(dir, 0, P("."), 1, 2, 3));
  return 0;
}
