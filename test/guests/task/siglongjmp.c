// Leaving handlers by siglongjmp keeps mask and floating-point state right; FPU registers survive a handler. sigsetjmp(3)
#include "check.h"
#include <math.h>
#include <setjmp.h>

static sigjmp_buf env;
static volatile int n;
static void jump(int s) { siglongjmp(env, ++n); }
static volatile double junk;
static volatile int ticks;
static void tick(int s) {
  long double x = 1.5L;
  for (int i = 0; i < 10; i++) x = x * 1.1L + sqrtl(x);
  junk = (double)x;
  ticks++;
}

CASE(all) {
  sigset_t mask;
  signal(SIGUSR1, jump);
  if (sigsetjmp(env, 1) < 3) raise(SIGUSR1);
  sigprocmask(SIG_BLOCK, 0, &mask);
  printf("jumps %d blocked %d\n", n, sigismember(&mask, SIGUSR1));
  signal(SIGALRM, tick);
  struct itimerval it = {{0, 2000}, {0, 2000}};
  setitimer(ITIMER_REAL, &it, 0);
  double d = 0;
  long double ld = 0;
  unsigned long h = 1;
  while (ticks < 20) {
    d = 0;
    ld = 0;
    h = 1;
    for (int i = 1; i < 20000; i++) {
      d += 1.0 / i;
      ld += 1.0L / i;
      h = h * 6364136223846793005ul + i;
    }
  }
  printf("%.17g %.20Lg %lx\n", d, ld, h);
  }
