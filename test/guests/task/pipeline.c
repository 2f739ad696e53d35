// A shell's pipeline by hand: fork, pipe, dup2, SIGPIPE, EPIPE, end of file when all writers are gone. pipe(7)
#include "check.h"

static pid_t stage(int in, int out, int close1, int close2, int (*f)(void)) {
  pid_t pid = fork();
  if (pid) return pid;
  if (in >= 0) dup2(in, 0), close(in);
  if (out >= 0) dup2(out, 1), close(out);
  if (close1 >= 0) close(close1);
  if (close2 >= 0) close(close2);
  exit(f());
}
static int produce(void) {
  for (int i = 1; i <= 20000; i++) printf("%d\n", i);
  return 0;
}
static int add(void) {
  long sum = 0, n;
  while (scanf("%ld", &n) == 1) sum += n;
  printf("%ld\n", sum);
  return 0;
}
static int show(void) {
  char line[100];
  if (fgets(line, sizeof line, stdin)) printf("result %s", line);
  return fgets(line, sizeof line, stdin) ? 1 : 0;
}
static int endless(void) {
  while (puts("y") >= 0) {}
  return 1;
}

CASE(all) {
  int a[2], b[2], status;
  pipe(a);
  pipe(b);
  stage(-1, a[1], a[0], -1, produce);
  close(a[1]);
  stage(a[0], b[1], b[0], -1, add);
  close(a[0]);
  close(b[1]);
  pid_t last = stage(b[0], -1, -1, -1, show);
  close(b[0]);
  waitpid(last, &status, 0);
  printf("last %d\n", WEXITSTATUS(status));
  while (wait(&status) > 0) printf("other %d\n", status);
  pipe(a);
  fflush(stdout);
  pid_t yes = stage(-1, a[1], a[0], -1, endless);
  close(a[1]);
  char buf[10];
  read(a[0], buf, 4);
  close(a[0]);
  waitpid(yes, &status, 0);
  printf("yes died of %d\n", WTERMSIG(status) == SIGPIPE);
  signal(SIGPIPE, SIG_IGN);
  pipe(a);
  close(a[0]);
  int r = write(a[1], "x", 1);
  printf("epipe %d %d\n", r, errno == EPIPE);
  }
