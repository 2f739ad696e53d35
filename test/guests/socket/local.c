// AF_UNIX: pairs, names, connections, passed files and credentials, ends.
#include "check.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct sockaddr_un name(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strcpy(address.sun_path, path);
  return address;
}

static int listener(const char *path, int backlog) {
  struct sockaddr_un address = name(path);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(fd, (void *)&address, sizeof address);
  listen(fd, backlog);
  return fd;
}

static int client(const char *path) {
  struct sockaddr_un address = name(path);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  OK(connect(fd, (void *)&address, sizeof address));
  return fd;
}

static void show_poll(int fd) {
  struct pollfd p = {fd, POLLIN | POLLOUT | POLLRDHUP, 0};
  poll(&p, 1, 0);
  HEX(p.revents);
}

static void pass(int socket, int *fds, int count) {
  char control[CMSG_SPACE(sizeof(int) * 4)] = {0};
  struct iovec iov = {"f", 1};
  struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(sizeof(int) * count)};
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof(int) * count);
  memcpy(CMSG_DATA(c), fds, sizeof(int) * count);
  TRY(sendmsg(socket, &m, 0));
}

static int take(int socket, int flags, size_t room) {
  char control[64] = {0}, data[4] = {0};
  struct iovec iov = {data, 4};
  struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room};
  TRY(recvmsg(socket, &m, flags));
  HEX(m.msg_flags);
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  if (!c) return -1;
  SHOW(c->cmsg_len);
  SHOW(c->cmsg_type);
  int fd;
  memcpy(&fd, CMSG_DATA(c), sizeof fd);
  return fd;
}

CASE(pair_stream) {
  int s[2];
  char data[16] = {0};
  TRY(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
  TRY(write(s[0], "hello", 5));
  TRY(write(s[0], "world", 5));
  int bytes = 0;
  ioctl(s[1], FIONREAD, &bytes);
  SHOW(bytes);
  TRY(recv(s[1], data, 3, MSG_PEEK));
  TRY(read(s[1], data, 16));
  TEXT(data);
  TRY(recv(s[1], data, 1, MSG_DONTWAIT));
  show_poll(s[0]);
  TRY(shutdown(s[0], SHUT_WR));
  TRY(read(s[1], data, 1));
  show_poll(s[0]);
  show_poll(s[1]);
  signal(SIGPIPE, SIG_IGN);
  TRY(write(s[0], "x", 1));
  TRY(write(s[1], "y", 1));
  TRY(read(s[0], data, 4));
}

CASE(pair_closed) {
  int s[2];
  char data[4];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  TRY(write(s[0], "a", 1));
  TRY(write(s[1], "lost", 4));
  close(s[0]);
  show_poll(s[1]);
  TRY(read(s[1], data, 4));
  TRY(send(s[1], "x", 1, MSG_NOSIGNAL));
  TRY(read(s[1], data, 4));
  int t[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, t);
  write(t[1], "unread", 6);
  close(t[0]);
  TRY(read(t[1], data, 4));
  TRY(read(t[1], data, 4));
  pid_t pid;
  CHILD(pid) write(t[1], "x", 1);
  reap(pid);
}

CASE(pair_packets) {
  int types[] = {SOCK_DGRAM, SOCK_SEQPACKET};
  for (int i = 0; i < 2; i++) {
    int s[2];
    char data[8] = {0};
    socketpair(AF_UNIX, types[i], 0, s);
    TRY(send(s[0], "first", 5, 0));
    TRY(send(s[0], "second", 6, 0));
    TRY(send(s[0], "", 0, 0));
    int bytes = 0;
    ioctl(s[1], FIONREAD, &bytes);
    SHOW(bytes);
    TRY(recv(s[1], data, 2, MSG_TRUNC | MSG_PEEK));
    TRY(recv(s[1], data, 2, 0));
    TRY(recv(s[1], data, 8, 0));
    TEXT(data);
    TRY(recv(s[1], data, 8, 0));
    TRY(recv(s[1], data, 8, MSG_DONTWAIT));
    close(s[1]);
    TRY(send(s[0], "x", 1, MSG_NOSIGNAL));
    TRY(recv(s[0], data, 8, MSG_DONTWAIT));
  }
}

CASE(path) {
  struct sockaddr_un peer;
  socklen_t len = sizeof peer;
  int l = listener("sock", 1);
  struct stat st;
  TRY(stat("sock", &st));
  YES(S_ISSOCK(st.st_mode));
  TRY(open("sock", O_RDONLY));
  int c = client("sock");
  TRY(write(c, "early", 5));
  show_poll(l);
  int a = accept(l, (void *)&peer, &len);
  SHOW(len);
  char data[8] = {0};
  TRY(read(a, data, 8));
  TEXT(data);
  len = sizeof peer;
  TRY(getpeername(c, (void *)&peer, &len));
  SHOW(len);
  TEXT(peer.sun_path);
  len = sizeof peer;
  TRY(getsockname(a, (void *)&peer, &len));
  SHOW(len);
  fstat(a, &st);
  YES(S_ISSOCK(st.st_mode));
  struct sockaddr_un same = name("sock");
  int other = socket(AF_UNIX, SOCK_STREAM, 0);
  TRY(bind(other, (void *)&same, sizeof same));
  TRY(connect(c, (void *)&same, sizeof same));
  close(l);
  TRY(connect(other, (void *)&same, sizeof same));
  TRY(unlink("sock"));
  TRY(connect(other, (void *)&same, sizeof same));
}

CASE(abstract) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0wbx-test"};
  socklen_t len = 2 + 9;
  int l = socket(AF_UNIX, SOCK_STREAM, 0);
  TRY(listen(l, 1));
  TRY(bind(l, (void *)&address, len));
  TRY(bind(l, (void *)&address, len));
  TRY(listen(l, 1));
  int c = socket(AF_UNIX, SOCK_STREAM, 0);
  TRY(connect(c, (void *)&address, len + 1));
  TRY(connect(c, (void *)&address, len));
  int d = socket(AF_UNIX, SOCK_DGRAM, 0);
  struct sockaddr_un own;
  len = sizeof own;
  TRY(bind(d, (void *)&own, 2));
  own.sun_family = AF_UNIX;
  TRY(bind(d, (void *)&own, 2));
  TRY(getsockname(d, (void *)&own, &len));
  SHOW(len);
}

