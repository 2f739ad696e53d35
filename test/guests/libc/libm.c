// Every function of libm over many inputs in its three precisions: bits of the results and exceptions raised, as hashes.
// What glibc makes long doubles of by FYL2X, F2XM1 and FPATAN may differ in the last bit, as it does between two makers'
// CPUs: there the exceptions are compared, and values with those of _Float128. complex(7), fenv(3), math_error(7)
#include <complex.h>
#include <fenv.h>
#include <math.h>
#include "check.h"

enum { EDGES = 26, RANDOM = 600, INPUTS = EDGES + 2 * RANDOM };

static uint64_t state;
static double inputs[INPUTS];
static float inputsf[INPUTS];
static long double inputsl[INPUTS];

static const double edges[EDGES] = {0,        -0.0,   1,      -1,     0.5,     -0.5,   2,        -2,    3,
                                    10,       1e-300, -1e300, 1e308,  4.9e-324, -3e-310, 2.2e-308, 709.8, -745.2,
                                    88.8,     -103.9, 11356.6, 0x1p52, -0x1.fffffffffffffp51, INFINITY, -INFINITY, NAN};

// Two values that point anywhere: every bit random, and moderate ones, which most functions are defined for.
static void make_inputs(void) {
  state = 0xabcdef;
  for (int i = 0; i < INPUTS; i++) {
    uint64_t bits = same_random(&state), more = same_random(&state);
    double moderate = ((int64_t)bits >> (more & 7)) * 0x1p-58;
    memcpy(&inputs[i], &bits, 8);
    memcpy(&inputsf[i], &more, 4);
    more = (more & 0xffff) << 48 | bits >> 16;
    bits |= 1ull << 63;
    memcpy(&inputsl[i], &bits, 8);
    memcpy((char *)&inputsl[i] + 8, (char *)&more + 6, 2);
    if (i >= EDGES + RANDOM) inputs[i] = inputsf[i] = moderate, inputsl[i] = (long double)moderate * 1.00000000000000003L;
    else if (i < EDGES) inputs[i] = inputsf[i] = inputsl[i] = edges[i];
  }
}

static uint64_t raised(uint64_t hash) {
  int set = fetestexcept(FE_ALL_EXCEPT);
  return hash_bytes(hash, &set, sizeof set);
}

// A NaN's sign and payload count too; the padding of a long double does not.
#define ADD(hash, value, size) hash = raised(hash_bytes(hash, &value, size))

