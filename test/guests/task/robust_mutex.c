// Robust mutexes: the owner dies, the next one gets EOWNERDEAD; then consistent or ENOTRECOVERABLE. pthread_mutex_consistent(3)
#include "check.h"
#include <pthread.h>
#include <sys/mman.h>

static void *dies(void *m) {
  pthread_mutex_lock(m);
  return 0;
}

CASE(all) {
  pthread_mutexattr_t a;
  pthread_mutex_t *m = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_init(&a);
  pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(m, &a);
  pthread_t t;
  pthread_create(&t, 0, dies, m);
  pthread_join(t, 0);
  printf("thread died: %s\n", strerrorname_np(pthread_mutex_lock(m)));
  printf("consistent: %d\n", pthread_mutex_consistent(m));
  pthread_mutex_unlock(m);
  fflush(stdout);
  pid_t pid = fork();
  if (!pid) {
    pthread_mutex_lock(m);
    _exit(0);
  }
  waitpid(pid, 0, 0);
  printf("process died: %s\n", strerrorname_np(pthread_mutex_lock(m)));
  pthread_mutex_unlock(m);
  printf("not made consistent: %s\n", strerrorname_np(pthread_mutex_lock(m)));
  pthread_mutex_init(m, &a);
  fflush(stdout);
  pid = fork();
  if (!pid) {
    pthread_mutex_lock(m);
    usleep(50000);
    _exit(0);
  }
  usleep(20000);
  printf("waiter: %s\n", strerrorname_np(pthread_mutex_lock(m)));
  waitpid(pid, 0, 0);
  }
