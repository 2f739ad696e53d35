// sigaction: handlers, flags, what cannot be changed, legacy signal(). sigaction(2)
#include "check.h"

static volatile int count;

static void counts(int sig) {
  count++;
  say("handler %s", signal_name(sig));
}

static void install(int sig, void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  if (sigaction(sig, &action, NULL) < 0) say("sigaction: %s", errno_name(errno));
}

CASE(handler_runs) {
  install(SIGUSR1, counts, 0);
  TRY(raise(SIGUSR1));
  TRY(kill(getpid(), SIGUSR1));
  SHOW(count);
}

CASE(errors) {
  struct sigaction action = {.sa_handler = counts}, old;
  TRY(sigaction(SIGKILL, &action, NULL));
  TRY(sigaction(SIGSTOP, &action, NULL));
  TRY(sigaction(SIGKILL, NULL, &old));
  TRY(sigaction(0, &action, NULL));
  TRY(sigaction(65, &action, NULL));
  TRY(sigaction(64, &action, NULL));
  TRY(syscall(SYS_rt_sigaction, SIGUSR1, &action, NULL, 4));
  TRY(syscall(SYS_rt_sigaction, SIGUSR1, 8, NULL, 8));
  TRY(raise(0));
  TRY(raise(65));
  TRY(kill(99999999, 0));
  TRY(kill(getpid(), 100));
}

CASE(old_action_is_given) {
  struct sigaction old;
  install(SIGUSR1, counts, SA_RESTART | SA_NODEFER);
  TRY(sigaction(SIGUSR1, NULL, &old));
  YES(old.sa_handler == counts);
  HEX(old.sa_flags & ~0x04000000);
  YES(signal(SIGUSR1, SIG_IGN) == counts);
  YES(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
}

CASE(reset_after_one) {
  install(SIGUSR1, counts, SA_RESETHAND);
  pid_t pid;
  CHILD(pid) {
    raise(SIGUSR1);
    raise(SIGUSR1);
  }
  reap(pid);
}

static int depth;

static void nests(int sig) {
  int level = ++depth;
  say("enter %d", level);
  if (level < 3) raise(sig);
  say("leave %d", level);
}

CASE(deferred_or_nested) {
  install(SIGUSR1, nests, 0);
  raise(SIGUSR1);
  depth = 0;
  install(SIGUSR1, nests, SA_NODEFER);
  raise(SIGUSR1);
}

static void outer(int sig) {
  say("outer in");
  raise(SIGUSR2);
  say("outer out");
}

CASE(mask_of_the_handler) {
  struct sigaction action = {.sa_handler = outer};
  install(SIGUSR2, counts, 0);
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  sigaddset(&action.sa_mask, SIGUSR2);
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
}

CASE(defaults) {
  int ignored[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};
  for (int i = 0; i < 4; i++) raise(ignored[i]);
  int fatal[] = {SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGPIPE, SIGALRM, SIGXCPU,
                 SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSYS, SIGSTKFLT, SIGRTMIN, SIGRTMAX};
  for (int i = 0; i < (int)(sizeof fatal / sizeof *fatal); i++) {
    pid_t pid;
    CHILD(pid) raise(fatal[i]);
    reap(pid);
  }
}

CASE(all_signals_reach_handlers) {
  for (int sig = 1; sig <= 64; sig++) {
    if (sig == SIGKILL || sig == SIGSTOP || sig == 32 || sig == 33) continue;
    install(sig, counts, 0);
    raise(sig);
  }
  SHOW(count);
}

static void errno_changes(int sig) {
  errno = EXDEV;
}

CASE(registers_survive) {
  install(SIGUSR2, errno_changes, SA_RESTART);
  pid_t parent = getpid(), pid;
  CHILD(pid) {
    for (int i = 0; i < 50; i++) {
      kill(parent, SIGUSR2);
      sched_yield();
    }
  }
  double x = 1;
  unsigned long a = 1, b = 2, c = 3, d = 4, e = 5;
  for (long i = 0; i < 2000000; i++) {
    a = a * 6364136223846793005 + 1442695040888963407;
    b ^= a >> 7;
    c += b * 3;
    d = (d << 5 | d >> 59) + c;
    e += d ^ a;
    x = x * 1.0000001 + 0.5;
  }
  HEX(a ^ b ^ c ^ d ^ e);
  say("%.6f", x);
  reap(pid);
}