#define SWEEP1(type, size, list, function)                                          \
  {                                                                                 \
    uint64_t hash = 0;                                                              \
    for (int i = 0; i < INPUTS; i++) {                                              \
      feclearexcept(FE_ALL_EXCEPT);                                                 \
      volatile type result = function(list[i]);                                     \
      type value = result;                                                          \
      ADD(hash, value, size);                                                       \
    }                                                                               \
    say(#function ": %016llx", (unsigned long long)hash);                           \
  }

#define SWEEP2(type, size, list, function)                                          \
  {                                                                                 \
    uint64_t hash = 0;                                                              \
    for (int i = 0; i < INPUTS; i++)                                                \
      for (int j = 0; j < 3; j++) {                                                 \
        feclearexcept(FE_ALL_EXCEPT);                                               \
        int other = j == 0 ? (i * 7 + 3) % INPUTS : j == 1 ? i % EDGES : INPUTS - 1 - i % RANDOM; \
        volatile type result = function(list[i], list[other]);                      \
        type value = result;                                                        \
        ADD(hash, value, size);                                                     \
      }                                                                             \
    say(#function ": %016llx", (unsigned long long)hash);                           \
  }

// How far a result is from the exact one, in units of its last place; what is no number has to be the same one.
static double error_in_ulps(long double result, _Float128 exact) {
  if (isnan(result) || isnan(exact)) return isnan(result) && isnan(exact) ? 0 : INFINITY;
  long double rounded = exact;
  if (isinf(result) || isinf(rounded)) return result == rounded || fabsl(result) == fabsl(nextafterl(rounded, 0)) ? 0 : INFINITY;
  long double unit = nextafterl(fabsl(rounded), INFINITY) - fabsl(rounded);
  return isinf(unit) ? 0 : (double)(fabsf128(result - exact) / unit);
}

#define NEARLY(name, arguments, wanted, bound)                                      \
  {                                                                                 \
    uint64_t hash = 0;                                                              \
    double worst = 0;                                                               \
    for (int i = 0; i < INPUTS; i++) {                                              \
      int other = (i * 7 + 3) % INPUTS;                                             \
      (void)other;                                                                  \
      feclearexcept(FE_ALL_EXCEPT);                                                 \
      volatile long double result = name##l arguments;                              \
      hash = raised(hash);                                                          \
      worst = fmax(worst, error_in_ulps(result, wanted arguments));                 \
    }                                                                               \
    say(#name "l: %016llx %s", (unsigned long long)hash, worst <= bound ? "exact enough" : "inexact");  \
  }

#define IN_TWO(name, bound)           \
  SWEEP1(double, 8, inputs, name)     \
  SWEEP1(float, 4, inputsf, name##f)  \
  NEARLY(name, (inputsl[i]), name##f128, bound)

#define IN_TWO_BINARY(name, bound)    \
  SWEEP2(double, 8, inputs, name)     \
  SWEEP2(float, 4, inputsf, name##f)  \
  NEARLY(name, (inputsl[i], inputsl[other]), name##f128, bound)

#define IN_THREE(SWEEP, name)         \
  SWEEP(double, 8, inputs, name)      \
  SWEEP(float, 4, inputsf, name##f)   \
  SWEEP(long double, 10, inputsl, name##l)

CASE(trigonometric) {
  make_inputs();
  IN_THREE(SWEEP1, sin)
  IN_THREE(SWEEP1, cos)
  IN_THREE(SWEEP1, tan)
  IN_THREE(SWEEP1, asin)
  IN_TWO(acos, 2)
  IN_TWO(atan, 2)
  IN_TWO_BINARY(atan2, 2)
}

CASE(hyperbolic) {
  make_inputs();
  IN_TWO(sinh, 3)
  IN_TWO(cosh, 3)
  IN_TWO(tanh, 3)
  IN_TWO(asinh, 3)
  IN_TWO(acosh, 3)
  IN_TWO(atanh, 3)
}

CASE(exponentials) {
  make_inputs();
  IN_TWO(exp, 2)
  IN_TWO(exp2, 2)
  IN_TWO(exp10, 2)
  IN_TWO(expm1, 3)
}

CASE(logarithms) {
  make_inputs();
  IN_TWO(log, 2)
  IN_TWO(log2, 2)
  IN_TWO(log10, 2)
  IN_TWO(log1p, 3)
  IN_THREE(SWEEP1, logb)
}

CASE(powers) {
  make_inputs();
  IN_THREE(SWEEP1, sqrt)
  IN_THREE(SWEEP1, cbrt)
  IN_TWO_BINARY(pow, 2)
  IN_THREE(SWEEP2, hypot)
}

CASE(special_functions) {
  make_inputs();
  IN_THREE(SWEEP1, erf)
  IN_THREE(SWEEP1, erfc)
  IN_TWO(lgamma, 9)
  IN_TWO(tgamma, 9)
}

CASE(bessel_functions) {
  make_inputs();
  IN_THREE(SWEEP1, j0)
  IN_THREE(SWEEP1, j1)
  SWEEP1(double, 8, inputs, y0)
  SWEEP1(float, 4, inputsf, y0f)
  IN_THREE(SWEEP1, y1)
}

CASE(to_whole_numbers) {
  const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
  make_inputs();
  for (int i = 0; i < 4; i++) {
    fesetround(modes[i]);
    IN_THREE(SWEEP1, floor)
    IN_THREE(SWEEP1, ceil)
    IN_THREE(SWEEP1, trunc)
    IN_THREE(SWEEP1, round)
    IN_THREE(SWEEP1, rint)
    IN_THREE(SWEEP1, nearbyint)
    IN_THREE(SWEEP1, roundeven)
    IN_THREE(SWEEP1, llrint)
    IN_THREE(SWEEP1, llround)
  }
}

CASE(remainders_and_neighbours) {
  make_inputs();
  IN_THREE(SWEEP2, fmod)
  IN_THREE(SWEEP2, remainder)
  IN_THREE(SWEEP2, nextafter)
  IN_THREE(SWEEP2, fdim)
  IN_THREE(SWEEP2, fmax)
  IN_THREE(SWEEP2, fmin)
  IN_THREE(SWEEP2, copysign)
}

#define FUSED(type, name) \
  static type name##_here(type a, type b) { return name(a, b, a) + name(-a, b, 1); }
FUSED(double, fma)
FUSED(float, fmaf)
FUSED(long double, fmal)

CASE(fused_multiply_add) {
  const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
  make_inputs();
  for (int i = 0; i < 4; i++) {
    fesetround(modes[i]);
    SWEEP2(double, 8, inputs, fma_here)
    SWEEP2(float, 4, inputsf, fmaf_here)
    SWEEP2(long double, 10, inputsl, fmal_here)
  }
}

CASE(other_rounding_modes) {
  const int modes[] = {FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
  make_inputs();
  for (int i = 0; i < 3; i++) {
    fesetround(modes[i]);
    IN_THREE(SWEEP1, sin)
    IN_TWO(exp, 2)
    IN_TWO(log, 4)
    IN_THREE(SWEEP1, sqrt)
    IN_TWO(atan, 2)
    IN_TWO_BINARY(pow, 5)
  }
}

#define COMPLEX(type, part, list, function, re, im, add)                            \
  {                                                                                 \
    uint64_t hash = 0;                                                              \
    for (int i = 0; i < INPUTS; i++) {                                              \
      feclearexcept(FE_ALL_EXCEPT);                                                 \
      volatile type result = function(CMPLXL(list[i], list[(i * 5 + 1) % INPUTS])); \
      hash = raised(hash);                                                          \
      part real = re(result), imaginary = im(result);                               \
      hash = add(add(hash, real), imaginary);                                       \
    }                                                                               \
    say(#function ": %016llx", (unsigned long long)hash);                           \
  }

#define ADD_BITS(hash, value) hash_bytes(hash, &value, sizeof value)
// Long doubles come from the functions that may differ in their last bit.
#define ADD_DIGITS(hash, value) add_digits(hash, value)

static uint64_t add_digits(uint64_t hash, long double value) {
  char text[40];
  return hash_bytes(hash, text, snprintf(text, sizeof text, "%.12Lg", value));
}

#define COMPLEX_IN_THREE(name)                                                      \
  COMPLEX(double complex, double, inputs, name, creal, cimag, ADD_BITS)             \
  COMPLEX(float complex, float, inputsf, name##f, crealf, cimagf, ADD_BITS)         \
  COMPLEX(long double complex, long double, inputsl, name##l, creall, cimagl, ADD_DIGITS)

CASE(complex_numbers) {
  make_inputs();
  COMPLEX_IN_THREE(csqrt)
  COMPLEX_IN_THREE(cexp)
  COMPLEX_IN_THREE(clog)
  COMPLEX_IN_THREE(csin)
  COMPLEX_IN_THREE(ctan)
  COMPLEX_IN_THREE(casin)
  COMPLEX_IN_THREE(catanh)
  COMPLEX_IN_THREE(cproj)
}
