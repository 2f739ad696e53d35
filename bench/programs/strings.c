#include "bench.h"

uint64_t work(int scale) {
  enum { BUCKETS = 4096 };
  static int counts[BUCKETS];
  uint64_t check = 0;
  char line[64];
  for (int i = 0; i < scale * 20000; i++) {
    int length = snprintf(line, sizeof line, "key-%d-%x", i % 5000, i);
    uint32_t hash = 2166136261u;
    for (int j = 0; j < length; j++) hash = (hash ^ (uint8_t)line[j]) * 16777619u;
    counts[hash % BUCKETS]++;
    check += strlen(strchr(line, '-')) + (strstr(line, "99") != NULL);
  }
  return check + counts[7];
}
