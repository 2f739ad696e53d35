// chmod, chown, umask, utimensat: who may, what is cleared, what is kept. chmod(2), chown(2), utimensat(2)
#include <utime.h>
#include "check.h"

static void show(const char *path) {
  struct stat st;
  lstat(path, &st);
  say("%s %o %d:%d", path, st.st_mode, st.st_uid, st.st_gid);
}

CASE(chmod_bits) {
  make_file("f", "");
  TRY(chmod("f", 07777));
  show("f");
  TRY(chmod("f", 0170644));
  show("f");
  int fd = open("f", O_RDONLY);
  TRY(fchmod(fd, 0400));
  show("f");
  TRY(fchmodat(AT_FDCWD, "f", 0600, 0));
  symlink("f", "s");
  TRY(chmod("s", 0604));
  show("f");
  TRY(chmod("nothing", 0));
  TRY(fchmod(99, 0));
}

CASE(chmod_by_others) {
  make_file("root's", "");
  make_file("own", "");
  chown("own", 1000, 2000);
  pid_t pid;
  CHILD(pid) {
    setgid(1000);
    setuid(1000);
    TRY(chmod("root's", 0777));
    TRY(chmod("own", 06755));
    show("own");
  }
  reap(pid);
}

CASE(chown_clears_setuid) {
  make_file("f", "");
  chmod("f", 06755);
  TRY(chown("f", 1000, -1));
  show("f");
  chmod("f", 02745);
  TRY(chown("f", -1, 1000));
  show("f");
  chmod("f", 06755);
  TRY(chown("f", -1, -1));
  show("f");
  mkdir("d", 0755);
  chmod("d", 06755);
  TRY(chown("d", 5, 6));
  show("d");
}

CASE(chown_by_others) {
  make_file("own", "");
  chown("own", 1000, 1000);
  pid_t pid;
  CHILD(pid) {
    gid_t group = 2000;
    setgroups(1, &group);
    setgid(1000);
    setuid(1000);
    TRY(chown("own", 1001, -1));
    TRY(chown("own", 1000, 2000));
    TRY(chown("own", -1, 3000));
    show("own");
  }
  reap(pid);
}

CASE(lchown_and_empty_path) {
  make_file("f", "");
  symlink("f", "s");
  TRY(lchown("s", 7, 8));
  show("s");
  show("f");
  int fd = open("f", O_RDONLY);
  TRY(fchown(fd, 3, 4));
  TRY(fchownat(fd, "", 5, 6, AT_EMPTY_PATH));
  show("f");
  TRY(fchownat(AT_FDCWD, "s", 9, 10, AT_SYMLINK_NOFOLLOW));
  show("s");
  TRY(fchownat(AT_FDCWD, "s", 9, 10, 1));
}

CASE(umask_values) {
  SHOW(umask(077));
  make_file("f", "");
  show("f");
  mkdir("d", 0777);
  show("d");
  mkfifo("p", 0666);
  show("p");
  SHOW(umask(07777));
  SHOW(umask(0));
  pid_t pid;
  umask(026);
  CHILD(pid) SHOW(umask(0));
  reap(pid);
  SHOW(umask(0));
}

CASE(times) {
  struct stat st;
  make_file("f", "");
  struct timespec times[2] = {{123456789, 987654321}, {2000000000, 1}};
  TRY(utimensat(AT_FDCWD, "f", times, 0));
  stat("f", &st);
  say("%ld.%09ld %ld.%09ld", st.st_atim.tv_sec, st.st_atim.tv_nsec, st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
  times[0].tv_nsec = UTIME_OMIT;
  times[1] = (struct timespec){5, 0};
  TRY(utimensat(AT_FDCWD, "f", times, 0));
  stat("f", &st);
  say("%ld.%09ld %ld.%09ld", st.st_atim.tv_sec, st.st_atim.tv_nsec, st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
  times[1].tv_nsec = UTIME_NOW;
  TRY(utimensat(AT_FDCWD, "f", times, 0));
  stat("f", &st);
  YES(st.st_mtim.tv_sec > 1600000000);
  SHOW(st.st_atim.tv_sec);
  struct utimbuf old = {11, 22};
  TRY(utime("f", &old));
  stat("f", &st);
  SHOW(st.st_atim.tv_sec);
  SHOW(st.st_mtim.tv_sec);
  struct timeval tv[2] = {{33, 44}, {55, 66}};
  TRY(utimes("f", tv));
  stat("f", &st);
  SHOW(st.st_mtim.tv_nsec);
}

CASE(times_errors) {
  make_file("f", "");
  symlink("f", "s");
  struct timespec bad[2] = {{1, 1000000000}, {1, 0}};
  TRY(utimensat(AT_FDCWD, "f", bad, 0));
  TRY(utimensat(AT_FDCWD, "nothing", NULL, 0));
  TRY(utimensat(AT_FDCWD, "f", (void *)8, 0));
  struct timespec good[2] = {{42, 1}, {43, 2}};
  TRY(utimensat(AT_FDCWD, "s", good, AT_SYMLINK_NOFOLLOW));
  struct stat st;
  lstat("s", &st);
  SHOW(st.st_mtim.tv_sec);
  int fd = open("f", O_RDONLY);
  TRY(futimens(fd, good));
  stat("f", &st);
  SHOW(st.st_mtim.tv_sec);
  TRY(futimens(99, good));
  chmod("f", 0666);
  pid_t pid;
  CHILD(pid) {
    setuid(1000);
    TRY(utimensat(AT_FDCWD, "f", good, 0));
    TRY(utimensat(AT_FDCWD, "f", NULL, 0));
  }
  reap(pid);
}

CASE(write_clears_setuid) {
  make_file("f", "");
  chmod("f", 06777);
  pid_t pid;
  CHILD(pid) {
    setgid(1000);
    setuid(1000);
    int fd = open("f", O_WRONLY);
    TRY(write(fd, "x", 1));
  }
  reap(pid);
  show("f");
}
