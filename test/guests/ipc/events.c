// eventfd, timerfd, signalfd, epoll: corners. eventfd(2), timerfd_create(2), signalfd(2), epoll(7)
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include "check.h"

static int ready(int fd) {
  struct pollfd p = {fd, POLLIN | POLLOUT};
  poll(&p, 1, 0);
  return p.revents;
}

CASE(eventfd_limits) {
  int fd = eventfd(0, EFD_NONBLOCK);
  uint64_t n = -2;
  HEX(ready(fd));
  TRY(write(fd, &n, 8));
  HEX(ready(fd));
  n = 1;
  TRY(write(fd, &n, 8));
  n = -1;
  TRY(write(fd, &n, 8));
  TRY(write(fd, &n, 4));
  TRY(read(fd, &n, 4));
  TRY(read(fd, &n, 16));
  HEX(n);
  TRY(read(fd, &n, 8));
  n = 0;
  TRY(write(fd, &n, 8));
  HEX(ready(fd));
  TRY(lseek(fd, 0, SEEK_SET));
  TRY(pread(fd, &n, 8, 0));
  TRY(eventfd(0, 0x4));
  int s = eventfd(3, EFD_NONBLOCK | EFD_SEMAPHORE);
  for (int i = 0; i < 4; i++) {
    n = 9;
    TRY(read(s, &n, 8));
    SHOW(n);
  }
}

CASE(timerfd_values) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec set = {{0, 0}, {0, 1}}, old;
  uint64_t n;
  TRY(read(fd, &n, 8));
  TRY(timerfd_settime(fd, 0, &set, NULL));
  sleep_ms(10);
  HEX(ready(fd));
  TRY(read(fd, &n, 4));
  TRY(read(fd, &n, 8));
  SHOW(n);
  TRY(read(fd, &n, 8));
  set = (struct itimerspec){{0, 10000000}, {0, 10000000}};
  TRY(timerfd_settime(fd, 0, &set, NULL));
  sleep_ms(55);
  TRY(read(fd, &n, 8));
  YES(n >= 5 && n < 50);
  TRY(timerfd_gettime(fd, &old));
  SHOW(old.it_interval.tv_nsec);
  YES(old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 10000000);
  set = (struct itimerspec){{0, 0}, {0, 0}};
  TRY(timerfd_settime(fd, 0, &set, &old));
  SHOW(old.it_interval.tv_nsec);
  TRY(timerfd_gettime(fd, &old));
  say("%ld %ld", old.it_value.tv_sec, old.it_value.tv_nsec);
  set.it_value.tv_nsec = 1000000000;
  TRY(timerfd_settime(fd, 0, &set, NULL));
  set.it_value.tv_nsec = -1;
  TRY(timerfd_settime(fd, 0, &set, NULL));
  TRY(timerfd_settime(fd, 8, &set, NULL));
  TRY(timerfd_settime(0, 0, &set, NULL));
  TRY(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
  TRY(timerfd_create(CLOCK_MONOTONIC, 1));
  set = (struct itimerspec){{0, 0}, {1, 0}};
  TRY(timerfd_settime(fd, TFD_TIMER_ABSTIME, &set, NULL));
  sleep_ms(5);
  TRY(read(fd, &n, 8));
  TRY(write(fd, &n, 8));
}

CASE(signalfd_reads) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1), sigaddset(&set, SIGRTMIN), sigaddset(&set, SIGKILL);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int fd = signalfd(-1, &set, SFD_NONBLOCK);
  struct signalfd_siginfo info[4];
  TRY(read(fd, info, sizeof info));
  TRY(read(fd, info, 10));
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 5});
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 6});
  kill(getpid(), SIGUSR1), kill(getpid(), SIGUSR1);
  HEX(ready(fd));
  TRY(read(fd, info, sizeof info[0] + 5));
  say("%d %d", info[0].ssi_signo, info[0].ssi_code);
  TRY(read(fd, info, sizeof info));
  for (int i = 0; i < 2; i++) say("%d %d %d", info[i].ssi_signo, info[i].ssi_code, info[i].ssi_int);
  sigemptyset(&set);
  TRY(signalfd(fd, &set, 0) == fd ? 0 : -1);
  kill(getpid(), SIGUSR1);
  TRY(read(fd, info, sizeof info));
  TRY(signalfd(0, &set, 0));
  TRY(signalfd(99, &set, 0));
  TRY(signalfd(-1, &set, 1));
}

CASE(epoll_rules) {
  int e = epoll_create1(0), p[2], other = epoll_create1(EPOLL_CLOEXEC);
  pipe(p);
  struct epoll_event event = {EPOLLIN, {.u64 = 0x123456789abcdef0}}, got[4];
  TRY(epoll_create1(1));
  TRY(epoll_create(0));
  TRY(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event));
  TRY(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event));
  TRY(epoll_ctl(e, EPOLL_CTL_MOD, p[1], &event));
  TRY(epoll_ctl(e, EPOLL_CTL_DEL, p[1], NULL));
  TRY(epoll_ctl(e, EPOLL_CTL_ADD, e, &event));
  TRY(epoll_ctl(e, 9, p[1], &event));
  TRY(epoll_ctl(p[0], EPOLL_CTL_ADD, p[1], &event));
  TRY(epoll_ctl(e, EPOLL_CTL_ADD, 99, &event));
  TRY(epoll_ctl(e, EPOLL_CTL_ADD, open(".", O_RDONLY), &event));
  TRY(epoll_wait(e, got, 0, 0));
  TRY(epoll_wait(e, got, -1, 0));
  TRY(epoll_wait(p[0], got, 1, 0));
  write(p[1], "x", 1);
  TRY(epoll_wait(e, (void *)8, 1, 0));
  TRY(epoll_wait(e, got, 4, 0));
  HEX(got[0].data.u64);
  TRY(epoll_ctl(other, EPOLL_CTL_ADD, e, &event));
  TRY(epoll_ctl(e, EPOLL_CTL_ADD, other, &event));
  TRY(epoll_wait(other, got, 4, 0));
  HEX(got[0].events);
  event.events = EPOLLIN | EPOLLONESHOT;
  TRY(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &event));
  TRY(epoll_wait(e, got, 4, 0));
  TRY(epoll_wait(e, got, 4, 0));
  TRY(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &event));
  TRY(epoll_wait(e, got, 4, 0));
  int copy = dup(p[0]);
  event.events = EPOLLIN | EPOLLET;
  TRY(epoll_ctl(e, EPOLL_CTL_ADD, copy, &event));
  TRY(epoll_wait(e, got, 4, 0));
  TRY(epoll_wait(e, got, 4, 0));
  write(p[1], "y", 1);
  TRY(epoll_wait(e, got, 4, 0));
  close(copy);
  write(p[1], "z", 1);
  TRY(epoll_wait(e, got, 4, 0));
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  TRY(epoll_ctl(e, EPOLL_CTL_ADD, p[1], &event));
  TRY(epoll_ctl(e, EPOLL_CTL_MOD, p[1], &event));
  event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
  TRY(epoll_ctl(other, EPOLL_CTL_ADD, p[0], &event));
  struct timespec wait = {0, 1000000}, bad = {0, 1000000000};
  TRY(epoll_pwait2(other, got, 4, &wait, NULL));
  TRY(epoll_pwait2(other, got, 4, &bad, NULL));
}
