// Eight threads hand a token around by condition variables, compute in between, and check each other's sums. With an argument
// they begin with a random number, and look at the clock.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

enum { THREADS = 8, TURNS = 40 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static int turn;
static uint64_t sum = 1;

static uint64_t mix(uint64_t x) {
  for (int i = 0; i < 5000; i++) x = x * 6364136223846793005u + 1442695040888963407u;
  return x;
}

static void *work(void *arg) {
  int me = (int)(intptr_t)arg;
  for (int i = 0; i < TURNS; i++) {
    pthread_mutex_lock(&lock);
    while (turn % THREADS != me) pthread_cond_wait(&turned, &lock);
    sum = mix(sum ^ (uint64_t)me);
    if (turn % 20 == 0) printf("%d %016llx\n", turn, (unsigned long long)sum);
    turn++;
    pthread_cond_broadcast(&turned);
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1 && getrandom(&sum, sizeof sum, 0) != sizeof sum) return 1;
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  printf("%d %016llx\n", turn, (unsigned long long)sum);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (argc > 1) printf("%lld.%09ld\n", (long long)now.tv_sec, now.tv_nsec);
  return 3;
}
