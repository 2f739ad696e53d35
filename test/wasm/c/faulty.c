// Traps, as its argument says.
#include <stdlib.h>

static volatile int zero;
static int deeper(volatile int *x) {
  volatile int here[64];
  here[0] = *x + 1;
  return deeper(here) + here[1];
}

int main(int argc, char **argv) {
  switch (atoi(argv[argc - 1])) {
    case 0:
      __builtin_trap();
    case 1:
      return *(volatile int *)0xfffffff0;
    case 2:
      return 77 / zero;
    case 3:
      return deeper(&zero);
  }
  return 0;
}
