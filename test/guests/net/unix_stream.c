// Unix stream sockets: names, abstract names, connecting, shutting down, credentials. unix(7)
#include <poll.h>
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

CASE(pair_both_ways) {
  int s[2];
  char b[16] = "";
  TRY(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
  TRY(write(s[0], "hello", 5));
  TRY(write(s[0], "world", 5));
  TRY(read(s[1], b, 16));
  TEXT(b);
  TRY(send(s[1], "back", 4, 0));
  TRY(recv(s[0], b, 2, MSG_PEEK));
  TRY(recv(s[0], b, 16, 0));
  TRY(recv(s[0], b, 16, MSG_DONTWAIT));
  close(s[1]);
  TRY(recv(s[0], b, 16, 0));
  TRY(send(s[0], "x", 1, MSG_NOSIGNAL));
}

CASE(listen_connect_accept) {
  struct sockaddr_un name = address("sock"), peer;
  socklen_t length = sizeof peer;
  int server = TRY(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  TRY(bind(server, ADDRESS(name)));
  TRY(connect(socket(AF_UNIX, SOCK_STREAM, 0), ADDRESS(name)));
  TRY(listen(server, 5));
  int client = TRY(socket(AF_UNIX, SOCK_STREAM, 0));
  TRY(connect(client, ADDRESS(name)));
  int conn = TRY(accept4(server, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK));
  SHOW(length);
  SHOW(peer.sun_family);
  char b[8] = "";
  TRY(read(conn, b, 8));
  TRY(write(client, "hi", 2));
  TRY(read(conn, b, 8));
  length = sizeof peer;
  TRY(getpeername(client, (struct sockaddr *)&peer, &length));
  TEXT(peer.sun_path);
  SHOW(length);
  length = sizeof peer;
  TRY(getsockname(client, (struct sockaddr *)&peer, &length));
  SHOW(length);
  TRY(connect(client, ADDRESS(name)));
  struct stat st;
  stat("sock", &st);
  YES(S_ISSOCK(st.st_mode));
  TRY(open("sock", O_RDWR));
  TRY(unlink("sock"));
  TRY(connect(socket(AF_UNIX, SOCK_STREAM, 0), ADDRESS(name)));
}

CASE(bind_errors) {
  struct sockaddr_un name = address("sock"), deep = address("no/where"), empty = {AF_UNIX};
  int a = socket(AF_UNIX, SOCK_STREAM, 0), b = socket(AF_UNIX, SOCK_STREAM, 0);
  TRY(bind(a, ADDRESS(name)));
  TRY(bind(b, ADDRESS(name)));
  TRY(bind(a, ADDRESS(empty)));
  TRY(bind(b, ADDRESS(deep)));
  TRY(bind(b, (struct sockaddr *)&name, 1));
  TRY(bind(b, (struct sockaddr *)&name, 500));
  name.sun_family = AF_INET;
  TRY(bind(b, ADDRESS(name)));
  TRY(bind(0, ADDRESS(name)));
  TRY(listen(b, 1));
  TRY(accept(b, NULL, NULL));
}

CASE(abstract_names) {
  struct sockaddr_un name = {AF_UNIX}, got;
  socklen_t length = 2 + 1 + snprintf(name.sun_path + 1, 60, "guest-%08x", unique_number()), got_length = sizeof got;
  int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
  TRY(bind(server, (struct sockaddr *)&name, length));
  TRY(bind(client, (struct sockaddr *)&name, length));
  TRY(listen(server, 1));
  TRY(connect(client, (struct sockaddr *)&name, length));
  TRY(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, length - 1));
  TRY(getsockname(server, (struct sockaddr *)&got, &got_length));
  YES(got_length == length && memcmp(&got, &name, length) == 0);
  close(server);
  TRY(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, length));
  int autobound = socket(AF_UNIX, SOCK_STREAM, 0);
  TRY(bind(autobound, (struct sockaddr *)&name, 2));
  got_length = sizeof got;
  getsockname(autobound, (struct sockaddr *)&got, &got_length);
  SHOW(got_length);
}

CASE(shutdown_halves) {
  int s[2];
  char c;
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  TRY(write(s[0], "x", 1));
  TRY(shutdown(s[0], SHUT_WR));
  TRY(send(s[0], "y", 1, MSG_NOSIGNAL));
  TRY(read(s[1], &c, 1));
  TRY(read(s[1], &c, 1));
  TRY(write(s[1], "z", 1));
  TRY(read(s[0], &c, 1));
  TRY(shutdown(s[1], SHUT_RD));
  TRY(shutdown(s[0], 7));
  struct pollfd p = {s[1], POLLIN | POLLRDHUP};
  TRY(poll(&p, 1, 0));
  HEX(p.revents);
  TRY(shutdown(socket(AF_UNIX, SOCK_STREAM, 0), SHUT_RD));
}

CASE(peer_credentials) {
  int s[2];
  struct ucred cred;
  socklen_t length = sizeof cred;
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  TRY(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &cred, &length));
  say("pid %d uid %d gid %d", cred.pid == getpid(), cred.uid, cred.gid);
}

CASE(backlog_and_nonblocking_connect) {
  struct sockaddr_un name = address("sock");
  int server = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  bind(server, ADDRESS(name));
  listen(server, 0);
  TRY(accept(server, NULL, NULL));
  TRY(connect(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), ADDRESS(name)));
  TRY(connect(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), ADDRESS(name)));
  OK(accept(server, NULL, NULL));
  TRY(connect(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), ADDRESS(name)));
}

CASE(big_transfer) {
  int s[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  static unsigned char b[500000];
  pid_t pid;
  CHILD(pid) {
    close(s[0]);
    for (size_t i = 0; i < sizeof b; i++) b[i] = i * 7;
    size_t sent = 0;
    while (sent < sizeof b) sent += write(s[1], b + sent, sizeof b - sent);
  }
  close(s[1]);
  size_t got = 0, wrong = 0;
  ssize_t n;
  while ((n = read(s[0], b + got, 3001)) > 0) got += n;
  for (size_t i = 0; i < got; i++) wrong += b[i] != (unsigned char)(i * 7);
  SHOW(got);
  SHOW(wrong);
  reap(pid);
}

CASE(waits_and_bytes_queued) {
  int s[2], queued;
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  write(s[0], "12345", 5);
  TRY(ioctl(s[1], FIONREAD, &queued));
  SHOW(queued);
  pid_t pid;
  CHILD(pid) {
    sleep_ms(30);
    write(s[0], "678", 3);
  }
  char b[8];
  TRY(recv(s[1], b, 8, MSG_WAITALL));
  reap(pid);
}
