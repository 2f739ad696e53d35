// sendfile, splice, tee, vmsplice, copy_file_range. splice(2), sendfile(2), copy_file_range(2)
#include <sys/sendfile.h>
#include <sys/uio.h>
#include "check.h"

static void show_pipe(int fd, int most) {
  char b[100];
  ssize_t n = read(fd, b, most);
  say("pipe: %.*s", (int)(n < 0 ? 0 : n), b);
}

CASE(sendfile_to_pipe_and_file) {
  make_file("f", "0123456789");
  int in = open("f", O_RDONLY), out = open("g", O_RDWR | O_CREAT, 0644), p[2];
  pipe(p);
  off_t offset = 3;
  TRY(sendfile(p[1], in, &offset, 4));
  SHOW(offset);
  TRY(lseek(in, 0, SEEK_CUR));
  show_pipe(p[0], 100);
  TRY(sendfile(out, in, NULL, 100));
  TRY(lseek(in, 0, SEEK_CUR));
  TRY(sendfile(out, in, NULL, 100));
  show_file("g");
}

CASE(sendfile_errors) {
  make_file("f", "abc");
  int in = open("f", O_RDONLY), write_only = open("f", O_WRONLY), p[2];
  pipe(p);
  off_t negative = -1;
  TRY(sendfile(p[1], write_only, NULL, 3));
  TRY(sendfile(in, in, NULL, 3));
  TRY(sendfile(p[1], 99, NULL, 3));
  TRY(sendfile(99, in, NULL, 3));
  TRY(sendfile(p[1], in, &negative, 3));
  TRY(sendfile(p[1], in, NULL, 0));
}

CASE(splice_file_to_pipe_and_back) {
  make_file("f", "hello splice");
  int in = open("f", O_RDONLY), out = open("g", O_RDWR | O_CREAT, 0644), p[2];
  pipe(p);
  loff_t from = 6;
  TRY(splice(in, &from, p[1], NULL, 3, 0));
  SHOW(from);
  TRY(splice(in, NULL, p[1], NULL, 5, 0));
  loff_t to = 2;
  TRY(splice(p[0], NULL, out, &to, 100, SPLICE_F_MOVE));
  SHOW(to);
  char b[20] = "";
  TRY(pread(out, b, 20, 2));
  TEXT(b);
}

CASE(splice_errors) {
  make_file("f", "abc");
  int in = open("f", O_RDONLY), out = open("g", O_RDWR | O_CREAT, 0644), p[2], q[2];
  pipe2(p, O_NONBLOCK);
  pipe2(q, O_NONBLOCK);
  loff_t at = 0;
  TRY(splice(in, NULL, out, NULL, 3, 0));
  TRY(splice(p[0], &at, out, NULL, 3, 0));
  TRY(splice(p[0], NULL, out, NULL, 3, SPLICE_F_NONBLOCK));
  TRY(splice(p[0], NULL, p[1], NULL, 3, 0));
  TRY(splice(99, NULL, p[1], NULL, 3, 0));
  TRY(splice(in, NULL, p[1], NULL, 0, 0));
  write(p[1], "data", 4);
  TRY(splice(p[0], NULL, q[1], NULL, 3, 0));
  show_pipe(q[0], 100);
  close(p[1]);
  TRY(splice(p[0], NULL, q[1], NULL, 3, 0));
  TRY(splice(p[0], NULL, q[1], NULL, 3, 0));
}

CASE(tee_copies) {
  int p[2], q[2];
  pipe2(p, O_NONBLOCK);
  pipe2(q, O_NONBLOCK);
  write(p[1], "twice", 5);
  TRY(tee(p[0], q[1], 100, 0));
  show_pipe(p[0], 100);
  show_pipe(q[0], 100);
  TRY(tee(p[0], q[1], 100, SPLICE_F_NONBLOCK));
  TRY(tee(p[0], p[1], 100, 0));
}

CASE(vmsplice_in_and_out) {
  int p[2];
  pipe2(p, O_NONBLOCK);
  struct iovec out[] = {{"ab", 2}, {"cde", 3}};
  TRY(vmsplice(p[1], out, 2, 0));
  char b[8] = "";
  struct iovec in = {b, 8};
  TRY(vmsplice(p[0], &in, 1, 0));
  TEXT(b);
}

CASE(copy_file_range_moves_offsets) {
  make_file("f", "0123456789");
  int in = open("f", O_RDONLY), out = open("g", O_RDWR | O_CREAT, 0644);
  loff_t from = 2, to = 1;
  TRY(copy_file_range(in, &from, out, &to, 5, 0));
  SHOW(from);
  SHOW(to);
  TRY(copy_file_range(in, NULL, out, NULL, 3, 0));
  TRY(lseek(in, 0, SEEK_CUR));
  TRY(lseek(out, 0, SEEK_CUR));
  char b[20] = "";
  TRY(pread(out, b, 20, 0));
  say("%.6s", b);
  from = 10;
  TRY(copy_file_range(in, &from, out, NULL, 3, 0));
}

CASE(copy_file_range_errors) {
  make_file("f", "0123456789");
  int in = open("f", O_RDONLY), out = open("g", O_RDWR | O_CREAT, 0644), both = open("f", O_RDWR), p[2];
  int append = open("g", O_WRONLY | O_APPEND);
  pipe(p);
  TRY(copy_file_range(in, NULL, out, NULL, 3, 1));
  TRY(copy_file_range(out, NULL, in, NULL, 3, 0));
  TRY(copy_file_range(in, NULL, append, NULL, 3, 0));
  TRY(copy_file_range(in, NULL, p[1], NULL, 3, 0));
  loff_t from = 0, to = 2;
  TRY(copy_file_range(both, &from, both, &to, 5, 0));
  to = 5;
  TRY(copy_file_range(both, &from, both, &to, 5, 0));
  show_file("f");
  TRY(copy_file_range(open(".", O_RDONLY), NULL, out, NULL, 3, 0));
}
