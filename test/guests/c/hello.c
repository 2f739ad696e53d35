// What a first program uses: stdio, malloc, floating-point printf, a thread.
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct work {
  int count;
  double sum;
};

static void *add(void *arg) {
  struct work *work = arg;
  for (int i = 1; i <= work->count; i++) work->sum += 1.0 / i;
  return work;
}

int main(int argc, char **argv) {
  struct work *work = malloc(sizeof *work);
  *work = (struct work){.count = 1000};
  pthread_t thread;
  if (pthread_create(&thread, NULL, add, work) != 0) return 1;
  void *result;
  pthread_join(thread, &result);
  printf("hello from %s with %d argument%s\n", strrchr(argv[0], '/') + 1, argc - 1, argc == 2 ? "" : "s");
  printf("harmonic(%d) = %.15f, pi = %Lg, %e\n", work->count, work->sum, 3.14159265358979323846L, 1e-300);
  printf("threads agree: %s\n", result == work ? "yes" : "no");
  fprintf(stderr, "to stderr\n");
  free(work);
  return 7;
}
