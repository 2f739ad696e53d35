// Process groups and sessions. setpgid(2), setsid(2), credentials(7)
#include "check.h"

CASE(own_group) {
  YES(getpgrp() == getpid());
  YES(getpgid(0) == getpid());
  YES(getsid(0) != getpid());
  TRY(setsid());
  TRY(setpgid(0, 0));
  TRY(getpgid(99999999));
  TRY(getsid(99999999));
}

CASE(new_session) {
  pid_t pid;
  CHILD(pid) {
    YES(setsid() == getpid());
    YES(getsid(0) == getpid() && getpgrp() == getpid());
    TRY(setsid());
    TRY(setpgid(0, 0));
  }
  reap(pid);
}

CASE(moves_between_groups) {
  pid_t a, b;
  CHILD(a) pause();
  CHILD(b) pause();
  TRY(setpgid(a, 0));
  YES(getpgid(a) == a);
  TRY(setpgid(b, a));
  YES(getpgid(b) == a);
  TRY(setpgid(b, getpgrp()));
  YES(getpgid(b) == getpgrp());
  TRY(setpgid(b, 99999999));
  TRY(setpgid(-1, 0));
  TRY(setpgid(a, -1));
  TRY(setpgid(getppid(), 0));
  kill(a, SIGKILL);
  kill(b, SIGKILL);
  reap(a);
  reap(b);
}

CASE(kill_reaches_a_group) {
  pid_t children[3];
  for (int i = 0; i < 3; i++) {
    CHILD(children[i]) pause();
    setpgid(children[i], children[0]);
  }
  TRY(kill(-children[0], SIGUSR1));
  for (int i = 0; i < 3; i++) reap(children[i]);
  TRY(kill(-children[0], 0));
  TRY(killpg(99999999, SIGTERM));
}

CASE(session_member_is_left_alone) {
  int p[2];
  pipe(p);
  pid_t pid;
  CHILD(pid) {
    setsid();
    write(p[1], "", 1);
    pause();
  }
  char c;
  read(p[0], &c, 1);
  TRY(setpgid(pid, getpgrp()));
  kill(pid, SIGKILL);
  reap(pid);
}

CASE(setpgid_after_exec_is_refused) {
  int p[2], q[2];
  pipe(p);
  pipe(q);
  pid_t pid;
  CHILD(pid) {
    dup2(q[0], 0);
    dup2(p[1], 1);
    execl("/bin/sh", "sh", "-c", "echo ready; read x", NULL);
  }
  char c;
  read(p[0], &c, 1);
  TRY(setpgid(pid, pid));
  kill(pid, SIGKILL);
  reap(pid);
}
