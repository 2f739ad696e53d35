// Handlers: arguments, mask during the handler, SA_NODEFER, SA_RESETHAND, nesting, order of delivery. sigaction(2)
#include "check.h"

static volatile int depth, count;
static void nested(int sig) {
  depth++;
  printf("enter %s depth %d\n", strsignal(sig), depth);
  if (++count < 3) raise(sig);
  printf("leave depth %d\n", depth);
  depth--;
}
static void plain(int sig) { printf("got %d\n", sig); }
static void info(int sig, siginfo_t *si, void *uc) {
  printf("sig %d code %d pid %d uid %d context %d\n", sig, si->si_code, si->si_pid == getpid(), si->si_uid == getuid(), uc != 0);
}

CASE(all) {
  setvbuf(stdout, 0, _IONBF, 0);
  struct sigaction sa = {.sa_handler = nested};
  sigaction(SIGUSR1, &sa, 0);
  raise(SIGUSR1);
  count = 0;
  sa.sa_flags = SA_NODEFER;
  sigaction(SIGUSR1, &sa, 0);
  raise(SIGUSR1);
  sa.sa_handler = plain;
  sa.sa_flags = SA_RESETHAND;
  sigaction(SIGUSR2, &sa, 0);
  raise(SIGUSR2);
  struct sigaction old;
  sigaction(SIGUSR2, 0, &old);
  printf("reset: %d\n", old.sa_handler == SIG_DFL);
  sa.sa_sigaction = info;
  sa.sa_flags = SA_SIGINFO;
  sigaction(SIGTERM, &sa, 0);
  kill(getpid(), SIGTERM);
  raise(SIGTERM);
  union sigval v = {.sival_int = 77};
  sigqueue(getpid(), SIGTERM, v);
  sa.sa_handler = plain;
  sa.sa_flags = 0;
  int sigs[] = {SIGHUP, SIGUSR2, SIGCHLD, SIGRTMIN + 1, SIGRTMIN};
  sigset_t all, before, pending;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  for (int i = 0; i < 5; i++) {
    sigaction(sigs[i], &sa, 0);
    raise(sigs[i]);
    raise(sigs[i]);
  }
  sigpending(&pending);
  for (int i = 1; i <= 64; i++)
    if (sigismember(&pending, i) == 1) printf("pending %d\n", i);
  sigprocmask(SIG_SETMASK, &before, 0);
  sigpending(&pending);
  printf("left %d\n", sigismember(&pending, SIGHUP));
  printf("bad: %d %d %d\n", sigaction(SIGKILL, &sa, 0), sigaction(65, &sa, 0), sigaction(SIGSTOP, &sa, 0));
  }
