// Masks, pending signals, queues of real-time signals and the order of delivery. sigprocmask(2), signal(7)
#include "check.h"

static int order[64], length;

static void note(int sig, siginfo_t *info, void *context) {
  order[length++] = sig * 1000 + info->si_value.sival_int;
}

static void handle(int sig) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  sigfillset(&action.sa_mask);
  sigaction(sig, &action, NULL);
}

static void block_all(void) {
  sigset_t set;
  sigfillset(&set);
  sigprocmask(SIG_SETMASK, &set, NULL);
}

static void unblock_all(void) {
  sigset_t set;
  sigemptyset(&set);
  sigprocmask(SIG_SETMASK, &set, NULL);
}

static void queue(int sig, int value) {
  if (sigqueue(getpid(), sig, (union sigval){.sival_int = value}) < 0) say("sigqueue: %s", errno_name(errno));
}

CASE(block_and_pending) {
  sigset_t set, old, pending;
  handle(SIGUSR1);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGKILL);
  TRY(sigprocmask(SIG_BLOCK, &set, &old));
  SHOW(sigismember(&old, SIGUSR1));
  TRY(raise(SIGUSR1));
  TRY(raise(SIGUSR1));
  SHOW(length);
  sigpending(&pending);
  SHOW(sigismember(&pending, SIGUSR1));
  SHOW(sigismember(&pending, SIGUSR2));
  sigprocmask(SIG_BLOCK, NULL, &old);
  SHOW(sigismember(&old, SIGKILL));
  TRY(sigprocmask(SIG_UNBLOCK, &set, NULL));
  SHOW(length);
  sigpending(&pending);
  SHOW(sigismember(&pending, SIGUSR1));
  TRY(sigprocmask(77, &set, NULL));
}

CASE(realtime_signals_queue_in_order) {
  handle(SIGRTMIN);
  handle(SIGRTMIN + 1);
  handle(SIGUSR1);
  block_all();
  for (int i = 0; i < 3; i++) {
    queue(SIGRTMIN + 1, i);
    queue(SIGRTMIN, 10 + i);
    queue(SIGUSR1, 20 + i);
  }
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  sigaction(SIGRTMIN, &action, NULL);
  unblock_all();
  for (int i = 0; i < length; i++) SHOW(order[i]);
}

CASE(lower_numbers_first) {
  int signals[] = {SIGTERM, SIGHUP, SIGUSR2, SIGINT, SIGUSR1};
  for (int i = 0; i < 5; i++) handle(signals[i]);
  block_all();
  for (int i = 0; i < 5; i++) raise(signals[i]);
  unblock_all();
  for (int i = 0; i < length; i++) SHOW(order[i]);
}

CASE(ignoring_drops_pending) {
  sigset_t pending;
  block_all();
  raise(SIGUSR1);
  signal(SIGUSR1, SIG_IGN);
  sigpending(&pending);
  SHOW(sigismember(&pending, SIGUSR1));
  signal(SIGUSR1, SIG_DFL);
  raise(SIGCHLD);
  sigpending(&pending);
  SHOW(sigismember(&pending, SIGCHLD));
  unblock_all();
  say("alive");
}

CASE(stop_and_cont_cancel_each_other) {
  sigset_t pending;
  block_all();
  raise(SIGTSTP);
  raise(SIGCONT);
  sigpending(&pending);
  say("TSTP %d CONT %d", sigismember(&pending, SIGTSTP), sigismember(&pending, SIGCONT));
  raise(SIGTTIN);
  sigpending(&pending);
  say("TTIN %d CONT %d", sigismember(&pending, SIGTTIN), sigismember(&pending, SIGCONT));
}

CASE(queue_limit) {
  block_all();
  setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){5, 5});
  setuid(54321);
  int queued = 0;
  while (queued < 100 && sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 1}) == 0) queued++;
  say("%d then %s", queued, errno_name(errno));
  TRY(kill(getpid(), SIGRTMIN));
}

CASE(suspend) {
  sigset_t set;
  handle(SIGUSR1);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGUSR1);
  sigemptyset(&set);
  TRY(sigsuspend(&set));
  SHOW(length);
  sigprocmask(SIG_BLOCK, NULL, &set);
  SHOW(sigismember(&set, SIGUSR1));
}

CASE(suspend_ignores_the_ignored) {
  sigset_t set;
  handle(SIGALRM);
  signal(SIGUSR1, SIG_IGN);
  pid_t parent = getpid(), pid;
  CHILD(pid) {
    kill(parent, SIGUSR1);
    sleep_ms(30);
    kill(parent, SIGALRM);
  }
  sigemptyset(&set);
  TRY(sigsuspend(&set));
  SHOW(length);
  SHOW(order[0] / 1000 == SIGALRM);
  reap(pid);
}
