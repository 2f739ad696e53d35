// Thread-local storage, keys and their destructors, cancellation and its handlers. pthread_cancel(3), pthread_key_create(3)
#include <pthread.h>
#include "check.h"

static __thread int local = 7;
static __thread char big[10000];

static void *changes(void *arg) {
  int before = local;
  local = (long)arg;
  big[9999] = 1;
  sched_yield();
  return (void *)(long)(before * 1000 + local);
}

CASE(tls_starts_fresh) {
  pthread_t t[5];
  void *value;
  local = 99;
  for (long i = 0; i < 5; i++) pthread_create(&t[i], NULL, changes, (void *)i);
  for (int i = 0; i < 5; i++) {
    pthread_join(t[i], &value);
    SHOW((long)value);
  }
  SHOW(local);
  SHOW(big[9999]);
}

static pthread_key_t key, other;

static void destroys(void *value) {
  say("destructor %ld", (long)value);
  if ((long)value < 3) pthread_setspecific(key, (void *)((long)value + 1));
}

static void *sets(void *arg) {
  YES(pthread_getspecific(key) == NULL);
  pthread_setspecific(key, (void *)1);
  pthread_setspecific(other, (void *)10);
  return NULL;
}

CASE(keys_and_destructors) {
  pthread_t t;
  ERR(pthread_key_create(&key, destroys));
  ERR(pthread_key_create(&other, NULL));
  pthread_create(&t, NULL, sets, NULL);
  pthread_join(t, NULL);
  ERR(pthread_key_delete(other));
  ERR(pthread_key_delete(other));
  ERR(pthread_setspecific(other, (void *)1));
}

static void cleans(void *arg) {
  say("cleanup %s", (char *)arg);
}

static void *cancelled(void *arg) {
  pthread_cleanup_push(cleans, "outer");
  pthread_cleanup_push(cleans, "inner");
  sleep(100);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return NULL;
}

CASE(cancel_at_a_cancellation_point) {
  pthread_t t;
  void *value;
  pthread_create(&t, NULL, cancelled, NULL);
  sleep_ms(20);
  // What the thread prints would mix with a line between these two.
  int error = pthread_cancel(t);
  ERR(pthread_join(t, &value));
  SHOW(error);
  YES(value == PTHREAD_CANCELED);
}

static void *disabled(void *arg) {
  int old;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
  *(int *)arg = 1;
  sleep_ms(50);
  pthread_testcancel();
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
  pthread_testcancel();
  return NULL;
}

CASE(cancel_is_deferred_while_disabled) {
  pthread_t t;
  void *value;
  volatile int ready = 0;
  pthread_create(&t, NULL, disabled, (void *)&ready);
  while (!ready) sched_yield();
  ERR(pthread_cancel(t));
  pthread_join(t, &value);
  YES(value == PTHREAD_CANCELED);
}

static void *busy(void *arg) {
  int old;
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
  *(volatile int *)arg = 1;
  for (volatile long i = 0;; i++) {}
  return NULL;
}

CASE(asynchronous_cancel) {
  pthread_t t;
  void *value;
  volatile int ready = 0;
  pthread_create(&t, NULL, busy, (void *)&ready);
  while (!ready) sched_yield();
  ERR(pthread_cancel(t));
  pthread_join(t, &value);
  YES(value == PTHREAD_CANCELED);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static void unlocks(void *arg) {
  ERR(pthread_mutex_unlock(&mutex));
}

static void *waits(void *arg) {
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(unlocks, NULL);
  pthread_cond_wait(&cond, &mutex);
  pthread_cleanup_pop(1);
  return NULL;
}

CASE(cancel_in_cond_wait) {
  pthread_t t;
  pthread_create(&t, NULL, waits, NULL);
  sleep_ms(20);
  int error = pthread_cancel(t);
  ERR(pthread_join(t, NULL));
  SHOW(error);
  ERR(pthread_mutex_trylock(&mutex));
}
