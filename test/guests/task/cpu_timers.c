// Interval timers of CPU time go off while a process computes, not while it sleeps. setitimer(2)
#include "check.h"

static volatile int ticks;
static void tick(int sig) { ticks++; }

static void try(const char *name, int which, int sig) {
  struct itimerval timer = {{0, 5000}, {0, 5000}}, left;
  signal(sig, tick);
  ticks = 0;
  setitimer(which, &timer, 0);
  sleep_ms(50);
  say("%s while asleep: few %d", name, ticks < 3);
  while (ticks < 5) {}
  getitimer(which, &left);
  say("interval %ld value in range %d", (long)left.it_interval.tv_usec, left.it_value.tv_usec <= 5000);
  memset(&timer, 0, sizeof timer);
  OK(setitimer(which, &timer, 0));
}

CASE(virtual_time) {
  try("virtual", ITIMER_VIRTUAL, SIGVTALRM);
}

CASE(profiling) {
  try("profiling", ITIMER_PROF, SIGPROF);
}

CASE(default_action_kills) {
  struct itimerval timer = {{0, 0}, {0, 5000}};
  setitimer(ITIMER_VIRTUAL, &timer, 0);
  for (volatile int i = 0;; i++) {}
}
