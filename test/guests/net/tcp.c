// TCP over loopback, IPv4 and IPv6: the whole life of a connection. tcp(7), ip(7), ipv6(7)
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "check.h"

static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

#define ADDRESS(a) (struct sockaddr *)&(a), sizeof(a)

static int port_of(int fd) {
  struct sockaddr_in a;
  socklen_t length = sizeof a;
  getsockname(fd, (struct sockaddr *)&a, &length);
  return ntohs(a.sin_port);
}

static int listener(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in a = loopback(0);
  if (bind(fd, ADDRESS(a)) < 0 || listen(fd, 5) < 0) say("listener: %s", errno_name(errno));
  return fd;
}

// A connected pair: s[0] connected, s[1] accepted.
static void connected(int s[2]) {
  int server = listener();
  struct sockaddr_in a = loopback(port_of(server));
  s[0] = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(s[0], ADDRESS(a)) < 0) say("connect: %s", errno_name(errno));
  s[1] = accept(server, NULL, NULL);
  close(server);
}

CASE(connect_and_talk) {
  int server = listener();
  YES(port_of(server) > 1023);
  struct sockaddr_in a = loopback(port_of(server)), peer;
  socklen_t length = sizeof peer;
  int client = TRY(socket(AF_INET, SOCK_STREAM, 0));
  TRY(connect(client, ADDRESS(a)));
  int conn = TRY(accept(server, (struct sockaddr *)&peer, &length));
  SHOW(length);
  TEXT(inet_ntoa(peer.sin_addr));
  YES(ntohs(peer.sin_port) == port_of(client));
  char b[32] = "";
  TRY(send(client, "request", 7, 0));
  TRY(recv(conn, b, 32, 0));
  TEXT(b);
  TRY(write(conn, "answer", 6));
  TRY(read(client, b, 32));
  length = sizeof peer;
  TRY(getpeername(client, (struct sockaddr *)&peer, &length));
  YES(peer.sin_port == a.sin_port);
  TRY(connect(client, ADDRESS(a)));
}

CASE(refused) {
  int server = listener();
  struct sockaddr_in a = loopback(port_of(server));
  close(server);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  TRY(connect(client, ADDRESS(a)));
  char c;
  TRY(read(client, &c, 1));
  TRY(send(client, &c, 1, MSG_NOSIGNAL));
}

CASE(not_connected) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  char c;
  struct sockaddr_in a;
  socklen_t length = sizeof a;
  TRY(recv(fd, &c, 1, 0));
  TRY(send(fd, "x", 1, MSG_NOSIGNAL));
  TRY(getpeername(fd, (struct sockaddr *)&a, &length));
  TRY(shutdown(fd, SHUT_WR));
  TRY(accept(fd, NULL, NULL));
  TRY(listen(99, 1));
  TRY(socket(AF_INET, 77, 0));
  TRY(socket(999, SOCK_STREAM, 0));
  TRY(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
}

CASE(half_close) {
  int s[2];
  char b[8] = "";
  connected(s);
  TRY(write(s[0], "last", 4));
  TRY(shutdown(s[0], SHUT_WR));
  TRY(send(s[0], "x", 1, MSG_NOSIGNAL));
  TRY(read(s[1], b, 8));
  TRY(read(s[1], b, 8));
  TRY(write(s[1], "reply", 5));
  TRY(read(s[0], b, 8));
  close(s[1]);
  TRY(read(s[0], b, 8));
}

