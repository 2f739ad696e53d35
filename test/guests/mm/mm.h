// What the memory tests share: anonymous mappings in pages, and touching a byte that may fault.
#include "check.h"
#include <setjmp.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)

__attribute__((unused)) static char *map(size_t pages, int prot, int flags) {
  return mmap(NULL, pages * PAGE, prot, flags | MAP_ANONYMOUS, -1, 0);
}

static sigjmp_buf fault_exit;
static siginfo_t fault_info;

static void on_fault(int sig, siginfo_t *info, void *context) {
  (void)sig, (void)context;
  fault_info = *info;
  siglongjmp(fault_exit, 1);
}

__attribute__((unused)) static void catch_faults(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
}

// Runs the statement; says whether it faulted, how, and where relative to base.
#define ATTEMPT(what, base, statement)                                                             \
  do {                                                                                             \
    if (sigsetjmp(fault_exit, 1) == 0) {                                                           \
      statement;                                                                                   \
      say("%s: ok", what);                                                                         \
    } else                                                                                         \
      say("%s: %s code %d at %+ld", what, signal_name(fault_info.si_signo), fault_info.si_code,    \
          (long)((char *)fault_info.si_addr - (char *)(base)));                                    \
  } while (0)

#define READ(what, p, base) ATTEMPT(what, base, (void)*(volatile char *)(p))
#define WRITE(what, p, base) ATTEMPT(what, base, *(volatile char *)(p) = 'x')
