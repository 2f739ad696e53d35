// flock, POSIX record locks, open-file-description locks, leases. flock(2), fcntl(2)
#include <sys/file.h>
#include "check.h"

static int set(int fd, int command, short type, off_t start, off_t length) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  return fcntl(fd, command, &lock);
}

static void probe(int fd, int command, short type, off_t start, off_t length) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  if (fcntl(fd, command, &lock) < 0) say("probe: %s", errno_name(errno));
  else if (lock.l_type == F_UNLCK) say("probe %ld+%ld: free", start, length);
  else say("probe: held %s %ld+%ld pid %s", lock.l_type == F_RDLCK ? "read" : "write", lock.l_start, lock.l_len,
           lock.l_pid == -1 ? "-1" : lock.l_pid == getppid() ? "parent" : "other");
}

CASE(flock_conflicts) {
  make_file("f", "");
  int a = open("f", O_RDWR), b = open("f", O_RDWR), c = dup(a);
  TRY(flock(a, LOCK_EX));
  TRY(flock(b, LOCK_SH | LOCK_NB));
  TRY(flock(c, LOCK_EX | LOCK_NB));
  TRY(flock(c, LOCK_SH | LOCK_NB));
  TRY(flock(b, LOCK_SH | LOCK_NB));
  TRY(flock(a, LOCK_EX | LOCK_NB));
  TRY(flock(c, LOCK_UN));
  TRY(flock(b, LOCK_EX | LOCK_NB));
  TRY(flock(99, LOCK_EX));
  TRY(flock(a, 0));
}

CASE(flock_over_fork_and_close) {
  make_file("f", "");
  int a = open("f", O_RDWR);
  flock(a, LOCK_EX);
  pid_t pid;
  CHILD(pid) {
    int b = open("f", O_RDWR);
    TRY(flock(b, LOCK_EX | LOCK_NB));
    TRY(flock(a, LOCK_EX | LOCK_NB));
    close(a);
    TRY(flock(b, LOCK_EX | LOCK_NB));
  }
  reap(pid);
  close(a);
  int b = open("f", O_RDWR);
  TRY(flock(b, LOCK_EX | LOCK_NB));
}

CASE(flock_waits) {
  make_file("f", "");
  int a = open("f", O_RDWR), p[2];
  pipe(p);
  flock(a, LOCK_EX);
  pid_t pid;
  CHILD(pid) {
    int b = open("f", O_RDWR);
    write(p[1], "", 1);
    TRY(flock(b, LOCK_EX));
    say("second has it");
  }
  char byte;
  read(p[0], &byte, 1);
  sleep_ms(50);
  say("first lets go");
  flock(a, LOCK_UN);
  reap(pid);
}

CASE(posix_ranges) {
  make_file("f", "");
  int fd = open("f", O_RDWR);
  TRY(set(fd, F_SETLK, F_WRLCK, 10, 10));
  TRY(set(fd, F_SETLK, F_RDLCK, 15, 10));
  pid_t pid;
  CHILD(pid) {
    probe(fd, F_GETLK, F_WRLCK, 0, 10);
    probe(fd, F_GETLK, F_WRLCK, 0, 11);
    probe(fd, F_GETLK, F_RDLCK, 12, 2);
    probe(fd, F_GETLK, F_RDLCK, 16, 20);
    probe(fd, F_GETLK, F_WRLCK, 16, 20);
    TRY(set(fd, F_SETLK, F_WRLCK, 19, 1));
    TRY(set(fd, F_SETLK, F_RDLCK, 19, 1));
    TRY(set(fd, F_SETLK, F_WRLCK, 25, 0));
  }
  reap(pid);
  TRY(set(fd, F_SETLK, F_UNLCK, 12, 2));
  CHILD(pid) {
    probe(fd, F_GETLK, F_WRLCK, 12, 2);
    probe(fd, F_GETLK, F_WRLCK, 11, 2);
    probe(fd, F_GETLK, F_WRLCK, 13, 5);
  }
  reap(pid);
}

CASE(posix_lost_on_any_close) {
  make_file("f", "");
  int a = open("f", O_RDWR), b = open("f", O_RDWR);
  TRY(set(a, F_SETLK, F_WRLCK, 0, 0));
  close(b);
  pid_t pid;
  CHILD(pid) probe(a, F_GETLK, F_WRLCK, 0, 0);
  reap(pid);
}

