#include "bench.h"

// long double arithmetic: Horner's rule and a continued fraction, in the x87 unit.
uint64_t work(int scale) {
  long double sum = 0;
  for (int i = 0; i < scale * 10000; i++) {
    long double x = 1.0L / (i + 1), series = 0, fraction = 1;
    for (int k = 12; k > 0; k--) series = (series + 1.0L / k) * x;
    for (int k = 6; k > 0; k--) fraction = 1 + x / (2 * k + fraction);
    sum += series * fraction;
  }
  uint64_t bits;
  memcpy(&bits, &sum, 8);
  return bits;
}
