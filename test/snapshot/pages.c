/* Pages of every kind, each filled with one number: "sN" changes all, "fN" makes new ones, "?" asks what they hold. */
#include "../../sdk/c/wbx.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGES = 512, SIZE = PAGES * 4096, KINDS = 3 };
static unsigned char *kinds[KINDS], buffer[4096];
static int file;

static void make(void) {
  for (int i = 0; i < KINDS; i++)
    if (kinds[i]) munmap(kinds[i], SIZE);
  if (file) close(file);
  file = open("/tmp/pages", O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (file < 0 || ftruncate(file, SIZE)) exit(2);
  kinds[0] = mmap(0, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  kinds[1] = mmap(0, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  kinds[2] = mmap(0, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
}

static void set(int value) {
  for (int i = 0; i < KINDS; i++) memset(kinds[i], value, SIZE);
  /* The second half of the file by write(2), through the same pages. */
  memset(buffer, value, sizeof buffer);
  for (int i = PAGES / 2; i < PAGES; i++)
    if (pwrite(file, buffer, 4096, i * 4096L) != 4096) exit(3);
}

/* Reads the file by read(2), too. */
static int same(int value) {
  for (int i = 0; i < KINDS; i++)
    for (int at = 0; at < SIZE; at += 512)
      if (kinds[i][at] != value) return 0;
  for (int i = 0; i < PAGES; i++) {
    if (pread(file, buffer, 4096, i * 4096L) != 4096) exit(4);
    if (buffer[0] != value || buffer[4095] != value) return 0;
  }
  return 1;
}

int main(void) {
  struct wbx box;
  if (wbx_open(&box)) return 1;
  make();
  while (wbx_next(&box) > 0) {
    char answer[32];
    if (box.data[0] == 'f') make();
    if (box.data[0] != '?') set(atoi((char *)box.data + 1));
    snprintf(answer, sizeof answer, "%d", same(kinds[0][0]) ? kinds[0][0] : -1);
    wbx_send(&box, answer, strlen(answer));
  }
  return 0;
}
