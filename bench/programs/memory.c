#include "bench.h"

// memcpy, memmove, memset and memcmp from a few bytes to 64 KiB, as libc's own code does them.
uint64_t work(int scale) {
  enum { SIZE = 1 << 17 };
  static unsigned char from[SIZE], to[SIZE];
  uint64_t sum = 0;
  for (int i = 0; i < SIZE; i++) from[i] = i * 7 + (i >> 8);
  for (int round = 0; round < scale * 100; round++)
    for (int size = 3; size <= 65536; size = size * 2 + 1) {
      memcpy(to + (round & 31), from + size % 61, size);
      memmove(to + 9, to, size);
      memset(to + size, round, size / 4);
      sum += memcmp(to, from, size) > 0;
      sum += to[size / 2] + to[size];
    }
  return sum;
}
