// sched_*: policies, affinity, priorities, yield. sched(7)
#include "check.h"

CASE(policies) {
  struct sched_param param = {0};
  TRY(sched_getscheduler(0));
  TRY(sched_getparam(0, &param));
  SHOW(param.sched_priority);
  TRY(sched_setscheduler(0, SCHED_BATCH, &param));
  TRY(sched_getscheduler(0));
  TRY(sched_setscheduler(0, SCHED_OTHER, &param));
  param.sched_priority = 5;
  TRY(sched_setscheduler(0, SCHED_OTHER, &param));
  TRY(sched_setscheduler(0, 77, &param));
  TRY(sched_setscheduler(-1, SCHED_OTHER, &param));
  TRY(sched_getscheduler(99999999));
}

CASE(priority_ranges) {
  TRY(sched_get_priority_max(SCHED_FIFO));
  TRY(sched_get_priority_min(SCHED_FIFO));
  TRY(sched_get_priority_max(SCHED_OTHER));
  TRY(sched_get_priority_min(SCHED_RR));
  TRY(sched_get_priority_max(99));
}

CASE(affinity) {
  cpu_set_t set;
  CPU_ZERO(&set);
  TRY(sched_getaffinity(0, sizeof set, &set));
  YES(CPU_COUNT(&set) >= 1);
  YES(CPU_ISSET(0, &set));
  CPU_ZERO(&set);
  TRY(sched_setaffinity(0, sizeof set, &set));
  CPU_SET(0, &set);
  TRY(sched_setaffinity(0, sizeof set, &set));
  CPU_ZERO(&set);
  TRY(sched_getaffinity(0, sizeof set, &set));
  SHOW(CPU_COUNT(&set));
  TRY(sched_getaffinity(99999999, sizeof set, &set));
  TRY(sched_getaffinity(0, 1, &set));
}

CASE(yield_and_interval) {
  TRY(sched_yield());
  struct timespec t;
  TRY(sched_rr_get_interval(0, &t));
  YES(t.tv_sec == 0 && t.tv_nsec >= 0);
  TRY(sched_rr_get_interval(99999999, &t));
}

CASE(yield_lets_another_run) {
  int p[2];
  pipe2(p, O_NONBLOCK);
  pid_t pid;
  CHILD(pid) write(p[1], "", 1);
  char c;
  long rounds = 0;
  while (read(p[0], &c, 1) < 0 && rounds < 10000000) {
    rounds++;
    sched_yield();
  }
  YES(rounds < 10000000);
  reap(pid);
}
