// Interrupted system calls: SA_RESTART or EINTR by call, partial results, restart after stop and continue. signal(7)
#include "check.h"
#include <poll.h>

static volatile int hits;
static void handler(int sig) { hits++; }
static void set(int flags) {
  struct sigaction sa = {.sa_handler = handler, .sa_flags = flags};
  sigaction(SIGUSR1, &sa, 0);
}
static pid_t poker(int signals, int then, int fd) {
  pid_t parent = getpid(), pid = fork();
  if (pid) return pid;
  for (int i = 0; i < signals; i++) {
    usleep(20000);
    kill(parent, SIGUSR1);
  }
  usleep(20000);
  if (then) write(fd, "data", 4);
  _exit(0);
}

CASE(all) {
  setvbuf(stdout, 0, _IONBF, 0);
  int p[2];
  char buf[16];
  pipe(p);
  set(SA_RESTART);
  pid_t pid = poker(2, 1, p[1]);
  int n = read(p[0], buf, sizeof buf);
  // A busy machine may merge the two signals.
  printf("restart: read %d hit %d\n", n, hits > 0);
  waitpid(pid, 0, 0);
  set(0);
  hits = 0;
  pid = poker(1, 0, p[1]);
  n = read(p[0], buf, sizeof buf);
  printf("no restart: read %d eintr %d hits %d\n", n, errno == EINTR, hits);
  while (waitpid(pid, 0, 0) < 0 && errno == EINTR) {}
  set(SA_RESTART);
  hits = 0;
  pid = poker(1, 0, p[1]);
  struct pollfd pf = {p[0], POLLIN, 0};
  n = poll(&pf, 1, 5000);
  printf("poll: %d eintr %d hits %d\n", n, errno == EINTR, hits);
  waitpid(pid, 0, 0);
  hits = 0;
  pid = poker(1, 0, p[1]);
  struct timespec ts = {5, 0}, rem = {0, 0};
  n = nanosleep(&ts, &rem);
  printf("nanosleep: %d eintr %d left %d\n", n, errno == EINTR, rem.tv_sec == 4);
  waitpid(pid, 0, 0);
  hits = 0;
  pid = poker(1, 0, p[1]);
  n = pause();
  printf("pause: %d eintr %d hits %d\n", n, errno == EINTR, hits);
  waitpid(pid, 0, 0);
  // An ignored signal interrupts nothing.
  signal(SIGUSR1, SIG_IGN);
  pid = poker(2, 1, p[1]);
  n = read(p[0], buf, sizeof buf);
  printf("ignored: read %d\n", n);
  waitpid(pid, 0, 0);
  // wait restarts, too
  set(SA_RESTART);
  hits = 0;
  pid = poker(2, 0, p[1]);
  int status;
  n = waitpid(pid, &status, 0);
  printf("wait: %d hit %d\n", n == pid, hits > 0);
  // A sleeping child stopped and continued sleeps on.
  pid = fork();
  if (!pid) {
    struct timespec t0, t1, d = {0, 200000000};
    clock_gettime(CLOCK_MONOTONIC, &t0);
    int r = nanosleep(&d, 0);
    clock_gettime(CLOCK_MONOTONIC, &t1);
    long ms = (t1.tv_sec - t0.tv_sec) * 1000 + (t1.tv_nsec - t0.tv_nsec) / 1000000;
    _exit(r == 0 && ms >= 200 ? 9 : 1);
  }
  usleep(50000);
  kill(pid, SIGSTOP);
  waitpid(pid, &status, WUNTRACED);
  printf("stopped %d by %d\n", WIFSTOPPED(status), WSTOPSIG(status) == SIGSTOP);
  kill(pid, SIGCONT);
  waitpid(pid, &status, 0);
  printf("slept on: %d\n", WEXITSTATUS(status));
  }
