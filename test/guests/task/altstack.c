// Alternate signal stack: a handler that runs on it after a stack overflow; nested queries; SS_DISABLE. sigaltstack(2)
#include "check.h"
#include <setjmp.h>

static sigjmp_buf env;
static char *stack;
static size_t size = 65536;
static void on_stack(const char *where) {
  stack_t ss;
  char here;
  sigaltstack(0, &ss);
  printf("%s: flags %d inside %d\n", where, ss.ss_flags, &here >= stack && &here < stack + size);
}
static void overflow(int sig) {
  on_stack("overflow");
  stack_t ss = {.ss_sp = stack, .ss_size = size};
  int r = sigaltstack(&ss, 0);
  printf("change while on it: %d %d\n", r, errno == EPERM);
  siglongjmp(env, 1);
}
static void usr(int sig) { on_stack("usr"); }
static int recurse(int n) {
  volatile char buf[4096];
  memset((char *)buf, n, sizeof buf);
  return recurse(n + 1) + buf[n % 4096];
}

CASE(all) {
  setvbuf(stdout, 0, _IONBF, 0);
  struct rlimit r = {1 << 20, RLIM_INFINITY};
  setrlimit(RLIMIT_STACK, &r);
  on_stack("before");
  stack = malloc(size);
  stack_t ss = {.ss_sp = stack, .ss_size = 1024};
  printf("small: %d %d\n", sigaltstack(&ss, 0), errno == ENOMEM);
  ss.ss_size = size;
  printf("set: %d\n", sigaltstack(&ss, 0));
  struct sigaction sa = {.sa_handler = overflow, .sa_flags = SA_ONSTACK};
  sigaction(SIGSEGV, &sa, 0);
  if (!sigsetjmp(env, 1)) recurse(0);
  on_stack("after");
  if (!sigsetjmp(env, 1)) recurse(0);
  sa.sa_handler = usr;
  sigaction(SIGUSR1, &sa, 0);
  raise(SIGUSR1);
  sa.sa_flags = 0;
  sigaction(SIGUSR1, &sa, 0);
  raise(SIGUSR1);
  ss.ss_flags = SS_DISABLE;
  printf("disable: %d\n", sigaltstack(&ss, 0));
  sa.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR1, &sa, 0);
  raise(SIGUSR1);
  }
