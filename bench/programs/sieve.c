#include "bench.h"

uint64_t work(int scale) {
  static unsigned char composite[1 << 20];
  uint64_t primes = 0;
  for (int round = 0; round < scale; round++) {
    memset(composite, 0, sizeof composite);
    for (uint32_t i = 2; i < sizeof composite; i++) {
      if (composite[i]) continue;
      primes++;
      for (uint32_t j = 2 * i; j < sizeof composite; j += i) composite[j] = 1;
    }
  }
  return primes;
}
