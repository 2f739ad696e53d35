// truncate, ftruncate, fallocate: sizes, holes, zeros. truncate(2), fallocate(2)
#include "check.h"

static long size_of(const char *path) {
  struct stat st;
  return stat(path, &st) < 0 ? -1 : st.st_size;
}

CASE(shrinks_and_grows) {
  make_file("f", "0123456789");
  TRY(truncate("f", 4));
  show_file("f");
  TRY(truncate("f", 8));
  char b[8];
  int fd = open("f", O_RDWR);
  TRY(read(fd, b, 8));
  for (int i = 4; i < 8; i++) SHOW(b[i]);
  TRY(ftruncate(fd, 0));
  SHOW(size_of("f"));
  TRY(lseek(fd, 0, SEEK_CUR));
  TRY(write(fd, "x", 1));
  SHOW(size_of("f"));
}

CASE(shrink_inside_a_page_zeroes_the_rest) {
  static char b[8192];
  memset(b, 'x', sizeof b);
  int fd = open("f", O_RDWR | O_CREAT, 0644);
  TRY(write(fd, b, sizeof b));
  TRY(ftruncate(fd, 5000));
  TRY(ftruncate(fd, 8192));
  TRY(pread(fd, b, 8192, 0));
  SHOW(b[4999]);
  SHOW(b[5000]);
  SHOW(b[8191]);
}

CASE(errors) {
  make_file("f", "abc");
  mkdir("d", 0755);
  TRY(truncate("nothing", 0));
  TRY(truncate("d", 0));
  TRY(truncate("f", -1));
  int fd = open("f", O_RDONLY);
  TRY(ftruncate(fd, 0));
  TRY(ftruncate(99, 0));
  int p[2];
  pipe(p);
  TRY(ftruncate(p[1], 0));
  chmod("f", 0444);
  pid_t pid;
  CHILD(pid) {
    setuid(1000);
    TRY(truncate("f", 0));
  }
  reap(pid);
  SHOW(size_of("f"));
}

CASE(sparse_gigabyte) {
  int fd = open("f", O_RDWR | O_CREAT, 0644);
  TRY(ftruncate(fd, 1L << 30));
  SHOW(size_of("f"));
  TRY(pwrite(fd, "end", 3, (1L << 30) - 3));
  char b[4] = "";
  TRY(pread(fd, b, 4, (1L << 30) - 3));
  TEXT(b);
  TRY(pread(fd, b, 4, 1L << 29));
  SHOW(b[0]);
  struct stat st;
  fstat(fd, &st);
  YES(st.st_blocks < 64);
}

CASE(fallocate_grows) {
  int fd = open("f", O_RDWR | O_CREAT, 0644);
  TRY(fallocate(fd, 0, 0, 10000));
  SHOW(size_of("f"));
  TRY(fallocate(fd, FALLOC_FL_KEEP_SIZE, 10000, 10000));
  SHOW(size_of("f"));
  ERR(posix_fallocate(fd, 20000, 100));
  SHOW(size_of("f"));
  TRY(fallocate(fd, 0, -1, 10));
  TRY(fallocate(fd, 0, 0, 0));
  TRY(fallocate(99, 0, 0, 10));
  int read_only = open("f", O_RDONLY);
  TRY(fallocate(read_only, 0, 0, 10));
}

CASE(punches_holes) {
  static char b[16384];
  memset(b, 'x', sizeof b);
  int fd = open("f", O_RDWR | O_CREAT, 0644);
  write(fd, b, sizeof b);
  TRY(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 10));
  TRY(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4000, 5000));
  TRY(pread(fd, b, sizeof b, 0));
  SHOW(b[3999]);
  SHOW(b[4000]);
  SHOW(b[8999]);
  SHOW(b[9000]);
  SHOW(size_of("f"));
}
