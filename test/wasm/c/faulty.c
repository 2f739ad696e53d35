// Traps, as its argument says.
#include <stdlib.h>

static volatile int zero;
// Without anything on the stack that lies in memory, which would end first.
static int deeper(int x) { return zero ? x : deeper(x + 1) + zero; }

int main(int argc, char **argv) {
  switch (atoi(argv[argc - 1])) {
    case 0:
      __builtin_trap();
    case 1:
      return *(volatile int *)0xfffffff0;
    case 2:
      return 77 / zero;
    case 3:
      return deeper(1);
  }
  return 0;
}
