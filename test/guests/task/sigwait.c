// Waiting for signals: sigwait, sigtimedwait, sigsuspend, sigqueue values and order of real-time signals. sigtimedwait(2)
#include "check.h"

static volatile int got;
static void handler(int s) { got = s; }

CASE(all) {
  setvbuf(stdout, 0, _IONBF, 0);
  sigset_t set, old, empty;
  sigemptyset(&empty);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGCHLD);
  for (int i = 0; i < 3; i++) sigaddset(&set, SIGRTMIN + i);
  sigprocmask(SIG_BLOCK, &set, &old);
  siginfo_t si;
  struct timespec none = {0, 0}, some = {0, 20000000};
  printf("empty %d %d\n", sigtimedwait(&set, &si, &none), errno == EAGAIN);
  printf("timeout %d %d\n", sigtimedwait(&set, &si, &some), errno == EAGAIN);
  int order[] = {2, 0, 1, 0, 2};
  for (int i = 0; i < 5; i++) sigqueue(getpid(), SIGRTMIN + order[i], (union sigval){.sival_int = i});
  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGUSR1);
  int sig;
  while ((sig = sigtimedwait(&set, &si, &none)) > 0)
    printf("sig %d code %d value %d\n", sig >= SIGRTMIN ? sig - SIGRTMIN : -sig, si.si_code, sig >= SIGRTMIN ? si.si_value.sival_int : 0);
  pid_t pid = fork();
  if (!pid) _exit(6);
  sigwait(&set, &sig);
  printf("sigwait chld %d\n", sig == SIGCHLD);
  waitpid(pid, 0, 0);
  pid = fork();
  if (!pid) {
    usleep(30000);
    kill(getppid(), SIGUSR1);
    _exit(0);
  }
  sigdelset(&set, SIGCHLD);
  sig = sigwaitinfo(&set, &si);
  printf("info %d pid %d\n", sig == SIGUSR1, si.si_pid == pid);
  waitpid(pid, 0, 0);
  signal(SIGUSR1, handler);
  raise(SIGUSR1);
  printf("held %d\n", got);
  int r = sigsuspend(&empty);
  printf("suspend %d %d got %d\n", r, errno == EINTR, got == SIGUSR1);
  sigprocmask(SIG_BLOCK, 0, &set);
  printf("mask back %d\n", sigismember(&set, SIGUSR1));
  }
