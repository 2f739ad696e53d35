// Mutexes: types, try and timed locks, robust, priority-inheriting and process-shared ones. pthread_mutex_lock(3)
#include <pthread.h>
#include <sys/mman.h>
#include "check.h"

static pthread_mutex_t mutex;

static void make(int type) {
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_settype(&attr, type);
  pthread_mutex_init(&mutex, &attr);
}

static struct timespec after_ms(int ms) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  t.tv_nsec += ms * 1000000L;
  t.tv_sec += t.tv_nsec / 1000000000;
  t.tv_nsec %= 1000000000;
  return t;
}

CASE(types) {
  make(PTHREAD_MUTEX_ERRORCHECK);
  ERR(pthread_mutex_unlock(&mutex));
  ERR(pthread_mutex_lock(&mutex));
  ERR(pthread_mutex_lock(&mutex));
  ERR(pthread_mutex_trylock(&mutex));
  ERR(pthread_mutex_unlock(&mutex));
  make(PTHREAD_MUTEX_RECURSIVE);
  ERR(pthread_mutex_lock(&mutex));
  ERR(pthread_mutex_lock(&mutex));
  ERR(pthread_mutex_trylock(&mutex));
  for (int i = 0; i < 4; i++) ERR(pthread_mutex_unlock(&mutex));
  make(PTHREAD_MUTEX_NORMAL);
  ERR(pthread_mutex_lock(&mutex));
  ERR(pthread_mutex_trylock(&mutex));
}

static void *tries(void *arg) {
  ERR(pthread_mutex_trylock(&mutex));
  ERR(pthread_mutex_unlock(&mutex));
  struct timespec t = after_ms(30);
  ERR(pthread_mutex_timedlock(&mutex, &t));
  t.tv_nsec = -1;
  ERR(pthread_mutex_timedlock(&mutex, &t));
  return NULL;
}

CASE(held_by_another) {
  make(PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_lock(&mutex);
  pthread_t t;
  pthread_create(&t, NULL, tries, NULL);
  pthread_join(t, NULL);
}

static long counter;

static void *counts(void *arg) {
  for (int i = 0; i < 20000; i++) {
    pthread_mutex_lock(&mutex);
    counter++;
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

CASE(contended) {
  make(PTHREAD_MUTEX_NORMAL);
  pthread_t t[8];
  for (int i = 0; i < 8; i++) pthread_create(&t[i], NULL, counts, NULL);
  for (int i = 0; i < 8; i++) pthread_join(t[i], NULL);
  SHOW(counter);
}

static void *dies_holding(void *arg) {
  pthread_mutex_lock(arg);
  return NULL;
}

CASE(robust) {
  pthread_mutexattr_t attr;
  pthread_t t;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&mutex, &attr);
  pthread_create(&t, NULL, dies_holding, &mutex);
  pthread_join(t, NULL);
  ERR(pthread_mutex_lock(&mutex));
  ERR(pthread_mutex_consistent(&mutex));
  ERR(pthread_mutex_unlock(&mutex));
  ERR(pthread_mutex_lock(&mutex));
  ERR(pthread_mutex_unlock(&mutex));
  pthread_create(&t, NULL, dies_holding, &mutex);
  pthread_join(t, NULL);
  ERR(pthread_mutex_lock(&mutex));
  ERR(pthread_mutex_unlock(&mutex));
  ERR(pthread_mutex_lock(&mutex));
}

CASE(robust_between_processes) {
  pthread_mutex_t *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(shared, &attr);
  int p[2];
  pipe(p);
  pid_t pid;
  CHILD(pid) {
    pthread_mutex_lock(shared);
    write(p[1], "", 1);
    sleep_ms(50);
    kill(getpid(), SIGKILL);
  }
  char c;
  read(p[0], &c, 1);
  ERR(pthread_mutex_lock(shared));
  ERR(pthread_mutex_consistent(shared));
  ERR(pthread_mutex_unlock(shared));
  reap(pid);
}

CASE(priority_inheritance) {
  pthread_mutexattr_t attr;
  pthread_t t;
  pthread_mutexattr_init(&attr);
  ERR(pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT));
  ERR(pthread_mutex_init(&mutex, &attr));
  ERR(pthread_mutex_lock(&mutex));
  pthread_create(&t, NULL, counts, NULL);
  sleep_ms(20);
  ERR(pthread_mutex_unlock(&mutex));
  pthread_join(t, NULL);
  SHOW(counter);
}

CASE(shared_between_processes) {
  struct {
    pthread_mutex_t mutex;
    long counter;
  } *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attr;
  pthread_mutexattr_init(&attr);
  pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&shared->mutex, &attr);
  pid_t pids[4];
  for (int i = 0; i < 4; i++) {
    CHILD(pids[i]) {
      for (int j = 0; j < 5000; j++) {
        pthread_mutex_lock(&shared->mutex);
        shared->counter++;
        pthread_mutex_unlock(&shared->mutex);
      }
    }
  }
  for (int i = 0; i < 4; i++) reap(pids[i]);
  SHOW(shared->counter);
}
