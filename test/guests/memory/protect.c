// mprotect, mremap, madvise, mincore, msync, mlock, brk. mprotect(2), mremap(2), madvise(2)
#include <sys/mman.h>
#include "check.h"

#define PAGE 4096
#define RW (PROT_READ | PROT_WRITE)

static char *pages(int count) {
  char *p = mmap(NULL, count * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < count; i++) p[i * PAGE] = i + 1;
  return p;
}

static void touch(const char *what, volatile char *at, bool writing) {
  pid_t pid;
  CHILD(pid) {
    char c = *at;
    if (writing) *at = c;
  }
  int status;
  waitpid(pid, &status, 0);
  say("%s: %s", what, status_text(status));
}

CASE(mprotect_rights) {
  char *p = pages(5);
  TRY(mprotect(p + PAGE, PAGE, PROT_READ));
  TRY(mprotect(p + 2 * PAGE, PAGE, PROT_NONE));
  touch("read of readable", p + PAGE, false);
  touch("write of readable", p + PAGE, true);
  touch("read of none", p + 2 * PAGE, false);
  touch("write beside", p + 3 * PAGE, true);
  TRY(mprotect(p, 5 * PAGE, RW));
  touch("write again", p + 2 * PAGE, true);
  SHOW(p[2 * PAGE]);
  TRY(mprotect(p + 1, PAGE, RW));
  TRY(mprotect(p, 0, RW));
  munmap(p + 2 * PAGE, PAGE);
  TRY(mprotect(p, 5 * PAGE, PROT_READ));
  touch("write before the hole", p + PAGE, true);
  touch("write behind the hole", p + 3 * PAGE, true);
  TRY(mprotect(p, PAGE, 0x100));
}

CASE(mprotect_of_files) {
  make_file("f", "text");
  int fd = open("f", O_RDONLY);
  char *shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0), *private = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
  TRY(mprotect(shared, PAGE, RW));
  TRY(mprotect(private, PAGE, RW));
  private[0] = 'T';
  TEXT(shared);
  TEXT(private);
}

CASE(mremap_sizes) {
  char *p = pages(4);
  YES(mremap(p, 4 * PAGE, 2 * PAGE, 0) == p);
  touch("cut off", p + 2 * PAGE, false);
  char *wall = mmap(p + 2 * PAGE, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  YES(wall == p + 2 * PAGE);
  YES(mremap(p, 2 * PAGE, 8 * PAGE, 0) == MAP_FAILED && errno == ENOMEM);
  char *q = mremap(p, 2 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
  YES(q != MAP_FAILED && q != p);
  say("%d %d %d", q[0], q[PAGE], q[5 * PAGE]);
  touch("old place", p, false);
}

CASE(mremap_fixed_and_errors) {
  char *p = pages(2), *target = pages(4);
  YES(mremap(p, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + PAGE) == target + PAGE);
  say("%d %d %d %d", target[0], target[PAGE], target[2 * PAGE], target[3 * PAGE]);
  errno = 0;
  YES(mremap(target + 1, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
  YES(mremap(target, PAGE, 0, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
  YES(mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EFAULT);
  YES(mremap(target, PAGE, PAGE, MREMAP_FIXED, p) == MAP_FAILED && errno == EINVAL);
  YES(mremap(target, PAGE, PAGE, 77) == MAP_FAILED && errno == EINVAL);
  int fd = memfd_create("m", 0);
  ftruncate(fd, 2 * PAGE);
  char *shared = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0), *twin = mremap(shared, 0, PAGE, MREMAP_MAYMOVE);
  YES(twin != MAP_FAILED);
  strcpy(shared, "twins");
  TEXT(twin);
}

CASE(madvise_drops) {
  char *p = pages(3);
  TRY(madvise(p + PAGE, PAGE, MADV_DONTNEED));
  say("%d %d %d", p[0], p[PAGE], p[2 * PAGE]);
  TRY(madvise(p, 3 * PAGE, MADV_WILLNEED));
  TRY(madvise(p, 3 * PAGE, MADV_SEQUENTIAL));
  TRY(madvise(p, 3 * PAGE, MADV_HUGEPAGE));
  TRY(madvise(p, 3 * PAGE, MADV_FREE));
  TRY(madvise(p + 1, PAGE, MADV_DONTNEED));
  TRY(madvise(p, PAGE, 999));
  TRY(madvise(p, 0, MADV_DONTNEED));
  munmap(p + PAGE, PAGE);
  TRY(madvise(p, 3 * PAGE, MADV_DONTNEED));
  SHOW(p[2 * PAGE]);
  make_file("f", "file");
  int fd = open("f", O_RDWR);
  char *private = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
  private[0] = 'F';
  TRY(madvise(private, PAGE, MADV_DONTNEED));
  TEXT(private);
}

CASE(dontfork_and_wipeonfork) {
  char *p = pages(2), *q = pages(2);
  TRY(madvise(p, PAGE, MADV_DONTFORK));
  TRY(madvise(q, PAGE, MADV_WIPEONFORK));
  touch("not inherited", p, false);
  pid_t pid;
  CHILD(pid) say("%d %d", q[0], q[PAGE]);
  reap(pid);
  SHOW(q[0]);
}

CASE(mincore_tells) {
  char *p = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  unsigned char resident[4] = {9, 9, 9, 9};
  p[PAGE] = p[3 * PAGE] = 1;
  TRY(mincore(p, 4 * PAGE, resident));
  say("%d %d %d %d", resident[0] & 1, resident[1] & 1, resident[2] & 1, resident[3] & 1);
  TRY(mincore(p + 1, PAGE, resident));
  munmap(p, PAGE);
  TRY(mincore(p, 4 * PAGE, resident));
  TRY(mincore(p + PAGE, PAGE, (void *)8));
}

CASE(msync_and_mlock) {
  char *p = pages(3);
  TRY(msync(p, PAGE, MS_ASYNC));
  TRY(msync(p, PAGE, MS_ASYNC | MS_SYNC));
  TRY(msync(p + 1, PAGE, MS_SYNC));
  TRY(msync(p, PAGE, 99));
  TRY(mlock(p, PAGE));
  TRY(munlock(p, PAGE));
  TRY(mlock2(p, PAGE, MLOCK_ONFAULT));
  TRY(mlockall(MCL_CURRENT));
  TRY(munlockall());
  TRY(mlockall(0));
  munmap(p + PAGE, PAGE);
  TRY(msync(p, 3 * PAGE, MS_SYNC));
  TRY(mlock(p, 3 * PAGE));
  setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){PAGE, PAGE});
  setuid(1000);
  TRY(mlock(p, PAGE));
  TRY(mlock(p + 2 * PAGE, PAGE));
}

CASE(program_break) {
  char *start = sbrk(0);
  YES(sbrk(100000) == start);
  memset(start, 7, 100000);
  YES((char *)sbrk(0) == start + 100000);
  TRY(brk(start));
  YES(sbrk(0) == start);
  YES(sbrk(100000) == start);
  SHOW(start[50000]);
  setrlimit(RLIMIT_DATA, &(struct rlimit){1 << 20, RLIM_INFINITY});
  YES(sbrk(1 << 22) == (void *)-1 && errno == ENOMEM);
}
