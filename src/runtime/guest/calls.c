// Makes the system calls that its host asks for, one after the other: how `wbx cp` reaches the files of a box, through mounts and
// links as a program of the box sees them. It begins by writing the address of its buffer, u64. A request: number and six arguments,
// u64 each, then how many bytes follow for the buffer, u32, and how many of it are wanted back, u32 (all ones = as many as the
// result says). An answer: the result, i64, and those bytes. It ends with its input.
#include "start.h"
#include "syscall.h"

struct request {
  long nr, args[6];
  unsigned in, out;
};

enum { SIZE = 1 << 16, AS_RESULT = ~0u };
static char buffer[SIZE];

static void fully(long nr, int fd, void *p, u64 n) {
  for (char *at = p; n;) {
    const long done = call3(nr, fd, at, n);
    if (done <= 0) call1(SYS_exit_group, 0);
    at += done;
    n -= done;
  }
}

__attribute__((used)) void program(void) {
  u64 address = (u64)buffer;
  fully(SYS_write, 1, &address, 8);
  for (;;) {
    struct request r;
    fully(SYS_read, 0, &r, sizeof r);
    if (r.in > SIZE) call1(SYS_exit_group, 1);
    fully(SYS_read, 0, buffer, r.in);
    const long *a = r.args;
    long result = syscall6(r.nr, a[0], a[1], a[2], a[3], a[4], a[5]);
    fully(SYS_write, 1, &result, 8);
    const u64 n = r.out != AS_RESULT ? r.out : result > 0 ? result : 0;
    fully(SYS_write, 1, buffer, n < SIZE ? n : SIZE);
  }
}
