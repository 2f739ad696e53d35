// readv, writev, preadv, pwritev, preadv2, pwritev2. readv(2)
#include <sys/uio.h>
#include "check.h"

CASE(gathers_and_scatters) {
  int fd = TRY(open("f", O_RDWR | O_CREAT, 0644));
  struct iovec out[] = {{"one", 3}, {"", 0}, {"two", 3}, {NULL, 0}, {"three", 5}};
  TRY(writev(fd, out, 5));
  show_file("f");
  char a[4] = "", b[6] = "", c[10] = "";
  struct iovec in[] = {{a, 3}, {b, 5}, {c, 9}};
  TRY(lseek(fd, 0, SEEK_SET));
  TRY(readv(fd, in, 3));
  TEXT(a);
  TEXT(b);
  TEXT(c);
  TRY(readv(fd, in, 3));
}

CASE(counts) {
  int fd = TRY(open("f", O_RDWR | O_CREAT, 0644));
  struct iovec one = {"x", 1};
  TRY(writev(fd, &one, 0));
  TRY(writev(fd, &one, -1));
  static struct iovec many[1025];
  for (int i = 0; i < 1025; i++) many[i] = one;
  TRY(writev(fd, many, 1024));
  TRY(writev(fd, many, 1025));
  TRY(writev(99, &one, 1));
  TRY(writev(fd, (void *)8, 1));
}

CASE(bad_vectors) {
  int fd = TRY(open("f", O_RDWR | O_CREAT, 0644));
  struct iovec negative = {"x", (size_t)-1};
  TRY(writev(fd, &negative, 1));
  struct iovec half[] = {{"good", 4}, {(void *)8, 4}};
  TRY(writev(fd, half, 2));
  show_file("f");
  struct iovec bad[] = {{(void *)8, 4}, {"good", 4}};
  TRY(writev(fd, bad, 2));
}

CASE(at_offsets) {
  int fd = TRY(open("f", O_RDWR | O_CREAT, 0644));
  struct iovec out[] = {{"abc", 3}, {"def", 3}};
  TRY(pwritev(fd, out, 2, 2));
  TRY(lseek(fd, 0, SEEK_CUR));
  char a[3] = "", b[10] = "";
  struct iovec in[] = {{a, 2}, {b, 9}};
  TRY(preadv(fd, in, 2, 3));
  TEXT(a);
  TEXT(b);
  TRY(preadv(fd, in, 2, -1));
  TRY(pwritev(fd, out, 2, -5));
}

CASE(version_two) {
  int fd = TRY(open("f", O_RDWR | O_CREAT, 0644));
  struct iovec out = {"abcdef", 6};
  TRY(pwritev2(fd, &out, 1, 0, 0));
  TRY(lseek(fd, 0, SEEK_CUR));
  TRY(pwritev2(fd, &out, 1, -1, 0));
  TRY(lseek(fd, 0, SEEK_CUR));
  TRY(pwritev2(fd, &out, 1, 0, RWF_APPEND));
  TRY(lseek(fd, 0, SEEK_END));
  TRY(lseek(fd, 3, SEEK_SET));
  char b[8] = "";
  struct iovec in = {b, 3};
  TRY(preadv2(fd, &in, 1, -1, 0));
  TEXT(b);
  TRY(lseek(fd, 0, SEEK_CUR));
  TRY(preadv2(fd, &in, 1, 0, 0x4000));
}

CASE(into_a_pipe) {
  int p[2];
  TRY(pipe(p));
  struct iovec out[] = {{"12", 2}, {"345", 3}};
  TRY(writev(p[1], out, 2));
  char a[2] = "", b[9] = "";
  struct iovec in[] = {{a, 1}, {b, 8}};
  TRY(readv(p[0], in, 2));
  TEXT(a);
  TEXT(b);
  TRY(preadv(p[0], in, 2, 0));
  TRY(pwritev(p[1], out, 2, 0));
}
