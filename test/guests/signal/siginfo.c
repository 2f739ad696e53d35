// What siginfo says for every way a signal comes about, and faults to the byte. sigaction(2)
#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>
#include "check.h"

static sigjmp_buf back;
static siginfo_t last;
static volatile uintptr_t base;

static void keep(int sig, siginfo_t *info, void *context) {
  last = *info;
  ucontext_t *u = context;
  if (sig == SIGSEGV || sig == SIGBUS)
    say("%s code %d address base%+ld err %lld", signal_name(sig), info->si_code, (long)((uintptr_t)info->si_addr - base),
        u->uc_mcontext.gregs[REG_ERR] & 0x17);
  siglongjmp(back, 1);
}

static void stay(int sig, siginfo_t *info, void *context) {
  last = *info;
}

static void handle(int sig, void (*handler)(int, siginfo_t *, void *)) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(sig, &action, NULL);
}

CASE(from_kill_tgkill_sigqueue) {
  handle(SIGUSR1, stay);
  kill(getpid(), SIGUSR1);
  say("code %d pid %d uid %d", last.si_code, last.si_pid == getpid(), last.si_uid);
  raise(SIGUSR1);
  say("code %d pid %d", last.si_code, last.si_pid == getpid());
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = -77});
  say("code %d pid %d value %d", last.si_code, last.si_pid == getpid(), last.si_value.sival_int);
  alarm(0);
  handle(SIGALRM, stay);
  ualarm(1000, 0);
  pause();
  say("code %d", last.si_code);
}

CASE(own_codes) {
  handle(SIGUSR1, stay);
  siginfo_t info = {.si_code = -50};
  info.si_value.sival_int = 5;
  TRY(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &info));
  SHOW(last.si_code);
  info.si_code = 0;
  TRY(syscall(SYS_rt_sigqueueinfo, getppid(), SIGCONT, &info));
  info.si_code = SI_TKILL;
  TRY(syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGUSR1, &info));
  SHOW(last.si_code);
  TRY(syscall(SYS_tgkill, getpid(), gettid(), 0));
  TRY(syscall(SYS_tgkill, getppid(), gettid(), 0));
  TRY(syscall(SYS_tgkill, 0, gettid(), 0));
  TRY(syscall(SYS_tkill, gettid(), SIGUSR1));
}

CASE(child_events) {
  struct sigaction action = {.sa_sigaction = stay, .sa_flags = SA_SIGINFO};
  sigset_t set, none;
  sigemptyset(&none);
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  sigaction(SIGCHLD, &action, NULL);
  pid_t pid;
  int p[2];
  pipe(p);
  CHILD(pid) {
    raise(SIGSTOP);
    char c;
    read(p[0], &c, 1);
    _exit(17);
  }
  sigsuspend(&none);
  say("code %d status %d pid %d", last.si_code, last.si_status, last.si_pid == pid);
  kill(pid, SIGCONT);
  sigsuspend(&none);
  say("code %d status %d", last.si_code, last.si_status);
  write(p[1], "", 1);
  sigsuspend(&none);
  say("code %d status %d", last.si_code, last.si_status);
  waitpid(pid, NULL, 0);
  CHILD(pid) raise(SIGTERM);
  sigsuspend(&none);
  say("code %d status %d", last.si_code, last.si_status);
  waitpid(pid, NULL, 0);
  action.sa_flags |= SA_NOCLDSTOP;
  sigaction(SIGCHLD, &action, NULL);
  last.si_code = 0;
  CHILD(pid) raise(SIGSTOP);
  waitpid(pid, NULL, WUNTRACED);
  sigpending(&set);
  SHOW(sigismember(&set, SIGCHLD));
  kill(pid, SIGKILL);
  reap(pid);
}

CASE(segv_unmapped) {
  handle(SIGSEGV, keep);
  base = 0;
  if (!sigsetjmp(back, 1)) *(volatile int *)16;
  if (!sigsetjmp(back, 1)) *(volatile int *)24 = 1;
  base = 0x7000000000;
  if (!sigsetjmp(back, 1)) *(volatile char *)(base + 123) = 1;
}

CASE(segv_protection) {
  handle(SIGSEGV, keep);
  char *p = mmap(NULL, 3 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  base = (uintptr_t)p;
  if (!sigsetjmp(back, 1)) p[5] = 1;
  mprotect(p + 4096, 4096, PROT_NONE);
  if (!sigsetjmp(back, 1)) SHOW(p[4100]);
  if (!sigsetjmp(back, 1)) SHOW(*(volatile long *)(p + 4092));
  munmap(p + 8192, 4096);
  if (!sigsetjmp(back, 1)) SHOW(p[8192]);
  if (!sigsetjmp(back, 1)) ((void (*)(void))p)();
}

CASE(bus_beyond_the_file) {
  handle(SIGBUS, keep);
  handle(SIGSEGV, keep);
  make_file("f", "short");
  int fd = open("f", O_RDWR);
  char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  base = (uintptr_t)p;
  if (!sigsetjmp(back, 1)) say("in page: %d", p[4000]);
  if (!sigsetjmp(back, 1)) SHOW(p[4096]);
  if (!sigsetjmp(back, 1)) p[5000] = 1;
  ftruncate(fd, 0);
  if (!sigsetjmp(back, 1)) SHOW(p[0]);
}

CASE(non_canonical) {
  handle(SIGSEGV, keep);
  handle(SIGBUS, keep);
  base = 0;
  if (!sigsetjmp(back, 1)) *(volatile char *)0x8000000000000000;
  say("code %d address %p", last.si_code, last.si_addr);
}

static void arithmetic(int sig, siginfo_t *info, void *context) {
  say("%s code %d", signal_name(sig), info->si_code);
  siglongjmp(back, 1);
}

CASE(fpe_ill_trap) {
  handle(SIGFPE, arithmetic);
  handle(SIGILL, arithmetic);
  handle(SIGTRAP, arithmetic);
  handle(SIGSEGV, arithmetic);
  volatile int zero = 0, one = 1, least = INT_MIN, minus = -1;
  if (!sigsetjmp(back, 1)) SHOW(one / zero);
  if (!sigsetjmp(back, 1)) SHOW(least / minus);
  if (!sigsetjmp(back, 1)) __builtin_trap();
  if (!sigsetjmp(back, 1)) __asm__ volatile("int3");
  if (!sigsetjmp(back, 1)) __asm__ volatile("hlt");
  if (!sigsetjmp(back, 1)) __asm__ volatile("int $0x42");
}

static void advances(int sig, siginfo_t *info, void *context) {
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] = 42;
}

CASE(context_is_writable) {
  handle(SIGILL, advances);
  long value;
  __asm__ volatile("ud2" : "=a"(value) : "a"(1));
  SHOW(value);
}

static void unblocks(int sig, siginfo_t *info, void *context) {
  sigset_t *mask = &((ucontext_t *)context)->uc_sigmask;
  SHOW(sigismember(mask, SIGUSR2));
  sigaddset(mask, SIGUSR2);
}

CASE(mask_of_the_context) {
  handle(SIGUSR1, unblocks);
  raise(SIGUSR1);
  sigset_t set;
  sigprocmask(SIG_BLOCK, NULL, &set);
  SHOW(sigismember(&set, SIGUSR2));
  SHOW(sigismember(&set, SIGUSR1));
}