CASE(reset) {
  int s[2];
  char b[8];
  connected(s);
  TRY(write(s[0], "unread", 6));
  sleep_ms(10);
  close(s[1]);
  sleep_ms(10);
  TRY(read(s[0], b, 8));
  TRY(send(s[0], "x", 1, MSG_NOSIGNAL));
  connected(s);
  struct linger linger = {1, 0};
  TRY(setsockopt(s[1], SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
  close(s[1]);
  sleep_ms(10);
  struct pollfd p = {s[0], POLLIN};
  TRY(poll(&p, 1, 0));
  HEX(p.revents);
  int error;
  socklen_t length = sizeof error;
  TRY(getsockopt(s[0], SOL_SOCKET, SO_ERROR, &error, &length));
  TEXT(errno_name(error));
  TRY(getsockopt(s[0], SOL_SOCKET, SO_ERROR, &error, &length));
  SHOW(error);
}

CASE(writing_after_the_peer_left) {
  int s[2];
  connected(s);
  close(s[1]);
  sleep_ms(10);
  TRY(send(s[0], "a", 1, MSG_NOSIGNAL));
  sleep_ms(10);
  TRY(send(s[0], "b", 1, MSG_NOSIGNAL));
}

CASE(nonblocking_connect) {
  int server = listener(), error;
  struct sockaddr_in a = loopback(port_of(server));
  int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  TRY(connect(client, ADDRESS(a)));
  struct pollfd p = {client, POLLOUT};
  TRY(poll(&p, 1, 1000));
  HEX(p.revents);
  socklen_t length = sizeof error;
  getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &length);
  SHOW(error);
  OK(accept(server, NULL, NULL));
  close(server);
  client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  TRY(connect(client, ADDRESS(a)));
  p.fd = client;
  TRY(poll(&p, 1, 1000));
  HEX(p.revents);
  getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &length);
  TEXT(errno_name(error));
}

CASE(nonblocking_accept_and_read) {
  int server = listener(), s[2];
  char b[8];
  fcntl(server, F_SETFL, O_NONBLOCK);
  TRY(accept(server, NULL, NULL));
  struct pollfd p = {server, POLLIN};
  TRY(poll(&p, 1, 0));
  struct sockaddr_in a = loopback(port_of(server));
  int client = socket(AF_INET, SOCK_STREAM, 0);
  connect(client, ADDRESS(a));
  TRY(poll(&p, 1, 1000));
  int conn = TRY(accept(server, NULL, NULL));
  HEX(fcntl(conn, F_GETFL) & O_NONBLOCK);
  connected(s);
  TRY(recv(s[0], b, 8, MSG_DONTWAIT));
  fcntl(s[0], F_SETFL, O_NONBLOCK);
  TRY(read(s[0], b, 8));
}

CASE(address_in_use) {
  int server = listener(), on = 1;
  struct sockaddr_in a = loopback(port_of(server)), elsewhere = loopback(0);
  int other = socket(AF_INET, SOCK_STREAM, 0);
  TRY(bind(other, ADDRESS(a)));
  setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  TRY(bind(other, ADDRESS(a)));
  elsewhere.sin_addr.s_addr = htonl(0x08080808);
  TRY(bind(other, ADDRESS(elsewhere)));
  TRY(bind(server, ADDRESS(a)));
  TRY(bind(other, (struct sockaddr *)&a, 4));
  int p[2];
  pid_t pid;
  pipe(p);
  CHILD(pid) {
    setuid(1000);
    a.sin_port = htons(80);
    TRY(bind(other, ADDRESS(a)));
  }
  reap(pid);
}

CASE(reuse_port) {
  int a = socket(AF_INET, SOCK_STREAM, 0), b = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  setsockopt(a, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  setsockopt(b, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  struct sockaddr_in name = loopback(0);
  TRY(bind(a, ADDRESS(name)));
  name = loopback(port_of(a));
  TRY(bind(b, ADDRESS(name)));
  TRY(listen(a, 5));
  TRY(listen(b, 5));
}

CASE(options) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), value = 1;
  socklen_t length = sizeof value;
  TRY(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value));
  TRY(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value));
  value = 0;
  TRY(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &length));
  SHOW(value);
  TRY(getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &value, &length));
  SHOW(value);
  TRY(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &length));
  SHOW(value);
  TRY(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &length));
  SHOW(value);
  TRY(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &value, &length));
  SHOW(value);
  TRY(getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &value, &length));
  SHOW(value);
  value = 50000;
  TRY(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, sizeof value));
  TRY(getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, &length));
  SHOW(value);
  TRY(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, 2));
  TRY(setsockopt(fd, SOL_SOCKET, 9999, &value, sizeof value));
  TRY(getsockopt(fd, 77, 1, &value, &length));
  value = 30;
  TRY(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &value, sizeof value));
  TRY(getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &value, &length));
  SHOW(value);
  TRY(getsockopt(0, SOL_SOCKET, SO_TYPE, &value, &length));
}

