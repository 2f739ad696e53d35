// A module of wasmbox's interface: it counts up and down, as it is told, and tells the count.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name))) name
__attribute__((import_module("env"), import_name("wasmbox_callback"))) void callback(const void *message, unsigned size);

static int count;

static void tell(const char *text) {
  char message[100];
  const unsigned long long length = strlen(text);
  memcpy(message, &length, 8);
  memcpy(message + 8, text, length);
  callback(message, 8 + length);
}

static int is(const char *bytes, unsigned long long length, const char *word) {
  return length == strlen(word) && !memcmp(bytes, word, length);
}

void EXPORT(wasmbox_initialize)(void) { tell("ready"); }
void *EXPORT(wasmbox_malloc)(unsigned size) { return malloc(size); }
void EXPORT(wasmbox_free)(void *p, unsigned size) { free(p); }

void EXPORT(wasmbox_send)(const char *message, unsigned size) {
  unsigned long long length;
  char text[50];
  memcpy(&length, message, 8);
  if (length + 8 != size) abort();
  if (is(message + 8, length, "up")) count++;
  else if (is(message + 8, length, "down")) count--;
  snprintf(text, sizeof text, "count is %d after %.*s", count, (int)length, message + 8);
  tell(text);
}
