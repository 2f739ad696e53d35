// lseek: origins, limits, holes. lseek(2)
#include "check.h"

CASE(origins) {
  make_file("f", "0123456789");
  int fd = TRY(open("f", O_RDWR));
  TRY(lseek(fd, 4, SEEK_SET));
  TRY(lseek(fd, 3, SEEK_CUR));
  TRY(lseek(fd, -2, SEEK_CUR));
  TRY(lseek(fd, -2, SEEK_END));
  TRY(lseek(fd, 100, SEEK_END));
  TRY(lseek(fd, 0, SEEK_CUR));
  TRY(lseek(fd, -1, SEEK_SET));
  TRY(lseek(fd, -200, SEEK_CUR));
  TRY(lseek(fd, 0, 99));
  TRY(lseek(fd, 0, SEEK_CUR));
}

CASE(beyond_the_end) {
  make_file("f", "abc");
  int fd = TRY(open("f", O_RDWR));
  char b[4];
  TRY(lseek(fd, 1L << 33, SEEK_SET));
  TRY(read(fd, b, 4));
  TRY(lseek(fd, LONG_MAX, SEEK_SET));
  TRY(lseek(fd, LONG_MAX, SEEK_CUR));
  TRY(lseek(fd, 5, SEEK_SET));
  TRY(write(fd, "x", 1));
  TRY(lseek(fd, 0, SEEK_END));
}

CASE(unseekable) {
  int p[2];
  TRY(pipe(p));
  TRY(lseek(p[0], 0, SEEK_SET));
  TRY(lseek(p[1], 0, SEEK_CUR));
  TRY(lseek(99, 0, SEEK_SET));
  int fd = TRY(open("/dev/null", O_RDWR));
  TRY(lseek(fd, 10, SEEK_SET));
}

CASE(data_and_holes) {
  int fd = TRY(open("f", O_RDWR | O_CREAT, 0644));
  TRY(pwrite(fd, "a", 1, 65536));
  TRY(pwrite(fd, "b", 1, 3 * 65536));
  TRY(ftruncate(fd, 5 * 65536));
  TRY(lseek(fd, 0, SEEK_DATA));
  TRY(lseek(fd, 0, SEEK_HOLE));
  TRY(lseek(fd, 65536, SEEK_DATA));
  TRY(lseek(fd, 65540, SEEK_DATA));
  TRY(lseek(fd, 65536, SEEK_HOLE));
  TRY(lseek(fd, 65536 + 4096, SEEK_DATA));
  TRY(lseek(fd, 3 * 65536 + 100, SEEK_HOLE));
  TRY(lseek(fd, 4 * 65536, SEEK_DATA));
  TRY(lseek(fd, 4 * 65536, SEEK_HOLE));
  TRY(lseek(fd, 5 * 65536, SEEK_HOLE));
  TRY(lseek(fd, 5 * 65536, SEEK_DATA));
  TRY(lseek(fd, -1, SEEK_DATA));
}

CASE(whole_file_is_data) {
  make_file("f", "no hole");
  int fd = TRY(open("f", O_RDONLY));
  TRY(lseek(fd, 0, SEEK_DATA));
  TRY(lseek(fd, 0, SEEK_HOLE));
  TRY(lseek(fd, 3, SEEK_HOLE));
  TRY(lseek(fd, 7, SEEK_DATA));
}

CASE(directories) {
  mkdir("d", 0755);
  int fd = TRY(open("d", O_RDONLY));
  TRY(lseek(fd, 0, SEEK_SET));
  TRY(lseek(fd, 0, SEEK_CUR));
}