CASE(version_6) {
  struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback}, peer;
  socklen_t length = sizeof a;
  int server = TRY(socket(AF_INET6, SOCK_STREAM, 0));
  TRY(bind(server, ADDRESS(a)));
  TRY(listen(server, 1));
  getsockname(server, (struct sockaddr *)&a, &length);
  SHOW(length);
  int client = socket(AF_INET6, SOCK_STREAM, 0);
  TRY(connect(client, ADDRESS(a)));
  length = sizeof peer;
  int conn = TRY(accept(server, (struct sockaddr *)&peer, &length));
  char b[INET6_ADDRSTRLEN];
  TEXT(inet_ntop(AF_INET6, &peer.sin6_addr, b, sizeof b));
  TRY(write(client, "six", 3));
  TRY(read(conn, b, 8));
}

CASE(version_4_reaches_a_version_6_listener) {
  struct sockaddr_in6 any = {.sin6_family = AF_INET6}, peer;
  socklen_t length = sizeof any;
  int server = socket(AF_INET6, SOCK_STREAM, 0), off = 0, on = 1;
  TRY(setsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off));
  TRY(bind(server, ADDRESS(any)));
  listen(server, 1);
  getsockname(server, (struct sockaddr *)&any, &length);
  struct sockaddr_in a = loopback(ntohs(any.sin6_port));
  TRY(connect(socket(AF_INET, SOCK_STREAM, 0), ADDRESS(a)));
  length = sizeof peer;
  OK(accept(server, (struct sockaddr *)&peer, &length));
  char b[INET6_ADDRSTRLEN];
  TEXT(inet_ntop(AF_INET6, &peer.sin6_addr, b, sizeof b));
  int only = socket(AF_INET6, SOCK_STREAM, 0);
  setsockopt(only, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  any.sin6_port = 0;
  bind(only, ADDRESS(any));
  listen(only, 1);
  length = sizeof any;
  getsockname(only, (struct sockaddr *)&any, &length);
  a = loopback(ntohs(any.sin6_port));
  TRY(connect(socket(AF_INET, SOCK_STREAM, 0), ADDRESS(a)));
}

CASE(big_transfer_between_processes) {
  int server = listener();
  struct sockaddr_in a = loopback(port_of(server));
  static unsigned char b[1000000];
  pid_t pid;
  CHILD(pid) {
    int client = socket(AF_INET, SOCK_STREAM, 0);
    connect(client, ADDRESS(a));
    for (size_t i = 0; i < sizeof b; i++) b[i] = i * 13 + (i >> 9);
    size_t sent = 0;
    while (sent < sizeof b) sent += write(client, b + sent, sizeof b - sent);
  }
  int conn = accept(server, NULL, NULL);
  size_t got = 0, wrong = 0;
  ssize_t n;
  while (got < sizeof b && (n = read(conn, b + got, sizeof b - got)) > 0) got += n;
  for (size_t i = 0; i < got; i++) wrong += b[i] != (unsigned char)(i * 13 + (i >> 9));
  SHOW(got);
  SHOW(wrong);
  reap(pid);
}

CASE(queued_bytes_and_peeking) {
  int s[2], queued;
  char b[8] = "";
  connected(s);
  write(s[0], "12345", 5);
  struct pollfd p = {s[1], POLLIN};
  poll(&p, 1, 1000);
  TRY(ioctl(s[1], FIONREAD, &queued));
  SHOW(queued);
  TRY(recv(s[1], b, 3, MSG_PEEK));
  TRY(recv(s[1], b, 8, MSG_TRUNC));
  TRY(recv(s[1], b, 8, MSG_OOB));
}

CASE(listener_is_closed_with_waiting_clients) {
  int server = listener();
  struct sockaddr_in a = loopback(port_of(server));
  int client = socket(AF_INET, SOCK_STREAM, 0);
  TRY(connect(client, ADDRESS(a)));
  close(server);
  sleep_ms(10);
  char c;
  TRY(read(client, &c, 1));
}
