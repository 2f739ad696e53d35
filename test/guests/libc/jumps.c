// setjmp, longjmp, alloca, variable arguments, deep recursion, nested functions: what compilers build on. setjmp(3)
#include <alloca.h>
#include <setjmp.h>
#include "check.h"

static jmp_buf target;

static void descends(int depth) {
  char frame[200];
  memset(frame, depth, sizeof frame);
  if (depth == 0) longjmp(target, 7);
  descends(depth - 1);
  write(1, frame, 0);
}

CASE(long_jump) {
  volatile int tries = 0;
  int value = setjmp(target);
  say("value %d tries %d", value, tries);
  if (++tries < 4) descends(tries * 10);
}

CASE(zero_becomes_one) {
  int value = setjmp(target);
  if (value == 0) longjmp(target, 0);
  SHOW(value);
}

static long ackermann(long m, long n) {
  return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static long deep(long n) {
  volatile char frame[64];
  frame[n % 64] = n;
  return n == 0 ? 0 : 1 + deep(n - 1) + (frame[n % 64] - (char)n);
}

CASE(recursion) {
  SHOW(ackermann(2, 300));
  SHOW(deep(50000));
}

static double mixed(const char *kinds, ...) {
  va_list args, copy;
  double sum = 0;
  va_start(args, kinds);
  va_copy(copy, args);
  for (; *kinds; kinds++) {
    if (*kinds == 'i') sum += va_arg(args, int);
    else if (*kinds == 'd') sum += va_arg(args, double);
    else if (*kinds == 'l') sum += va_arg(args, long);
    else sum += va_arg(args, long double);
  }
  sum += va_arg(copy, int) * 1000;
  va_end(args);
  va_end(copy);
  return sum;
}

CASE(variable_arguments) {
  say("%.3f", mixed("idldidididLidididdddddd", 1, 2.5, 3L, 4.5, 5, 6.5, 7, 8.5, 9, 10.5, 11.25L, 12, 13.5, 14, 15.5, 16, 17.5, 18.5, 19.5, 20.5, 21.5, 22.5, 23.5));
}

CASE(stack_allocation) {
  long sum = 0;
  for (int i = 1; i < 100; i++) {
    int *numbers = alloca(i * 40);
    for (int j = 0; j < i * 10; j++) numbers[j] = j;
    sum += numbers[i * 10 - 1];
  }
  SHOW(sum);
}

CASE(integer_arithmetic) {
  volatile __int128 big = ((__int128)1 << 100) + 12345;
  say("%lld %lld", (long long)(big / 1000000007), (long long)(big % 1000000007));
  volatile uint64_t x = 0x123456789abcdef0;
  say("%d %d %d %llx", __builtin_popcountll(x), __builtin_clzll(x), __builtin_ctzll(x), (long long)__builtin_bswap64(x));
  volatile int m = INT_MIN, s = 31;
  say("%d %d %u", m >> s, -7 / 2, -7 % 3 + 10u);
  volatile int most = INT_MAX, root = 46341;
  int sum, product;
  SHOW(__builtin_add_overflow(most, 1, &sum));
  SHOW(__builtin_mul_overflow(root, root, &product));
  say("%d %d", sum, product);
  volatile double d = 1e19;
  say("%llu %lld %u", (unsigned long long)d, (long long)-1e15, (unsigned)3e9);
}

struct small {
  char a;
  double b;
};

struct large {
  long numbers[10];
};

static struct small make_small(int i) {
  return (struct small){i, i * 0.5};
}

static struct large make_large(struct large in, int i) {
  in.numbers[i] += i;
  return in;
}

CASE(structures_by_value) {
  struct large l = {};
  for (int i = 0; i < 10; i++) l = make_large(l, i);
  long sum = 0;
  for (int i = 0; i < 10; i++) sum += l.numbers[i];
  SHOW(sum);
  struct small s = make_small(65);
  say("%c %g", s.a, s.b);
}

CASE(atomics) {
  static _Atomic long n = 5;
  static _Atomic unsigned char byte = 250;
  say("%ld %ld", __atomic_fetch_add(&n, 3, __ATOMIC_SEQ_CST), n);
  long expected = 8;
  say("%d", __atomic_compare_exchange_n(&n, &expected, 100, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
  expected = 1;
  say("%d %ld", __atomic_compare_exchange_n(&n, &expected, 7, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST), expected);
  byte += 10;
  say("%d %ld %ld", byte, __atomic_exchange_n(&n, 1, __ATOMIC_SEQ_CST), __atomic_or_fetch(&n, 6, __ATOMIC_SEQ_CST));
}
