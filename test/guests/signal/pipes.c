// SIGPIPE and its relatives: closed pipes and sockets, SIGIO, SIGURG-free paths. pipe(7)
#include <sys/socket.h>
#include "check.h"

CASE(default_kills) {
  int p[2];
  pipe(p);
  close(p[0]);
  pid_t pid;
  CHILD(pid) write(p[1], "x", 1);
  reap(pid);
}

CASE(ignored_gives_epipe) {
  int p[2];
  pipe(p);
  close(p[0]);
  signal(SIGPIPE, SIG_IGN);
  TRY(write(p[1], "x", 1));
  TRY(write(p[1], "", 0));
}

static void handler(int sig) {
  say("handler %s", signal_name(sig));
}

CASE(handled_before_the_call_returns) {
  int p[2], s[2];
  pipe(p);
  close(p[0]);
  signal(SIGPIPE, handler);
  TRY(write(p[1], "x", 1));
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  close(s[0]);
  TRY(write(s[1], "x", 1));
  TRY(send(s[1], "x", 1, MSG_NOSIGNAL));
}

CASE(blocked_stays_pending) {
  int p[2];
  pipe(p);
  close(p[0]);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  sigprocmask(SIG_BLOCK, &set, NULL);
  TRY(write(p[1], "x", 1));
  sigpending(&set);
  SHOW(sigismember(&set, SIGPIPE));
}

CASE(asynchronous_io) {
  int p[2];
  pipe(p);
  signal(SIGIO, handler);
  TRY(fcntl(p[0], F_SETOWN, getpid()));
  TRY(fcntl(p[0], F_SETFL, O_ASYNC | O_NONBLOCK));
  TRY(write(p[1], "x", 1));
  char c;
  TRY(read(p[0], &c, 1));
  TRY(fcntl(p[0], F_SETFL, 0));
  TRY(write(p[1], "x", 1));
}
