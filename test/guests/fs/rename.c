// rename, renameat2: replacing, exchanging, refusing. rename(2)
#include "check.h"

CASE(files) {
  make_file("a", "A");
  make_file("b", "B");
  TRY(rename("a", "c"));
  TRY(access("a", F_OK));
  TRY(rename("c", "b"));
  show_file("b");
  TRY(rename("nothing", "x"));
  TRY(rename("b", "no/where"));
  TRY(rename("b", "b"));
  TRY(rename("b", ""));
  TRY(rename("b", "b/"));
  show_file("b");
}

CASE(directories) {
  mkdir("d", 0755);
  mkdir("d/sub", 0755);
  mkdir("empty", 0755);
  mkdir("full", 0755);
  make_file("full/f", "");
  make_file("file", "");
  TRY(rename("d", "d/sub/x"));
  TRY(rename("d", "d"));
  TRY(rename("d", "full"));
  TRY(rename("d", "file"));
  TRY(rename("file", "empty"));
  TRY(rename("d", "empty"));
  TRY(access("empty/sub", F_OK));
  TRY(rename("empty/sub", "moved"));
  TRY(rename("moved/", "again/"));
  TRY(rename("again/.", "x"));
  TRY(rename("again/..", "x"));
  TRY(rename("full", "full/.."));
}

CASE(links_to_one_file) {
  make_file("a", "x");
  link("a", "b");
  TRY(rename("a", "b"));
  TRY(access("a", F_OK));
  TRY(access("b", F_OK));
}

CASE(symlinks_are_renamed_themselves) {
  make_file("f", "text");
  symlink("f", "s");
  TRY(rename("s", "t"));
  TRY(access("f", F_OK));
  char b[8] = "";
  TRY(readlink("t", b, sizeof b));
  make_file("g", "other");
  TRY(rename("g", "t"));
  show_file("f");
  show_file("t");
}

CASE(no_replace) {
  make_file("a", "A");
  make_file("b", "B");
  TRY(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_NOREPLACE));
  TRY(renameat2(AT_FDCWD, "a", AT_FDCWD, "c", RENAME_NOREPLACE));
  TRY(renameat2(AT_FDCWD, "c", AT_FDCWD, "b", RENAME_NOREPLACE | RENAME_EXCHANGE));
  TRY(renameat2(AT_FDCWD, "c", AT_FDCWD, "b", 0x100));
}

CASE(exchange) {
  make_file("a", "A");
  mkdir("d", 0755);
  make_file("d/f", "F");
  TRY(renameat2(AT_FDCWD, "a", AT_FDCWD, "d", RENAME_EXCHANGE));
  show_file("d");
  show_file("a/f");
  TRY(renameat2(AT_FDCWD, "a", AT_FDCWD, "nothing", RENAME_EXCHANGE));
  TRY(renameat2(AT_FDCWD, "a", AT_FDCWD, "a/f", RENAME_EXCHANGE));
}

CASE(open_file_keeps_its_content) {
  make_file("a", "A");
  make_file("b", "B");
  int fd = open("b", O_RDONLY);
  TRY(rename("a", "b"));
  char c = 0;
  TRY(read(fd, &c, 1));
  say("%c", c);
  struct stat st;
  fstat(fd, &st);
  SHOW(st.st_nlink);
}

CASE(moves_between_directories) {
  mkdir("x", 0755);
  mkdir("y", 0755);
  mkdir("x/d", 0755);
  make_file("x/d/f", "deep");
  int x = open("x", O_RDONLY), y = open("y", O_RDONLY);
  TRY(renameat(x, "d", y, "e"));
  show_file("y/e/f");
  struct stat st, parent;
  stat("y/e/..", &st);
  stat("y", &parent);
  YES(st.st_ino == parent.st_ino);
  stat("x", &st);
  SHOW(st.st_nlink);
}