CASE(posix_errors) {
  make_file("f", "0123456789");
  int fd = open("f", O_RDONLY), write_only = open("f", O_WRONLY), both = open("f", O_RDWR);
  TRY(set(fd, F_SETLK, F_WRLCK, 0, 0));
  TRY(set(write_only, F_SETLK, F_RDLCK, 0, 0));
  TRY(set(both, F_SETLK, 77, 0, 0));
  TRY(set(both, F_SETLK, F_WRLCK, -1, 5));
  TRY(set(both, F_SETLK, F_WRLCK, 5, -5));
  TRY(set(99, F_SETLK, F_WRLCK, 0, 0));
  TRY(fcntl(both, F_SETLK, (void *)8));
  struct flock end = {.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = -2, .l_len = 1};
  TRY(fcntl(both, F_SETLK, &end));
  pid_t pid;
  CHILD(pid) probe(both, F_GETLK, F_WRLCK, 6, 10);
  reap(pid);
}

CASE(posix_wait_and_deadlock) {
  make_file("f", "");
  int fd = open("f", O_RDWR), p[2], q[2];
  pipe(p);
  pipe(q);
  char byte;
  TRY(set(fd, F_SETLK, F_WRLCK, 0, 1));
  pid_t pid;
  CHILD(pid) {
    TRY(set(fd, F_SETLK, F_WRLCK, 1, 1));
    write(p[1], "", 1);
    read(q[0], &byte, 1);
    _exit(set(fd, F_SETLKW, F_WRLCK, 0, 1) == 0 ? 7 : 8);
  }
  read(p[0], &byte, 1);
  write(q[1], "", 1);
  sleep_ms(100);
  TRY(set(fd, F_SETLKW, F_WRLCK, 1, 1));
  say("unlock");
  TRY(set(fd, F_SETLK, F_UNLCK, 0, 1));
  reap(pid);
  TRY(set(fd, F_SETLKW, F_WRLCK, 1, 1));
}

static void nothing(int sig) {
}

CASE(posix_wait_interrupted) {
  make_file("f", "");
  int fd = open("f", O_RDWR), p[2];
  pipe(p);
  set(fd, F_SETLK, F_WRLCK, 0, 0);
  pid_t pid;
  CHILD(pid) {
    struct sigaction action = {.sa_handler = nothing};
    sigaction(SIGALRM, &action, NULL);
    ualarm(50000, 0);
    TRY(set(fd, F_SETLKW, F_WRLCK, 0, 0));
  }
  reap(pid);
}

CASE(ofd_locks) {
  make_file("f", "");
  int a = open("f", O_RDWR), b = open("f", O_RDWR), c = dup(a);
  TRY(set(a, F_OFD_SETLK, F_WRLCK, 0, 10));
  TRY(set(b, F_OFD_SETLK, F_WRLCK, 5, 10));
  probe(b, F_OFD_GETLK, F_RDLCK, 5, 10);
  TRY(set(c, F_OFD_SETLK, F_RDLCK, 0, 10));
  TRY(set(b, F_OFD_SETLK, F_RDLCK, 5, 10));
  close(a);
  probe(b, F_OFD_GETLK, F_WRLCK, 0, 10);
  close(c);
  probe(b, F_OFD_GETLK, F_WRLCK, 0, 10);
  struct flock with_pid = {.l_type = F_WRLCK, .l_pid = 1};
  TRY(fcntl(b, F_OFD_SETLK, &with_pid));
  TRY(set(b, F_SETLK, F_WRLCK, 20, 1));
}

CASE(lockf_wraps_fcntl) {
  int fd = open("f", O_RDWR | O_CREAT, 0644);
  TRY(lockf(fd, F_LOCK, 5));
  pid_t pid;
  CHILD(pid) {
    TRY(lockf(fd, F_TEST, 5));
    TRY(lockf(fd, F_TLOCK, 5));
    lseek(fd, 5, SEEK_SET);
    TRY(lockf(fd, F_TLOCK, 5));
  }
  reap(pid);
}
