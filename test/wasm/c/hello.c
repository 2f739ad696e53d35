// What a program sees of where it was started: arguments, environment, standard streams, its exit status.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  char line[256];
  for (int i = 0; i < argc; i++) printf("argument %d: %s\n", i, argv[i]);
  printf("COLOUR is %s\n", getenv("COLOUR") ? getenv("COLOUR") : "unset");
  while (fgets(line, sizeof line, stdin)) printf("read %zu bytes: %s", strlen(line), line);
  fprintf(stderr, "%.3f to stderr\n", argc * 1.5);
  return argc;
}
