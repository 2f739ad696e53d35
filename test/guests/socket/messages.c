// Flags of send and receive, on streams, datagrams and packets. send(2), recv(2)
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "check.h"

static void tcp_pair(int s[2]) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  bind(listener, (void *)&at, size), getsockname(listener, (void *)&at, &size), listen(listener, 1);
  s[0] = socket(AF_INET, SOCK_STREAM, 0);
  connect(s[0], (void *)&at, size);
  s[1] = accept(listener, NULL, NULL);
  close(listener);
}

static void flags_of(int type) {
  int s[2], n;
  char b[32] = "";
  socketpair(AF_UNIX, type, 0, s);
  TRY(recv(s[1], b, 32, MSG_DONTWAIT));
  TRY(send(s[0], "abcdef", 6, 0));
  TRY(send(s[0], "gh", 2, MSG_EOR));
  TRY(recv(s[1], b, 3, MSG_PEEK));
  TRY(recv(s[1], b, 3, MSG_PEEK | MSG_TRUNC));
  TRY(ioctl(s[1], FIONREAD, &n));
  SHOW(n);
  struct iovec part = {b, 3};
  struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
  TRY(recvmsg(s[1], &m, 0));
  HEX(m.msg_flags);
  TRY(recv(s[1], b, 32, MSG_TRUNC));
  TRY(recv(s[1], NULL, 0, MSG_DONTWAIT));
  TRY(send(s[0], "", 0, 0));
  TRY(recv(s[1], b, 32, MSG_DONTWAIT));
  TRY(send(s[0], NULL, 5, 0));
  TRY(send(s[0], b, 1, 0x40000000));
  struct sockaddr_un who = {AF_UNIX, "nobody"};
  TRY(sendto(s[0], "x", 1, 0, (void *)&who, sizeof who));
  TRY(shutdown(s[0], SHUT_WR));
  TRY(send(s[0], "x", 1, MSG_NOSIGNAL));
  TRY(recv(s[1], b, 32, MSG_DONTWAIT));
  TRY(send(s[1], "back", 4, 0));
  TRY(shutdown(s[0], SHUT_RD));
  TRY(recv(s[0], b, 32, MSG_DONTWAIT));
  TRY(shutdown(s[0], 3));
}

CASE(unix_streams) {
  flags_of(SOCK_STREAM);
}

CASE(unix_datagrams) {
  flags_of(SOCK_DGRAM);
}

CASE(unix_packets) {
  flags_of(SOCK_SEQPACKET);
}

CASE(tcp_flags) {
  int s[2], n;
  char b[32] = "";
  tcp_pair(s);
  TRY(send(s[0], "abcdef", 6, MSG_MORE));
  TRY(send(s[0], "gh", 2, 0));
  sleep_ms(20);
  TRY(recv(s[1], b, 3, MSG_PEEK));
  TRY(ioctl(s[1], FIONREAD, &n));
  SHOW(n);
  TRY(recv(s[1], b, 3, MSG_TRUNC));
  TRY(recv(s[1], b, 32, MSG_DONTWAIT));
  TEXT(b);
  pid_t pid;
  CHILD(pid) {
    for (int i = 0; i < 3; i++) send(s[0], "part", 4, 0), sleep_ms(20);
  }
  TRY(recv(s[1], b, 12, MSG_WAITALL));
  reap(pid);
  TRY(sendto(s[0], "x", 1, 0, (void *)&(struct sockaddr_in){AF_INET}, sizeof(struct sockaddr_in)));
  TRY(recv(s[1], b, 1, 0));
  TRY(recv(s[1], b, 0, MSG_DONTWAIT));
  TRY(shutdown(s[0], SHUT_WR));
  TRY(recv(s[1], b, 32, 0));
  TRY(send(s[0], "x", 1, MSG_NOSIGNAL));
}

CASE(timeouts) {
  int s[2];
  char c;
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  struct timeval wait = {0, 40000};
  TRY(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait));
  long long start = now_ms();
  TRY(recv(s[0], &c, 1, 0));
  YES(now_ms() - start >= 35);
  wait.tv_usec = 1000000;
  TRY(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait));
  wait.tv_usec = -1;
  TRY(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait));
  socklen_t size = sizeof wait;
  TRY(getsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &wait, &size));
  say("%ld %ld", wait.tv_sec, wait.tv_usec);
}

CASE(many_at_once) {
  int s[2];
  char b[4][8] = {""};
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  struct iovec parts[4] = {{"one", 3}, {"two", 3}, {"three", 5}, {(void *)8, 3}}, into[4];
  struct mmsghdr out[4] = {0}, in[4] = {0};
  for (int i = 0; i < 4; i++) {
    into[i] = (struct iovec){b[i], 4};
    out[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    in[i].msg_hdr = (struct msghdr){.msg_iov = &into[i], .msg_iovlen = 1};
  }
  TRY(sendmmsg(s[0], out, 4, 0));
  SHOW(out[2].msg_len);
  TRY(sendmmsg(s[0], out, 0, 0));
  TRY(recvmmsg(s[1], in, 4, MSG_DONTWAIT, NULL));
  for (int i = 0; i < 3; i++) say("%u %x", in[i].msg_len, in[i].msg_hdr.msg_flags);
  TRY(recvmmsg(s[1], in, 4, MSG_DONTWAIT, NULL));
  TRY(recvmmsg(s[1], in, 4, 0, &(struct timespec){0, -1}));
  write(s[0], "x", 1);
  TRY(recvmmsg(s[1], in, 4, MSG_WAITFORONE, NULL));
  TRY(recvmmsg(s[1], NULL, 1, MSG_DONTWAIT, NULL));
}
