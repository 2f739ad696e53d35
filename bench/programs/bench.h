// Every program measures itself, so that start-up is not in the figure, and prints: nanoseconds of its fastest round, which is
// the steady state, a check value that must be the same everywhere, and nanoseconds of its first round.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

uint64_t work(int scale);
// By its name the compiler would see what some of them compute and take it out of the measured time.
static uint64_t (*volatile const measured)(int) = work;

int main(int argc, char **argv) {
  int scale = argc > 1 ? atoi(argv[1]) : 1;
  int rounds = argc > 2 ? atoi(argv[2]) : 1;
  uint64_t first = 0, fastest = UINT64_MAX, check = 0;
  for (int round = 0; round < rounds; round++) {
    uint64_t start = now();
    uint64_t result = measured(scale);
    uint64_t taken = now() - start;
    if (round == 0) first = taken, check = result;
    if (taken < fastest) fastest = taken;
  }
  printf("%llu %llu %llu\n", (unsigned long long)fastest, (unsigned long long)check, (unsigned long long)first);
  return 0;
}
