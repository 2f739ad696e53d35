// getrlimit, setrlimit, prlimit, getpriority, nice. getrlimit(2), setpriority(2)
#include "check.h"

CASE(set_and_get) {
  struct rlimit limit = {100, 200}, old;
  TRY(setrlimit(RLIMIT_NOFILE, &limit));
  TRY(getrlimit(RLIMIT_NOFILE, &old));
  say("%ld %ld", old.rlim_cur, old.rlim_max);
  limit = (struct rlimit){300, 200};
  TRY(setrlimit(RLIMIT_NOFILE, &limit));
  TRY(getrlimit(99, &old));
  TRY(setrlimit(RLIMIT_NOFILE, (void *)8));
  SHOW(sysconf(_SC_OPEN_MAX));
}

CASE(raising_needs_a_right) {
  struct rlimit limit = {100, 200};
  setrlimit(RLIMIT_NOFILE, &limit);
  setuid(1000);
  limit.rlim_max = 301;
  TRY(setrlimit(RLIMIT_NOFILE, &limit));
  limit = (struct rlimit){300, 300};
  TRY(setrlimit(RLIMIT_NOFILE, &limit));
  limit = (struct rlimit){10, 10};
  TRY(setrlimit(RLIMIT_NOFILE, &limit));
  limit = (struct rlimit){11, 11};
  TRY(setrlimit(RLIMIT_NOFILE, &limit));
}

CASE(prlimit_of_others) {
  pid_t pid;
  CHILD(pid) pause();
  struct rlimit limit = {50, 60}, old;
  TRY(prlimit(pid, RLIMIT_NOFILE, &limit, NULL));
  TRY(prlimit(pid, RLIMIT_NOFILE, NULL, &old));
  say("%ld %ld", old.rlim_cur, old.rlim_max);
  TRY(prlimit(99999999, RLIMIT_NOFILE, NULL, &old));
  kill(pid, SIGKILL);
  reap(pid);
}

CASE(stack_limit) {
  struct rlimit limit;
  getrlimit(RLIMIT_STACK, &limit);
  limit.rlim_cur = 256 * 1024;
  TRY(setrlimit(RLIMIT_STACK, &limit));
  pid_t pid;
  CHILD(pid) {
    volatile char *deep = __builtin_frame_address(0);
    say("touching below the limit");
    deep[-500 * 1024] = 1;
    say("not reached");
  }
  reap(pid);
}

CASE(address_space_limit) {
  struct rlimit limit = {64 << 20, RLIM_INFINITY};
  TRY(setrlimit(RLIMIT_AS, &limit));
  void *p = malloc(128 << 20);
  say("malloc: %s", p ? "memory" : errno_name(errno));
  p = malloc(1 << 20);
  say("malloc: %s", p ? "memory" : errno_name(errno));
}

CASE(cpu_limit) {
  struct rlimit limit = {1, 2};
  pid_t pid;
  CHILD(pid) {
    setrlimit(RLIMIT_CPU, &limit);
    for (volatile long i = 0;; i++) {}
  }
  reap(pid);
}

CASE(priorities) {
  TRY(getpriority(PRIO_PROCESS, 0));
  TRY(nice(5));
  TRY(getpriority(PRIO_PROCESS, 0));
  TRY(setpriority(PRIO_PROCESS, 0, 100));
  TRY(getpriority(PRIO_PROCESS, 0));
  TRY(setpriority(PRIO_PROCESS, 0, -7));
  TRY(getpriority(PRIO_PROCESS, 0));
  TRY(setpriority(PRIO_PROCESS, 99999999, 0));
  TRY(setpriority(9, 0, 0));
  TRY(setpriority(PRIO_PGRP, 0, 2));
  TRY(getpriority(PRIO_PGRP, 0));
  setuid(1000);
  TRY(setpriority(PRIO_PROCESS, 0, 1));
  TRY(setpriority(PRIO_PROCESS, 0, 4));
}
