// TCP and UDP on lo: connections and their ends, ports, options, datagrams, what is not reachable.
#include "check.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static struct sockaddr_in at(const char *address, int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, address, &a.sin_addr);
  return a;
}

static int port_of(int fd) {
  struct sockaddr_in6 a;
  socklen_t len = sizeof a;
  getsockname(fd, (void *)&a, &len);
  return ntohs(a.sin6_port);
}

static int tcp_listener(void) {
  struct sockaddr_in a = at("127.0.0.1", 0);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  bind(fd, (void *)&a, sizeof a);
  listen(fd, 8);
  return fd;
}

static void tcp_pair(int *client, int *server) {
  int l = tcp_listener();
  struct sockaddr_in a = at("127.0.0.1", port_of(l));
  *client = socket(AF_INET, SOCK_STREAM, 0);
  OK(connect(*client, (void *)&a, sizeof a));
  *server = accept(l, NULL, NULL);
  close(l);
}

static void show_poll(int fd) {
  struct pollfd p = {fd, POLLIN | POLLOUT | POLLRDHUP, 0};
  poll(&p, 1, 100);
  HEX(p.revents);
}

static int closed_port(int type) {
  struct sockaddr_in a = at("127.0.0.1", 0);
  int fd = socket(AF_INET, type, 0);
  bind(fd, (void *)&a, sizeof a);
  int port = port_of(fd);
  close(fd);
  return port;
}

CASE(connection) {
  struct sockaddr_in peer;
  socklen_t len = sizeof peer;
  char data[16] = {0};
  int l = tcp_listener(), c = socket(AF_INET, SOCK_STREAM, 0);
  YES(port_of(l) >= 1024);
  struct sockaddr_in a = at("127.0.0.1", port_of(l));
  TRY(connect(c, (void *)&a, sizeof a));
  TRY(connect(c, (void *)&a, sizeof a));
  sleep_ms(20);
  show_poll(l);
  int s = accept4(l, (void *)&peer, &len, SOCK_NONBLOCK);
  SHOW(len);
  TEXT(inet_ntoa(peer.sin_addr));
  YES(ntohs(peer.sin_port) == port_of(c));
  YES(port_of(s) == port_of(l));
  TRY(read(s, data, 1));
  TRY(write(c, "hello", 5));
  sleep_ms(20);
  TRY(read(s, data, 16));
  TEXT(data);
  TRY(shutdown(c, SHUT_WR));
  sleep_ms(20);
  show_poll(s);
  TRY(read(s, data, 1));
  TRY(write(s, "reply", 5));
  TRY(read(c, data, 16));
  TEXT(data);
  TRY(send(c, "x", 1, MSG_NOSIGNAL));
  close(s);
  TRY(read(c, data, 16));
}

CASE(refused) {
  int error;
  socklen_t len = sizeof error;
  struct sockaddr_in a = at("127.0.0.1", closed_port(SOCK_STREAM));
  int c = socket(AF_INET, SOCK_STREAM, 0);
  TRY(connect(c, (void *)&a, sizeof a));
  int n = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  TRY(connect(n, (void *)&a, sizeof a));
  show_poll(n);
  TRY(getsockopt(n, SOL_SOCKET, SO_ERROR, &error, &len));
  TEXT(errno_name(error));
  TRY(getsockopt(n, SOL_SOCKET, SO_ERROR, &error, &len));
  TEXT(errno_name(error));
}

CASE(non_blocking_connect) {
  int error;
  socklen_t len = sizeof error;
  int l = tcp_listener();
  struct sockaddr_in a = at("127.0.0.1", port_of(l));
  int c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  TRY(connect(c, (void *)&a, sizeof a));
  show_poll(c);
  TRY(getsockopt(c, SOL_SOCKET, SO_ERROR, &error, &len));
  SHOW(error);
  TRY(connect(c, (void *)&a, sizeof a));
  TRY(connect(c, (void *)&a, sizeof a));
}

