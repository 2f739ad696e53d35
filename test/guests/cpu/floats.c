// Scalar SSE arithmetic, comparisons and conversions over random and special numbers, under every kind of MXCSR: results and
// sticky flags go into a hash. SDM volume 1, 11.5
#include <math.h>
#include "check.h"

static uint64_t state = 88172645463325252ull;

static uint64_t next(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state;
}

static const double SPECIAL[] = {
  0.0, -0.0, 1, -1, 0.5, 3, 1.5, 0.1, 1e308, -1e308, 1e-308, 5e-324, -5e-324, INFINITY, -INFINITY, NAN,
  2.2250738585072014e-308, 1e16, 9007199254740993.0, 1e-200, 1e200,
};

// Special numbers, integers, and bits without any meaning.
static double pick(void) {
  uint64_t r = next();
  if ((r & 7) == 0) return SPECIAL[(r >> 8) % (sizeof SPECIAL / sizeof *SPECIAL)];
  if ((r & 7) < 4) return (double)(int64_t)(r >> 8 & 0xfffff) - 500000;
  double any;
  r = next();
  memcpy(&any, &r, sizeof any);
  return any;
}

static uint64_t mixed(uint64_t hash, const void *data, size_t size) {
  const uint32_t *words = data;
  for (size_t i = 0; i < size / 4; i++) hash = (hash ^ words[i]) * 0x100000001b3ull;
  return hash ^ hash >> 29;
}

// Clears the flags; sometimes changes rounding, flush-to-zero and denormals-are-zero.
static void change_mode(uint32_t mxcsr) {
  mxcsr &= ~0x3f;
  if ((next() & 3) == 0) mxcsr |= 0x20;
  if ((next() & 31) == 0) mxcsr ^= 0x8000;
  if ((next() & 31) == 0) mxcsr ^= 0x40;
  if ((next() & 31) == 0) mxcsr = (mxcsr & ~0x6000) | (next() & 0x6000);
  else if ((next() & 7) == 0) mxcsr = 0x1f80;
  __asm__ volatile("ldmxcsr %0" ::"m"(mxcsr));
}

static uint64_t round_of(uint64_t hash) {
  volatile double a = pick(), b = pick();
  volatile float fa = a, fb = b;
  double doubles[] = {
    a + b, a - b, a * b, a / b, __builtin_sqrt(a), a < b ? a : b, a > b ? a : b, fa, (int)next(), (int64_t)next(),
    a * b + a, (a < b) + 2 * (a == b) + 4 * (a > b) + 8 * (a <= b) + 16 * (a != b),
  };
  float floats[] = {
    fa + fb, fa - fb, fa * fb, fa / fb, __builtin_sqrtf(fa), fa < fb ? fa : fb, (int)next(), (int64_t)next(),
  };
  int64_t integers[] = {(int64_t)a, (int)b, (int)fa, (int64_t)fb};
  uint32_t mxcsr;
  __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
  hash = mixed(hash, doubles, sizeof doubles);
  hash = mixed(hash, floats, sizeof floats);
  hash = mixed(hash, integers, sizeof integers);
  return mixed(hash, &mxcsr, sizeof mxcsr);
}

CASE(scalar) {
  uint64_t hash = 1;
  for (int i = 1; i <= 100000; i++) {
    hash = round_of(hash);
    if (i % 16 != 0) continue;
    uint32_t mxcsr;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    change_mode(mxcsr);
    if (i % 10000 == 0) HEX(hash);
  }
}

// Vectors of the same kind, as gcc makes them of loops.
CASE(packed) {
  enum { N = 64 };
  static double a[N], b[N], sum[N], product[N], quotient[N];
  static float fa[N], fb[N], fs[N], fp[N];
  uint64_t hash = 1;
  for (int round = 1; round <= 4000; round++) {
    for (int i = 0; i < N; i++) a[i] = round % 3 ? (double)(next() % 1000) : pick(), b[i] = round % 5 ? 1 + next() % 77 : pick();
    for (int i = 0; i < N; i++) fa[i] = a[i], fb[i] = b[i];
    for (int i = 0; i < N; i++) sum[i] = a[i] + b[i];
    for (int i = 0; i < N; i++) product[i] = a[i] * b[i];
    for (int i = 0; i < N; i++) quotient[i] = a[i] / b[i];
    for (int i = 0; i < N; i++) fs[i] = fa[i] - fb[i];
    for (int i = 0; i < N; i++) fp[i] = fa[i] * fb[i];
    hash = mixed(hash, sum, sizeof sum), hash = mixed(hash, product, sizeof product);
    hash = mixed(hash, quotient, sizeof quotient), hash = mixed(hash, fs, sizeof fs), hash = mixed(hash, fp, sizeof fp);
    uint32_t mxcsr;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    hash = mixed(hash, &mxcsr, sizeof mxcsr);
    change_mode(mxcsr);
    if (round % 500 == 0) HEX(hash);
  }
}
