// A library for dynamic/loading.c: constructor, thread-local storage, calls back into the program.
#include <stdio.h>

extern void say_from_program(const char *text);

int plugin_counter = 5;
static __thread int calls;

__attribute__((constructor)) static void begins(void) {
  say_from_program("constructor");
}

__attribute__((destructor)) static void ends(void) {
  say_from_program("destructor");
}

int plugin_add(int a, int b) {
  calls++;
  plugin_counter++;
  return a + b;
}

int plugin_calls(void) {
  return calls;
}

int chosen(void) {
  return 2;
}
