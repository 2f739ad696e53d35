// stat, fstat, lstat, fstatat, statx: what they say of each kind of file. stat(2), statx(2)
#include <sys/sysmacros.h>
#include "check.h"

static void show(const char *what, const struct stat *st) {
  say("%s: mode %o nlink %d uid %d gid %d size %lld", what, st->st_mode, S_ISDIR(st->st_mode) ? 0 : (int)st->st_nlink,
      st->st_uid, st->st_gid, S_ISDIR(st->st_mode) ? 0LL : (long long)st->st_size);
}

CASE(kinds) {
  struct stat st;
  make_file("file", "12345");
  mkdir("dir", 0711);
  symlink("file", "link");
  mkfifo("fifo", 0620);
  mknod("null", S_IFCHR | 0666, makedev(1, 3));
  mknod("block", S_IFBLK | 0660, makedev(7, 200));
  mknod("sock", S_IFSOCK | 0755, 0);
  const char *names[] = {"file", "dir", "link", "fifo", "null", "block", "sock"};
  for (int i = 0; i < 7; i++) {
    if (lstat(names[i], &st) < 0) say("%s: %s", names[i], errno_name(errno));
    else show(names[i], &st);
    if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) say("device %d:%d", major(st.st_rdev), minor(st.st_rdev));
  }
  stat("link", &st);
  show("through link", &st);
}

CASE(errors) {
  struct stat st;
  make_file("f", "");
  symlink("loop", "loop");
  TRY(stat("nothing", &st));
  TRY(stat("", &st));
  TRY(stat("f/x", &st));
  TRY(stat("f/", &st));
  TRY(stat("loop", &st));
  TRY(lstat("loop", &st));
  TRY(lstat("loop/", &st));
  TRY(fstat(77, &st));
  TRY(stat("f", (void *)8));
  TRY(stat((void *)8, &st));
}

CASE(fstatat_flags) {
  struct stat st;
  make_file("f", "abc");
  symlink("f", "link");
  int dir = TRY(open(".", O_RDONLY));
  int fd = TRY(open("f", O_RDONLY));
  TRY(fstatat(dir, "link", &st, 0));
  YES(S_ISREG(st.st_mode));
  TRY(fstatat(dir, "link", &st, AT_SYMLINK_NOFOLLOW));
  YES(S_ISLNK(st.st_mode));
  SHOW(st.st_size);
  TRY(fstatat(fd, "", &st, AT_EMPTY_PATH));
  SHOW(st.st_size);
  TRY(fstatat(fd, "", &st, 0));
  TRY(fstatat(dir, "f", &st, 0x40000));
  TRY(fstatat(fd, "x", &st, 0));
  TRY(fstatat(AT_FDCWD, "", &st, AT_EMPTY_PATH));
  YES(S_ISDIR(st.st_mode));
}

CASE(links_are_counted) {
  struct stat st, other;
  make_file("a", "x");
  TRY(link("a", "b"));
  TRY(link("b", "c"));
  stat("a", &st);
  stat("c", &other);
  SHOW(st.st_nlink);
  YES(st.st_ino == other.st_ino && st.st_dev == other.st_dev);
  TRY(unlink("a"));
  stat("c", &st);
  SHOW(st.st_nlink);
  YES(st.st_ino == other.st_ino);
}

CASE(statx_fields) {
  struct statx x;
  make_file("f", "12345678");
  chmod("f", 0640);
  memset(&x, 0, sizeof x);
  TRY(statx(AT_FDCWD, "f", 0, STATX_BASIC_STATS, &x));
  YES((x.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS);
  say("mode %o nlink %u uid %u gid %u size %llu", x.stx_mode, x.stx_nlink, x.stx_uid, x.stx_gid, x.stx_size);
  YES(x.stx_mtime.tv_sec > 1000000000 && x.stx_mtime.tv_nsec < 1000000000);
  int fd = open("f", O_RDONLY);
  TRY(statx(fd, "", AT_EMPTY_PATH, STATX_SIZE, &x));
  YES(x.stx_mask & STATX_SIZE);
  SHOW(x.stx_size);
  symlink("f", "link");
  TRY(statx(AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, STATX_TYPE, &x));
  YES(S_ISLNK(x.stx_mode));
}

CASE(statx_errors) {
  struct statx x;
  make_file("f", "");
  TRY(statx(AT_FDCWD, "nothing", 0, STATX_ALL, &x));
  TRY(statx(AT_FDCWD, "f", 0, 0x80000000, &x));
  TRY(statx(AT_FDCWD, "f", 0x10000000, STATX_ALL, &x));
  TRY(statx(AT_FDCWD, "f", AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC, STATX_ALL, &x));
  TRY(statx(66, "f", 0, STATX_ALL, &x));
  TRY(statx(AT_FDCWD, "f", 0, STATX_ALL, (void *)8));
}

CASE(descriptors_without_names) {
  struct stat st;
  int p[2];
  pipe(p);
  TRY(fstat(p[0], &st));
  say("pipe %o %d", st.st_mode, (int)st.st_nlink);
  int null = open("/dev/null", O_RDWR);
  TRY(fstat(null, &st));
  say("null %o %d:%d", st.st_mode, major(st.st_rdev), minor(st.st_rdev));
}

CASE(blocks_follow_data) {
  struct stat st;
  int fd = open("f", O_RDWR | O_CREAT, 0644);
  TRY(ftruncate(fd, 1 << 20));
  fstat(fd, &st);
  SHOW(st.st_blocks);
  static char page[65536];
  memset(page, 1, sizeof page);
  TRY(pwrite(fd, page, sizeof page, 0));
  fsync(fd);
  fstat(fd, &st);
  YES(st.st_blocks >= 128 && st.st_blocks < 2048);
  YES(st.st_blksize >= 512);
}
