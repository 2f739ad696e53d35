// Copies stdin, or the files that are named, to stdout in capitals.
#include <ctype.h>
#include <stdio.h>

static void copy(FILE *from) {
  for (int c; (c = getc(from)) != EOF;) {
    putchar(toupper(c));
    if (c == '\n') fflush(stdout);
  }
}

int main(int argc, char **argv) {
  if (argc < 2) copy(stdin);
  for (int i = 1; i < argc; i++) {
    FILE *const file = fopen(argv[i], "r");
    if (!file) {
      perror(argv[i]);
      return 1;
    }
    copy(file);
    fclose(file);
  }
  return 0;
}
