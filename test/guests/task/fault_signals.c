// Faults become signals with the right code and address, and kill when unhandled. sigaction(2)
#include "check.h"
#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>

static sigjmp_buf env;
static char *base;
static void handler(int sig, siginfo_t *si, void *ctx) {
  ucontext_t *uc = ctx;
  greg_t *r = uc->uc_mcontext.gregs;
  printf("sig %d code %d", sig, si->si_code);
  if (sig == SIGSEGV && si->si_code > 0 && si->si_code < 3)
    printf(" addr %ld err %lld trap %lld cr2 %d", (char *)si->si_addr - base, r[REG_ERR], r[REG_TRAPNO], (char *)r[REG_CR2] == si->si_addr);
  if (sig == SIGFPE || sig == SIGILL) printf(" at rip %d trap %lld", si->si_addr == (void *)r[REG_RIP], r[REG_TRAPNO]);
  printf("\n");
  siglongjmp(env, 1);
}

#define ATTEMPT(what) \
  do { \
    printf("%s: ", #what); \
    fflush(stdout); \
    if (!sigsetjmp(env, 1)) { \
      what; \
      printf("survived\n"); \
    } \
  } while (0)

static void child(void (*f)(void)) {
  pid_t pid = fork();
  int status;
  if (!pid) {
    f();
    _exit(0);
  }
  waitpid(pid, &status, 0);
  printf("child: %s %d\n", WIFSIGNALED(status) ? "signal" : "exit", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}
static void null_write(void) { signal(SIGSEGV, SIG_DFL); *(volatile int *)0 = 1; }
static void ignored(void) { signal(SIGSEGV, SIG_IGN); *(volatile int *)0 = 1; }
static void blocked(void) {
  sigset_t s;
  sigfillset(&s);
  sigprocmask(SIG_SETMASK, &s, 0);
  *(volatile int *)0 = 1;
}
static void aborts(void) { __builtin_trap(); }

CASE(all) {
  setvbuf(stdout, 0, _IONBF, 0);
  struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &sa, 0);
  sigaction(SIGFPE, &sa, 0);
  sigaction(SIGILL, &sa, 0);
  sigaction(SIGTRAP, &sa, 0);
  sigaction(SIGBUS, &sa, 0);
  base = mmap(0, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(base + 4096, 4096, PROT_READ);
  munmap(base + 8192, 4096);
  volatile int zero = 0, one = 1;
  ATTEMPT(*(volatile char *)(base + 10) = 1);
  ATTEMPT(*(volatile char *)(base + 4096 + 5) = 1);
  ATTEMPT((void)*(volatile char *)(base + 4096 + 5));
  ATTEMPT((void)*(volatile char *)(base + 8192 + 7));
  ATTEMPT(*(volatile char *)(base + 8192 + 7) = 1);
  ATTEMPT(*(volatile int *)(base + 8192 - 2) = 1);
  ATTEMPT(((void (*)(void))(base))());
  ATTEMPT(one = one / zero);
  ATTEMPT(__asm__ volatile("idivl %0" ::"r"(zero), "a"(1), "d"(0)));
  ATTEMPT(__asm__ volatile("ud2"));
  ATTEMPT(__asm__ volatile("int3"));
  ATTEMPT(__asm__ volatile("hlt"));
  ATTEMPT(*(volatile int *)0x8000000000000000ul = 1);
  child(null_write);
  child(ignored);
  child(blocked);
  signal(SIGILL, SIG_DFL);
  child(aborts);
  }
