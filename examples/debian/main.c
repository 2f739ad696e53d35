/* stdio, malloc, floating-point printf and a thread: gcc -O2 -pthread -o a.out main.c */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *sum(void *arg) {
  double *values = arg, *total = malloc(sizeof *total);
  *total = 0;
  for (int i = 0; i < 1000; i++) *total += values[i];
  return total;
}

int main(void) {
  double *values = malloc(1000 * sizeof *values), *total;
  pthread_t thread;
  for (int i = 0; i < 1000; i++) values[i] = sqrt(i);
  if (pthread_create(&thread, NULL, sum, values) || pthread_join(thread, (void **)&total)) return 1;
  printf("the square roots below 1000 add up to %.6f\n", *total);
  return 0;
}
