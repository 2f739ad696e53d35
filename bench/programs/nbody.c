#include <math.h>

#include "bench.h"

// Gravity between five bodies: scalar double arithmetic with square roots and divisions.
enum { BODIES = 5 };
static double position[BODIES][3], velocity[BODIES][3], mass[BODIES];

static void start(void) {
  for (int i = 0; i < BODIES; i++) {
    mass[i] = 1.0 / (1 + 9 * i);
    for (int k = 0; k < 3; k++) position[i][k] = (i + 1) * (k + 1.5) * (i & 1 ? -1 : 1), velocity[i][k] = 0.1 * (k - i);
  }
}

static void step(double dt) {
  for (int i = 0; i < BODIES; i++)
    for (int j = i + 1; j < BODIES; j++) {
      double d[3], square = 1e-3;
      for (int k = 0; k < 3; k++) d[k] = position[i][k] - position[j][k], square += d[k] * d[k];
      double force = dt / (square * sqrt(square));
      for (int k = 0; k < 3; k++) velocity[i][k] -= d[k] * mass[j] * force, velocity[j][k] += d[k] * mass[i] * force;
    }
  for (int i = 0; i < BODIES; i++)
    for (int k = 0; k < 3; k++) position[i][k] += dt * velocity[i][k];
}

uint64_t work(int scale) {
  start();
  for (int i = 0; i < scale * 10000; i++) step(0.001);
  uint64_t bits;
  memcpy(&bits, &position[0][0], 8);
  return bits;
}
