// epoll: level, edge, one-shot, exclusive, nesting, removal, errors. epoll(7)
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include "check.h"

static int poller;

static int control(int op, int fd, uint32_t events) {
  struct epoll_event event = {events, {.u64 = fd * 10}};
  return epoll_ctl(poller, op, fd, &event);
}

static void collect(int timeout) {
  struct epoll_event events[8];
  int n = epoll_wait(poller, events, 8, timeout);
  if (n <= 0) say("wait: %s", n ? errno_name(errno) : "nothing");
  for (int i = 0; i < n; i++) say("event %llu: %x", (unsigned long long)events[i].data.u64, events[i].events);
}

CASE(level_triggered) {
  int p[2];
  pipe(p);
  poller = TRY(epoll_create1(EPOLL_CLOEXEC));
  TRY(control(EPOLL_CTL_ADD, p[0], EPOLLIN));
  collect(0);
  write(p[1], "ab", 2);
  collect(-1);
  collect(0);
  char b[2];
  read(p[0], b, 2);
  collect(0);
  close(p[1]);
  collect(0);
}

CASE(edge_triggered) {
  int p[2];
  char b[8];
  pipe2(p, O_NONBLOCK);
  poller = epoll_create1(0);
  TRY(control(EPOLL_CTL_ADD, p[0], EPOLLIN | EPOLLET));
  write(p[1], "ab", 2);
  collect(0);
  collect(0);
  read(p[0], b, 1);
  collect(0);
  write(p[1], "c", 1);
  collect(0);
  read(p[0], b, 8);
  TRY(control(EPOLL_CTL_ADD, p[1], EPOLLOUT | EPOLLET));
  collect(0);
  collect(0);
}

CASE(one_shot) {
  int p[2];
  pipe(p);
  poller = epoll_create1(0);
  control(EPOLL_CTL_ADD, p[0], EPOLLIN | EPOLLONESHOT);
  write(p[1], "a", 1);
  collect(0);
  collect(0);
  TRY(control(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLONESHOT));
  collect(0);
}

CASE(modify_and_delete) {
  int p[2];
  pipe(p);
  poller = epoll_create1(0);
  control(EPOLL_CTL_ADD, p[1], EPOLLIN);
  collect(0);
  TRY(control(EPOLL_CTL_MOD, p[1], EPOLLOUT));
  collect(0);
  TRY(control(EPOLL_CTL_DEL, p[1], 0));
  collect(0);
  TRY(control(EPOLL_CTL_DEL, p[1], 0));
  TRY(control(EPOLL_CTL_MOD, p[1], EPOLLIN));
}

CASE(errors) {
  struct epoll_event event = {EPOLLIN};
  make_file("f", "");
  int file = open("f", O_RDONLY), p[2];
  pipe(p);
  poller = epoll_create1(0);
  TRY(control(EPOLL_CTL_ADD, file, EPOLLIN));
  TRY(control(EPOLL_CTL_ADD, 99, EPOLLIN));
  TRY(control(EPOLL_CTL_ADD, poller, EPOLLIN));
  TRY(control(EPOLL_CTL_ADD, p[0], EPOLLIN));
  TRY(control(EPOLL_CTL_ADD, p[0], EPOLLIN));
  TRY(control(77, p[0], EPOLLIN));
  TRY(epoll_ctl(p[0], EPOLL_CTL_ADD, p[1], &event));
  TRY(epoll_ctl(poller, EPOLL_CTL_ADD, p[1], (void *)8));
  TRY(epoll_wait(poller, &event, 0, 0));
  TRY(epoll_wait(p[0], &event, 1, 0));
  TRY(epoll_create(0));
  TRY(epoll_create1(5));
}

CASE(closing_removes) {
  int p[2];
  pipe(p);
  poller = epoll_create1(0);
  control(EPOLL_CTL_ADD, p[0], EPOLLIN);
  write(p[1], "a", 1);
  int copy = dup(p[0]);
  close(p[0]);
  collect(0);
  close(copy);
  collect(0);
}

CASE(nested) {
  int inner = epoll_create1(0), p[2];
  pipe(p);
  struct epoll_event event = {EPOLLIN, {.u64 = 1}};
  TRY(epoll_ctl(inner, EPOLL_CTL_ADD, p[0], &event));
  poller = epoll_create1(0);
  TRY(control(EPOLL_CTL_ADD, inner, EPOLLIN));
  TRY(epoll_ctl(inner, EPOLL_CTL_ADD, poller, &event));
  collect(0);
  write(p[1], "x", 1);
  collect(0);
  struct pollfd fd = {poller, POLLIN};
  TRY(poll(&fd, 1, 0));
  HEX(fd.revents);
}

CASE(fairness_with_few_slots) {
  poller = epoll_create1(0);
  bool seen[20] = {};
  int fds[10];
  for (int i = 0; i < 10; i++) {
    fds[i] = eventfd(1, 0);
    struct epoll_event event = {EPOLLIN, {.u64 = i}};
    epoll_ctl(poller, EPOLL_CTL_ADD, fds[i], &event);
  }
  for (int round = 0; round < 5; round++) {
    struct epoll_event events[2];
    int n = epoll_wait(poller, events, 2, 0);
    for (int i = 0; i < n; i++) seen[events[i].data.u64] = true;
  }
  int count = 0;
  for (int i = 0; i < 10; i++) count += seen[i];
  SHOW(count);
}

CASE(waits_across_processes) {
  int p[2];
  pipe(p);
  poller = epoll_create1(0);
  control(EPOLL_CTL_ADD, p[0], EPOLLIN);
  pid_t pid;
  CHILD(pid) {
    sleep_ms(30);
    write(p[1], "x", 1);
  }
  collect(5000);
  reap(pid);
  struct epoll_event event;
  char c;
  read(p[0], &c, 1);
  long long start = now_ms();
  TRY(epoll_pwait(poller, &event, 1, 30, NULL));
  YES(now_ms() - start >= 30);
  TRY(syscall(SYS_epoll_pwait2, poller, &event, 1, &(struct timespec){0, 1000000}, NULL, 8));
}
