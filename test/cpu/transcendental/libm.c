// What glibc's libm makes of many long doubles, by functions that use the transcendental instructions of x87 and by others.
// libm COUNT: a struct result for each function and input. With a further word the instructions are traps (libm.test.ts puts INT3 for
// their first byte, so that the second still tells which one it is) and another process executes them: fd 3 asks, fd 4 answers.
#define _GNU_SOURCE
#include <complex.h>
#include <fenv.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

struct result {
  uint8_t value[10]; /* long double */
  uint16_t raised;
  float error; /* in ulps, from the function of _Float128 */
};

struct request {
  uint64_t opcode; /* the byte behind D9 */
  uint8_t fx[512];
};

enum { UNIT = 160 }; /* bytes of an FXSAVE image with the x87 unit */

static void complete(ssize_t (*move)(int, void *, size_t), int fd, void *buffer, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t n = move(fd, (char *)buffer + done, size - done);
    if (n <= 0) _exit(1);
    done += n;
  }
}

static ssize_t put(int fd, void *buffer, size_t size) { return write(fd, buffer, size); }

static void on_trap(int number, siginfo_t *info, void *context) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  void *unit = ((ucontext_t *)context)->uc_mcontext.fpregs;
  struct request request = {.opcode = *(uint8_t *)registers[REG_RIP]};
  (void)number, (void)info;
  memcpy(request.fx, unit, sizeof request.fx);
  complete(put, 3, &request, sizeof request);
  complete(read, 4, unit, UNIT);
  registers[REG_RIP]++;
}

static uint64_t state = 0x9e3779b97f4a7c15;

static uint64_t next(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state;
}

/* One in four points anywhere, the others are moderate. */
static long double input(void) {
  uint64_t bits = next() | 1ull << 63, more = next();
  if (more & 3) return ((more & 4 ? -1 : 1) * (long double)bits * 0x1p-64L) * (1 << (more >> 3 & 7));
  uint16_t top = more >> 16;
  long double value = 0;
  memcpy(&value, &bits, 8);
  memcpy((char *)&value + 8, &top, 2);
  return value;
}

static float error_in_ulps(long double result, _Float128 exact) {
  long double rounded = exact;
  if (isnan(rounded) || isnan(result)) return isnan(rounded) && isnan(result) ? 0 : INFINITY;
  if (isinf(rounded) || isinf(result)) return rounded == result ? 0 : INFINITY;
  return fabsf128(result - exact) / (nextafterl(fabsl(rounded), INFINITY) - fabsl(rounded));
}

static void show(long double value, int raised, _Float128 exact) {
  struct result r = {.raised = raised};
  memcpy(r.value, &value, sizeof r.value);
  r.error = error_in_ulps(value, exact);
  fwrite(&r, sizeof r, 1, stdout);
}

#define SHOW(result, reference)                      \
  {                                                  \
    feclearexcept(FE_ALL_EXCEPT);                    \
    volatile long double value = result;             \
    int raised = fetestexcept(FE_ALL_EXCEPT);        \
    show(value, raised, reference);                  \
  }
#define ONE(name) SHOW(name##l(x), name##f128(x))
#define TWO(name) SHOW(name##l(x, y), name##f128(x, y))
#define PART(part, name) SHOW(part##l(name##l(z)), part##f128(name##f128(w)))

/* The order is that of FUNCTIONS in libm.test.ts. */
static void functions(long double x, long double y) {
  long double complex z = CMPLXL(x, y);
  _Complex _Float128 w = CMPLXF128(x, y);
  ONE(acos) ONE(acosh) ONE(asin) ONE(asinh) ONE(atan) ONE(atanh) ONE(cbrt) ONE(cos) ONE(cosh) ONE(erf) ONE(erfc) ONE(exp)
  ONE(exp10) ONE(exp2) ONE(expm1) ONE(j0) ONE(j1) ONE(lgamma) ONE(log) ONE(log10) ONE(log1p) ONE(log2) ONE(sin) ONE(sinh)
  ONE(tan) ONE(tanh) ONE(tgamma) ONE(y0) ONE(y1) TWO(atan2) TWO(hypot) TWO(pow)
  PART(creal, cexp) PART(cimag, clog) PART(creal, clog) PART(creal, csinh) PART(creal, catan) PART(cimag, csqrt)
}

int main(int count, char **words) {
  struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
  if (count > 2) sigaction(SIGTRAP, &action, 0);
  for (int n = atoi(words[1]); n > 0; n--) {
    long double x = input();
    functions(x, input());
  }
  return 0;
}
