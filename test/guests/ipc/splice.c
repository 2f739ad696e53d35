// splice, tee, vmsplice, sendfile, copy_file_range: between all kinds of files, positions, ends, errors.
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include "check.h"


static void show_read(int fd, size_t n) {
  char text[64] = "";
  ssize_t got = read(fd, text, n < 63 ? n : 63);
  say("read %zd \"%s\"", got, text);
}

CASE(file_to_pipe_and_back) {
  make_file("f", "0123456789");
  int fd = open("f", O_RDWR), p[2];
  pipe2(p, O_NONBLOCK);
  off_t at = 3;
  TRY(splice(fd, &at, p[1], NULL, 4, 0));
  SHOW(at);
  SHOW(lseek(fd, 0, SEEK_CUR));
  TRY(splice(fd, NULL, p[1], NULL, 2, 0));
  SHOW(lseek(fd, 0, SEEK_CUR));
  at = 8;
  TRY(splice(p[0], NULL, fd, &at, 100, 0));
  SHOW(at);
  show_file("f");
  TRY(splice(p[0], NULL, fd, NULL, 100, 0));
  TRY(splice(p[0], NULL, fd, NULL, 100, SPLICE_F_NONBLOCK));
  at = 100;
  TRY(splice(fd, &at, p[1], NULL, 5, 0));
  at = -1;
  TRY(splice(fd, &at, p[1], NULL, 5, 0));
  TRY(splice(fd, NULL, fd, NULL, 5, 0));
  TRY(splice(p[0], &at, fd, NULL, 5, 0));
  TRY(splice(p[1], NULL, fd, NULL, 5, 0));
  TRY(splice(p[0], NULL, p[1], NULL, 5, 0));
  TRY(splice(fd, NULL, p[1], NULL, 5, 0x100));
  TRY(splice(fd, NULL, 99, NULL, 5, 0));
  close(p[1]);
  TRY(splice(p[0], NULL, fd, NULL, 100, 0));
}

CASE(appending_targets) {
  make_file("f", "x");
  int fd = open("f", O_WRONLY | O_APPEND), p[2], in = open("f", O_RDONLY);
  pipe(p);
  write(p[1], "abc", 3);
  TRY(splice(p[0], NULL, fd, NULL, 3, 0));
  TRY(sendfile(fd, in, NULL, 1));
  TRY(copy_file_range(in, NULL, fd, NULL, 1, 0));
}

CASE(pipes_to_pipes) {
  int a[2], c[2];
  pipe2(a, O_NONBLOCK), pipe2(c, O_NONBLOCK);
  write(a[1], "abcdef", 6);
  TRY(tee(a[0], c[1], 4, 0));
  TRY(tee(a[0], c[1], 100, 0));
  show_read(c[0], 60);
  TRY(splice(a[0], NULL, c[1], NULL, 3, 0));
  show_read(a[0], 60);
  show_read(c[0], 60);
  TRY(tee(a[0], c[1], 1, 0));
  TRY(tee(a[0], a[1], 1, 0));
  TRY(tee(a[0], c[1], 0, 0));
  TRY(tee(a[1], c[1], 1, 0));
  make_file("f", "x");
  TRY(tee(open("f", O_RDONLY), c[1], 1, 0));
  close(a[1]);
  TRY(tee(a[0], c[1], 1, 0));
}

CASE(memory_and_pipes) {
  int p[2];
  pipe2(p, O_NONBLOCK);
  struct iovec v[2] = {{"gather", 6}, {"ed", 2}};
  TRY(vmsplice(p[1], v, 2, 0));
  show_read(p[0], 60);
  TRY(vmsplice(p[1], v, 1, 0));
  char to[8] = "";
  struct iovec in = {to, 7};
  TRY(vmsplice(p[0], &in, 1, 0));
  TEXT(to);
  TRY(vmsplice(open("/dev/null", O_WRONLY), v, 1, 0));
  TRY(vmsplice(p[1], v, -1, 0));
  TRY(vmsplice(p[1], v, 0, 0));
  struct iovec bad = {(void *)8, 5};
  TRY(vmsplice(p[1], &bad, 1, 0));
}

