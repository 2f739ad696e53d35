// Counts the primes below its argument, by division, and adds up their roots.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  const unsigned below = atoi(argv[argc - 1]);
  unsigned count = 0;
  double sum = 0;
  for (unsigned n = 2; n < below; n++) {
    unsigned d = 2;
    while (d * d <= n && n % d) d++;
    if (d * d <= n) continue;
    count++;
    sum += sqrt(n);
  }
  printf("%u %.6f\n", count, sum);
  return 0;
}
