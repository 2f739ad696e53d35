// libm and the floating-point environment: results to the bit, rounding modes, exceptions. fenv(3), math_error(7)
#include <complex.h>
#include <fenv.h>
#include <math.h>
#include "check.h"

static volatile double zero = 0, one = 1, three = 3, huge = 1e308;

CASE(functions) {
  double xs[] = {0.1, 0.5, 1, 2, 10, 100.5, -0.7, 1e-5};
  for (int i = 0; i < 8; i++) {
    volatile double x = xs[i];
    say("%g: %a %a %a %a", x, sin(x), cos(x), tan(x), atan(x));
    say("   %a %a %a %a", exp(x), log(fabs(x)), sqrt(fabs(x)), cbrt(x));
    say("   %a %a %a %a", sinh(x), tanh(x), tgamma(x), erf(x));
    say("   %a %a %a %a", pow(fabs(x), 1.7), hypot(x, 3), fmod(x, 0.3), remainder(x, 0.3));
  }
}

CASE(floats_and_long_doubles) {
  volatile float f = 0.3f;
  volatile long double l = 0.3L;
  say("%a %a %a %a", sinf(f), expf(f), logf(f), powf(f, 2.5f));
  say("%La %La %La", sinl(l), expl(l), logl(l));
  say("%La %La %La", sqrtl(l), l / 3, powl(l, 2.5L));
  say("%La %La", floorl(-2.5L), fmodl(7.3L, 2));
  say("%.20Lg", (long double)1e18 + 0.5L);
}

CASE(rounding_functions) {
  double xs[] = {2.5, -2.5, 3.5, 0.49999999999999994, -0.2, 1e300, 4503599627370497.5};
  for (int i = 0; i < 7; i++) {
    volatile double x = xs[i];
    say("%g: %g %g %g %g %g %g", x, floor(x), ceil(x), trunc(x), round(x), rint(x), nearbyint(x));
  }
  say("%ld %ld %lld", lrint(2.5), lround(2.5), llrint(-3.5));
}

CASE(rounding_modes) {
  int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
  for (int i = 0; i < 4; i++) {
    fesetround(modes[i]);
    YES(fegetround() == modes[i]);
    double a = one / three, b = -one / three, c = rint(2.5), d = sqrt(three);
    volatile long double l = 1.0L;
    long double e = l / 3.0L;
    long n = lrint(-2.5);
    float f = (float)(one / three);
    fesetround(FE_TONEAREST);
    say("%a %a %g %a %La %ld %a", a, b, c, d, e, n, f);
  }
}

static void flags(const char *what) {
  int set = fetestexcept(FE_ALL_EXCEPT);
  say("%s:%s%s%s%s%s", what, set & FE_INVALID ? " invalid" : "", set & FE_DIVBYZERO ? " divbyzero" : "",
      set & FE_OVERFLOW ? " overflow" : "", set & FE_UNDERFLOW ? " underflow" : "", set & FE_INEXACT ? " inexact" : "");
  feclearexcept(FE_ALL_EXCEPT);
}

CASE(exceptions) {
  volatile double r;
  volatile long double l, lzero = 0;
  volatile int n;
  feclearexcept(FE_ALL_EXCEPT);
  r = one / zero;
  flags("1/0");
  r = zero / zero;
  flags("0/0");
  r = one / three;
  flags("1/3");
  r = huge * huge;
  flags("overflow");
  r = 1e-308 * (one / huge);
  flags("underflow");
  r = one + one;
  flags("exact");
  l = 1.0L / lzero;
  flags("long 1/0");
  n = (int)huge;
  flags("conversion");
  r = sqrt(-one);
  flags("sqrt");
  errno = 0;
  r = log(zero);
  say("log(0) = %g %s", r, errno_name(errno));
  errno = 0;
  r = exp(huge);
  say("exp(huge) = %g %s", r, errno_name(errno));
  (void)n;
  (void)l;
}

static void fpe(int sig, siginfo_t *info, void *context) {
  say("%s code %d", signal_name(sig), info->si_code);
  _exit(1);
}

CASE(unmasked_exceptions_trap) {
  struct sigaction action = {.sa_sigaction = fpe, .sa_flags = SA_SIGINFO};
  sigaction(SIGFPE, &action, NULL);
  int kinds[] = {FE_DIVBYZERO, FE_INVALID, FE_OVERFLOW};
  for (int i = 0; i < 3; i++) {
    pid_t pid;
    CHILD(pid) {
      volatile double r;
      feenableexcept(kinds[i]);
      r = i == 0 ? one / zero : i == 1 ? zero / zero : huge * huge;
      say("no trap %g", r);
    }
    reap(pid);
  }
}

