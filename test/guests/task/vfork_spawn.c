// vfork shares memory and blocks the parent; posix_spawn works on top of it. vfork(2)
#define CHECK_OWN_MAIN
#include "check.h"
#include <spawn.h>

extern char **environ;
static char self[] = "/proc/self/exe";

CASE(all) {
  setvbuf(stdout, 0, _IONBF, 0);
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
    execl(self, self, "again", (char *)0);
    _exit(1);
  }
  printf("x %d\n", x);
  waitpid(pid, &status, 0);
  printf("exec %d\n", WEXITSTATUS(status));
  char *args[] = {self, "again", 0};
  int r = posix_spawn(&pid, self, 0, 0, args, environ);
  waitpid(pid, &status, 0);
  printf("spawn %d exit %d\n", r, WEXITSTATUS(status));
  r = posix_spawn(&pid, "/nonexistent", 0, 0, args, environ);
  printf("spawn missing: %s\n", strerror(r));
  }

static int again(int argc, char **argv) {
  return 21;
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "again")) return again(argc, argv);
  return check_main(argc, argv);
}
