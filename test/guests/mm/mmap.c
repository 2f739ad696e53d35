// mmap, munmap, mremap, madvise, msync, mincore, mlock: results, errors and what is left behind.
#include "check.h"
#include "mm.h"

CASE(errors) {
  char *p = map(2, PROT_READ, MAP_PRIVATE);
  int anon = MAP_PRIVATE | MAP_ANONYMOUS;
  TRY(mmap(NULL, 0, PROT_READ, anon, -1, 0));
  TRY(mmap(NULL, ~0UL, PROT_READ, anon, -1, 0));
  TRY(mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0));
  TRY(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 77, 0));
  TRY(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 0, 5));
  TRY(mmap(p + 1, PAGE, PROT_READ, anon | MAP_FIXED, -1, 0));
  TRY(mmap(p, PAGE, PROT_READ, anon | MAP_FIXED_NOREPLACE, -1, 0));
  TRY(mmap(NULL, 1UL << 47, PROT_NONE, anon, -1, 0));
  TRY(mmap((void *)(0x7ffffffff000), PAGE, PROT_NONE, anon | MAP_FIXED, -1, 0));
  TRY(munmap(p + 1, PAGE));
  TRY(munmap(p, 0));
  TRY(munmap((void *)(1UL << 47), PAGE));
  TRY(mprotect(p + 1, PAGE, PROT_READ));
  TRY(mprotect(p, PAGE, 64));
  TRY(mprotect(p, 0, PROT_READ));
  TRY(madvise(p, PAGE, 1234));
  TRY(madvise(p + 1, PAGE, MADV_DONTNEED));
  TRY(madvise(map(1, PROT_READ, MAP_SHARED), PAGE, MADV_FREE));
  TRY(msync(p, PAGE, MS_SYNC | MS_ASYNC));
  TRY(msync(p + 1, PAGE, MS_SYNC));
}

CASE(reserving_is_free) {
  YES(mmap(NULL, 1UL << 43, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED);
  char *p = mmap(NULL, 1UL << 40, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  p[1UL << 39] = 1;
  p[(1UL << 40) - 1] = 2;
  SHOW(p[1UL << 39] + p[(1UL << 40) - 1] + p[5]);
  TRY(munmap(p, 1UL << 40));
}

CASE(placement) {
  char *a = map(4, RW, MAP_PRIVATE);
  munmap(a, 4 * PAGE);
  YES(mmap(a + PAGE + 1, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == a + PAGE);
  YES(mmap(a + PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != a + PAGE);
  YES(mmap((void *)1, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) > (void *)0x10000);
  char *low = mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  YES((unsigned long)low < 1UL << 31);
}

CASE(mremap_grows_and_moves) {
  catch_faults();
  char *p = map(8, RW, MAP_PRIVATE);
  munmap(p + 4 * PAGE, 4 * PAGE);
  for (int i = 0; i < 4; i++) p[i * PAGE] = 'a' + i;
  char *q = mremap(p, 4 * PAGE, 8 * PAGE, 0);
  say("grown in place: %d %c%c", q == p, q[0], q[3 * PAGE]);
  TRY(mremap(p, 9 * PAGE, 10 * PAGE, 0));
  char *target = map(16, PROT_NONE, MAP_PRIVATE);
  q = mremap(p, 8 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + PAGE);
  say("moved: %d %c%c", q == target + PAGE, q[0], q[2 * PAGE]);
  READ("old place", p, p);
  READ("old tail", p + 5 * PAGE, p);
  q = mremap(target + PAGE, 3 * PAGE, PAGE, 0);
  READ("shrunk", q + PAGE, q);
  TRY(mremap((void *)PAGE, PAGE, PAGE * 2, 0));
  TRY(mremap(q + 1, PAGE, PAGE * 2, MREMAP_MAYMOVE));
  TRY(mremap(q, PAGE, 0, MREMAP_MAYMOVE));
  TRY(mremap(q, PAGE, PAGE, MREMAP_FIXED, target));
  TRY(mremap(q, PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q - PAGE));
  q = mremap(q, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
  say("moved away: %c, stays: %d", q[0], target[PAGE]);
}

CASE(mremap_of_shared_memory_duplicates) {
  char *p = map(2, RW, MAP_SHARED);
  char *q = mremap(p, 0, 2 * PAGE, MREMAP_MAYMOVE);
  YES(q != MAP_FAILED && q != p);
  p[PAGE] = 'd';
  SHOW(q[PAGE]);
  TRY(mremap(map(1, RW, MAP_PRIVATE), 0, PAGE, MREMAP_MAYMOVE));
}

CASE(advice) {
  char *p = map(4, RW, MAP_PRIVATE), *s = map(1, RW, MAP_SHARED);
  memset(p, 'p', 4 * PAGE);
  s[0] = 's';
  TRY(madvise(p, PAGE, MADV_DONTNEED));
  TRY(madvise(s, PAGE, MADV_DONTNEED));
  say("private %d, shared %c, neighbour %c", p[0], s[0], p[PAGE]);
  TRY(madvise(p, PAGE, MADV_WILLNEED));
  TRY(madvise(p, 0, MADV_DONTNEED));
  munmap(p + PAGE, PAGE);
  TRY(madvise(p, 4 * PAGE, MADV_DONTNEED));
  say("behind the hole: %d", p[2 * PAGE]);
  TRY(madvise(s, PAGE, MADV_REMOVE));
  say("removed: %d", s[0]);
  TRY(madvise(p, PAGE, MADV_POPULATE_WRITE));
  TRY(madvise(s, PAGE, MADV_WIPEONFORK));
}

CASE(presence) {
  unsigned char vec[4] = {9, 9, 9, 9};
  char *p = map(4, RW, MAP_PRIVATE);
  p[PAGE] = 1;
  TRY(mincore(p, 4 * PAGE, vec));
  say("%d%d%d%d", vec[0] & 1, vec[1] & 1, vec[2] & 1, vec[3] & 1);
  TRY(mincore(p + 1, PAGE, vec));
  munmap(p + 2 * PAGE, PAGE);
  TRY(mincore(p, 4 * PAGE, vec));
  TRY(mincore(p, PAGE, (void *)8));
  TRY(msync(p, 4 * PAGE, MS_SYNC));
  char *q = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  TRY(mincore(q, 4 * PAGE, vec));
  say("%d%d%d%d", vec[0] & 1, vec[1] & 1, vec[2] & 1, vec[3] & 1);
}

CASE(locking) {
  setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){4 * PAGE, 4 * PAGE});
  setgid(1000);
  setuid(1000);
  char *p = map(8, RW, MAP_PRIVATE);
  TRY(mlock(p, 4 * PAGE));
  TRY(mlock(p + 4 * PAGE, PAGE));
  TRY(munlock(p, 2 * PAGE));
  TRY(mlock(p + 4 * PAGE, PAGE));
  TRY(madvise(p + 4 * PAGE, PAGE, MADV_DONTNEED));
  TRY(mlock((void *)(8 * PAGE), PAGE));
  TRY(munlock((void *)(8 * PAGE), PAGE));
  TRY(mmap(NULL, 8 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0));
  TRY(mlockall(0));
  TRY(mlockall(MCL_CURRENT));
  TRY(munlockall());
  setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){0, 0});
  TRY(mlock(p, PAGE));
}
