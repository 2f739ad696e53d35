// Sends itself the signal that its argument names, by WASI's number.
#include <stdlib.h>
#include "calls.h"

int main(int argc, char **argv) {
  say("raise", proc_raise(atoi(argv[argc - 1])));
  return 0;
}
