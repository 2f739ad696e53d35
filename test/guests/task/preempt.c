// Time slices: busy processes and threads share the CPU; a spinning reader sees what another task writes. sched(7)
#include "check.h"
#include <pthread.h>
#include <sys/mman.h>

static volatile int flag, answer;
static void *spinner(void *arg) {
  while (!flag) {}
  answer = 42;
  return 0;
}

CASE(all) {
  pthread_t t;
  pthread_create(&t, 0, spinner, 0);
  for (volatile int i = 0; i < 1000000; i++) {}
  flag = 1;
  pthread_join(t, 0);
  printf("answer %d\n", answer);
  volatile int *turn = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t pid = fork();
  if (!pid) {
    for (int i = 0; i < 50; i++) {
      while (*turn != 1) {}
      *turn = 0;
    }
    _exit(0);
  }
  for (int i = 0; i < 50; i++) {
    while (*turn != 0) {}
    *turn = 1;
  }
  waitpid(pid, 0, 0);
  printf("turns done\n");
  pid = fork();
  if (!pid)
    for (;;) {}
  usleep(20000);
  kill(pid, SIGKILL);
  int status;
  waitpid(pid, &status, 0);
  printf("endless loop killed by %d\n", WTERMSIG(status));
  }
