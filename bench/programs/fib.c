#include "bench.h"

__attribute__((noinline)) static uint64_t fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

uint64_t work(int scale) {
  volatile int n = 27; // not known to be the same each time: gcc would call once
  uint64_t sum = 0;
  for (int i = 0; i < scale; i++) sum += fib(n);
  return sum;
}
