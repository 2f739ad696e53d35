#include "bench.h"

static int compare(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

uint64_t work(int scale) {
  enum { COUNT = 100000 };
  uint32_t *numbers = malloc(COUNT * sizeof *numbers), seed = 1;
  uint64_t check = 0;
  for (int round = 0; round < scale; round++) {
    for (int i = 0; i < COUNT; i++) numbers[i] = seed = seed * 1664525u + 1013904223u;
    qsort(numbers, COUNT, sizeof *numbers, compare);
    check += numbers[COUNT / 2];
  }
  return check;
}
