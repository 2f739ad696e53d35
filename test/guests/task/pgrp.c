// Process groups and sessions: setpgid rules, setsid, kill to groups, orphaned stopped groups get SIGHUP. setpgid(2)
#include "check.h"

static int hup;
static void on_hup(int s) { hup = 1; }

CASE(all) {
  setvbuf(stdout, 0, _IONBF, 0);
  int status, p[2];
  pipe(p);
  pid_t leader = fork();
  if (!leader) {
    printf("setsid %d\n", setsid() == getpid());
    printf("again %d %d\n", setsid(), errno == EPERM);
    printf("leader %d %d\n", getpgrp() == getpid(), getsid(0) == getpid());
    printf("setpgid of leader %d %d\n", setpgid(0, 0), errno == EPERM);
    pid_t kids[3];
    for (int i = 0; i < 3; i++) {
      if (!(kids[i] = fork()))
        for (;;) pause();
      setpgid(kids[i], kids[0]);
    }
    printf("pgid %d\n", getpgid(kids[2]) == kids[0]);
    printf("kill group %d\n", kill(-kids[0], SIGUSR1));
    for (int i = 0; i < 3; i++) {
      wait(&status);
      printf("killed %d\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
    }
    printf("gone %d %d\n", kill(-kids[0], 0), errno == ESRCH);
    printf("bad pgid %d %d\n", setpgid(0, 999999), errno == EPERM);
    printf("negative %d %d\n", setpgid(0, -1), errno == EINVAL);
    printf("no such %d %d\n", setpgid(999999, 0), errno == ESRCH);
    _exit(0);
  }
  waitpid(leader, &status, 0);
  printf("status %d\n", WEXITSTATUS(status));
  // A stopped group that loses its last outside parent hears SIGHUP, then SIGCONT.
  pid_t middle = fork();
  if (!middle) {
    setsid();
    pid_t child = fork();
    if (!child) {
      setpgid(0, 0);
      signal(SIGHUP, on_hup);
      raise(SIGSTOP);
      char c = hup ? 'h' : 'n';
      write(p[1], &c, 1);
      _exit(0);
    }
    waitpid(child, &status, WUNTRACED);
    _exit(0);
  }
  waitpid(middle, &status, 0);
  char c = '?';
  read(p[0], &c, 1);
  printf("orphan heard %c\n", c);
  }
