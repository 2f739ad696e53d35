// brk and the limits of an address space. brk(2), getrlimit(2)
#include "check.h"
#include "mm.h"
#include <stdlib.h>

CASE(up_and_down) {
  catch_faults();
  char *start = sbrk(0);
  TRY(brk(start + 10 * PAGE));
  WRITE("last byte", start + 10 * PAGE - 1, start);
  TRY(brk(start));
  READ("given back", start + 9 * PAGE, start);
  TRY(brk(start + 10 * PAGE));
  say("fresh again: %d", start[10 * PAGE - 1]);
}

CASE(limits) {
  char *start = sbrk(0);
  setrlimit(RLIMIT_DATA, &(struct rlimit){16 * PAGE, 16 * PAGE});
  TRY(brk(start + (1 << 20)));
  TRY(mmap(NULL, 1 << 20, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  OK(mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  setrlimit(RLIMIT_AS, &(struct rlimit){1 << 20, 1 << 20});
  TRY(mmap(NULL, 1 << 21, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  YES(malloc(1 << 24) == NULL);
}

CASE(many_areas) {
  char *p = map(2000, RW, MAP_PRIVATE);
  for (int i = 0; i < 2000; i += 2) mprotect(p + i * PAGE, PAGE, PROT_READ);
  long sum = 0;
  for (int i = 0; i < 2000; i++) sum += p[i * PAGE];
  SHOW(sum);
  TRY(mprotect(p, 2000 * PAGE, RW));
  memset(p, 1, 2000 * PAGE);
  for (int i = 1; i < 2000; i += 2) munmap(p + i * PAGE, PAGE);
  for (int i = 0; i < 2000; i += 2) sum += p[i * PAGE];
  SHOW(sum);
}

CASE(churn) {
  char *blocks[64] = {0};
  unsigned seed = 1;
  long sum = 0;
  for (int i = 0; i < 20000; i++) {
    seed = seed * 1103515245 + 12345;
    int at = seed >> 16 & 63, size = (seed >> 8 & 0xffff) + 1;
    if (blocks[at]) sum += blocks[at][0];
    blocks[at] = realloc(blocks[at], i % 5 ? size : size * 20);
    memset(blocks[at], i, size);
  }
  SHOW(sum);
}
