// Sleeps as many seconds as its argument says.
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) { return sleep(atoi(argv[argc - 1])); }
