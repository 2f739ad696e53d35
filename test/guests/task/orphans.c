// Reparenting: orphans go to the subreaper; PR_SET_PDEATHSIG; getppid. prctl(2)
#include "check.h"

CASE(all) {
  setvbuf(stdout, 0, _IONBF, 0);
  int p[2], status;
  char c;
  pipe(p);
  printf("subreaper %d\n", prctl(PR_SET_CHILD_SUBREAPER, 1));
  pid_t me = getpid(), pid = fork();
  if (!pid) {
    if (!fork()) {
      while (getppid() != me) usleep(1000);
      write(p[1], "r", 1);
      _exit(17);
    }
    _exit(0);
  }
  waitpid(pid, &status, 0);
  read(p[0], &c, 1);
  printf("adopted %c\n", c);
  pid = wait(&status);
  printf("reaped grandchild %d\n", WEXITSTATUS(status));
  pid = fork();
  if (!pid) {
    pid_t grand = fork();
    if (!grand) {
      prctl(PR_SET_PDEATHSIG, SIGUSR2);
      write(p[1], "s", 1);
      for (;;) pause();
    }
    read(p[0], &c, 1);
    _exit(0);
  }
  waitpid(pid, &status, 0);
  wait(&status);
  printf("death signal %d\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR2);
  char name[17] = {0};
  prctl(PR_SET_NAME, "a-name-that-is-too-long");
  prctl(PR_GET_NAME, name);
  printf("name %s\n", name);
  }
