// UDP over loopback. udp(7)
#include <arpa/inet.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "check.h"

#define ADDRESS(a) (struct sockaddr *)&(a), sizeof(a)

static struct sockaddr_in bound(int *fd) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof a;
  *fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(*fd, ADDRESS(a)) < 0) say("bind: %s", errno_name(errno));
  getsockname(*fd, (struct sockaddr *)&a, &length);
  return a;
}

CASE(send_and_receive) {
  int a, b;
  struct sockaddr_in at_a = bound(&a), at_b = bound(&b), from;
  socklen_t length = sizeof from;
  char text[16] = "";
  TRY(sendto(a, "hello", 5, 0, ADDRESS(at_b)));
  TRY(sendto(a, "", 0, 0, ADDRESS(at_b)));
  TRY(recvfrom(b, text, 16, 0, (struct sockaddr *)&from, &length));
  TEXT(text);
  YES(from.sin_port == at_a.sin_port);
  TRY(recv(b, text, 16, 0));
  TRY(recv(b, text, 16, MSG_DONTWAIT));
}

CASE(truncation) {
  int a, b;
  bound(&a);
  struct sockaddr_in at_b = bound(&b);
  char text[16] = "";
  sendto(a, "0123456789", 10, 0, ADDRESS(at_b));
  sendto(a, "0123456789", 10, 0, ADDRESS(at_b));
  sendto(a, "next", 4, 0, ADDRESS(at_b));
  TRY(recv(b, text, 4, 0));
  TRY(recv(b, text, 4, MSG_TRUNC));
  TRY(recv(b, text, 16, 0));
}

CASE(connected) {
  int a, b, c;
  struct sockaddr_in at_a = bound(&a), at_b = bound(&b);
  bound(&c);
  char text[16];
  TRY(send(a, "x", 1, 0));
  TRY(connect(a, ADDRESS(at_b)));
  TRY(send(a, "x", 1, 0));
  TRY(recv(b, text, 16, 0));
  TRY(sendto(c, "stranger", 8, 0, ADDRESS(at_a)));
  TRY(recv(a, text, 16, MSG_DONTWAIT));
  TRY(sendto(b, "friend", 6, 0, ADDRESS(at_a)));
  TRY(recv(a, text, 16, 0));
  struct sockaddr none = {AF_UNSPEC};
  TRY(connect(a, &none, sizeof none));
  TRY(send(a, "x", 1, 0));
}

CASE(refused_shows_later) {
  int a, gone;
  bound(&a);
  struct sockaddr_in nobody = bound(&gone);
  close(gone);
  TRY(connect(a, ADDRESS(nobody)));
  TRY(send(a, "x", 1, 0));
  sleep_ms(10);
  TRY(send(a, "y", 1, 0));
  char c;
  sleep_ms(10);
  TRY(recv(a, &c, 1, MSG_DONTWAIT));
  sleep_ms(10);
  TRY(recv(a, &c, 1, MSG_DONTWAIT));
}

CASE(errors_and_sizes) {
  int a, b;
  bound(&a);
  struct sockaddr_in at_b = bound(&b);
  static char big[70000];
  TRY(sendto(a, big, 65508, 0, ADDRESS(at_b)));
  TRY(sendto(a, big, 65507, 0, ADDRESS(at_b)));
  TRY(recv(b, big, sizeof big, 0));
  TRY(sendto(a, "x", 1, 0, (struct sockaddr *)&at_b, 4));
  TRY(bind(a, ADDRESS(at_b)));
  TRY(listen(a, 1));
  TRY(accept(a, NULL, NULL));
  struct sockaddr_in zero = at_b;
  zero.sin_port = 0;
  TRY(sendto(a, "x", 1, 0, ADDRESS(zero)));
}

CASE(queue_and_poll) {
  int a, b, queued = -1;
  bound(&a);
  struct sockaddr_in at_b = bound(&b);
  struct pollfd p = {b, POLLIN | POLLOUT};
  TRY(poll(&p, 1, 0));
  HEX(p.revents);
  sendto(a, "12345", 5, 0, ADDRESS(at_b));
  sendto(a, "678", 3, 0, ADDRESS(at_b));
  TRY(poll(&p, 1, 100));
  HEX(p.revents);
  TRY(ioctl(b, FIONREAD, &queued));
  SHOW(queued);
}

CASE(version_6) {
  int a = TRY(socket(AF_INET6, SOCK_DGRAM, 0)), b = TRY(socket(AF_INET6, SOCK_DGRAM, 0));
  struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
  socklen_t length = sizeof name;
  TRY(bind(b, ADDRESS(name)));
  getsockname(b, (struct sockaddr *)&name, &length);
  TRY(sendto(a, "six", 3, 0, ADDRESS(name)));
  char text[8];
  TRY(recv(b, text, 8, 0));
}

CASE(receive_timeout) {
  int a;
  char c;
  bound(&a);
  struct timeval limit = {0, 50000};
  TRY(setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
  long long start = now_ms();
  TRY(recv(a, &c, 1, 0));
  YES(now_ms() - start >= 40);
}
