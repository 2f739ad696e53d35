// fcntl and dup: copies, descriptor flags, status flags, pipe size, owner, seals. fcntl(2), dup(2)
#include <sys/mman.h>
#include "check.h"

CASE(dup_variants) {
  make_file("f", "abc");
  int fd = TRY(open("f", O_RDONLY | O_CLOEXEC));
  TRY(dup(fd));
  TRY(fcntl(4, F_GETFD));
  TRY(dup2(fd, 20));
  TRY(dup2(fd, fd));
  TRY(fcntl(fd, F_GETFD));
  TRY(dup3(fd, 21, O_CLOEXEC));
  TRY(fcntl(21, F_GETFD));
  TRY(dup3(fd, fd, 0));
  TRY(dup3(fd, 22, O_APPEND));
  TRY(dup2(99, 5));
  TRY(dup2(fd, -1));
  TRY(dup2(99, 99));
  TRY(dup(99));
}

CASE(f_dupfd) {
  make_file("f", "abc");
  int fd = TRY(open("f", O_RDONLY));
  TRY(fcntl(fd, F_DUPFD, 10));
  TRY(fcntl(fd, F_DUPFD, 10));
  TRY(fcntl(fd, F_DUPFD_CLOEXEC, 0));
  TRY(fcntl(4, F_GETFD));
  TRY(fcntl(fd, F_DUPFD, -1));
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){12, 12});
  TRY(fcntl(fd, F_DUPFD, 12));
  TRY(fcntl(fd, F_DUPFD, 11));
}

CASE(status_flags) {
  make_file("f", "abc");
  int fd = TRY(open("f", O_RDWR));
  int copy = dup(fd);
  TRY(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK));
  HEX(fcntl(copy, F_GETFL) & (O_APPEND | O_NONBLOCK | O_ACCMODE));
  TRY(fcntl(fd, F_SETFL, O_WRONLY | O_CREAT | O_TRUNC));
  HEX(fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK | O_ACCMODE | O_CREAT | O_TRUNC));
  TRY(fcntl(99, F_GETFL));
  TRY(fcntl(fd, 9999));
}

CASE(descriptor_flags) {
  int fd = TRY(open(".", O_RDONLY));
  TRY(fcntl(fd, F_SETFD, FD_CLOEXEC));
  TRY(fcntl(fd, F_GETFD));
  TRY(fcntl(fd, F_SETFD, 0xfe));
  TRY(fcntl(fd, F_GETFD));
  TRY(fcntl(99, F_SETFD, 0));
}

CASE(pipe_size) {
  int p[2];
  pipe(p);
  TRY(fcntl(p[0], F_GETPIPE_SZ));
  TRY(fcntl(p[1], F_SETPIPE_SZ, 4096));
  TRY(fcntl(p[1], F_SETPIPE_SZ, 5000));
  TRY(fcntl(p[0], F_GETPIPE_SZ));
  TRY(fcntl(p[0], F_SETPIPE_SZ, 0));
  TRY(fcntl(p[0], F_SETPIPE_SZ, 8192));
  static char b[8192];
  write(p[1], b, 8192);
  TRY(fcntl(p[0], F_SETPIPE_SZ, 4096));
  make_file("f", "");
  TRY(fcntl(open("f", O_RDONLY), F_GETPIPE_SZ));
}

CASE(owner) {
  int p[2];
  pipe(p);
  TRY(fcntl(p[0], F_GETOWN));
  TRY(fcntl(p[0], F_SETOWN, getpid()));
  YES(fcntl(p[0], F_GETOWN) == getpid());
  TRY(fcntl(p[0], F_SETOWN, 99999999));
  TRY(fcntl(p[0], F_GETSIG));
  TRY(fcntl(p[0], F_SETSIG, SIGUSR1));
  TRY(fcntl(p[0], F_GETSIG));
  TRY(fcntl(p[0], F_SETSIG, 100));
}

CASE(memfd_and_seals) {
  int fd = TRY(memfd_create("name", MFD_ALLOW_SEALING | MFD_CLOEXEC));
  TRY(fcntl(fd, F_GETFD));
  TRY(fcntl(fd, F_GET_SEALS));
  TRY(write(fd, "0123456789", 10));
  TRY(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  TRY(write(fd, "x", 1));
  TRY(ftruncate(fd, 20));
  TRY(ftruncate(fd, 8));
  TRY(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
  TRY(ftruncate(fd, 4));
  char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  TRY(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  munmap(map, 4096);
  TRY(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  TRY(pwrite(fd, "x", 1, 0));
  YES(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EPERM);
  YES(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED);
  TRY(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
  TRY(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  TRY(fcntl(fd, F_GET_SEALS));
  int unsealable = TRY(memfd_create("other", 0));
  TRY(fcntl(unsealable, F_GET_SEALS));
  TRY(fcntl(unsealable, F_ADD_SEALS, F_SEAL_WRITE));
  TRY(memfd_create("bad", 0x8000));
  make_file("f", "");
  TRY(fcntl(open("f", O_RDWR), F_GET_SEALS));
}

CASE(close_range_variants) {
  for (int i = 3; i < 10; i++) dup2(0, i);
  TRY(close_range(5, 7, 0));
  for (int i = 3; i < 10; i++) say("%d: %s", i, fcntl(i, F_GETFD) < 0 ? "closed" : "open");
  TRY(close_range(8, ~0U, CLOSE_RANGE_CLOEXEC));
  TRY(fcntl(8, F_GETFD));
  TRY(fcntl(4, F_GETFD));
  TRY(close_range(9, 8, 0));
  TRY(close_range(3, 4, 0x100));
}
