// vfork shares memory and blocks the parent; posix_spawn works on top of it. vfork(2)
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
  setvbuf(stdout, 0, _IONBF, 0);
  if (argc > 1) return 21;
  volatile int x = 1;
  int status;
  pid_t pid = vfork();
  if (!pid) {
    usleep(20000);
    x = 2;
    _exit(4);
  }
  printf("x %d\n", x);
  waitpid(pid, &status, 0);
  printf("exit %d\n", WEXITSTATUS(status));
  pid = vfork();
  if (!pid) {
    x = 3;
    execl(argv[0], argv[0], "child", (char *)0);
    _exit(1);
  }
  printf("x %d\n", x);
  waitpid(pid, &status, 0);
  printf("exec %d\n", WEXITSTATUS(status));
  char *args[] = {argv[0], "child", 0};
  int r = posix_spawn(&pid, argv[0], 0, 0, args, environ);
  waitpid(pid, &status, 0);
  printf("spawn %d exit %d\n", r, WEXITSTATUS(status));
  r = posix_spawn(&pid, "/nonexistent", 0, 0, args, environ);
  printf("spawn missing: %s\n", strerror(r));
  return 0;
}
