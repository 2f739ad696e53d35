#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

// Runs `nothing`, which lies beside this program.
static char path[4096];

uint64_t work(int scale) {
  strcpy(path, (const char *)getauxval(AT_EXECFN));
  strcpy(strrchr(path, '/') + 1, "nothing");
  uint64_t ended = 0;
  for (int i = 0; i < scale; i++) {
    pid_t pid = fork();
    if (pid == 0) {
      execl(path, path, (char *)NULL);
      _exit(127);
    }
    int status;
    ended += waitpid(pid, &status, 0) == pid && status == 0;
  }
  return ended;
}