CASE(reset) {
  int c, s;
  char data[8];
  tcp_pair(&c, &s);
  TRY(write(c, "unread", 6));
  sleep_ms(20);
  close(s);
  sleep_ms(20);
  show_poll(c);
  TRY(read(c, data, 8));
  TRY(read(c, data, 8));
  TRY(send(c, "x", 1, MSG_NOSIGNAL));
  tcp_pair(&c, &s);
  close(s);
  sleep_ms(20);
  TRY(send(c, "x", 1, MSG_NOSIGNAL));
  sleep_ms(20);
  TRY(send(c, "x", 1, MSG_NOSIGNAL));
  TRY(read(c, data, 8));
  tcp_pair(&c, &s);
  struct linger off = {1, 0};
  TRY(setsockopt(s, SOL_SOCKET, SO_LINGER, &off, sizeof off));
  close(s);
  sleep_ms(20);
  TRY(read(c, data, 8));
}

CASE(ports) {
  int one = 1;
  int l = tcp_listener();
  struct sockaddr_in a = at("127.0.0.1", port_of(l)), any = at("0.0.0.0", port_of(l)), out = at("192.0.2.1", 0);
  int b = socket(AF_INET, SOCK_STREAM, 0);
  TRY(bind(b, (void *)&a, sizeof a));
  TRY(bind(b, (void *)&any, sizeof any));
  TRY(setsockopt(b, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one));
  TRY(bind(b, (void *)&a, sizeof a));
  TRY(bind(b, (void *)&out, sizeof out));
  TRY(bind(b, (void *)&a, 4));
  struct sockaddr_in other = at("127.0.0.2", port_of(l));
  TRY(bind(b, (void *)&other, sizeof other));
  TRY(bind(b, (void *)&other, sizeof other));
  int p[2];
  for (int i = 0; i < 2; i++) {
    p[i] = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(p[i], SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    struct sockaddr_in same = at("127.0.0.1", i ? port_of(p[0]) : 0);
    TRY(bind(p[i], (void *)&same, sizeof same));
    TRY(listen(p[i], 1));
  }
}

CASE(datagrams) {
  struct sockaddr_in a = at("127.0.0.1", 0), got;
  socklen_t len = sizeof got;
  char data[8] = {0};
  int r = socket(AF_INET, SOCK_DGRAM, 0), w = socket(AF_INET, SOCK_DGRAM, 0);
  TRY(bind(r, (void *)&a, sizeof a));
  a.sin_port = htons(port_of(r));
  TRY(send(w, "x", 1, 0));
  TRY(sendto(w, "hello", 5, 0, (void *)&a, sizeof a));
  TRY(recvfrom(r, data, 2, MSG_TRUNC, (void *)&got, &len));
  SHOW(len);
  YES(ntohs(got.sin_port) == port_of(w));
  TEXT(inet_ntoa(got.sin_addr));
  TRY(connect(w, (void *)&a, sizeof a));
  TRY(write(w, "", 0));
  TRY(recv(r, data, 8, 0));
  TRY(recv(r, data, 8, MSG_DONTWAIT));
  close(r);
  TRY(write(w, "x", 1));
  sleep_ms(20);
  show_poll(w);
  TRY(write(w, "x", 1));
  TRY(write(w, "x", 1));
  TRY(listen(w, 1));
}

CASE(ipv6) {
  struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT}, peer;
  socklen_t len = sizeof peer;
  char text[64];
  int l = socket(AF_INET6, SOCK_STREAM, 0);
  TRY(bind(l, (void *)&a, sizeof a));
  TRY(listen(l, 4));
  struct sockaddr_in four = at("127.0.0.1", port_of(l));
  int c = socket(AF_INET, SOCK_STREAM, 0);
  TRY(connect(c, (void *)&four, sizeof four));
  TRY(accept(l, (void *)&peer, &len) < 0);
  TEXT(inet_ntop(AF_INET6, &peer.sin6_addr, text, sizeof text));
  a.sin6_port = htons(port_of(l));
  a.sin6_addr = in6addr_loopback;
  c = socket(AF_INET6, SOCK_STREAM, 0);
  TRY(connect(c, (void *)&a, sizeof a));
  len = sizeof peer;
  TRY(accept(l, (void *)&peer, &len) < 0);
  SHOW(len);
  TEXT(inet_ntop(AF_INET6, &peer.sin6_addr, text, sizeof text));
  int one = 1, only = socket(AF_INET6, SOCK_STREAM, 0);
  TRY(setsockopt(only, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one));
  a = (struct sockaddr_in6){.sin6_family = AF_INET6};
  TRY(bind(only, (void *)&a, sizeof a));
  TRY(listen(only, 1));
  four = at("127.0.0.1", port_of(only));
  c = socket(AF_INET, SOCK_STREAM, 0);
  TRY(connect(c, (void *)&four, sizeof four));
}

