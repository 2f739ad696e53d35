// futex(2) itself: wait, wake, bitsets, requeue, wake_op, priority inheritance, timeouts, errors.
#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include "check.h"

static uint32_t word, second;

static long futex(uint32_t *at, int op, uint32_t value, const void *timeout, uint32_t *at2, uint32_t value3) {
  return syscall(SYS_futex, at, op, value, timeout, at2, value3);
}

CASE(value_and_errors) {
  word = 5;
  TRY(futex(&word, FUTEX_WAIT, 4, NULL, NULL, 0));
  TRY(futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0));
  TRY(futex((uint32_t *)((char *)&word + 1), FUTEX_WAIT, 5, NULL, NULL, 0));
  TRY(futex((uint32_t *)8, FUTEX_WAIT, 5, NULL, NULL, 0));
  TRY(futex((uint32_t *)8, FUTEX_WAKE_PRIVATE, 5, NULL, NULL, 0));
  TRY(futex(&word, 99, 5, NULL, NULL, 0));
  TRY(futex(&word, FUTEX_WAIT_BITSET, 5, NULL, NULL, 0));
  TRY(futex(&word, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0));
}

CASE(timeouts) {
  word = 1;
  long long start = now_ms();
  TRY(futex(&word, FUTEX_WAIT_PRIVATE, 1, &(struct timespec){0, 30000000}, NULL, 0));
  YES(now_ms() - start >= 29);
  TRY(futex(&word, FUTEX_WAIT, 1, &(struct timespec){0, -1}, NULL, 0));
  TRY(futex(&word, FUTEX_WAIT, 1, &(struct timespec){0, 1000000000}, NULL, 0));
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  TRY(futex(&word, FUTEX_WAIT_BITSET, 1, &t, NULL, ~0));
  clock_gettime(CLOCK_REALTIME, &t);
  TRY(futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 1, &t, NULL, ~0));
}

struct waiter {
  pthread_t thread;
  int op;
  uint32_t bits;
  long result;
};

static int started;

static void *waits(void *arg) {
  struct waiter *w = arg;
  __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
  w->result = futex(&word, w->op, 0, NULL, NULL, w->bits);
  return NULL;
}

static void start(struct waiter *w, int count, int op) {
  for (int i = 0; i < count; i++) {
    w[i].op = op;
    if (!w[i].bits) w[i].bits = ~0U;
    pthread_create(&w[i].thread, NULL, waits, &w[i]);
  }
  while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) < count) sched_yield();
  sleep_ms(50);
}

CASE(wake_counts) {
  struct waiter w[5] = {};
  start(w, 5, FUTEX_WAIT_PRIVATE);
  TRY(futex(&word, FUTEX_WAKE_PRIVATE, 2, NULL, NULL, 0));
  TRY(futex(&word, FUTEX_WAKE_PRIVATE, 100, NULL, NULL, 0));
  TRY(futex(&word, FUTEX_WAKE_PRIVATE, 100, NULL, NULL, 0));
  for (int i = 0; i < 5; i++) pthread_join(w[i].thread, NULL);
}

CASE(bitsets) {
  struct waiter w[3] = {{.bits = 1}, {.bits = 2}, {.bits = 3}};
  start(w, 3, FUTEX_WAIT_BITSET_PRIVATE);
  TRY(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 10, NULL, NULL, 4));
  TRY(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 10, NULL, NULL, 2));
  TRY(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 10, NULL, NULL, 1));
  for (int i = 0; i < 3; i++) pthread_join(w[i].thread, NULL);
}

CASE(requeue) {
  struct waiter w[4] = {};
  start(w, 4, FUTEX_WAIT_PRIVATE);
  TRY(futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)2, &second, 1));
  TRY(futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)2, &second, 0));
  TRY(futex(&second, FUTEX_WAKE_PRIVATE, 10, NULL, NULL, 0));
  TRY(futex(&word, FUTEX_WAKE_PRIVATE, 10, NULL, NULL, 0));
  for (int i = 0; i < 4; i++) pthread_join(w[i].thread, NULL);
}

CASE(wake_op) {
  struct waiter w[1] = {};
  start(w, 1, FUTEX_WAIT_PRIVATE);
  second = 6;
  TRY(futex(&second, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &word, FUTEX_OP(FUTEX_OP_SET, 9, FUTEX_OP_CMP_EQ, 0)));
  SHOW(word);
  pthread_join(w[0].thread, NULL);
  TRY(futex(&word, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &second, FUTEX_OP(FUTEX_OP_ADD, 10, FUTEX_OP_CMP_GT, 100)));
  SHOW(second);
}

CASE(shared_over_fork) {
  uint32_t *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t pid;
  CHILD(pid) {
    long r = futex(shared, FUTEX_WAIT, 0, NULL, NULL, 0);
    _exit(r * 10 + *shared);
  }
  sleep_ms(50);
  *shared = 3;
  TRY(futex(shared, FUTEX_WAKE, 1, NULL, NULL, 0));
  reap(pid);
}

CASE(private_means_this_process) {
  uint32_t *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t pid;
  CHILD(pid) {
    TRY(futex(shared, FUTEX_WAIT_PRIVATE, 0, &(struct timespec){0, 150000000}, NULL, 0));
  }
  sleep_ms(50);
  TRY(futex(shared, FUTEX_WAKE, 1, NULL, NULL, 0));
  reap(pid);
}

CASE(priority_inheritance) {
  word = 0;
  TRY(futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
  YES((word & FUTEX_TID_MASK) == (uint32_t)gettid());
  TRY(futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
  TRY(futex(&word, FUTEX_TRYLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
  TRY(futex(&word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
  SHOW(word);
  TRY(futex(&word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0));
  word = 99999999;
  TRY(futex(&word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
}

CASE(robust_list_calls) {
  struct robust_list_head *head = NULL;
  size_t length = 0;
  TRY(syscall(SYS_get_robust_list, 0, &head, &length));
  SHOW(length);
  YES(head != NULL);
  TRY(syscall(SYS_set_robust_list, head, 5));
  TRY(syscall(SYS_get_robust_list, 99999999, &head, &length));
}
