// Forking without end gives EAGAIN under RLIMIT_NPROC; afterwards everything works again. fork(2)
#include "check.h"

CASE(all) {
  fflush(stdout);
  if (!fork()) {
    setuid(100000 + unique_number() % 1000000);
    struct rlimit r = {20, 20};
    setrlimit(RLIMIT_NPROC, &r);
    int n = 0, p[2];
    char c;
    pipe(p);
    for (;;) {
      pid_t pid = fork();
      if (pid < 0) break;
      if (!pid) {
        close(p[1]);
        read(p[0], &c, 1);
        _exit(0);
      }
      n++;
    }
    int e = errno;
    close(p[1]);
    int reaped = 0;
    while (wait(0) > 0) reaped++;
    printf("forked %d errno %d reaped %d\n", n, e == EAGAIN, reaped);
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  printf("alive\n");
  }
