// Prints the primes below its argument.
#include <stdio.h>
#include <stdlib.h>

static int is_prime(int n) {
  for (int d = 2; d * d <= n; d++)
    if (n % d == 0) return 0;
  return n > 1;
}

int main(int argc, char **argv) {
  const int below = argc > 1 ? atoi(argv[1]) : 30;
  for (int n = 2; n < below; n++)
    if (is_prime(n)) printf("%d\n", n);
  return 0;
}
