// Urgent data of TCP: MSG_OOB, SO_OOBINLINE, the mark, SIGURG, POLLPRI. send(2), tcp(7), sockatmark(3)
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include "check.h"

static void connection(int pair[2]) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  bind(listener, (void *)&address, length), listen(listener, 1);
  getsockname(listener, (void *)&address, &length);
  pair[0] = socket(AF_INET, SOCK_STREAM, 0);
  connect(pair[0], (void *)&address, length);
  pair[1] = accept(listener, NULL, NULL);
  close(listener);
}

static void receive(int fd, int flags) {
  char text[32];
  errno = 0;
  ssize_t n = recv(fd, text, sizeof text, flags | MSG_DONTWAIT);
  say("recv %s%s%s: %zd %s \"%.*s\", at mark %d", flags & MSG_OOB ? "urgent" : "", flags & MSG_PEEK ? " peek" : "", flags ? "" : "plain", n,
      errno_name(errno), n > 0 ? (int)n : 0, text, sockatmark(fd));
}

static int readable(int fd) {
  int n = -1;
  ioctl(fd, FIONREAD, &n);
  return n;
}

static int ready(int fd) {
  struct pollfd p = {fd, POLLIN | POLLPRI | POLLOUT | POLLRDBAND, 0};
  poll(&p, 1, 0);
  return p.revents;
}

CASE(out_of_line) {
  int s[2];
  connection(s);
  receive(s[1], MSG_OOB);
  SHOW(send(s[0], "ab", 2, 0));
  SHOW(send(s[0], "c", 1, MSG_OOB));
  SHOW(send(s[0], "de", 2, 0));
  sleep_ms(50);
  SHOW(readable(s[1]));
  HEX(ready(s[1]));
  receive(s[1], 0);
  SHOW(readable(s[1]));
  receive(s[1], MSG_OOB | MSG_PEEK);
  receive(s[1], MSG_OOB);
  HEX(ready(s[1]));
  receive(s[1], MSG_OOB);
  receive(s[1], 0);
  receive(s[1], MSG_OOB);
  receive(s[1], 0);
}

CASE(in_line) {
  int s[2], one = 1;
  connection(s);
  setsockopt(s[1], SOL_SOCKET, SO_OOBINLINE, &one, sizeof one);
  send(s[0], "ab", 2, 0);
  send(s[0], "c", 1, MSG_OOB);
  send(s[0], "de", 2, 0);
  sleep_ms(50);
  SHOW(readable(s[1]));
  HEX(ready(s[1]));
  receive(s[1], MSG_OOB);
  receive(s[1], MSG_PEEK);
  receive(s[1], 0);
  HEX(ready(s[1]));
  receive(s[1], 0);
  HEX(ready(s[1]));
}

CASE(never_taken) {
  int s[2];
  connection(s);
  send(s[0], "abc", 3, MSG_OOB);
  send(s[0], "de", 2, 0);
  sleep_ms(50);
  receive(s[1], 0);
  HEX(ready(s[1]));
  receive(s[1], 0);
  HEX(ready(s[1]));
  receive(s[1], MSG_OOB);
}

CASE(only_urgent) {
  int s[2];
  connection(s);
  send(s[0], "x", 1, MSG_OOB);
  sleep_ms(50);
  SHOW(readable(s[1]));
  HEX(ready(s[1]));
  SHOW(sockatmark(s[1]));
  receive(s[1], MSG_OOB);
  HEX(ready(s[1]));
  receive(s[1], 0);
  send(s[0], "rest", 4, 0);
  sleep_ms(50);
  receive(s[1], 0);
  close(s[0]);
  sleep_ms(50);
  receive(s[1], 0);
  receive(s[1], MSG_OOB);
}

CASE(signal) {
  int s[2], status;
  sigset_t set;
  connection(s);
  sigemptyset(&set);
  sigaddset(&set, SIGURG);
  sigprocmask(SIG_BLOCK, &set, NULL);
  send(s[0], "x", 1, MSG_OOB);
  sleep_ms(50);
  sigpending(&set);
  SHOW(sigismember(&set, SIGURG));
  TRY(fcntl(s[1], F_SETOWN, getpid()));
  send(s[0], "y", 1, MSG_OOB);
  sleep_ms(50);
  sigpending(&set);
  SHOW(sigismember(&set, SIGURG));
  receive(s[1], MSG_OOB);
  pid_t pid;
  CHILD(pid) {
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    sleep_ms(10);
    _exit(7);
  }
  waitpid(pid, &status, 0);
  TEXT(status_text(status));
}

CASE(waiting) {
  int s[2];
  pid_t pid;
  connection(s);
  CHILD(pid) {
    sleep_ms(100);
    send(s[0], "u", 1, MSG_OOB);
    sleep_ms(100);
    send(s[0], "rest", 4, 0);
    pause();
  }
  struct pollfd p = {s[1], POLLPRI, 0};
  SHOW(poll(&p, 1, 5000));
  HEX(p.revents);
  fd_set except;
  FD_ZERO(&except);
  FD_SET(s[1], &except);
  SHOW(select(s[1] + 1, NULL, NULL, &except, &(struct timeval){5, 0}));
  SHOW(FD_ISSET(s[1], &except) != 0);
  int epoll = epoll_create1(0);
  struct epoll_event event = {EPOLLPRI, {.u32 = 5}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, s[1], &event);
  SHOW(epoll_wait(epoll, &event, 1, 5000));
  HEX(event.events);
  char text[8] = "";
  SHOW(recv(s[1], text, sizeof text, 0));
  TEXT(text);
  kill(pid, SIGKILL);
}

CASE(message_flags) {
  int s[2];
  char text[4];
  connection(s);
  send(s[0], "m", 1, MSG_OOB);
  sleep_ms(50);
  struct iovec iov = {text, sizeof text};
  struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};
  SHOW(recvmsg(s[1], &message, MSG_OOB));
  HEX(message.msg_flags);
  TRY(recvmsg(s[1], &message, MSG_OOB));
  TRY(recv(s[0], text, 1, MSG_OOB));
  send(s[0], "n", 1, MSG_OOB);
  sleep_ms(50);
  TRY(recv(s[1], text, 0, MSG_OOB));
}

CASE(others) {
  int pair[2], udp = socket(AF_INET, SOCK_DGRAM, 0), fresh = socket(AF_INET, SOCK_STREAM, 0);
  char c;
  socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
  TRY(send(pair[0], "x", 1, MSG_OOB));
  TRY(recv(pair[0], &c, 1, MSG_OOB | MSG_DONTWAIT));
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = 1, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  TRY(sendto(udp, "x", 1, MSG_OOB, (void *)&address, sizeof address));
  TRY(recv(fresh, &c, 1, MSG_OOB));
  TRY(send(fresh, "x", 1, MSG_OOB | MSG_NOSIGNAL));
  TRY(sockatmark(fresh));
  TRY(sockatmark(udp));
}
