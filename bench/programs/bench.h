// Every program measures itself, so that start-up is not in the figure, and prints: nanoseconds, and a check value that
// must be the same everywhere.
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

int main(int argc, char **argv) {
  int scale = argc > 1 ? atoi(argv[1]) : 1;
  uint64_t start = now();
  uint64_t check = work(scale);
  printf("%llu %llu\n", (unsigned long long)(now() - start), (unsigned long long)check);
  return 0;
}
