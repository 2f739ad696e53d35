// The init of `wbx run --init`: starts the command, passes signals on to it and reaps what it leaves behind; its status is that
// of the command. Runs as pid 1.
#include "start.h"
#include "syscall.h"

enum { SIGCHLD = 17, SIGTTIN = 21, SIGTTOU = 22, SIG_BLOCK = 0, SIG_SETMASK = 2, WNOHANG = 1, TIOCSPGRP = 0x5410 };
enum { ENOENT = 2, EACCES = 13, ENOTDIR = 20 };

static int length(const char *s) {
  int n = 0;
  while (s[n]) n++;
  return n;
}

static void say(const char *s) { call3(SYS_write, 2, s, length(s)); }

// As execvp(3): a name without a slash is looked for along PATH.
static long run(char **argv, char **env) {
  const char *name = argv[0];
  for (const char *p = name; *p; p++)
    if (*p == '/') return call3(SYS_execve, name, argv, env);
  const char *dir = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  for (char **e = env; *e; e++)
    if ((*e)[0] == 'P' && (*e)[1] == 'A' && (*e)[2] == 'T' && (*e)[3] == 'H' && (*e)[4] == '=') dir = *e + 5;
  static char path[4096];
  long worst = -ENOENT;
  while (*dir) {
    int n = 0;
    while (*dir && *dir != ':' && n < 2048) path[n++] = *dir++;
    if (*dir) dir++;
    path[n++] = '/';
    for (const char *p = name; *p && n < 4095; p++) path[n++] = *p;
    path[n] = 0;
    const long error = call3(SYS_execve, path, argv, env);
    if (error != -ENOENT && error != -ENOTDIR) worst = error;
  }
  return worst;
}

static void child(char **argv, char **env) {
  u64 none = 0;
  call2(SYS_setpgid, 0, 0);
  int group = call0(39);  // getpid
  call3(SYS_ioctl, 0, TIOCSPGRP, &group);
  call4(SYS_rt_sigprocmask, SIG_SETMASK, &none, 0, 8);
  const long error = run(argv, env);
  say("wbx: exec: \"");
  say(argv[0]);
  say(error == -ENOENT ? "\": not found\n" : "\": cannot be executed\n");
  call1(SYS_exit_group, error == -ENOENT ? 127 : 126);
}

__attribute__((used)) void program(u64 *stack) {
  char **argv = (char **)(stack + 1);
  char **env = argv + stack[0] + 1;
  u64 all = ~0ul;
  call4(SYS_rt_sigprocmask, SIG_BLOCK, &all, 0, 8);
  const long pid = call0(SYS_fork);
  if (pid == 0) child(argv, env);
  for (;;) {
    const long sig = call4(SYS_rt_sigtimedwait, &all, 0, 0, 8);
    if (sig != SIGCHLD) {
      if (sig > 0 && sig != SIGTTIN && sig != SIGTTOU) call2(SYS_kill, pid, sig);
      continue;
    }
    int status;
    for (long ended; (ended = call4(SYS_wait4, -1, &status, WNOHANG, 0)) > 0;) {
      if (ended != pid) continue;
      call1(SYS_exit_group, status & 0x7f ? 128 + (status & 0x7f) : (status >> 8) & 0xff);
    }
  }
}
