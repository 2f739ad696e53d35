// Condition variables, read-write locks, barriers, spin locks, semaphores, once. pthread_cond_wait(3)
#include <pthread.h>
#include <semaphore.h>
#include "check.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int turn, woken;

static void *ping(void *arg) {
  int me = (long)arg;
  for (int i = 0; i < 500; i++) {
    pthread_mutex_lock(&mutex);
    while (turn % 2 != me) pthread_cond_wait(&cond, &mutex);
    turn++;
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

CASE(ping_pong) {
  pthread_t a, b;
  pthread_create(&a, NULL, ping, (void *)0);
  pthread_create(&b, NULL, ping, (void *)1);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
  SHOW(turn);
}

CASE(timed_wait) {
  struct timespec t;
  pthread_condattr_t attr;
  pthread_cond_t monotonic;
  pthread_condattr_init(&attr);
  ERR(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
  pthread_cond_init(&monotonic, &attr);
  pthread_mutex_lock(&mutex);
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_sec++;
  long long start = now_ms();
  ERR(pthread_cond_timedwait(&monotonic, &mutex, &t));
  YES(now_ms() - start >= 999);
  clock_gettime(CLOCK_REALTIME, &t);
  ERR(pthread_cond_timedwait(&cond, &mutex, &t));
  t.tv_nsec = 2000000000;
  ERR(pthread_cond_timedwait(&cond, &mutex, &t));
  clock_gettime(CLOCK_MONOTONIC, &t);
  ERR(pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &t));
}

static void *waits(void *arg) {
  pthread_mutex_lock(&mutex);
  turn++;
  pthread_cond_wait(&cond, &mutex);
  woken++;
  pthread_mutex_unlock(&mutex);
  return NULL;
}

CASE(signal_and_broadcast) {
  pthread_t t[20];
  for (int i = 0; i < 20; i++) pthread_create(&t[i], NULL, waits, NULL);
  for (bool all = false; !all;) {
    pthread_mutex_lock(&mutex);
    all = turn == 20;
    pthread_mutex_unlock(&mutex);
    sched_yield();
  }
  pthread_cond_signal(&cond);
  for (int seen = 0; seen < 1;) {
    pthread_mutex_lock(&mutex);
    seen = woken;
    pthread_mutex_unlock(&mutex);
  }
  pthread_cond_broadcast(&cond);
  for (int i = 0; i < 20; i++) pthread_join(t[i], NULL);
  SHOW(woken);
}

static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

static void *tries_rwlock(void *arg) {
  ERR(pthread_rwlock_tryrdlock(&rwlock));
  ERR(pthread_rwlock_trywrlock(&rwlock));
  return NULL;
}

CASE(read_write_lock) {
  pthread_t t;
  ERR(pthread_rwlock_rdlock(&rwlock));
  pthread_create(&t, NULL, tries_rwlock, NULL);
  pthread_join(t, NULL);
  ERR(pthread_rwlock_unlock(&rwlock));
  ERR(pthread_rwlock_unlock(&rwlock));
  ERR(pthread_rwlock_wrlock(&rwlock));
  ERR(pthread_rwlock_rdlock(&rwlock));
  pthread_create(&t, NULL, tries_rwlock, NULL);
  pthread_join(t, NULL);
  struct timespec past = {1, 0};
  ERR(pthread_rwlock_timedrdlock(&rwlock, &past));
}

static pthread_barrier_t barrier;
static int serial, arrived;

static void *meets(void *arg) {
  for (int i = 0; i < 10; i++) {
    __atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
    int r = pthread_barrier_wait(&barrier);
    if (__atomic_load_n(&arrived, __ATOMIC_SEQ_CST) < 5 * (i + 1)) say("too early");
    if (r == PTHREAD_BARRIER_SERIAL_THREAD) __atomic_add_fetch(&serial, 1, __ATOMIC_SEQ_CST);
    pthread_barrier_wait(&barrier);
  }
  return NULL;
}

CASE(barriers) {
  pthread_t t[5];
  ERR(pthread_barrier_init(&barrier, NULL, 0));
  ERR(pthread_barrier_init(&barrier, NULL, 5));
  for (int i = 0; i < 5; i++) pthread_create(&t[i], NULL, meets, NULL);
  for (int i = 0; i < 5; i++) pthread_join(t[i], NULL);
  SHOW(serial);
  SHOW(arrived);
}

static pthread_spinlock_t spin;
static long spun;

static void *spins(void *arg) {
  for (int i = 0; i < 2000; i++) {
    pthread_spin_lock(&spin);
    spun++;
    pthread_spin_unlock(&spin);
  }
  return NULL;
}

CASE(spin_locks) {
  pthread_t t[4];
  pthread_spin_init(&spin, 0);
  for (int i = 0; i < 4; i++) pthread_create(&t[i], NULL, spins, NULL);
  for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
  SHOW(spun);
  pthread_spin_lock(&spin);
  ERR(pthread_spin_trylock(&spin));
}

static sem_t items;
static int taken;

static void *takes(void *arg) {
  for (int i = 0; i < 50; i++) {
    sem_wait(&items);
    __atomic_add_fetch(&taken, 1, __ATOMIC_SEQ_CST);
  }
  return NULL;
}

CASE(semaphores) {
  pthread_t t[3];
  int value;
  TRY(sem_init(&items, 0, 2));
  TRY(sem_trywait(&items));
  TRY(sem_wait(&items));
  TRY(sem_trywait(&items));
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  TRY(sem_timedwait(&items, &soon));
  for (int i = 0; i < 3; i++) pthread_create(&t[i], NULL, takes, NULL);
  for (int i = 0; i < 150; i++) sem_post(&items);
  for (int i = 0; i < 3; i++) pthread_join(t[i], NULL);
  SHOW(taken);
  sem_getvalue(&items, &value);
  SHOW(value);
  TRY(sem_init(&items, 0, UINT_MAX));
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int initialised;

static void initialise(void) {
  sleep_ms(10);
  initialised++;
}

static void *calls_once(void *arg) {
  pthread_once(&once, initialise);
  return (void *)(long)initialised;
}

CASE(once_only) {
  pthread_t t[10];
  long sum = 0;
  void *value;
  for (int i = 0; i < 10; i++) pthread_create(&t[i], NULL, calls_once, NULL);
  for (int i = 0; i < 10; i++) {
    pthread_join(t[i], &value);
    sum += (long)value;
  }
  SHOW(sum);
}
