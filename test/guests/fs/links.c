// link, symlink, readlink, unlink: names and the files behind them. link(2), symlink(7)
#include "check.h"

CASE(hard_links) {
  make_file("a", "text");
  mkdir("d", 0755);
  TRY(link("a", "b"));
  TRY(link("a", "b"));
  TRY(link("d", "e"));
  TRY(link("nothing", "e"));
  TRY(link("a", "d/x/y"));
  TRY(link("a", "a"));
  TRY(link("a", "c/"));
  TRY(link("a", ""));
  int fd = open("b", O_WRONLY | O_APPEND);
  write(fd, "+", 1);
  show_file("a");
}

CASE(linkat_and_symlinks) {
  make_file("f", "text");
  symlink("f", "s");
  TRY(link("s", "linked-symlink"));
  TRY(linkat(AT_FDCWD, "s", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW));
  struct stat st;
  lstat("linked-symlink", &st);
  YES(S_ISLNK(st.st_mode));
  SHOW(st.st_nlink);
  lstat("followed", &st);
  YES(S_ISREG(st.st_mode));
  int fd = open("f", O_RDONLY);
  TRY(linkat(fd, "", AT_FDCWD, "from-fd", AT_EMPTY_PATH));
  TRY(linkat(AT_FDCWD, "f", AT_FDCWD, "x", 0x80));
}

CASE(readlink_sizes) {
  char b[300] = "";
  TRY(symlink("0123456789", "s"));
  TRY(readlink("s", b, sizeof b));
  TEXT(b);
  memset(b, '-', 20);
  TRY(readlink("s", b, 4));
  say("%.8s", b);
  TRY(readlink("s", b, 0));
  make_file("f", "");
  TRY(readlink("f", b, sizeof b));
  TRY(readlink("nothing", b, sizeof b));
  TRY(readlink(".", b, sizeof b));
  TRY(readlink("s", (char *)8, 10));
  struct stat st;
  lstat("s", &st);
  SHOW(st.st_size);
}

CASE(symlink_errors) {
  static char target[5000];
  make_file("f", "");
  TRY(symlink("x", "f"));
  TRY(symlink("", "empty"));
  TRY(symlink("x", "no/where"));
  TRY(symlink("x", "f/y"));
  TRY(symlink("x", "trailing/"));
  memset(target, 't', 4095);
  TRY(symlink(target, "longest"));
  memset(target, 't', 4096);
  TRY(symlink(target, "too-long"));
}

CASE(chains) {
  char name[16], target[16];
  make_file("l0", "end");
  for (int i = 1; i <= 41; i++) {
    snprintf(name, sizeof name, "l%d", i);
    snprintf(target, sizeof target, "l%d", i - 1);
    symlink(target, name);
  }
  TRY(access("l39", F_OK));
  TRY(access("l40", F_OK));
  TRY(access("l41", F_OK));
}

CASE(relative_and_dotdot) {
  mkdir("a", 0755);
  mkdir("a/b", 0755);
  make_file("a/f", "in a");
  symlink("../f", "a/b/up");
  symlink("a/b", "ab");
  show_file("ab/up");
  show_file("ab/../f");
  symlink("a/f/", "slashed");
  TRY(open("slashed", O_RDONLY));
  symlink("a/", "dir-slashed");
  TRY(access("dir-slashed/f", F_OK));
}

CASE(unlink_rules) {
  make_file("f", "");
  mkdir("d", 0755);
  symlink("f", "s");
  symlink("d", "sd");
  TRY(unlink("s"));
  TRY(access("f", F_OK));
  TRY(unlink("d"));
  TRY(unlink("d/"));
  TRY(unlink("sd/"));
  TRY(rmdir("sd"));
  TRY(unlink("sd"));
  TRY(unlink("f/"));
  TRY(unlink("f"));
  TRY(unlink("f"));
  TRY(unlink(""));
  TRY(unlinkat(AT_FDCWD, "d", AT_REMOVEDIR));
  TRY(unlinkat(AT_FDCWD, "d", AT_REMOVEDIR));
  TRY(unlinkat(AT_FDCWD, "x", 1));
}

CASE(directory_permission) {
  mkdir("d", 0755);
  make_file("d/f", "");
  chmod("d/f", 0777);
  pid_t pid;
  CHILD(pid) {
    setgid(1000);
    setuid(1000);
    TRY(unlink("d/f"));
    TRY(link("d/f", "d/g"));
    TRY(symlink("d/f", "d/h"));
  }
  reap(pid);
}
