// Signals and threads: who gets them, pthread_kill, masks of their own, stopping all of them. signal(7)
#include <pthread.h>
#include "check.h"

static pthread_t seen_by;
static volatile int seen;

static void notes(int sig) {
  seen_by = pthread_self();
  seen++;
}

static void *pauses(void *arg) {
  while (!*(volatile int *)arg) sleep_ms(1);
  return NULL;
}

CASE(pthread_kill_reaches_one) {
  pthread_t t;
  volatile int stop = 0;
  signal(SIGUSR1, notes);
  pthread_create(&t, NULL, pauses, (void *)&stop);
  ERR(pthread_kill(t, SIGUSR1));
  while (!seen) sched_yield();
  YES(pthread_equal(seen_by, t));
  ERR(pthread_kill(t, 0));
  ERR(pthread_kill(t, 100));
  stop = 1;
  pthread_join(t, NULL);
}

CASE(process_signal_goes_to_who_does_not_block) {
  pthread_t t;
  volatile int stop = 0;
  sigset_t set;
  signal(SIGUSR1, notes);
  pthread_create(&t, NULL, pauses, (void *)&stop);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  ERR(pthread_sigmask(SIG_BLOCK, &set, NULL));
  kill(getpid(), SIGUSR1);
  while (!seen) sched_yield();
  YES(pthread_equal(seen_by, t));
  stop = 1;
  pthread_join(t, NULL);
}

static void *shows_mask(void *arg) {
  sigset_t set;
  pthread_sigmask(SIG_BLOCK, NULL, &set);
  SHOW(sigismember(&set, SIGUSR2));
  sigpending(&set);
  SHOW(sigismember(&set, SIGUSR2));
  return NULL;
}

CASE(mask_is_inherited_pending_is_not) {
  sigset_t set;
  pthread_t t;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  raise(SIGUSR2);
  pthread_create(&t, NULL, shows_mask, NULL);
  pthread_join(t, NULL);
  sigpending(&set);
  SHOW(sigismember(&set, SIGUSR2));
}

static void *waits_for(void *arg) {
  int sig;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigwait(&set, &sig);
  say("waiter has %s", signal_name(sig));
  return NULL;
}

CASE(a_thread_that_waits) {
  pthread_t t;
  sigset_t set;
  sigfillset(&set);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  pthread_create(&t, NULL, waits_for, NULL);
  sleep_ms(20);
  kill(getpid(), SIGUSR1);
  pthread_join(t, NULL);
}

static void *crashes(void *arg) {
  *(volatile int *)8 = 1;
  return NULL;
}

CASE(a_crash_ends_all) {
  pid_t pid;
  CHILD(pid) {
    pthread_t t;
    pthread_create(&t, NULL, crashes, NULL);
    sleep(100);
  }
  reap(pid);
}

static volatile long progress;

static void *advances(void *arg) {
  for (;;) progress++;
  return NULL;
}

CASE(stop_stops_all_threads) {
  int p[2];
  pipe(p);
  pid_t pid;
  CHILD(pid) {
    pthread_t t;
    pthread_create(&t, NULL, advances, NULL);
    while (progress < 1000) sched_yield();
    write(p[1], "", 1);
    for (;;) progress++;
  }
  char c;
  read(p[0], &c, 1);
  kill(pid, SIGSTOP);
  int status;
  waitpid(pid, &status, WUNTRACED);
  TEXT(status_text(status));
  struct rusage usage;
  kill(pid, SIGKILL);
  wait4(pid, &status, 0, &usage);
  TEXT(status_text(status));
}
