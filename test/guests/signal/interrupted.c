// Calls that signals interrupt: EINTR, restarted with SA_RESTART, or never restarted. signal(7)
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include "check.h"

static volatile int count;

static void counts(int sig) {
  count++;
}

// SIGALRM after 30 ms, once.
static void soon(int flags) {
  struct sigaction action = {.sa_handler = counts, .sa_flags = flags};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval timer = {.it_value.tv_usec = 30000};
  count = 0;
  setitimer(ITIMER_REAL, &timer, NULL);
}

// A child that writes a byte after 120 ms.
static pid_t writer(int fd) {
  pid_t pid;
  CHILD(pid) {
    sleep_ms(120);
    write(fd, "x", 1);
  }
  return pid;
}

CASE(read_of_a_pipe) {
  int p[2];
  char c;
  pipe(p);
  soon(0);
  TRY(read(p[0], &c, 1));
  SHOW(count);
  soon(SA_RESTART);
  pid_t pid = writer(p[1]);
  TRY(read(p[0], &c, 1));
  SHOW(count);
  reap(pid);
}

CASE(write_to_a_full_pipe) {
  int p[2];
  static char b[100000];
  pipe(p);
  soon(0);
  TRY(write(p[1], b, sizeof b));
  soon(0);
  TRY(write(p[1], b, 1));
}

CASE(never_restarted) {
  struct pollfd none = {-1, 0};
  soon(SA_RESTART);
  TRY(poll(&none, 1, 5000));
  soon(SA_RESTART);
  TRY(select(0, NULL, NULL, NULL, &(struct timeval){5, 0}));
  soon(SA_RESTART);
  TRY(pause());
  soon(SA_RESTART);
  int epoll = epoll_create1(0);
  struct epoll_event event;
  TRY(epoll_wait(epoll, &event, 1, 5000));
  sigset_t set;
  sigemptyset(&set);
  soon(SA_RESTART);
  TRY(sigsuspend(&set));
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  soon(SA_RESTART);
  TRY(sigtimedwait(&set, NULL, &(struct timespec){5, 0}));
}

CASE(nanosleep_tells_the_rest) {
  struct timespec rest = {};
  soon(SA_RESTART);
  TRY(nanosleep(&(struct timespec){5, 0}, &rest));
  YES(rest.tv_sec == 4 && rest.tv_nsec > 800000000);
  soon(0);
  ERR(clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){5, 0}, &rest));
  YES(rest.tv_sec == 4);
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += 5;
  rest.tv_sec = -1;
  soon(SA_RESTART);
  ERR(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, &rest));
  SHOW(rest.tv_sec);
}

CASE(wait_for_a_child) {
  pid_t pid;
  CHILD(pid) sleep_ms(150);
  soon(0);
  TRY(waitpid(pid, NULL, 0));
  soon(SA_RESTART);
  OK(waitpid(pid, NULL, 0));
  SHOW(count);
}

CASE(ignored_signals_do_not_interrupt) {
  int p[2];
  char c;
  pipe(p);
  pid_t pid, parent = getpid();
  CHILD(pid) {
    sleep_ms(30);
    kill(parent, SIGWINCH);
    kill(parent, SIGURG);
    sleep_ms(30);
    write(p[1], "x", 1);
  }
  TRY(read(p[0], &c, 1));
  reap(pid);
}

CASE(stop_and_continue_resume) {
  int p[2];
  char c;
  pipe(p);
  pid_t pid;
  CHILD(pid) {
    TRY(read(p[0], &c, 1));
    struct timespec rest;
    TRY(nanosleep(&(struct timespec){0, 100000000}, &rest));
  }
  sleep_ms(30);
  kill(pid, SIGSTOP);
  waitpid(pid, NULL, WUNTRACED);
  kill(pid, SIGCONT);
  sleep_ms(30);
  write(p[1], "x", 1);
  sleep_ms(30);
  kill(pid, SIGSTOP);
  waitpid(pid, NULL, WUNTRACED);
  kill(pid, SIGCONT);
  reap(pid);
}

CASE(sockets_and_semaphores) {
  int s[2];
  char c;
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  soon(0);
  TRY(recv(s[0], &c, 1, 0));
  soon(SA_RESTART);
  pid_t pid = writer(s[1]);
  TRY(recv(s[0], &c, 1, 0));
  SHOW(count);
  reap(pid);
  sem_t sem;
  sem_init(&sem, 0, 0);
  soon(0);
  TRY(sem_wait(&sem));
  struct timeval limit = {1, 0};
  setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  soon(SA_RESTART);
  TRY(recv(s[0], &c, 1, 0));
}
