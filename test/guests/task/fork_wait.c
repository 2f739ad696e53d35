// fork and waitpid: exit codes, order of children, ECHILD, WNOHANG, wait status of signals. wait(2)
#include "check.h"

CASE(all) {
  int status;
  printf("no child: %d %d\n", waitpid(-1, &status, 0), errno == ECHILD);
  for (int i = 0; i < 5; i++) {
    pid_t pid = fork();
    if (pid == 0) _exit(i * 10);
    pid_t got = waitpid(pid, &status, 0);
    printf("child %d: same %d exited %d code %d\n", i, got == pid, WIFEXITED(status), WEXITSTATUS(status));
  }
  int p[2];
  if (pipe(p)) return;
  pid_t pid = fork();
  if (pid == 0) {
    char c;
    read(p[0], &c, 1);
    _exit(3);
  }
  printf("nohang: %d\n", waitpid(pid, &status, WNOHANG));
  write(p[1], "x", 1);
  printf("then: %d %d\n", waitpid(pid, &status, 0) == pid, WEXITSTATUS(status));
  int sigs[] = {SIGKILL, SIGTERM, SIGHUP, SIGUSR1, SIGALRM, SIGPIPE, SIGRTMIN + 3};
  for (unsigned i = 0; i < sizeof sigs / sizeof *sigs; i++) {
    pid = fork();
    if (pid == 0) {
      for (;;) pause();
    }
    kill(pid, sigs[i]);
    waitpid(pid, &status, 0);
    printf("signalled %d: %d\n", WIFSIGNALED(status), WTERMSIG(status) == sigs[i]);
  }
  pid_t kids[4];
  for (int i = 0; i < 4; i++)
    if ((kids[i] = fork()) == 0) _exit(i);
  int sum = 0, n = 0;
  while ((pid = wait(&status)) > 0) {
    n++;
    sum += WEXITSTATUS(status);
  }
  printf("reaped %d sum %d errno %d\n", n, sum, errno == ECHILD);
  printf("bad options: %d %d\n", waitpid(-1, &status, 0x100), errno == EINVAL);
  siginfo_t info;
  pid = fork();
  if (pid == 0) _exit(42);
  printf("waitid nowait: %d\n", waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
  printf("info: %d %d %d %d\n", info.si_pid == pid, info.si_code == CLD_EXITED, info.si_status, info.si_signo == SIGCHLD);
  printf("waitid: %d ", waitid(P_PID, pid, &info, WEXITED));
  printf("%d\n", waitid(P_PID, pid, &info, WEXITED) == -1 && errno == ECHILD);
  }
