#include "bench.h"

// Independent integer operations of every cost: xorshift, 64-bit products, division, rotates, branches on the result.
uint64_t work(int scale) {
  uint64_t x = 88172645463325252ull, sum = 0;
  for (int i = 0; i < scale * 1000000; i++) {
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    uint64_t high = (uint64_t)(((unsigned __int128)x * 0x9e3779b97f4a7c15ull) >> 64);
    if (high & 16) sum += x % ((high & 1023) + 1);
    else sum ^= (x >> 23) | (x << 41);
    sum += (int16_t)high * (int32_t)(x >> 3);
  }
  return sum;
}