CASE(refused_backlog) {
  listener("sock", 0);
  int first = client("sock");
  (void)first;
  struct sockaddr_un address = name("sock");
  int c = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  TRY(connect(c, (void *)&address, sizeof address));
  show_poll(c);
  TRY(write(c, "x", 1) == -1 ? -1 : 0);
}

CASE(unaccepted) {
  int l = listener("sock", 4);
  int c = client("sock");
  TRY(fcntl(l, F_SETFL, O_NONBLOCK));
  close(l);
  char byte;
  TRY(read(c, &byte, 1));
  TRY(read(c, &byte, 1));
  show_poll(c);
}

CASE(rights) {
  int s[2], p[2];
  char data[8] = {0};
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  pipe(p);
  pass(s[0], p, 2);
  close(p[0]);
  write(p[1], "piped", 5);
  int fd = take(s[1], MSG_CMSG_CLOEXEC, 64);
  TRY(fcntl(fd, F_GETFD));
  TRY(read(fd, data, 8));
  TEXT(data);
  pass(s[0], p + 1, 1);
  take(s[1], 0, 0);
  int bad = 999;
  pass(s[0], &bad, 1);
  pass(s[0], p + 1, 1);
  close(p[1]);
  close(s[0]);
  close(s[1]);
}

CASE(credentials) {
  int s[2], one = 1;
  struct ucred u;
  socklen_t len = sizeof u;
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  TRY(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &u, &len));
  YES(u.pid == getpid() && u.uid == getuid() && u.gid == getgid());
  TRY(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof one));
  pid_t pid;
  CHILD(pid) write(s[0], "x", 1);
  YES(take(s[1], 0, 64) == pid);
  reap(pid);
  int fresh = socket(AF_UNIX, SOCK_STREAM, 0);
  TRY(getsockopt(fresh, SOL_SOCKET, SO_PEERCRED, &u, &len));
  SHOW(u.pid);
  SHOW((int)u.uid);
}

