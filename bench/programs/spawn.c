#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

// Runs /bin/nothing in the box; natively its neighbour, whose path comes from this program's own.
static char path[4096];

uint64_t work(int scale) {
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof "nothing");
  if (length < 0) return 0;
  path[length] = 0;
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
