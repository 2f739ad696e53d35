// Descriptors and credentials sent over unix sockets. unix(7), cmsg(3)
#include <sys/socket.h>
#include <sys/un.h>
#include <poll.h>
#include "check.h"

static int send_fds(int to, const int *fds, int count) {
  char control[CMSG_SPACE(sizeof(int) * 300)] = {};
  struct iovec part = {"x", 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(count * sizeof(int))};
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(count * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  memcpy(CMSG_DATA(c), fds, count * sizeof(int));
  return sendmsg(to, &message, 0);
}

// Receives up to `room` descriptors into fds; how many came.
static int receive_fds(int from, int *fds, int room, int flags) {
  char control[CMSG_SPACE(sizeof(int) * 16)] = {}, byte;
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(room * sizeof(int))};
  ssize_t n = recvmsg(from, &message, flags);
  say("recvmsg %zd flags %x control %zu", n, message.msg_flags, (size_t)message.msg_controllen);
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  if (!c || c->cmsg_type != SCM_RIGHTS) return 0;
  int count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  memcpy(fds, CMSG_DATA(c), count * sizeof(int));
  return count;
}

CASE(a_file_goes_over) {
  int s[2], got[4];
  make_file("f", "contents");
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  pid_t pid;
  CHILD(pid) {
    int fd = open("f", O_RDONLY);
    lseek(fd, 3, SEEK_SET);
    send_fds(s[1], &fd, 1);
  }
  SHOW(receive_fds(s[0], got, 4, MSG_CMSG_CLOEXEC));
  char b[16] = "";
  TRY(read(got[0], b, 16));
  TEXT(b);
  TRY(fcntl(got[0], F_GETFD));
  reap(pid);
}

CASE(several_and_too_little_room) {
  int s[2], got[16], fds[3] = {0, 1, 2};
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  TRY(send_fds(s[1], fds, 3));
  SHOW(receive_fds(s[0], got, 3, 0));
  say("%d %d %d", got[0], got[1], got[2]);
  TRY(send_fds(s[1], fds, 3));
  SHOW(receive_fds(s[0], got, 1, 0));
  TRY(send_fds(s[1], fds, 2));
  char c;
  TRY(read(s[0], &c, 1));
  fds[1] = 99;
  TRY(send_fds(s[1], fds, 2));
}

CASE(pipe_end_lives_in_the_queue) {
  int s[2], p[2], got[4];
  char c;
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  pipe(p);
  TRY(send_fds(s[0], &p[1], 1));
  close(p[1]);
  fcntl(p[0], F_SETFL, O_NONBLOCK);
  TRY(read(p[0], &c, 1));
  SHOW(receive_fds(s[1], got, 4, 0));
  TRY(write(got[0], "y", 1));
  TRY(read(p[0], &c, 1));
  close(got[0]);
  TRY(read(p[0], &c, 1));
}

CASE(too_many) {
  int s[2], fds[300];
  for (int i = 0; i < 300; i++) fds[i] = 0;
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  TRY(send_fds(s[0], fds, 253));
  TRY(send_fds(s[0], fds, 254));
}

CASE(credentials) {
  int s[2], on = 1;
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  TRY(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  TRY(send(s[0], "x", 1, 0));
  char control[CMSG_SPACE(sizeof(struct ucred))] = {}, byte;
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  TRY(recvmsg(s[1], &message, 0));
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  struct ucred *cred = (void *)CMSG_DATA(c);
  say("type %d pid %d uid %d gid %d", c->cmsg_type, cred->pid == getpid(), cred->uid, cred->gid);
  pid_t pid;
  CHILD(pid) {
    setuid(1000);
    struct ucred lie = {getpid(), 0, 0};
    *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof lie), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_CREDENTIALS};
    memcpy(CMSG_DATA(c), &lie, sizeof lie);
    message.msg_controllen = sizeof control;
    TRY(sendmsg(s[0], &message, 0));
    lie.uid = lie.gid = 1000;
    memcpy(CMSG_DATA(c), &lie, sizeof lie);
    TRY(sendmsg(s[0], &message, 0));
  }
  reap(pid);
}

static void pass(int through, int fd) {
  char control[CMSG_SPACE(sizeof fd)] = "";
  struct iovec part = {"x", 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  *header = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd)};
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  if (sendmsg(through, &message, 0) != 1) say("sendmsg: %s", errno_name(errno));
}

// The reader of a pipe whose last writer lies in garbage.
static void end_of(int reader) {
  int trigger[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, trigger);
  close(trigger[0]), close(trigger[1]);
  struct pollfd fd = {reader, POLLIN};
  TRY(poll(&fd, 1, 5000));
  HEX(fd.revents);
}

CASE(a_socket_in_its_own_queue) {
  int s[2], p[2];
  pipe(p);
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  pass(s[1], s[0]);
  pass(s[1], p[1]);
  close(p[1]), close(s[0]), close(s[1]);
  end_of(p[0]);
}

CASE(a_ring_of_sockets) {
  int pairs[20][2], p[2];
  pipe(p);
  for (int i = 0; i < 20; i++) socketpair(AF_UNIX, SOCK_DGRAM, 0, pairs[i]);
  for (int i = 0; i < 20; i++) pass(pairs[i][1], pairs[(i + 1) % 20][0]);
  pass(pairs[7][1], p[1]);
  close(p[1]);
  for (int i = 1; i < 20; i++) close(pairs[i][0]), close(pairs[i][1]);
  struct pollfd fd = {p[0], POLLIN};
  TRY(poll(&fd, 1, 100));
  close(pairs[0][0]), close(pairs[0][1]);
  end_of(p[0]);
}

CASE(a_listener_and_who_waits_for_it) {
  struct sockaddr_un at = {AF_UNIX, "listener"};
  int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0), p[2];
  pipe(p);
  bind(listener, (void *)&at, sizeof at);
  listen(listener, 5);
  connect(client, (void *)&at, sizeof at);
  pass(client, listener);
  pass(client, p[1]);
  close(p[1]), close(listener), close(client);
  end_of(p[0]);
}

CASE(a_long_chain) {
  int last = open(".", O_RDONLY), s[2];
  for (int i = 0; i < 3000; i++) {
    socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
    pass(s[1], last);
    close(last), close(s[1]);
    last = s[0];
  }
  TRY(close(last));
}
