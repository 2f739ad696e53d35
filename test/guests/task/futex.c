// futex(2) raw: EAGAIN, timeouts, wake counts, bitsets, requeue, WAKE_OP, shared between processes.
#include "check.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>

static long futex(int *a, int op, int v, void *t, int *b, int v3) { return syscall(SYS_futex, a, op, v, t, b, v3); }
static int word, word2;
static volatile int woken;
static void *waiter(void *arg) {
  long r = futex(&word, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0);
  __atomic_add_fetch(&woken, r == 0, __ATOMIC_SEQ_CST);
  return 0;
}
static void *bits(void *arg) {
  futex(&word, FUTEX_WAIT_BITSET_PRIVATE, 0, 0, 0, (int)(long)arg);
  __atomic_add_fetch(&woken, 1, __ATOMIC_SEQ_CST);
  return 0;
}
static void settle(int n) {
  for (int i = 0; i < 200 && woken != n; i++) usleep(1000);
}

CASE(all) {
  printf("mismatch %ld %d\n", futex(&word, FUTEX_WAIT, 1, 0, 0, 0), errno == EAGAIN);
  struct timespec ts = {0, 20000000};
  printf("timeout %ld %d\n", futex(&word, FUTEX_WAIT, 0, &ts, 0, 0), errno == ETIMEDOUT);
  clock_gettime(CLOCK_MONOTONIC, &ts);
  ts.tv_nsec += 10000000;
  if (ts.tv_nsec >= 1000000000) ts.tv_nsec -= 1000000000, ts.tv_sec++;
  printf("absolute %ld %d\n", futex(&word, FUTEX_WAIT_BITSET, 0, &ts, 0, -1), errno == ETIMEDOUT);
  clock_gettime(CLOCK_REALTIME, &ts);
  ts.tv_nsec += 10000000;
  if (ts.tv_nsec >= 1000000000) ts.tv_nsec -= 1000000000, ts.tv_sec++;
  printf("realtime %ld %d\n", futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &ts, 0, -1), errno == ETIMEDOUT);
  printf("bad timeout %ld %d\n", futex(&word, FUTEX_WAIT, 0, &(struct timespec){0, 1000000000}, 0, 0), errno == EINVAL);
  printf("unaligned %ld %d\n", futex((int *)((char *)&word + 1), FUTEX_WAKE, 1, 0, 0, 0), errno == EINVAL);
  printf("no bits %ld %d\n", futex(&word, FUTEX_WAIT_BITSET, 0, 0, 0, 0), errno == EINVAL);
  printf("fault %ld %d\n", futex((int *)8, FUTEX_WAIT, 0, 0, 0, 0), errno == EFAULT);
  printf("nobody %ld\n", futex(&word, FUTEX_WAKE, 10, 0, 0, 0));
  pthread_t t[5];
  for (int i = 0; i < 5; i++) pthread_create(&t[i], 0, waiter, 0);
  usleep(50000);
  printf("wake 2: %ld\n", futex(&word, FUTEX_WAKE_PRIVATE, 2, 0, 0, 0));
  settle(2);
  printf("requeue: %ld\n", futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)10, &word2, 0));
  settle(3);
  printf("woken %d on first %ld\n", woken, futex(&word, FUTEX_WAKE_PRIVATE, 10, 0, 0, 0));
  printf("on second %ld\n", futex(&word2, FUTEX_WAKE_PRIVATE, 10, 0, 0, 0));
  for (int i = 0; i < 5; i++) pthread_join(t[i], 0);
  woken = 0;
  for (long i = 0; i < 4; i++) pthread_create(&t[i], 0, bits, (void *)(1L << i));
  usleep(50000);
  printf("bits 5: %ld\n", futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 10, 0, 0, 5));
  printf("rest: %ld\n", futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 10, 0, 0, -1));
  for (int i = 0; i < 4; i++) pthread_join(t[i], 0);
  woken = 0;
  word2 = 7;
  pthread_create(&t[0], 0, waiter, 0);
  usleep(30000);
  printf("wake op %ld", futex(&word, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &word2, FUTEX_OP(FUTEX_OP_ADD, 3, FUTEX_OP_CMP_EQ, 7)));
  printf(" value %d\n", word2);
  pthread_join(t[0], 0);
  int *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  fflush(stdout);
  pid_t pid = fork();
  if (!pid) {
    long r = futex(shared, FUTEX_WAIT, 0, 0, 0, 0);
    _exit(r == 0 && *shared == 1 ? 8 : 1);
  }
  usleep(50000);
  *shared = 1;
  printf("shared wake %ld\n", futex(shared, FUTEX_WAKE, 1, 0, 0, 0));
  int status;
  waitpid(pid, &status, 0);
  printf("child %d\n", WEXITSTATUS(status));
  }
