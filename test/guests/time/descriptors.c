// timerfd and eventfd. timerfd_create(2), eventfd(2)
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include "check.h"

CASE(eventfd_counts) {
  uint64_t value;
  int fd = TRY(eventfd(3, EFD_NONBLOCK));
  TRY(read(fd, &value, 8));
  SHOW(value);
  TRY(read(fd, &value, 8));
  value = 5;
  TRY(write(fd, &value, 8));
  TRY(write(fd, &value, 8));
  TRY(read(fd, &value, 8));
  SHOW(value);
  TRY(read(fd, &value, 7));
  TRY(write(fd, &value, 4));
  value = UINT64_MAX;
  TRY(write(fd, &value, 8));
  value = UINT64_MAX - 1;
  TRY(write(fd, &value, 8));
  value = 1;
  TRY(write(fd, &value, 8));
  struct pollfd p = {fd, POLLIN | POLLOUT};
  TRY(poll(&p, 1, 0));
  HEX(p.revents);
}

CASE(eventfd_semaphore) {
  uint64_t value;
  int fd = TRY(eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC));
  TRY(fcntl(fd, F_GETFD));
  TRY(read(fd, &value, 8));
  SHOW(value);
  TRY(read(fd, &value, 8));
  TRY(read(fd, &value, 8));
  TRY(eventfd(0, 0x10));
}

CASE(eventfd_blocks_and_wakes) {
  int fd = eventfd(0, 0);
  uint64_t value = 7;
  pid_t pid;
  CHILD(pid) {
    sleep_ms(30);
    write(fd, &value, 8);
  }
  value = 0;
  TRY(read(fd, &value, 8));
  SHOW(value);
  reap(pid);
}

CASE(timerfd_once) {
  uint64_t value = 0;
  int fd = TRY(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  struct itimerspec when = {.it_value = {0, 30000000}}, old;
  TRY(read(fd, &value, 8));
  TRY(timerfd_settime(fd, 0, &when, NULL));
  TRY(read(fd, &value, 8));
  TRY(timerfd_gettime(fd, &old));
  YES(old.it_value.tv_nsec > 0);
  struct pollfd p = {fd, POLLIN};
  TRY(poll(&p, 1, 2000));
  TRY(read(fd, &value, 8));
  SHOW(value);
  TRY(read(fd, &value, 8));
}

CASE(timerfd_interval) {
  uint64_t value = 0;
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  struct itimerspec when = {{0, 10000000}, {0, 10000000}}, old;
  timerfd_settime(fd, 0, &when, NULL);
  sleep_ms(55);
  TRY(read(fd, &value, 8));
  YES(value >= 5 && value < 100);
  TRY(timerfd_settime(fd, 0, &(struct itimerspec){}, &old));
  SHOW(old.it_interval.tv_nsec);
  TRY(timerfd_gettime(fd, &old));
  SHOW(old.it_value.tv_nsec);
}

CASE(timerfd_absolute_and_errors) {
  uint64_t value;
  int fd = timerfd_create(CLOCK_REALTIME, 0);
  struct itimerspec when = {.it_value = {1, 0}};
  TRY(timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL));
  TRY(read(fd, &value, 8));
  TRY(read(fd, &value, 4));
  TRY(write(fd, &value, 8));
  TRY(timerfd_create(99, 0));
  TRY(timerfd_create(CLOCK_MONOTONIC, 0x1));
  when.it_value.tv_nsec = -1;
  TRY(timerfd_settime(fd, 0, &when, NULL));
  TRY(timerfd_settime(fd, 0x100, &(struct itimerspec){}, NULL));
  TRY(timerfd_settime(0, 0, &(struct itimerspec){}, NULL));
  TRY(timerfd_gettime(99, &when));
}

CASE(edges_are_seen_by_epoll) {
  uint64_t value = 1;
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  int ep = epoll_create1(0), counter = eventfd(0, EFD_NONBLOCK);
  epoll_ctl(ep, EPOLL_CTL_ADD, counter, &event);
  for (int i = 0; i < 3; i++) {
    write(counter, &value, 8);
    TRY(epoll_wait(ep, &event, 1, 1000));
  }
  TRY(epoll_wait(ep, &event, 1, 0));
  close(counter);
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec when = {{0, 20000000}, {0, 20000000}};
  timerfd_settime(timer, 0, &when, NULL);
  event.events = EPOLLIN | EPOLLET;
  epoll_ctl(ep, EPOLL_CTL_ADD, timer, &event);
  for (int i = 0; i < 3; i++) {
    TRY(epoll_wait(ep, &event, 1, 1000));
    read(timer, &value, 8);
    sleep_ms(50);
  }
}

CASE(timerfd_is_inherited) {
  uint64_t value;
  int fd = timerfd_create(CLOCK_BOOTTIME, 0);
  timerfd_settime(fd, 0, &(struct itimerspec){.it_value = {0, 30000000}}, NULL);
  pid_t pid;
  CHILD(pid) {
    TRY(read(fd, &value, 8));
    SHOW(value);
  }
  reap(pid);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  TRY(read(fd, &value, 8));
  char link[64] = "";
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  TRY(readlink(path, link, sizeof link));
  TEXT(link);
}
