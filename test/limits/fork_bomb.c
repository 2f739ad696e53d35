/* Forks until it is refused, as a child of this process; then the whole group is killed, as an administrator would. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void bomb(void) {
  setpgid(0, 0);
  for (;;) {
    pid_t child = fork();
    if (child == 0) pause();
    if (child > 0) continue;
    printf("fork: %s\n", strerror(errno));
    fflush(stdout);
    kill(0, SIGKILL);
  }
}

int main(void) {
  int status;
  pid_t child = fork();
  if (child == 0) bomb();
  waitpid(child, &status, 0);
  printf("signal %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  child = fork();
  if (child == 0) _exit(5);
  waitpid(child, &status, 0);
  printf("exit %d\n", WEXITSTATUS(status));
  return 0;
}