CASE(datagrams) {
  struct sockaddr_un to = name("to"), from = name("from"), got;
  socklen_t len = sizeof got;
  char data[16] = {0};
  int r = socket(AF_UNIX, SOCK_DGRAM, 0), w = socket(AF_UNIX, SOCK_DGRAM, 0);
  TRY(bind(r, (void *)&to, sizeof to));
  TRY(bind(w, (void *)&from, sizeof from));
  TRY(send(w, "x", 1, 0));
  TRY(sendto(w, "hello", 5, 0, (void *)&to, sizeof to));
  TRY(recvfrom(r, data, 16, 0, (void *)&got, &len));
  SHOW(len);
  TEXT(got.sun_path);
  TRY(connect(w, (void *)&to, sizeof to));
  TRY(write(w, "again", 5));
  TRY(read(r, data, 16));
  close(r);
  TRY(write(w, "x", 1));
  TRY(write(w, "x", 1));
  TRY(sendto(w, "x", 1, 0, (void *)&to, sizeof to));
  int stream = socket(AF_UNIX, SOCK_STREAM, 0);
  TRY(connect(stream, (void *)&from, sizeof from));
  TRY(listen(w, 1));
}

CASE(waitall_and_blocking) {
  int s[2];
  char data[100000];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  pid_t pid;
  CHILD(pid) {
    memset(data, 'x', sizeof data);
    for (int i = 0; i < 10; i++) write(s[0], data, sizeof data);
  }
  close(s[0]);
  long total = 0, n;
  TRY(recv(s[1], data, 70000, MSG_WAITALL));
  while ((n = read(s[1], data, sizeof data)) > 0) total += n;
  SHOW(total);
  reap(pid);
}

CASE(timeouts) {
  int s[2];
  char byte;
  struct timeval tv = {0, 50000};
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  TRY(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv));
  long long start = now_ms();
  TRY(read(s[0], &byte, 1));
  YES(now_ms() - start >= 40);
}

CASE(many_messages) {
  int s[2];
  struct iovec out[3] = {{"a", 1}, {"bb", 2}, {"ccc", 3}};
  struct mmsghdr m[3] = {{{.msg_iov = out, .msg_iovlen = 1}}, {{.msg_iov = out + 1, .msg_iovlen = 1}}, {{.msg_iov = out + 2, .msg_iovlen = 1}}};
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  TRY(sendmmsg(s[0], m, 3, 0));
  char data[4][8];
  struct iovec in[4];
  struct mmsghdr r[4] = {0};
  for (int i = 0; i < 4; i++) {
    in[i] = (struct iovec){data[i], 8};
    r[i].msg_hdr.msg_iov = in + i;
    r[i].msg_hdr.msg_iovlen = 1;
  }
  TRY(recvmmsg(s[1], r, 4, MSG_WAITFORONE, NULL));
  for (int i = 0; i < 3; i++) SHOW(r[i].msg_len);
}

CASE(refusals) {
  int s[2];
  TRY(socket(AF_UNIX, 9, 0));
  TRY(socket(AF_UNIX, SOCK_STREAM, 7));
  TRY(socket(99, SOCK_STREAM, 0));
  TRY(socketpair(AF_INET, SOCK_STREAM, 0, s));
  TRY(accept(0, NULL, NULL));
  TRY(listen(-1, 1));
  int u = socket(AF_UNIX, SOCK_STREAM, 0);
  char byte;
  TRY(read(u, &byte, 1));
  TRY(send(u, "x", 1, MSG_NOSIGNAL));
  TRY(shutdown(u, 7));
  TRY(accept(u, NULL, NULL));
  TRY(getpeername(u, (void *)&byte, (socklen_t[]){1}));
  TRY(lseek(u, 0, SEEK_CUR));
  TRY(setsockopt(u, SOL_SOCKET, 9999, &u, 4));
  TRY(setsockopt(u, 6, 1, &u, 4));
  show_poll(u);
}

// What was passed and never received is closed with the socket that it waits in.
CASE(rights_closed) {
  int s[2], p[2];
  char byte;
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  pipe(p);
  pass(s[0], p + 1, 1);
  close(p[1]);
  fcntl(p[0], F_SETFL, O_NONBLOCK);
  TRY(read(p[0], &byte, 1));
  close(s[1]);
  TRY(read(p[0], &byte, 1));
}

CASE(writer_waits_for_room) {
  int s[2];
  static char data[4096];
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s);
  long sent = 0, n;
  while ((n = write(s[0], data, sizeof data)) > 0) sent += n;
  TRY(write(s[0], data, 1));
  YES(sent >= 65536);
  struct pollfd out = {s[0], POLLOUT, 0};
  TRY(poll(&out, 1, 0));
  pid_t pid;
  CHILD(pid) {
    sleep_ms(30);
    while (read(s[1], data, sizeof data) > 0) {}
  }
  TRY(poll(&out, 1, 5000));
  HEX(out.revents);
  reap(pid);
}
