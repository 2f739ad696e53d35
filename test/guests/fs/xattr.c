// Extended attributes of the user and trusted name spaces. xattr(7)
#include <sys/xattr.h>
#include "check.h"

CASE(set_get_remove) {
  make_file("f", "");
  char b[64] = "";
  TRY(setxattr("f", "user.color", "green", 5, 0));
  TRY(getxattr("f", "user.color", b, sizeof b));
  TEXT(b);
  TRY(getxattr("f", "user.color", NULL, 0));
  TRY(getxattr("f", "user.color", b, 3));
  TRY(getxattr("f", "user.none", b, sizeof b));
  TRY(setxattr("f", "user.color", "", 0, 0));
  TRY(getxattr("f", "user.color", b, sizeof b));
  TRY(removexattr("f", "user.color"));
  TRY(removexattr("f", "user.color"));
}

CASE(create_and_replace) {
  make_file("f", "");
  TRY(setxattr("f", "user.a", "1", 1, XATTR_REPLACE));
  TRY(setxattr("f", "user.a", "1", 1, XATTR_CREATE));
  TRY(setxattr("f", "user.a", "2", 1, XATTR_CREATE));
  TRY(setxattr("f", "user.a", "2", 1, XATTR_REPLACE));
  TRY(setxattr("f", "user.a", "2", 1, 99));
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(char **)a, *(char **)b);
}

CASE(lists) {
  make_file("f", "");
  char b[256];
  TRY(setxattr("f", "user.one", "1", 1, 0));
  TRY(setxattr("f", "user.two", "2", 1, 0));
  TRY(setxattr("f", "trusted.three", "3", 1, 0));
  int length = TRY(listxattr("f", b, sizeof b));
  char *names[8];
  int count = 0;
  for (char *at = b; at < b + length; at += strlen(at) + 1) names[count++] = at;
  qsort(names, count, sizeof *names, by_text);
  for (int i = 0; i < count; i++) TEXT(names[i]);
  TRY(listxattr("f", NULL, 0));
  TRY(listxattr("f", b, 5));
}

CASE(errors) {
  make_file("f", "");
  char b[8], name[300] = "user.";
  TRY(setxattr("f", "color", "x", 1, 0));
  TRY(setxattr("f", "unknown.color", "x", 1, 0));
  TRY(setxattr("f", "user.", "x", 1, 0));
  TRY(setxattr("f", "", "x", 1, 0));
  memset(name + 5, 'n', 255);
  TRY(setxattr("f", name, "x", 1, 0));
  TRY(getxattr("nothing", "user.a", b, 8));
  TRY(fgetxattr(99, "user.a", b, 8));
  static char big[70000];
  TRY(setxattr("f", "user.big", big, 65537, 0));
}

CASE(symlinks_and_descriptors) {
  make_file("f", "");
  symlink("f", "s");
  char b[8] = "";
  TRY(lsetxattr("s", "user.a", "1", 1, 0));
  TRY(lsetxattr("s", "trusted.a", "1", 1, 0));
  TRY(lgetxattr("s", "trusted.a", b, 8));
  TRY(getxattr("s", "trusted.a", b, 8));
  int fd = open("f", O_RDONLY);
  TRY(fsetxattr(fd, "user.fd", "yes", 3, 0));
  TRY(fgetxattr(fd, "user.fd", b, 8));
  TEXT(b);
  TRY(fremovexattr(fd, "user.fd"));
  mkfifo("p", 0600);
  TRY(setxattr("p", "user.a", "1", 1, 0));
}

CASE(permissions) {
  make_file("f", "");
  setxattr("f", "user.a", "1", 1, 0);
  setxattr("f", "trusted.t", "1", 1, 0);
  char b[64];
  pid_t pid;
  CHILD(pid) {
    setuid(1000);
    TRY(getxattr("f", "user.a", b, sizeof b));
    TRY(setxattr("f", "user.a", "2", 1, 0));
    TRY(getxattr("f", "trusted.t", b, sizeof b));
    TRY(setxattr("f", "trusted.t", "2", 1, 0));
    TRY(listxattr("f", b, sizeof b));
  }
  reap(pid);
}
