#include "bench.h"

// An open-addressing hash table that outgrows the caches' first level: inserts, hits, misses.
enum { SLOTS = 1 << 16 };
static struct { uint64_t key, value; } table[SLOTS];

static uint64_t *find(uint64_t key) {
  uint64_t slot = (key * 0x9e3779b97f4a7c15ull) >> 48;
  while (table[slot].key != key && table[slot].key != 0) slot = (slot + 1) & (SLOTS - 1);
  table[slot].key = key;
  return &table[slot].value;
}

uint64_t work(int scale) {
  uint64_t x = 1, sum = 0;
  for (int i = 0; i < scale * 200000; i++) {
    x = x * 6364136223846793005ull + 1442695040888963407ull;
    sum += (*find((x >> 40) % 40000 + 1))++;
  }
  return sum;
}
