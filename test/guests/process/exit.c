// exit, _exit, atexit, on_exit, abort, destructors, stdio buffers at the end, PR_SET_PDEATHSIG. exit(3), _exit(2)
#include "check.h"

static void first(void) {
  say("first");
}

static void second(void) {
  say("second");
  atexit(first);
}

static void with_status(int status, void *arg) {
  say("on_exit %d %s", status, (char *)arg);
}

CASE(handlers_in_reverse) {
  pid_t pid;
  CHILD(pid) {
    atexit(first);
    atexit(second);
    on_exit(with_status, "word");
    exit(3);
  }
  reap(pid);
}

CASE(quick_exit_runs_its_own) {
  pid_t pid;
  CHILD(pid) {
    atexit(first);
    at_quick_exit(second);
    quick_exit(4);
  }
  reap(pid);
}

CASE(buffers_are_flushed_by_exit_only) {
  pid_t pid;
  CHILD(pid) {
    FILE *f = fopen("a", "w");
    fputs("flushed", f);
    exit(0);
  }
  reap(pid);
  show_file("a");
  CHILD(pid) {
    FILE *f = fopen("b", "w");
    fputs("lost", f);
    _exit(0);
  }
  reap(pid);
  show_file("b");
}

CASE(abort_kills) {
  pid_t pid;
  CHILD(pid) abort();
  reap(pid);
  CHILD(pid) {
    signal(SIGABRT, SIG_IGN);
    abort();
  }
  reap(pid);
}

CASE(parent_death_signal) {
  int p[2], q[2], r[2];
  char c;
  pipe(p);
  pipe(q);
  pipe(r);
  pid_t pid;
  CHILD(pid) {
    pid_t grandchild;
    CHILD(grandchild) {
      prctl(PR_SET_PDEATHSIG, SIGUSR1);
      int sig = 0;
      TRY(prctl(PR_GET_PDEATHSIG, &sig));
      SHOW(sig);
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, SIGUSR1);
      sigprocmask(SIG_BLOCK, &set, NULL);
      write(p[1], "", 1);
      sigwait(&set, &sig);
      read(r[0], &c, 1);
      say("parent died: %s", signal_name(sig));
      write(q[1], "", 1);
    }
    read(p[0], &c, 1);
  }
  reap(pid);
  write(r[1], "", 1);
  read(q[0], &c, 1);
}

CASE(exit_of_main_thread_group) {
  pid_t pid;
  CHILD(pid) {
    syscall(SYS_exit, 9);
  }
  reap(pid);
  CHILD(pid) syscall(SYS_exit_group, 300);
  reap(pid);
}
