// sigwait, sigwaitinfo, sigtimedwait, signalfd. sigwaitinfo(2), signalfd(2)
#include <poll.h>
#include <sys/signalfd.h>
#include "check.h"

static sigset_t blocked(int a, int b) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, a);
  sigaddset(&set, b);
  sigprocmask(SIG_BLOCK, &set, NULL);
  return set;
}

CASE(takes_pending) {
  sigset_t set = blocked(SIGUSR1, SIGRTMIN + 3);
  sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = 5});
  raise(SIGUSR1);
  siginfo_t info;
  YES(sigwaitinfo(&set, &info) == SIGUSR1);
  SHOW(info.si_code);
  YES(sigwaitinfo(&set, &info) == SIGRTMIN + 3);
  SHOW(info.si_value.sival_int);
  SHOW(info.si_code);
}

CASE(times_out) {
  sigset_t set = blocked(SIGUSR1, SIGUSR2);
  siginfo_t info;
  TRY(sigtimedwait(&set, &info, &(struct timespec){0, 0}));
  long long start = now_ms();
  TRY(sigtimedwait(&set, &info, &(struct timespec){0, 50000000}));
  YES(now_ms() - start >= 49);
  TRY(sigtimedwait(&set, &info, &(struct timespec){0, 1000000000}));
  TRY(sigtimedwait(&set, &info, &(struct timespec){-1, 0}));
}

CASE(waits_for_another_process) {
  sigset_t set = blocked(SIGUSR1, SIGUSR2);
  pid_t pid, parent = getpid();
  CHILD(pid) {
    sleep_ms(30);
    kill(parent, SIGUSR2);
  }
  siginfo_t info;
  TRY(sigwaitinfo(&set, &info));
  YES(info.si_pid == pid);
  int sig = 0;
  raise(SIGUSR1);
  ERR(sigwait(&set, &sig));
  TEXT(signal_name(sig));
  reap(pid);
}

CASE(signalfd_reads) {
  sigset_t set = blocked(SIGUSR1, SIGRTMIN);
  int fd = TRY(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  struct signalfd_siginfo info[4];
  TRY(read(fd, info, sizeof info));
  struct pollfd poll_fd = {fd, POLLIN};
  TRY(poll(&poll_fd, 1, 0));
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 9});
  raise(SIGUSR1);
  TRY(poll(&poll_fd, 1, 0));
  TRY(read(fd, info, sizeof info));
  say("%u code %d pid %d", info[0].ssi_signo, info[0].ssi_code, info[0].ssi_pid == getpid());
  say("%d code %d value %d", info[1].ssi_signo == SIGRTMIN, info[1].ssi_code, info[1].ssi_int);
  TRY(read(fd, info, 10));
  TRY(write(fd, info, 10));
}

CASE(signalfd_changes_its_set) {
  sigset_t set = blocked(SIGUSR1, SIGUSR2);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, SIGUSR1);
  int fd = TRY(signalfd(-1, &one, SFD_NONBLOCK));
  raise(SIGUSR2);
  struct signalfd_siginfo info;
  TRY(read(fd, &info, sizeof info));
  TRY(signalfd(fd, &set, 0));
  TRY(read(fd, &info, sizeof info));
  SHOW(info.ssi_signo);
  TRY(signalfd(99, &set, 0));
  TRY(signalfd(0, &set, 0));
  TRY(signalfd(-1, &set, 0x1));
}

CASE(signalfd_of_children) {
  sigset_t set = blocked(SIGCHLD, SIGUSR2);
  int fd = signalfd(-1, &set, 0);
  pid_t pid;
  CHILD(pid) _exit(44);
  struct signalfd_siginfo info;
  TRY(read(fd, &info, sizeof info));
  say("%u code %d status %d pid %d", info.ssi_signo, info.ssi_code, info.ssi_status, info.ssi_pid == (unsigned)pid);
  reap(pid);
}

CASE(signalfd_reads_the_readers_signals) {
  sigset_t set = blocked(SIGUSR1, SIGUSR2);
  int fd = signalfd(-1, &set, SFD_NONBLOCK);
  raise(SIGUSR1);
  pid_t pid;
  CHILD(pid) {
    struct signalfd_siginfo info;
    TRY(read(fd, &info, sizeof info));
    raise(SIGUSR2);
    TRY(read(fd, &info, sizeof info));
    SHOW(info.ssi_signo);
  }
  reap(pid);
  sigset_t pending;
  sigpending(&pending);
  YES(sigismember(&pending, SIGUSR1));
  YES(!sigismember(&pending, SIGUSR2));
}

CASE(signalfd_shows_its_set) {
  sigset_t set = blocked(SIGUSR1, SIGRTMAX);
  int fd = signalfd(-1, &set, 0);
  char path[64], line[128];
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
  FILE *f = fopen(path, "r");
  while (fgets(line, sizeof line, f)) {
    if (strncmp(line, "sigmask", 7) == 0) TEXT(line);
  }
}

CASE(signalfd_wakes_poll) {
  sigset_t set = blocked(SIGUSR1, SIGUSR2);
  int fd = signalfd(-1, &set, 0);
  pid_t pid, parent = getpid();
  CHILD(pid) {
    sleep_ms(30);
    kill(parent, SIGUSR2);
  }
  struct pollfd poll_fd = {fd, POLLIN};
  TRY(poll(&poll_fd, 1, 5000));
  struct signalfd_siginfo info;
  TRY(read(fd, &info, sizeof info));
  YES(info.ssi_pid == (unsigned)pid);
  reap(pid);
}
