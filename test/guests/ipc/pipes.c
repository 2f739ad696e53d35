// pipe, pipe2: capacity, atomicity, ends, packets. pipe(2), pipe(7)
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "check.h"

static char big[200000];

CASE(ends) {
  int p[2];
  char c;
  TRY(pipe(p));
  say("%d %d", p[0], p[1]);
  TRY(read(p[1], &c, 1));
  TRY(write(p[0], &c, 1));
  TRY(write(p[1], "abc", 3));
  TRY(close(p[1]));
  char b[8] = "";
  TRY(read(p[0], b, 2));
  TRY(read(p[0], b, 8));
  TRY(read(p[0], b, 8));
}

CASE(flags) {
  int p[2];
  TRY(pipe2(p, O_NONBLOCK | O_CLOEXEC));
  TRY(fcntl(p[0], F_GETFD));
  HEX(fcntl(p[1], F_GETFL));
  HEX(fcntl(p[0], F_GETFL));
  TRY(pipe2(p, O_APPEND));
  TRY(pipe2((int *)8, 0));
  TRY(read(p[0], big, 1));
}

CASE(capacity_and_partial_writes) {
  int p[2];
  pipe2(p, O_NONBLOCK);
  TRY(write(p[1], big, sizeof big));
  TRY(write(p[1], big, 1));
  TRY(read(p[0], big, 100));
  TRY(write(p[1], big, 1));
  TRY(read(p[0], big, 4096));
  TRY(write(p[1], big, 4096));
  int queued;
  TRY(ioctl(p[0], FIONREAD, &queued));
}

CASE(small_writes_are_atomic) {
  int p[2];
  pipe(p);
  pid_t pids[4];
  for (int i = 0; i < 4; i++) {
    CHILD(pids[i]) {
      char block[512];
      memset(block, 'a' + i, sizeof block);
      for (int j = 0; j < 100; j++) write(p[1], block, sizeof block);
    }
  }
  close(p[1]);
  char block[512];
  int counts[4] = {}, torn = 0;
  size_t have = 0;
  ssize_t n;
  while ((n = read(p[0], block + have, sizeof block - have)) > 0) {
    have += n;
    if (have < sizeof block) continue;
    for (int i = 1; i < 512; i++) torn += block[i] != block[0];
    counts[block[0] - 'a']++;
    have = 0;
  }
  SHOW(torn);
  for (int i = 0; i < 4; i++) SHOW(counts[i]);
  for (int i = 0; i < 4; i++) reap(pids[i]);
}

CASE(blocking_writer_goes_on) {
  int p[2];
  pipe(p);
  pid_t pid;
  CHILD(pid) {
    close(p[0]);
    ssize_t n = write(p[1], big, sizeof big);
    _exit(n == sizeof big ? 1 : 2);
  }
  close(p[1]);
  long total = 0;
  ssize_t n;
  while ((n = read(p[0], big, 7777)) > 0) total += n;
  SHOW(total);
  reap(pid);
}

CASE(packets) {
  int p[2];
  char b[16] = "";
  TRY(pipe2(p, O_DIRECT | O_NONBLOCK));
  TRY(write(p[1], "first", 5));
  TRY(write(p[1], "second", 6));
  TRY(read(p[0], b, 16));
  TRY(read(p[0], b, 3));
  TEXT(b);
  TRY(read(p[0], b, 16));
}

CASE(readiness) {
  int p[2];
  pipe2(p, O_NONBLOCK);
  struct pollfd fds[2] = {{p[0], POLLIN}, {p[1], POLLOUT}};
  TRY(poll(fds, 2, 0));
  say("%x %x", fds[0].revents, fds[1].revents);
  write(p[1], big, 65536);
  TRY(poll(fds, 2, 0));
  say("%x %x", fds[0].revents, fds[1].revents);
  close(p[0]);
  fds[0].fd = -1;
  TRY(poll(fds, 2, 0));
  say("%x %x", fds[0].revents, fds[1].revents);
}

CASE(end_comes_with_the_last_writer) {
  int p[2];
  char c;
  pipe(p);
  pid_t pid;
  CHILD(pid) sleep_ms(60);
  close(p[1]);
  long long start = now_ms();
  TRY(read(p[0], &c, 1));
  YES(now_ms() - start >= 40);
  reap(pid);
}

CASE(packets_and_bytes) {
  int p[2];
  char b[64];
  pipe2(p, O_NONBLOCK);
  TRY(write(p[1], "stream", 6));
  TRY(fcntl(p[1], F_SETFL, O_DIRECT | O_NONBLOCK));
  HEX(fcntl(p[1], F_GETFL));
  TRY(write(p[1], "packet", 6));
  TRY(write(p[1], "next", 4));
  TRY(fcntl(p[1], F_SETFL, O_NONBLOCK));
  TRY(write(p[1], "more ", 5));
  TRY(write(p[1], "bytes", 5));
  int n;
  TRY(ioctl(p[0], FIONREAD, &n));
  SHOW(n);
  TRY(read(p[0], b, 2));
  TRY(read(p[0], b, 64));
  TRY(read(p[0], b, 64));
  TRY(read(p[0], b, 3));
  TRY(read(p[0], b, 64));
  TRY(read(p[0], b, 64));
}

CASE(packets_fill_pages) {
  int p[2], n = 0;
  pipe2(p, O_DIRECT | O_NONBLOCK);
  while (write(p[1], "x", 1) == 1) n++;
  SHOW(n);
  TRY(write(p[1], "x", 1));
  struct pollfd fd = {p[1], POLLOUT};
  TRY(poll(&fd, 1, 0));
  TRY(read(p[0], big, 100));
  TRY(poll(&fd, 1, 0));
  TRY(write(p[1], big, 100));
  for (n = 0; read(p[0], big, 100) > 0;) n++;
  SHOW(n);
  TRY(write(p[1], big, 10000));
  TRY(read(p[0], big, 10000));
  TRY(read(p[0], big, 10000));
  TRY(read(p[0], big, 10000));
  TRY(write(p[1], big, 200000));
  TRY(write(p[1], "", 0));
}

CASE(no_packets_of_files) {
  make_file("f", "");
  int fd = open("f", O_RDWR);
  mkfifo("p", 0600);
  int fifo = open("p", O_RDWR | O_DIRECT | O_NONBLOCK);
  TRY(write(fifo, "a", 1));
  TRY(write(fifo, "b", 1));
  TRY(read(fifo, big, 10));
  TRY(read(fifo, big, 10));
  close(fd);
  TRY(fcntl(fd = socket(AF_UNIX, SOCK_STREAM, 0), F_SETFL, O_DIRECT));
}