CASE(sockets) {
  int s[2], p[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  pipe(p);
  write(s[0], "over", 4);
  TRY(splice(s[1], NULL, p[1], NULL, 100, 0));
  TRY(splice(p[0], NULL, s[1], NULL, 100, 0));
  show_read(s[0], 60);
  off_t at = 0;
  write(p[1], "x", 1);
  TRY(splice(p[0], NULL, s[1], &at, 1, 0));
  shutdown(s[0], SHUT_WR);
  TRY(splice(s[1], NULL, p[1], NULL, 100, 0));
  make_file("f", "sent");
  TRY(sendfile(s[1], open("f", O_RDONLY), NULL, 10));
  show_read(s[0], 4);
}

CASE(sendfile_positions) {
  make_file("f", "0123456789");
  int in = open("f", O_RDONLY), out = open("g", O_RDWR | O_CREAT, 0600);
  off_t at = 5;
  TRY(sendfile(out, in, &at, 3));
  SHOW(at);
  SHOW(lseek(in, 0, SEEK_CUR));
  TRY(sendfile(out, in, NULL, 4));
  SHOW(lseek(in, 0, SEEK_CUR));
  show_file("g");
  at = 10;
  TRY(sendfile(out, in, &at, 3));
  at = -1;
  TRY(sendfile(out, in, &at, 3));
  TRY(sendfile(in, out, NULL, 3));
  TRY(sendfile(out, 99, NULL, 3));
  TRY(sendfile(out, in, (void *)8, 3));
  int p[2];
  pipe2(p, O_NONBLOCK);
  at = 0;
  TRY(sendfile(p[1], in, &at, 3));
  TRY(sendfile(out, p[0], NULL, 3));
  TRY(sendfile(eventfd(0, 0), in, &at, 8));
  TRY(sendfile(out, eventfd(0, EFD_NONBLOCK), NULL, 8));
  TRY(sendfile(out, open(".", O_RDONLY), NULL, 8));
  TRY(sendfile(out, in, NULL, 0));
}

CASE(copy_ranges) {
  make_file("f", "0123456789");
  int in = open("f", O_RDWR), out = open("g", O_RDWR | O_CREAT, 0600);
  loff_t from = 2, to = 4;
  TRY(copy_file_range(in, &from, out, &to, 3, 0));
  say("%lld %lld", (long long)from, (long long)to);
  TRY(copy_file_range(in, NULL, out, NULL, 100, 0));
  SHOW(lseek(in, 0, SEEK_CUR));
  TRY(copy_file_range(in, NULL, out, NULL, 100, 0));
  from = 0, to = 5;
  TRY(copy_file_range(in, &from, in, &to, 5, 0));
  show_file("f");
  to = 2, from = 0;
  TRY(copy_file_range(in, &from, in, &to, 5, 0));
  TRY(copy_file_range(in, &from, out, &to, 5, 1));
  TRY(copy_file_range(in, &from, open("g", O_RDONLY), &to, 5, 0));
  TRY(copy_file_range(open("g", O_WRONLY), &from, out, &to, 5, 0));
  TRY(copy_file_range(in, &from, open("g", O_WRONLY | O_APPEND), &to, 5, 0));
  int p[2];
  pipe(p);
  TRY(copy_file_range(in, NULL, p[1], NULL, 5, 0));
  TRY(copy_file_range(in, NULL, open(".", O_RDONLY), NULL, 5, 0));
  TRY(copy_file_range(open(".", O_RDONLY), NULL, out, NULL, 5, 0));
  TRY(copy_file_range(in, NULL, open("/dev/null", O_WRONLY), NULL, 5, 0));
  from = 0x7fffffffffffffff;
  TRY(copy_file_range(in, &from, out, &to, 5, 0));
  from = -5;
  TRY(copy_file_range(in, &from, out, &to, 5, 0));
}

CASE(devices) {
  int p[2];
  pipe2(p, O_NONBLOCK);
  TRY(splice(open("/dev/zero", O_RDONLY), NULL, p[1], NULL, 10, 0));
  TRY(splice(p[0], NULL, open("/dev/null", O_WRONLY), NULL, 100, 0));
  TRY(sendfile(open("/dev/null", O_WRONLY), open("/dev/zero", O_RDONLY), NULL, 100));
}
