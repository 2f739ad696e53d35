// poll, ppoll, select, pselect. poll(2), select(2)
#include <poll.h>
#include <sys/select.h>
#include "check.h"

CASE(kinds_of_files) {
  make_file("f", "");
  int file = open("f", O_RDWR), p[2];
  pipe(p);
  struct pollfd fds[] = {{file, POLLIN | POLLOUT}, {p[0], POLLIN}, {p[1], POLLOUT}, {99, POLLIN}, {-1, POLLIN}};
  TRY(poll(fds, 5, 0));
  for (int i = 0; i < 5; i++) HEX(fds[i].revents);
  fds[0].events = 0;
  TRY(poll(fds, 1, 0));
  TRY(poll(NULL, 0, 0));
  TRY(poll((void *)8, 1, 0));
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){8, 8});
  TRY(poll(fds, 9, 0));
}

CASE(waits_for_data) {
  int p[2];
  pipe(p);
  pid_t pid;
  CHILD(pid) {
    sleep_ms(30);
    write(p[1], "x", 1);
    sleep_ms(30);
  }
  close(p[1]);
  struct pollfd fd = {p[0], POLLIN};
  TRY(poll(&fd, 1, 5000));
  HEX(fd.revents);
  char c;
  read(p[0], &c, 1);
  TRY(poll(&fd, 1, -1));
  HEX(fd.revents);
  reap(pid);
}

CASE(timeouts) {
  int p[2];
  pipe(p);
  struct pollfd fd = {p[0], POLLIN};
  long long start = now_ms();
  TRY(poll(&fd, 1, 40));
  YES(now_ms() - start >= 40);
  TRY(ppoll(&fd, 1, &(struct timespec){0, 20000000}, NULL));
  TRY(ppoll(&fd, 1, &(struct timespec){0, -1}, NULL));
  TRY(ppoll(&fd, 1, &(struct timespec){0, 1000000000}, NULL));
}

CASE(select_sets) {
  int p[2];
  pipe(p);
  write(p[1], "x", 1);
  fd_set in, out, except;
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_ZERO(&except);
  FD_SET(p[0], &in);
  FD_SET(p[1], &in);
  FD_SET(p[1], &out);
  FD_SET(p[0], &except);
  TRY(select(10, &in, &out, &except, NULL));
  say("%d %d %d %d", !!FD_ISSET(p[0], &in), !!FD_ISSET(p[1], &in), !!FD_ISSET(p[1], &out), !!FD_ISSET(p[0], &except));
  FD_SET(60, &in);
  TRY(select(61, &in, NULL, NULL, NULL));
  TRY(select(-1, NULL, NULL, NULL, NULL));
  TRY(select(0, NULL, NULL, NULL, &(struct timeval){0, -1}));
  FD_ZERO(&in);
  FD_SET(p[0], &in);
  TRY(select(p[0], &in, NULL, NULL, &(struct timeval){0, 0}));
}

CASE(select_tells_the_time_left) {
  struct timeval left = {5, 0};
  int p[2];
  pipe(p);
  write(p[1], "x", 1);
  fd_set in;
  FD_ZERO(&in);
  FD_SET(p[0], &in);
  TRY(select(p[0] + 1, &in, NULL, NULL, &left));
  YES(left.tv_sec == 4 || left.tv_sec == 5);
  left = (struct timeval){0, 20000};
  TRY(select(0, NULL, NULL, NULL, &left));
  say("%ld %ld", left.tv_sec, left.tv_usec);
}

static void handler(int sig) {
  say("handler");
}

CASE(masks_during_the_wait) {
  sigset_t set, none;
  sigemptyset(&none);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  signal(SIGUSR1, handler);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGUSR1);
  TRY(poll(NULL, 0, 10));
  TRY(ppoll(NULL, 0, NULL, &none));
  sigprocmask(SIG_BLOCK, NULL, &set);
  SHOW(sigismember(&set, SIGUSR1));
  raise(SIGUSR1);
  TRY(pselect(0, NULL, NULL, NULL, NULL, &none));
  raise(SIGUSR1);
  struct pollfd ready = {open(".", O_RDONLY), POLLIN};
  TRY(ppoll(&ready, 1, NULL, &none));
}
