// What a bad access tells: signal, si_code, si_addr. sigaction(2), mprotect(2)
#include "check.h"
#include "mm.h"

CASE(protections) {
  catch_faults();
  char *p = map(4, RW, MAP_PRIVATE);
  p[PAGE] = 1;
  TRY(mprotect(p + PAGE, PAGE, PROT_READ));
  READ("read", p + PAGE + 5, p);
  WRITE("write", p + PAGE + 5, p);
  mprotect(p + PAGE, PAGE, PROT_NONE);
  READ("none", p + PAGE + 7, p);
  mprotect(p + PAGE, PAGE, PROT_WRITE);
  READ("writable is readable", p + PAGE, p);
  WRITE("write again", p + PAGE, p);
  munmap(p + 2 * PAGE, PAGE);
  READ("hole", p + 2 * PAGE + 9, p);
}

CASE(hole_in_the_range) {
  catch_faults();
  char *p = map(4, RW, MAP_PRIVATE);
  munmap(p + 2 * PAGE, PAGE);
  TRY(mprotect(p, 4 * PAGE, PROT_READ));
  WRITE("before the hole it was done", p, p);
  WRITE("after it was not", p + 3 * PAGE, p);
}

CASE(bad_addresses) {
  catch_faults();
  WRITE("null", (char *)8, 0);
  WRITE("not canonical", 0x8000000000000000UL, 0);
  READ("kernel half", 0xffff800000000000UL, 0xffff800000000000UL);
  READ("last byte", ~0UL, ~0UL);
  ATTEMPT("jump to null", 0, ((void (*volatile)(void))0)());
  char *p = map(1, RW, MAP_PRIVATE);
  ATTEMPT("jump into data", p, ((void (*volatile)(void))p)());
}

CASE(across_two_pages) {
  catch_faults();
  char *p = map(3, RW, MAP_PRIVATE);
  memset(p, 7, 3 * PAGE);
  mprotect(p + PAGE, PAGE, PROT_READ);
  munmap(p + 2 * PAGE, PAGE);
  ATTEMPT("write into a read-only second", p, *(volatile long *)(p + PAGE - 3) = 1);
  say("the first is untouched: %d", p[PAGE - 1]);
  ATTEMPT("write from a read-only first", p, *(volatile long *)(p + 2 * PAGE - 3) = 1);
  ATTEMPT("read into a hole", p, (void)*(volatile long *)(p + 2 * PAGE - 3));
  ATTEMPT("read across", p, (void)*(volatile long *)(p + PAGE - 3));
}

CASE(system_calls_do_not_fault) {
  char *p = map(2, RW, MAP_PRIVATE);
  munmap(p + PAGE, PAGE);
  int fds[2];
  pipe(fds);
  TRY(write(fds[1], p + PAGE, 1));
  TRY(write(fds[1], (void *)8, 1));
  TRY(write(fds[1], (void *)~0UL, 1));
  TRY(open(p + PAGE, O_RDONLY));
  TRY(mprotect(p, PAGE, PROT_READ));
  TRY(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, 8));
  write(fds[1], "abc", 3);
  TRY(read(fds[0], p, 3));
}

static int depth(int n) {
  volatile char frame[4096];
  frame[0] = (char)n;
  return n ? depth(n - 1) + frame[0] * 0 : 0;
}

CASE(stack) {
  SHOW(depth(1500));
  pid_t pid;
  CHILD(pid) depth(1 << 20);
  reap(pid);
  CHILD(pid) {
    setrlimit(RLIMIT_STACK, &(struct rlimit){1 << 20, 1 << 20});
    depth(400);
  }
  reap(pid);
}
