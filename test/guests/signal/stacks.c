// Alternate signal stacks, overflow of the main stack, jumping out of handlers. sigaltstack(2)
#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>
#include "check.h"

static char area[131072];
static sigjmp_buf back;

static bool inside(void *p) {
  return (char *)p >= area && (char *)p < area + sizeof area;
}

static void where(int sig) {
  char local;
  stack_t now;
  sigaltstack(NULL, &now);
  say("%s on alternate %s flags %d", signal_name(sig), inside(&local) ? "yes" : "no", now.ss_flags);
}

static void install(int sig, void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigaction(sig, &action, NULL);
}

CASE(used_when_asked_for) {
  stack_t stack = {.ss_sp = area, .ss_size = sizeof area}, old;
  TRY(sigaltstack(NULL, &old));
  SHOW(old.ss_flags);
  TRY(sigaltstack(&stack, NULL));
  install(SIGUSR1, where, SA_ONSTACK);
  install(SIGUSR2, where, 0);
  raise(SIGUSR1);
  raise(SIGUSR2);
  TRY(sigaltstack(NULL, &old));
  YES(old.ss_sp == area && old.ss_size == sizeof area);
  stack.ss_flags = SS_DISABLE;
  TRY(sigaltstack(&stack, NULL));
  raise(SIGUSR1);
}

static void changes(int sig) {
  stack_t stack = {.ss_sp = area, .ss_size = sizeof area, .ss_flags = 0};
  TRY(sigaltstack(&stack, NULL));
}

CASE(errors) {
  stack_t stack = {.ss_sp = area, .ss_size = 100};
  TRY(sigaltstack(&stack, NULL));
  stack = (stack_t){.ss_sp = area, .ss_size = sizeof area, .ss_flags = 99};
  TRY(sigaltstack(&stack, NULL));
  TRY(sigaltstack((void *)8, NULL));
  stack.ss_flags = 0;
  TRY(sigaltstack(&stack, NULL));
  install(SIGUSR1, changes, SA_ONSTACK);
  raise(SIGUSR1);
}

static void overflowed(int sig, siginfo_t *info, void *context) {
  char local;
  say("%s code %d alternate %s", signal_name(sig), info->si_code, inside(&local) ? "yes" : "no");
  siglongjmp(back, 1);
}

static int recurse(int n) {
  volatile char frame[2000];
  frame[n % 2000] = n;
  return recurse(n + 1) + frame[n % 2000];
}

CASE(overflow_is_caught) {
  setrlimit(RLIMIT_STACK, &(struct rlimit){1 << 20, RLIM_INFINITY});
  stack_t stack = {.ss_sp = area, .ss_size = sizeof area};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = overflowed, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, NULL);
  for (int i = 0; i < 2; i++)
    if (!sigsetjmp(back, 1)) recurse(1);
  say("twice");
}

CASE(overflow_without_alternate_kills) {
  setrlimit(RLIMIT_STACK, &(struct rlimit){1 << 20, RLIM_INFINITY});
  pid_t pid;
  CHILD(pid) {
    struct sigaction action = {.sa_sigaction = overflowed, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, NULL);
    recurse(1);
  }
  reap(pid);
}

static void jumps(int sig) {
  siglongjmp(back, sig);
}

CASE(jump_restores_the_mask) {
  install(SIGUSR1, jumps, 0);
  for (int i = 0; i < 3; i++) {
    int value = sigsetjmp(back, 1);
    if (value == 0) raise(SIGUSR1);
    sigset_t set;
    sigprocmask(SIG_BLOCK, NULL, &set);
    say("value %d blocked %d", value == SIGUSR1, sigismember(&set, SIGUSR1));
  }
  if (sigsetjmp(back, 0) == 0) raise(SIGUSR1);
  sigset_t set;
  sigprocmask(SIG_BLOCK, NULL, &set);
  SHOW(sigismember(&set, SIGUSR1));
}

static ucontext_t first, second;
static char context_stack[65536];
static int step;

static void coroutine(int a, int b) {
  say("coroutine %d %d step %d", a, b, step++);
  swapcontext(&second, &first);
  say("coroutine again step %d", step++);
}

CASE(contexts) {
  getcontext(&second);
  second.uc_stack.ss_sp = context_stack;
  second.uc_stack.ss_size = sizeof context_stack;
  second.uc_link = &first;
  makecontext(&second, (void (*)(void))coroutine, 2, 7, 8);
  swapcontext(&first, &second);
  say("main step %d", step++);
  swapcontext(&first, &second);
  say("main end step %d", step);
}

CASE(autodisarm) {
  stack_t stack = {.ss_sp = area, .ss_size = sizeof area, .ss_flags = (int)(1U << 31)}, old;
  TRY(sigaltstack(&stack, NULL));
  install(SIGUSR1, where, SA_ONSTACK);
  raise(SIGUSR1);
  TRY(sigaltstack(NULL, &old));
  HEX((unsigned)old.ss_flags);
}
