// openat2 and its resolve flags, name_to_handle_at refused or not, mkdirat, mknodat. openat2(2)
#include <linux/openat2.h>
#include <sys/sysmacros.h>
#include "check.h"

static int open2(int dir, const char *path, unsigned long long flags, unsigned long long mode, unsigned long long resolve) {
  struct open_how how = {flags, mode, resolve};
  return syscall(SYS_openat2, dir, path, &how, sizeof how);
}

CASE(resolve_flags) {
  mkdir("d", 0755);
  make_file("d/f", "in");
  make_file("out", "out");
  symlink("f", "d/link");
  symlink("../out", "d/escape");
  symlink("/etc/passwd", "d/absolute");
  int dir = TRY(open("d", O_RDONLY));
  TRY(open2(dir, "f", O_RDONLY, 0, 0));
  TRY(open2(dir, "../out", O_RDONLY, 0, 0));
  TRY(open2(dir, "../out", O_RDONLY, 0, RESOLVE_BENEATH));
  TRY(open2(dir, "escape", O_RDONLY, 0, RESOLVE_BENEATH));
  TRY(open2(dir, "absolute", O_RDONLY, 0, RESOLVE_BENEATH));
  TRY(open2(dir, "/etc/passwd", O_RDONLY, 0, RESOLVE_BENEATH));
  TRY(open2(dir, "link", O_RDONLY, 0, RESOLVE_BENEATH));
  TRY(open2(dir, "link", O_RDONLY, 0, RESOLVE_NO_SYMLINKS));
  TRY(open2(dir, "/f", O_RDONLY, 0, RESOLVE_IN_ROOT));
  TRY(open2(dir, "../f", O_RDONLY, 0, RESOLVE_IN_ROOT));
  TRY(open2(dir, "escape", O_RDONLY, 0, RESOLVE_IN_ROOT));
}

CASE(strict_arguments) {
  make_file("f", "");
  TRY(open2(AT_FDCWD, "f", O_RDONLY, 0644, 0));
  TRY(open2(AT_FDCWD, "f", 1ULL << 40, 0, 0));
  TRY(open2(AT_FDCWD, "g", O_CREAT | O_WRONLY, 0200000, 0));
  TRY(open2(AT_FDCWD, "f", O_RDONLY, 0, 1 << 20));
  TRY(open2(AT_FDCWD, "g", O_CREAT | O_WRONLY, 0600, 0));
  char small[8] = {};
  TRY(syscall(SYS_openat2, AT_FDCWD, "f", small, 8));
  struct {
    struct open_how how;
    long more;
  } large = {.more = 1};
  TRY(syscall(SYS_openat2, AT_FDCWD, "f", &large, sizeof large));
  large.more = 0;
  TRY(syscall(SYS_openat2, AT_FDCWD, "f", &large, sizeof large));
}

CASE(at_variants) {
  mkdir("d", 0755);
  int dir = open("d", O_RDONLY);
  struct stat st;
  TRY(mkdirat(dir, "sub", 0700));
  TRY(mknodat(dir, "node", S_IFIFO | 0600, 0));
  TRY(mknodat(dir, "file", 0644, 0));
  TRY(mknodat(dir, "bad", S_IFDIR | 0644, 0));
  TRY(mknodat(dir, "file", S_IFREG | 0644, 0));
  TRY(symlinkat("target", dir, "link"));
  char b[16] = "";
  TRY(readlinkat(dir, "link", b, sizeof b));
  TRY(fstatat(dir, "file", &st, 0));
  say("%o", st.st_mode);
  pid_t pid;
  CHILD(pid) {
    chmod("d", 0777);
    setuid(1000);
    TRY(mknodat(dir, "dev", S_IFCHR | 0666, makedev(1, 3)));
    TRY(mknodat(dir, "fifo", S_IFIFO | 0666, 0));
  }
  reap(pid);
}
