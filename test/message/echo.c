/* Sends back what comes, reversed; says what happens at the limits first. */
#include "../../sdk/c/wbx.h"
#include <stdio.h>

int main(void) {
  struct wbx box;
  if (wbx_open(&box)) return perror("open"), 1;
  static char big[WBX_MESSAGE_MAX + 1];
  if (wbx_send(&box, big, sizeof big) != -1 || errno != EMSGSIZE) return 2;
  if (wbx_wait(&box, 0) != 0) return 3;
  if (wbx_send(&box, "ready", 5)) return perror("send"), 4;
  int got;
  while ((got = wbx_next(&box)) > 0) {
    for (size_t i = 0; i < box.length / 2; i++) {
      char c = box.data[i];
      box.data[i] = box.data[box.length - 1 - i];
      box.data[box.length - 1 - i] = c;
    }
    if (wbx_send(&box, box.data, box.length)) return perror("send"), 5;
  }
  wbx_close(&box);
  return got ? 6 : 0;
}
