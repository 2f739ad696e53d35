/* Asks for 10 GB at once, then touches memory in a child until something gives. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  char *huge = malloc(10ull << 30);
  puts(huge ? "10 GB reserved" : "10 GB refused");
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    for (;;) {
      char *piece = malloc(1 << 20);
      if (!piece) _exit(3);
      memset(piece, 1, 1 << 20);
    }
  }
  int status;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) printf("signal %d\n", WTERMSIG(status));
  else printf("exit %d\n", WEXITSTATUS(status));
  return 0;
}
