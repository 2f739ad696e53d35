// Signals and threads: pthread_kill, process signals go to a thread that does not block them, masks are inherited. signal(7)
#include "check.h"
#include <pthread.h>

static __thread int me;
static volatile int hits[4];
static volatile int ready;
static void handler(int s) { hits[me]++; }
static void *worker(void *arg) {
  me = (int)(long)arg;
  sigset_t s;
  sigemptyset(&s);
  sigaddset(&s, SIGUSR2);
  if (me == 2) pthread_sigmask(SIG_UNBLOCK, &s, 0);
  __atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
  while (ready < 100) usleep(1000);
  return 0;
}

CASE(all) {
  struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &sa, 0);
  sigaction(SIGUSR2, &sa, 0);
  sigset_t s;
  sigemptyset(&s);
  sigaddset(&s, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &s, 0);
  pthread_t t[4];
  for (long i = 1; i < 4; i++) pthread_create(&t[i], 0, worker, (void *)i);
  while (ready < 3) usleep(1000);
  for (int i = 1; i < 4; i++) pthread_kill(t[i], SIGUSR1);
  usleep(20000);
  printf("directed %d %d %d %d\n", hits[0], hits[1], hits[2], hits[3]);
  kill(getpid(), SIGUSR2);
  usleep(20000);
  printf("process-wide to the one that wants it %d %d %d %d\n", hits[0], hits[1], hits[2], hits[3]);
  ready = 100;
  for (int i = 1; i < 4; i++) pthread_join(t[i], 0);
  printf("tgkill of a gone thread %d\n", tgkill(getpid(), 999999, 0));
  }
