// Files through mmap: shared and private, beyond the end, truncated while mapped, rights of the descriptor.
#include "check.h"
#include "mm.h"

static int digits(void) {
  make_file("f", "0123456789");
  return open("f", O_RDWR);
}

CASE(shared_and_private) {
  int fd = digits();
  char *shared = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
  char *private = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE, fd, 0);
  say("private %c, behind the end %d", private[3], private[100]);
  shared[3] = 'S';
  private[4] = 'P';
  show_file("f");
  say("private %.10s", private);
  pwrite(fd, "W", 1, 5);
  say("shared %.10s, private %.10s", shared, private);
  close(fd);
  unlink("f");
  shared[0] = 'x';
  say("after unlink %.10s", shared);
}

CASE(beyond_the_end) {
  catch_faults();
  int fd = digits();
  char *p = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
  WRITE("behind the end in its page", p + 4000, p);
  READ("next page", p + PAGE, p);
  TRY(ftruncate(fd, 2 * PAGE));
  READ("next page of a longer file", p + PAGE + 1, p);
  say("what was behind the end: %d", p[4000]);
}

CASE(truncated_while_mapped) {
  catch_faults();
  int fd = digits();
  ftruncate(fd, 2 * PAGE);
  char *p = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
  char *own = mmap(NULL, 2 * PAGE, RW, MAP_PRIVATE, fd, 0);
  p[PAGE] = own[PAGE] = 'o';
  TRY(ftruncate(fd, 5));
  READ("shared", p + PAGE, p);
  READ("own copy", own + PAGE, own);
  say("first page %.5s %d", p, p[6]);
  TRY(read(fd, p + PAGE, 1));
  ftruncate(fd, 2 * PAGE);
  say("longer again %d %d", p[6], p[PAGE]);
}

CASE(rights_of_the_descriptor) {
  close(digits());
  int ro = open("f", O_RDONLY), wo = open("f", O_WRONLY), dir = open(".", O_RDONLY);
  int pipes[2];
  pipe(pipes);
  TRY(mmap(NULL, PAGE, RW, MAP_SHARED, ro, 0));
  OK(mmap(NULL, PAGE, RW, MAP_PRIVATE, ro, 0));
  TRY(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, wo, 0));
  TRY(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, wo, 0));
  TRY(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, dir, 0));
  TRY(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, pipes[0], 0));
  char *p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, ro, 0);
  TRY(mprotect(p, PAGE, RW));
  TRY(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, open("f", O_PATH), 0));
}

CASE(dev_zero) {
  int fd = open("/dev/zero", O_RDWR);
  char *private = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0), *shared = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
  private[0] = shared[0] = 'z';
  pid_t pid;
  CHILD(pid) private[0] = shared[0] = 'c';
  reap(pid);
  say("private %c shared %c", private[0], shared[0]);
}

CASE(code_that_changes) {
  unsigned char code[] = {0xb8, 1, 0, 0, 0, 0xc3}; // mov eax, 1; ret
  int fd = open("code", O_RDWR | O_CREAT, 0755);
  write(fd, code, sizeof code);
  unsigned char *rx = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
  unsigned char *rw = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
  int (*call)(void) = (int (*)(void))rx;
  SHOW(call());
  rw[1] = 2;
  SHOW(call());
  pwrite(fd, "\3", 1, 1);
  SHOW(call());
  int (*both)(void) = (int (*)(void))mmap(NULL, PAGE, RW | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memcpy((void *)both, code, sizeof code);
  SHOW(both());
  ((unsigned char *)both)[1] = 4;
  SHOW(both());
}
