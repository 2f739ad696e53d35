// mmap, munmap: anonymous, files, fixed, shared and private. mmap(2)
#include <sys/mman.h>
#include "check.h"

#define PAGE 4096
#define RW (PROT_READ | PROT_WRITE)

// mmap as a truth: what it answers differs between runs.
#define MAPS(call) ({ errno = 0; void *p_ = (call); say("%s: %s", #call, p_ == MAP_FAILED ? errno_name(errno) : "ok"); p_; })

CASE(anonymous_is_zero) {
  char *p = MAPS(mmap(NULL, 10 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  long sum = 0;
  for (int i = 0; i < 10 * PAGE; i++) sum += p[i];
  SHOW(sum);
  YES((uintptr_t)p % PAGE == 0);
  memset(p, 1, 10 * PAGE);
  TRY(munmap(p + 3 * PAGE, PAGE));
  p[2 * PAGE] = p[4 * PAGE] = 2;
  TRY(munmap(p, 10 * PAGE));
  TRY(munmap(p, 10 * PAGE));
}

CASE(errors) {
  make_file("f", "text");
  int read_only = open("f", O_RDONLY), write_only = open("f", O_WRONLY), p[2];
  pipe(p);
  MAPS(mmap(NULL, 0, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  MAPS(mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0));
  MAPS(mmap(NULL, PAGE, RW, MAP_SHARED, read_only, 0));
  MAPS(mmap(NULL, PAGE, RW, MAP_PRIVATE, read_only, 0));
  MAPS(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, write_only, 0));
  MAPS(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, read_only, 100));
  MAPS(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0));
  MAPS(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, p[0], 0));
  MAPS(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, open(".", O_RDONLY), 0));
  MAPS(mmap(NULL, 1UL << 62, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  MAPS(mmap((void *)123, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
  TRY(munmap((void *)123, PAGE));
  TRY(munmap((void *)PAGE, 0));
  MAPS(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, read_only, LONG_MAX & ~4095L));
}

CASE(private_file) {
  make_file("f", "original");
  int fd = open("f", O_RDWR);
  char *p = MAPS(mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0));
  TEXT(p);
  p[0] = 'O';
  TEXT(p);
  show_file("f");
  SHOW(p[100]);
  close(fd);
  unlink("f");
  TEXT(p);
}

CASE(shared_file) {
  make_file("f", "original text");
  int fd = open("f", O_RDWR);
  char *p = MAPS(mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0)), *q = MAPS(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
  memcpy(p, "CHANGED!", 8);
  TEXT(q);
  show_file("f");
  pwrite(fd, "written ", 8, 0);
  TEXT(p);
  TRY(msync(p, PAGE, MS_SYNC));
  pid_t pid;
  CHILD(pid) p[0] = 'C';
  reap(pid);
  TEXT(q);
  ftruncate(fd, 4);
  SHOW(p[4]);
  p[6] = 'x';
  struct stat st;
  fstat(fd, &st);
  SHOW(st.st_size);
}

CASE(offset_and_growth) {
  int fd = open("f", O_RDWR | O_CREAT, 0644);
  ftruncate(fd, 3 * PAGE);
  pwrite(fd, "third", 5, 2 * PAGE);
  char *p = MAPS(mmap(NULL, PAGE, RW, MAP_SHARED, fd, 2 * PAGE));
  TEXT(p);
  char *q = MAPS(mmap(NULL, 5 * PAGE, RW, MAP_SHARED, fd, 0));
  ftruncate(fd, 5 * PAGE);
  q[4 * PAGE] = 'e';
  char c = 0;
  pread(fd, &c, 1, 4 * PAGE);
  SHOW(c);
}

CASE(fixed_replaces) {
  char *p = mmap(NULL, 3 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(p, 5, 3 * PAGE);
  YES(mmap(p + PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p + PAGE);
  say("%d %d %d", p[0], p[PAGE], p[2 * PAGE]);
  MAPS(mmap(p, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
  munmap(p + PAGE, PAGE);
  YES(mmap(p + PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == p + PAGE);
  YES(mmap(p, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != p);
}

CASE(shared_anonymous_over_fork) {
  int *shared = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int *private = mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *shared = *private = 1;
  pid_t pid;
  CHILD(pid) {
    *shared = 2;
    *private = 2;
    pid_t grandchild;
    CHILD(grandchild) *shared += 5;
    waitpid(grandchild, NULL, 0);
  }
  reap(pid);
  SHOW(*shared);
  SHOW(*private);
}

CASE(huge_reservations) {
  char *p = MAPS(mmap(NULL, 64UL << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  TRY(mprotect(p + (32UL << 30), PAGE, RW));
  p[32UL << 30] = 4;
  SHOW(p[32UL << 30]);
  YES(mmap((void *)0xc000000000, 1 << 26, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == (void *)0xc000000000);
  TRY(munmap(p, 64UL << 30));
}

CASE(grows_down_and_32bit) {
  char *p = MAPS(mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0));
  YES((uintptr_t)p < 1UL << 31);
  MAPS(mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_GROWSDOWN, -1, 0));
  MAPS(mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0));
  MAPS(mmap(NULL, PAGE, RW, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, -1, 0));
}

CASE(executable_memory) {
  static const unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3};
  unsigned char *p = mmap(NULL, PAGE, RW | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memcpy(p, code, sizeof code);
  int (*function)(void) = (int (*)(void))p;
  SHOW(function());
  p[1] = 43;
  SHOW(function());
  mprotect(p, PAGE, PROT_READ | PROT_EXEC);
  SHOW(function());
  mprotect(p, PAGE, RW);
  pid_t pid;
  CHILD(pid) function();
  reap(pid);
}

CASE(touching_after_unmap) {
  char *p = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  p[0] = p[PAGE] = 1;
  munmap(p + PAGE, PAGE);
  pid_t pid;
  CHILD(pid) p[PAGE] = 1;
  reap(pid);
  CHILD(pid) {
    int fd = open("/dev/zero", O_RDONLY);
    TRY(read(fd, p, 2 * PAGE));
    TRY(write(1, p + PAGE, 1));
  }
  reap(pid);
}
