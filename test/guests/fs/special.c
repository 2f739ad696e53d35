// Device files every program relies on: null, zero, full, random, tty; fifos; /proc/self/fd. null(4), fifo(7)
#include <poll.h>
#include <sys/mman.h>
#include "check.h"

CASE(null_zero_full) {
  char b[16];
  memset(b, 'x', sizeof b);
  int null = TRY(open("/dev/null", O_RDWR)), zero = TRY(open("/dev/zero", O_RDWR)), full = TRY(open("/dev/full", O_RDWR));
  TRY(read(null, b, 16));
  TRY(write(null, b, 16));
  TRY(read(zero, b, 16));
  SHOW(b[0] + b[15]);
  TRY(write(zero, b, 16));
  TRY(read(full, b, 16));
  TRY(write(full, b, 16));
  TRY(ftruncate(null, 5));
  TRY(open("/dev/null", O_RDWR | O_TRUNC | O_CREAT, 0644));
}

CASE(zero_is_mapped) {
  int zero = open("/dev/zero", O_RDWR);
  char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
  YES(p != MAP_FAILED);
  SHOW(p[5000]);
  p[5000] = 7;
  SHOW(p[5000]);
  char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, zero, 0);
  pid_t pid;
  CHILD(pid) shared[1] = 9;
  reap(pid);
  SHOW(shared[1]);
}

CASE(random_bytes) {
  unsigned char a[64], b[64];
  int fd = open("/dev/urandom", O_RDONLY);
  TRY(read(fd, a, 64));
  TRY(read(fd, b, 64));
  YES(memcmp(a, b, 64) != 0);
  fd = open("/dev/random", O_RDONLY);
  TRY(read(fd, a, 8));
  TRY(write(open("/dev/urandom", O_WRONLY), a, 8));
}

CASE(no_controlling_terminal) {
  pid_t pid;
  CHILD(pid) {
    setsid();
    TRY(open("/dev/tty", O_RDWR));
  }
  reap(pid);
}

CASE(fifo_meets) {
  mkfifo("p", 0600);
  pid_t pid;
  CHILD(pid) {
    int fd = open("p", O_WRONLY);
    write(fd, "through", 7);
  }
  int fd = TRY(open("p", O_RDONLY));
  char b[16] = "";
  TRY(read(fd, b, 16));
  TEXT(b);
  reap(pid);
  TRY(read(fd, b, 16));
}

CASE(fifo_without_partner) {
  mkfifo("p", 0600);
  TRY(open("p", O_WRONLY | O_NONBLOCK));
  int reader = TRY(open("p", O_RDONLY | O_NONBLOCK));
  char b[4];
  TRY(read(reader, b, 4));
  int writer = TRY(open("p", O_WRONLY | O_NONBLOCK));
  TRY(read(reader, b, 4));
  TRY(write(writer, "ab", 2));
  close(writer);
  TRY(read(reader, b, 4));
  TRY(read(reader, b, 4));
  struct pollfd poll_fd = {reader, POLLIN};
  TRY(poll(&poll_fd, 1, 0));
  HEX(poll_fd.revents);
  int both = TRY(open("p", O_RDWR));
  TRY(write(both, "x", 1));
  TRY(lseek(both, 0, SEEK_SET));
}

CASE(self_fd_links) {
  char b[PATH_MAX] = "", here[PATH_MAX];
  getcwd(here, sizeof here);
  make_file("f", "text");
  int fd = TRY(open("f", O_RDONLY));
  readlink("/proc/self/fd/3", b, sizeof b);
  TEXT(b + strlen(here));
  TRY(open("/proc/self/fd/3", O_RDWR));
  unlink("f");
  memset(b, 0, sizeof b);
  readlink("/proc/self/fd/3", b, sizeof b);
  TEXT(b + strlen(here));
  TRY(open("/dev/fd/3", O_RDONLY));
  TRY(access("/proc/self/fd/99", F_OK));
  int p[2];
  pipe(p);
  memset(b, 0, sizeof b);
  char name[32];
  snprintf(name, sizeof name, "/proc/self/fd/%d", p[0]);
  readlink(name, b, sizeof b);
  say("%.6s", b);
  TRY(close(fd));
}
