// Descriptor 0 is a socket that listens: accepts two connections, and talks to each.
#include "calls.h"

static u32 peer;

static void receive(const char *what, u32 flags, u32 first, u32 second) {
  char a[32] = {0}, b[32] = {0};
  u16 told = 9;
  const struct vector v[] = {{a, first}, {b, second}};
  const int error = sock_recv(peer, v, 2, flags, &n, &told);
  if (error) say(what, error);
  else printf("%s: %u [%s] [%s] %d\n", what, n, a, b, told);
}

static void first(void) {
  const struct vector v[] = {{"to ", 3}, {"you\n", 4}};
  struct fdstat stat = {0};
  say("accept", sock_accept(0, 0, &peer));
  tell("kind", fd_fdstat_get(peer, &stat), stat.type);
  receive("peek", 1, 2, 3);
  receive("receive", 0, 2, 3);
  receive("all of it", 2, 4, 4);
  say("receive at a bad place", sock_recv(peer, (void *)0xfffffff0, 1, 0, &n, &at));
  tell("send", sock_send(peer, v, 2, 0, &n), n);
  say("send with flags", sock_send(peer, v, 2, 1, &n));
  tell("fd_write", fd_write(peer, v, 2, &n), n);
  say("seek", fd_seek(peer, 0, 1, &at));
  say("how to shut down", sock_shutdown(peer, 0));
  say("shut down", sock_shutdown(peer, 2));
  say("send after it", sock_send(peer, v, 2, 0, &n));
  receive("the end", 0, 4, 4);
  say("close", fd_close(peer));
}

static void second(void) {
  say("accept", sock_accept(0, NONBLOCK, &peer));
  receive("nothing yet", 0, 4, 4);
  say("close", fd_close(peer));
}

int main(void) {
  begin();
  first();
  second();
  say("accept of what does not listen", sock_accept(1, 0, &n));
  return 0;
}
