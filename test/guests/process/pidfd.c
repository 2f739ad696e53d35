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

CASE(wait_without_blocking) {
  int p[2];
  pipe(p);
  pid_t pid;
  CHILD(pid) {
    char c;
    read(p[0], &c, 1);
  }
  siginfo_t info = {};
  int fd = TRY(pidfd_open(pid, O_NONBLOCK));
  TRY(waitid(P_PIDFD, fd, &info, WEXITED));
  TRY(waitid(P_PIDFD, fd, &info, WEXITED | WNOHANG));
  write(p[1], "", 1);
  struct pollfd poll_fd = {fd, POLLIN};
  TRY(poll(&poll_fd, 1, 5000));
  TRY(waitid(P_PIDFD, fd, &info, WEXITED | WNOWAIT));
  TRY(waitid(P_PIDFD, fd, &info, WEXITED));
  SHOW(info.si_pid == pid);
  TRY(waitid(P_PIDFD, fd, &info, WEXITED));
  TRY(waitid(P_PIDFD, 0, &info, WEXITED));
  TRY(pidfd_getfd(fd, 0, 0));
}

CASE(queued_information) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int fd = pidfd_open(getpid(), 0);
  siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
  info.si_value.sival_int = 77;
  TRY(pidfd_send_signal(fd, SIGUSR2, &info, 0));
  TRY(pidfd_send_signal(fd, SIGUSR1, &info, 1 << 20));
  TRY(pidfd_send_signal(fd, SIGUSR1, &info, 0));
  siginfo_t got = {};
  YES(sigwaitinfo(&set, &got) == SIGUSR1);
  SHOW(got.si_code);
  SHOW(got.si_value.sival_int);
}

CASE(fdinfo_names_the_process) {
  pid_t pid;
  CHILD(pid) pause();
  int fd = pidfd_open(pid, 0), shown = 0;
  char path[64], line[128];
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
  for (int i = 0; i < 2; i++) {
    FILE *f = fopen(path, "r");
    while (fgets(line, sizeof line, f)) {
      if (sscanf(line, "Pid: %d", &shown) == 1) say(shown == pid ? "the child" : "%d", shown);
    }
    fclose(f);
    if (i == 0) {
      kill(pid, SIGKILL);
      reap(pid);
    }
  }
}

CASE(clone_keeps_it_from_the_child) {
  int fd = -1;
  pid_t pid = syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, &fd, NULL, 0);
  if (pid == 0) _exit(fcntl(3, F_GETFD) < 0 ? 5 : 6);
  SHOW(fd);
  reap(pid);
  TRY(syscall(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, NULL, &fd, NULL, 0));
  TRY(syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, 8, NULL, 0));
  TRY(fcntl(fd + 1, F_GETFD));
}
