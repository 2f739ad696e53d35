// Threads: create, join, values, mutex, condition variable, barrier, once, thread-local storage, detach. pthreads(7)
#include "check.h"
#include <pthread.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static long counter, turn;
static __thread int local = 5;
static int onces;
static void init(void) { onces++; }

static void *count(void *arg) {
  pthread_once(&once, init);
  local += (int)(long)arg;
  for (int i = 0; i < 20000; i++) {
    pthread_mutex_lock(&m);
    counter++;
    pthread_mutex_unlock(&m);
  }
  pthread_barrier_wait(&barrier);
  return (void *)(long)local;
}
static void *pingpong(void *arg) {
  long me = (long)arg;
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(&m);
    while (turn % 2 != me) pthread_cond_wait(&c, &m);
    turn++;
    pthread_cond_broadcast(&c);
    pthread_mutex_unlock(&m);
  }
  return 0;
}
static void *leaver(void *arg) {
  pthread_exit((void *)99);
}

CASE(all) {
  pthread_t t[8];
  void *r;
  pthread_barrier_init(&barrier, 0, 8);
  for (long i = 0; i < 8; i++) pthread_create(&t[i], 0, count, (void *)i);
  long sum = 0;
  for (int i = 0; i < 8; i++) {
    pthread_join(t[i], &r);
    sum += (long)r;
  }
  printf("counter %ld locals %ld mine %d once %d\n", counter, sum, local, onces);
  for (long i = 0; i < 2; i++) pthread_create(&t[i], 0, pingpong, (void *)i);
  for (int i = 0; i < 2; i++) pthread_join(t[i], 0);
  printf("turns %ld\n", turn);
  pthread_create(&t[0], 0, leaver, 0);
  pthread_join(t[0], &r);
  printf("exit value %ld\n", (long)r);
  for (int i = 0; i < 200; i++) {
    pthread_create(&t[0], 0, leaver, 0);
    pthread_join(t[0], 0);
  }
  printf("done\n");
  }
