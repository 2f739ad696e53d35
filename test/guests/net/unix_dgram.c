// Unix datagram and sequenced-packet sockets: boundaries, truncation, senders' names. unix(7)
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "check.h"

static struct sockaddr_un address(const char *path) {
  struct sockaddr_un a = {AF_UNIX};
  strcpy(a.sun_path, path);
  return a;
}

#define ADDRESS(a) (struct sockaddr *)&(a), sizeof(a)

CASE(boundaries) {
  int s[2];
  char b[16] = "";
  TRY(socketpair(AF_UNIX, SOCK_DGRAM, 0, s));
  TRY(send(s[0], "one", 3, 0));
  TRY(send(s[0], "", 0, 0));
  TRY(send(s[0], "three", 5, 0));
  TRY(recv(s[1], b, 16, 0));
  TRY(recv(s[1], b, 16, 0));
  TRY(recv(s[1], b, 2, MSG_TRUNC));
  TRY(recv(s[1], b, 16, MSG_DONTWAIT));
}

CASE(named) {
  struct sockaddr_un a = address("a"), b = address("b"), from;
  socklen_t length = sizeof from;
  int sa = socket(AF_UNIX, SOCK_DGRAM, 0), sb = socket(AF_UNIX, SOCK_DGRAM, 0), unnamed = socket(AF_UNIX, SOCK_DGRAM, 0);
  TRY(bind(sa, ADDRESS(a)));
  TRY(bind(sb, ADDRESS(b)));
  TRY(sendto(sa, "hello", 5, 0, ADDRESS(b)));
  char text[16] = "";
  TRY(recvfrom(sb, text, 16, 0, (struct sockaddr *)&from, &length));
  TEXT(from.sun_path);
  TRY(sendto(unnamed, "x", 1, 0, ADDRESS(b)));
  length = sizeof from;
  TRY(recvfrom(sb, text, 16, 0, (struct sockaddr *)&from, &length));
  SHOW(length);
  TRY(send(unnamed, "x", 1, 0));
  TRY(connect(unnamed, ADDRESS(a)));
  TRY(send(unnamed, "to a", 4, 0));
  TRY(recv(sa, text, 16, 0));
  close(sa);
  TRY(send(unnamed, "gone", 4, 0));
  unlink("a");
  TRY(connect(unnamed, ADDRESS(a)));
}

CASE(connected_refuses_others) {
  struct sockaddr_un a = address("a"), b = address("b");
  int sa = socket(AF_UNIX, SOCK_DGRAM, 0), sb = socket(AF_UNIX, SOCK_DGRAM, 0), other = socket(AF_UNIX, SOCK_DGRAM, 0);
  bind(sa, ADDRESS(a));
  bind(sb, ADDRESS(b));
  TRY(connect(sb, ADDRESS(a)));
  TRY(sendto(other, "x", 1, 0, ADDRESS(b)));
  TRY(sendto(sa, "x", 1, 0, ADDRESS(b)));
}

CASE(sequenced_packets) {
  int s[2];
  char b[16] = "";
  TRY(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s));
  TRY(send(s[0], "first", 5, 0));
  TRY(send(s[0], "second", 6, MSG_EOR));
  struct iovec part = {b, 3};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  TRY(recvmsg(s[1], &message, 0));
  HEX(message.msg_flags);
  TRY(recv(s[1], b, 16, 0));
  close(s[0]);
  TRY(recv(s[1], b, 16, 0));
  TRY(send(s[1], "x", 1, MSG_NOSIGNAL));
}

CASE(too_big) {
  int s[2];
  static char b[4 << 20];
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  TRY(send(s[0], b, sizeof b, 0));
  TRY(send(s[0], b, 60000, 0));
  TRY(recv(s[1], b, sizeof b, 0));
}

CASE(full_queue) {
  int s[2], sent = 0;
  socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, s);
  while (sent < 100000 && send(s[0], "x", 1, 0) == 1) sent++;
  TEXT(errno_name(errno));
  YES(sent >= 10);
  int queued;
  TRY(ioctl(s[1], FIONREAD, &queued));
  SHOW(queued);
}

CASE(many_at_once) {
  int s[2];
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  struct iovec parts[3] = {{"a", 1}, {"bb", 2}, {"ccc", 3}};
  struct mmsghdr messages[3] = {};
  for (int i = 0; i < 3; i++) messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  TRY(sendmmsg(s[0], messages, 3, 0));
  char b[3][4];
  for (int i = 0; i < 3; i++) parts[i] = (struct iovec){b[i], 4};
  TRY(recvmmsg(s[1], messages, 3, MSG_DONTWAIT, NULL));
  for (int i = 0; i < 3; i++) SHOW(messages[i].msg_len);
  TRY(recvmmsg(s[1], messages, 3, MSG_DONTWAIT, NULL));
}
