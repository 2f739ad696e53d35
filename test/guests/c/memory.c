// mmap, munmap, mprotect, mremap, madvise, brk and the faults they lead to: what a program can observe of each.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL

static sigjmp_buf env;
static siginfo_t seen;

static void on_fault(int sig, siginfo_t *info, void *context) {
  (void)sig, (void)context;
  seen = *info;
  siglongjmp(env, 1);
}

/* Touches one byte; prints the fault relative to base. */
static void touch(const char *what, volatile char *p, int write, volatile char *base) {
  if (sigsetjmp(env, 1) == 0) {
    if (write) *p = 'x';
    else (void)*p;
    printf("%s: ok\n", what);
  } else {
    printf("%s: signal %d code %d at +%ld\n", what, seen.si_signo, seen.si_code, (long)((char *)seen.si_addr - (char *)base));
  }
}

static void result(const char *what, long r) {
  if (r == -1) printf("%s: %s\n", what, strerrorname_np(errno));
  else printf("%s: %ld\n", what, r);
}

static char *map(size_t pages, int prot, int flags) {
  return mmap(NULL, pages * PAGE, prot, flags | MAP_ANONYMOUS, -1, 0);
}

static void protections(void) {
  char *p = map(4, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  p[PAGE] = 1;
  result("mprotect", mprotect(p + PAGE, PAGE, PROT_READ));
  touch("read", p + PAGE + 5, 0, p);
  touch("write", p + PAGE + 5, 1, p);
  mprotect(p + PAGE, PAGE, PROT_NONE);
  touch("none", p + PAGE + 7, 0, p);
  mprotect(p + PAGE, PAGE, PROT_READ | PROT_WRITE);
  touch("write again", p + PAGE, 1, p);
  munmap(p + 2 * PAGE, PAGE);
  touch("hole", p + 2 * PAGE + 9, 0, p);
  result("mprotect over a hole", mprotect(p, 4 * PAGE, PROT_READ));
  touch("before the hole it was done", p, 1, p);
  touch("after it was not", p + 3 * PAGE, 1, p);
  touch("null", (char *)8, 1, 0);
  if (sigsetjmp(env, 1) == 0) ((void (*)(void))p)();
  printf("jump into data: code %d at +%ld\n", seen.si_code, (long)((char *)seen.si_addr - p));
  if (sigsetjmp(env, 1) == 0) *(volatile char *)0x8000000000000000UL = 1;
  printf("not canonical: code %d address %p\n", seen.si_code, seen.si_addr);
  if (sigsetjmp(env, 1) == 0) *(volatile long *)(p + 2 * PAGE - 4) = 1;
  printf("across: at +%ld\n", (long)((char *)seen.si_addr - p));
}

static void errors(void) {
  char *p = map(2, PROT_READ, MAP_PRIVATE);
  result("length 0", (long)mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  result("no type", (long)mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0));
  result("bad fd", (long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 77, 0));
  result("odd offset", (long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 0, 5));
  result("odd fixed", (long)mmap(p + 1, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
  result("noreplace", (long)mmap(p, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
  result("beyond the address space", (long)mmap(NULL, 1UL << 47, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  result("munmap odd", munmap(p + 1, PAGE));
  result("munmap 0", munmap(p, 0));
  result("munmap nothing", munmap(p + (1 << 20), PAGE) * 0);
  result("mprotect odd", mprotect(p + 1, PAGE, PROT_READ));
  result("madvise unknown", madvise(p, PAGE, 1234));
  result("madvise free shared", madvise(map(1, PROT_READ, MAP_SHARED), PAGE, MADV_FREE));
  result("msync both", msync(p, PAGE, MS_SYNC | MS_ASYNC));
  result("mremap nothing", (long)mremap((void *)PAGE, PAGE, PAGE * 2, 0));
  result("terabytes of nothing", mmap(NULL, 1UL << 43, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) == MAP_FAILED);
}

static void moves(void) {
  char *p = map(8, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  munmap(p + 4 * PAGE, 4 * PAGE);
  for (int i = 0; i < 4; i++) p[i * PAGE] = 'a' + i;
  char *q = mremap(p, 4 * PAGE, 8 * PAGE, 0);
  printf("grown in place: %d %c%c\n", q == p, q[0], q[3 * PAGE]);
  map(1, PROT_READ, MAP_PRIVATE);
  char *target = map(16, PROT_NONE, MAP_PRIVATE);
  q = mremap(p, 8 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + PAGE);
  printf("moved: %d %c%c\n", q == target + PAGE, q[0], q[2 * PAGE]);
  touch("old place", p, 0, p);
  touch("old tail", p + 5 * PAGE, 0, p);
  q = mremap(target + PAGE, 3 * PAGE, PAGE, 0);
  touch("shrunk", q + PAGE, 0, q);
  madvise(q, PAGE, MADV_DONTNEED);
  printf("after DONTNEED: %d\n", q[0]);
}

static void forks(void) {
  char *priv = map(2, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  char *shared = map(1, PROT_READ | PROT_WRITE, MAP_SHARED);
  char *wiped = map(1, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  priv[0] = shared[0] = wiped[0] = 'p';
  madvise(wiped, PAGE, MADV_WIPEONFORK);
  fflush(stdout);
  if (fork() == 0) {
    printf("child sees %c %c %d\n", priv[0], shared[0], wiped[0]);
    priv[0] = shared[0] = 'c';
    priv[PAGE] = 'c';
    fflush(stdout);
    _exit(0);
  }
  wait(NULL);
  printf("parent sees %c %c %c %d\n", priv[0], shared[0], wiped[0], priv[PAGE]);
}

static void files(void) {
  char name[] = "/tmp/memory-XXXXXX";
  int fd = mkstemp(name);
  unlink(name);
  if (write(fd, "0123456789", 10) != 10) return;
  char *shared = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *priv = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  printf("private %c, behind the end %d\n", priv[3], priv[100]);
  shared[3] = 'S';
  priv[4] = 'P';
  char buffer[11] = {0};
  pread(fd, buffer, 10, 0);
  printf("file %s, private %.10s\n", buffer, priv);
  if (pwrite(fd, "W", 1, 5) != 1) return;
  printf("shared %.10s, private %.10s\n", shared, priv);
  touch("second page", shared + PAGE, 0, shared);
  result("truncate", ftruncate(fd, 2 * PAGE));
  touch("second page of a longer file", shared + PAGE + 1, 0, shared);
  result("truncate", ftruncate(fd, 0));
  touch("first page of an empty file", shared, 0, shared);
  touch("own copy of it", priv, 0, priv);
  int readOnly = open("/proc/self/exe", 0);
  result("shared writable of a read-only file", (long)mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, readOnly, 0));
  char *text = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, readOnly, 0);
  result("mprotect it writable", mprotect(text, PAGE, PROT_READ | PROT_WRITE));
  printf("magic %.3s\n", text + 1);
}

static void heap(void) {
  char *start = sbrk(0);
  result("brk up", brk(start + 10 * PAGE));
  start[10 * PAGE - 1] = 1;
  result("brk down", brk(start));
  struct rlimit limit = {16 * PAGE, 16 * PAGE};
  setrlimit(RLIMIT_DATA, &limit);
  result("brk beyond RLIMIT_DATA", brk(start + (1 << 20)));
  struct rlimit space = {1 << 20, 1 << 20};
  setrlimit(RLIMIT_AS, &space);
  result("mmap beyond RLIMIT_AS", (long)map(512, PROT_NONE, MAP_PRIVATE));
}

static int depth(int n) {
  volatile char frame[4096];
  frame[0] = (char)n;
  return n ? depth(n - 1) + frame[0] * 0 : 0;
}

static void stack(void) {
  printf("deep recursion: %d\n", depth(1500));
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    signal(SIGSEGV, SIG_DFL);
    depth(1 << 20);
    _exit(0);
  }
  int status;
  waitpid(pid, &status, 0);
  printf("endless recursion: signal %d\n", WTERMSIG(status));
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  protections();
  errors();
  moves();
  forks();
  files();
  stack();
  heap();
  return 0;
}
