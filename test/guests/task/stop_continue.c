// Job control between processes: WUNTRACED, WCONTINUED, SIGCHLD codes, SIGKILL of a stopped process. wait(2)
#include "check.h"

static void show(const char *what, int status) {
  printf("%s:", what);
  if (WIFSTOPPED(status)) printf(" stopped %d", WSTOPSIG(status));
  if (WIFCONTINUED(status)) printf(" continued");
  if (WIFSIGNALED(status)) printf(" killed %d", WTERMSIG(status));
  if (WIFEXITED(status)) printf(" exited %d", WEXITSTATUS(status));
  printf("\n");
}
// Standard signals are not counted: which codes came at all.
static volatile sig_atomic_t codes[16];
static void show_codes(void) {
  for (int i = 0; i < 16; i++)
    if (codes[i]) printf("code %d\n", i);
  memset((void *)codes, 0, sizeof codes);
}
static void chld(int sig, siginfo_t *si, void *uc) {
  codes[si->si_code & 15] = 1;
}

CASE(all) {
  setvbuf(stdout, 0, _IONBF, 0);
  struct sigaction sa = {.sa_sigaction = chld, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGCHLD, &sa, 0);
  int status;
  pid_t pid = fork();
  if (!pid)
    for (;;) pause();
  // Not an orphaned group, to which SIGTSTP would do nothing: its parent is in another one.
  setpgid(pid, 0);
  kill(pid, SIGSTOP);
  waitpid(pid, &status, WUNTRACED);
  show("stop", status);
  printf("again: %d\n", waitpid(pid, &status, WUNTRACED | WNOHANG));
  kill(pid, SIGCONT);
  waitpid(pid, &status, WCONTINUED);
  show("cont", status);
  kill(pid, SIGTSTP);
  siginfo_t si;
  waitid(P_PID, pid, &si, WSTOPPED);
  printf("waitid: code %d status %d\n", si.si_code, si.si_status);
  kill(pid, SIGTERM);
  printf("term waits: %d\n", waitpid(pid, &status, WNOHANG));
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
  show("kill", status);
  show_codes();
  sa.sa_flags |= SA_NOCLDSTOP;
  sigaction(SIGCHLD, &sa, 0);
  pid = fork();
  if (!pid) {
    raise(SIGSTOP);
    _exit(5);
  }
  waitpid(pid, &status, WUNTRACED);
  show("self stop", status);
  kill(pid, SIGCONT);
  waitpid(pid, &status, 0);
  show("end", status);
  show_codes();
  signal(SIGCHLD, SIG_IGN);
  pid = fork();
  if (!pid) _exit(1);
  int r = waitpid(pid, &status, 0);
  printf("ignored children: %d %d\n", r, errno == ECHILD);
  }
