// pidfd_open, pidfd_send_signal, pidfd_getfd, polling a process. pidfd_open(2)
#include <poll.h>
#include <sys/pidfd.h>
#include "check.h"

CASE(open_and_poll) {
  int p[2];
  pipe(p);
  pid_t pid;
  CHILD(pid) {
    char c;
    read(p[0], &c, 1);
    _exit(2);
  }
  int fd = TRY(pidfd_open(pid, 0));
  SHOW(fcntl(fd, F_GETFD));
  struct pollfd poll_fd = {fd, POLLIN};
  TRY(poll(&poll_fd, 1, 0));
  write(p[1], "", 1);
  TRY(poll(&poll_fd, 1, 5000));
  HEX(poll_fd.revents);
  siginfo_t info = {};
  TRY(waitid(P_PIDFD, fd, &info, WEXITED));
  SHOW(info.si_status);
  TRY(pidfd_send_signal(fd, SIGTERM, NULL, 0));
}

CASE(send_signal) {
  pid_t pid;
  CHILD(pid) pause();
  int fd = pidfd_open(pid, 0);
  TRY(pidfd_send_signal(fd, 0, NULL, 0));
  TRY(pidfd_send_signal(fd, 1000, NULL, 0));
  TRY(pidfd_send_signal(fd, SIGUSR2, NULL, 0));
  reap(pid);
  TRY(pidfd_send_signal(fd, SIGUSR2, NULL, 0));
  TRY(pidfd_send_signal(0, SIGUSR2, NULL, 0));
}

CASE(errors) {
  TRY(pidfd_open(-1, 0));
  TRY(pidfd_open(0, 0));
  TRY(pidfd_open(99999999, 0));
  TRY(pidfd_open(getpid(), 0x10));
  char c;
  int fd = pidfd_open(getpid(), 0);
  TRY(read(fd, &c, 1));
  TRY(write(fd, &c, 1));
}

CASE(get_descriptor) {
  int p[2];
  pipe(p);
  make_file("f", "in the child");
  pid_t pid;
  CHILD(pid) {
    dup2(open("f", O_RDONLY), 50);
    write(p[1], "", 1);
    pause();
  }
  char b[32] = "";
  read(p[0], b, 1);
  int fd = pidfd_open(pid, 0);
  int got = TRY(pidfd_getfd(fd, 50, 0));
  TRY(read(got, b, sizeof b));
  TEXT(b);
  TRY(pidfd_getfd(fd, 60, 0));
  TRY(pidfd_getfd(fd, 50, 1));
  kill(pid, SIGKILL);
  reap(pid);
}