static const int EXCEPTIONS[] = {FE_DIVBYZERO, FE_INVALID, FE_OVERFLOW, FE_UNDERFLOW, FE_INEXACT};

// By request: each raises its signal with its own si_code, in SSE and in x87 arithmetic.
CASE(raised_exceptions_trap) {
  struct sigaction action = {.sa_sigaction = fpe, .sa_flags = SA_SIGINFO};
  sigaction(SIGFPE, &action, NULL);
  volatile long double tiny = 1e-4940L, large = 1e4932L, none = 0, third = 0;
  volatile float small = 1e-38f, product = 0;
  for (int i = 0; i < 5; i++) {
    for (int how = 0; how < 3; how++) {
      pid_t pid;
      CHILD(pid) {
        feclearexcept(FE_ALL_EXCEPT);
        TRY(feenableexcept(EXCEPTIONS[i]));
        YES(fegetexcept() == EXCEPTIONS[i]);
        if (how == 0) feraiseexcept(EXCEPTIONS[i]);
        else if (how == 1) third = i == 0 ? 1 / none : i == 1 ? none / none : i == 2 ? large * large : i == 3 ? tiny * tiny : 1.0L / 3 * large;
        else product = i == 0 ? 1 / (float)zero : i == 1 ? (float)zero / (float)zero : i == 2 ? (float)huge : i == 3 ? small * small : 1 / (float)three;
        // x87 exceptions are reported at the next x87 instruction.
        third = third + product;
        say("went on");
      }
      reap(pid);
    }
  }
}

CASE(saved_environments) {
  fexcept_t saved;
  fenv_t held, whole;
  for (int i = 0; i < 5; i++) {
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept(EXCEPTIONS[i]);
    SHOW(fegetexceptflag(&saved, FE_ALL_EXCEPT));
    HEX(saved);
    SHOW(feclearexcept(EXCEPTIONS[(i + 1) % 5]));
    HEX(fetestexcept(FE_ALL_EXCEPT));
    feenableexcept(FE_DIVBYZERO);
    SHOW(feholdexcept(&held));
    HEX(fetestexcept(FE_ALL_EXCEPT) | fegetexcept() << 16);
    feraiseexcept(FE_INVALID);
    fesetround(FE_DOWNWARD);
    SHOW(feupdateenv(&held) + fedisableexcept(FE_ALL_EXCEPT));
    HEX(fetestexcept(FE_ALL_EXCEPT) | fegetround());
    SHOW(fesetexceptflag(&saved, FE_OVERFLOW | FE_INEXACT));
    HEX(fetestexcept(FE_ALL_EXCEPT));
    fegetenv(&whole);
    say("x87 %04x %04x %04x, mxcsr %04x", whole.__control_word, whole.__status_word, whole.__tags, whole.__mxcsr);
    SHOW(fesetenv(FE_DFL_ENV));
    femode_t mode;
    SHOW(fegetmode(&mode) + fesetround(FE_UPWARD) + fesetmode(&mode));
    SHOW(fegetround());
  }
}

CASE(environment_survives_signals_and_fork) {
  fesetround(FE_UPWARD);
  volatile double r = one / zero;
  (void)r;
  pid_t pid;
  CHILD(pid) {
    YES(fegetround() == FE_UPWARD);
    YES(fetestexcept(FE_DIVBYZERO));
  }
  reap(pid);
}

CASE(special_values) {
  volatile double nan_value = NAN, inf = INFINITY, sub = 4.9e-324;
  say("%d %d %d %d", fpclassify(nan_value) == FP_NAN, fpclassify(inf) == FP_INFINITE, fpclassify(sub) == FP_SUBNORMAL, signbit(-zero) != 0);
  say("%d %d %d", nan_value == nan_value, inf > huge, isunordered(nan_value, one));
  say("%a %a %d %a", nextafter(one, 2), nextafter(zero, 1), ilogb(huge), scalbn(one, -1074));
  int e;
  double m = frexp(1234.5, &e), whole, part = modf(-3.75, &whole);
  say("%a %d %g %g %a", m, e, part, whole, fma(one / three, three, -one));
  say("%g %g %g", fmax(nan_value, 1), fmin(-zero, zero), copysign(3, -zero));
}

CASE(complex_numbers) {
  double complex z = csqrt(-1.0 + 0.5 * I), w = cexp(z), p = cpow(1 + 2 * I, 0.5 - I);
  say("%a %a", creal(z), cimag(z));
  say("%a %a", creal(w), cimag(w));
  say("%.12g %.12g %a", creal(p), cimag(p), cabs(3 + 4 * I));
}