CASE(options) {
  int c, s, value = 0, one = 1;
  socklen_t len = sizeof value;
  tcp_pair(&c, &s);
  static const int names[][2] = {{SOL_SOCKET, SO_TYPE}, {SOL_SOCKET, SO_DOMAIN}, {SOL_SOCKET, SO_PROTOCOL}, {SOL_SOCKET, SO_ACCEPTCONN},
    {SOL_SOCKET, SO_KEEPALIVE}, {SOL_SOCKET, SO_REUSEADDR}, {IPPROTO_TCP, TCP_NODELAY}, {IPPROTO_TCP, TCP_KEEPCNT}, {IPPROTO_TCP, TCP_KEEPINTVL}};
  for (int i = 0; i < 9; i++) {
    TRY(getsockopt(c, names[i][0], names[i][1], &value, &len));
    SHOW(value);
  }
  TRY(setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one));
  TRY(getsockopt(c, IPPROTO_TCP, TCP_NODELAY, &value, &len));
  SHOW(value);
  TRY(setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, 2));
  TRY(getsockopt(c, IPPROTO_TCP, 999, &value, &len));
  int u = socket(AF_INET, SOCK_DGRAM, 0);
  TRY(getsockopt(u, IPPROTO_TCP, TCP_NODELAY, &value, &len));
  int size = 10000;
  TRY(setsockopt(u, SOL_SOCKET, SO_SNDBUF, &size, sizeof size));
  TRY(getsockopt(u, SOL_SOCKET, SO_SNDBUF, &value, &len));
  SHOW(value);
  TRY(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
  TRY(socket(AF_INET, SOCK_SEQPACKET, 0));
}

CASE(bulk) {
  int c, s;
  static char data[65536];
  tcp_pair(&c, &s);
  pid_t pid;
  CHILD(pid) {
    close(s);
    for (int i = 0; i < 100; i++) {
      memset(data, i, sizeof data);
      write(c, data, sizeof data);
    }
  }
  close(c);
  long total = 0, sum = 0, n;
  while ((n = read(s, data, sizeof data)) > 0) {
    for (long i = 0; i < n; i += 512) sum += data[i];
    total += n;
  }
  SHOW(total);
  YES(sum > 0);
  reap(pid);
}

CASE(epoll_server) {
  int l = tcp_listener(), ep = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN, .data.fd = l};
  epoll_ctl(ep, EPOLL_CTL_ADD, l, &e);
  struct sockaddr_in a = at("127.0.0.1", port_of(l));
  pid_t pid;
  CHILD(pid) {
    char byte;
    for (int i = 0; i < 3; i++) {
      int c = socket(AF_INET, SOCK_STREAM, 0);
      connect(c, (void *)&a, sizeof a);
      write(c, "p", 1);
      read(c, &byte, 1);
      close(c);
    }
  }
  int served = 0;
  while (served < 3) {
    if (epoll_wait(ep, &e, 1, 5000) < 1) break;
    if (e.data.fd == l) {
      struct epoll_event add = {.events = EPOLLIN, .data.fd = accept(l, NULL, NULL)};
      epoll_ctl(ep, EPOLL_CTL_ADD, add.data.fd, &add);
      continue;
    }
    char byte;
    if (read(e.data.fd, &byte, 1) == 1) {
      write(e.data.fd, &byte, 1);
      served++;
    } else {
      close(e.data.fd);
    }
  }
  SHOW(served);
  reap(pid);
}
