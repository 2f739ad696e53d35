// Many processes: pids are reused, a thousand children come and go, nothing leaks. fork(2)
#include "check.h"

CASE(all) {
  int ok = 0, status;
  for (int i = 0; i < 1000; i++) {
    pid_t pid = fork();
    if (!pid) _exit(i & 0x7f);
    if (waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == (i & 0x7f)) ok++;
  }
  printf("sequential %d\n", ok);
  ok = 0;
  for (int i = 0; i < 200; i++)
    if (!fork()) _exit(0);
  while (wait(&status) > 0) ok += status == 0;
  printf("parallel %d\n", ok);
  }
