// Some of everything that gets hot: recursion, integers, doubles, memory, an interpreter with an indirect jump. Prints a line for
// each of the rounds it is told to run, so that it can be saved between two of them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned fib(unsigned n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

static unsigned hash(const char *text, size_t length) {
  unsigned h = 2166136261u;
  for (size_t i = 0; i < length; i++) h = (h ^ (unsigned char)text[i]) * 16777619u;
  return h;
}

static double sum(int n) {
  double s = 0;
  for (int i = 1; i <= n; i++) s += 1.0 / ((double)i * i);
  return s;
}

static int machine(const unsigned char *code, int x) {
  for (;; code++) {
    switch (*code) {
      case 0: return x;
      case 1: x += 7; break;
      case 2: x ^= x << 3; break;
      case 3: x = (int)((unsigned)x * 2654435761u); break;
      case 4: x -= code[1]; code++; break;
      case 5: x = -x; break;
      case 6: x ^= (int)((unsigned)x >> 5); break;
    }
  }
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 3;
  static char text[20000];
  static const unsigned char code[] = {1, 2, 3, 4, 9, 5, 6, 1, 3, 2, 0};
  for (int round = 0; round < rounds; round++) {
    memset(text, 'a' + round % 20, sizeof text);
    for (int i = 0; i < 400; i++) memcpy(text + i * 50, "moved", 5);
    int x = round;
    for (int i = 0; i < 20000; i++) x = machine(code, x);
    printf("round %d %u %08x %.12f %d\n", round, fib(20), hash(text, sizeof text), sum(30000), x);
    fflush(stdout);
    if (argc > 2) usleep(atoi(argv[2]));
  }
  return 3;
}
