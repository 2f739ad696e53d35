// Signal-driven I/O: O_ASYNC, F_SETOWN, F_SETSIG on pipes, sockets and terminals. fcntl(2)
#include <arpa/inet.h>
#include <pty.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "check.h"

static void told(int sig, siginfo_t *info, void *context) {
  if (info->si_code == SI_KERNEL) say("signal %d from the kernel", sig);
  else say("signal %d code %d band %lx fd %d", sig, info->si_code, info->si_band, info->si_fd);
}

static void listen_to(int sig) {
  struct sigaction action = {.sa_sigaction = told, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(sig, &action, NULL);
}

static void ask(int fd, int sig) {
  listen_to(sig ? sig : SIGIO);
  TRY(fcntl(fd, F_SETOWN, getpid()));
  if (sig) TRY(fcntl(fd, F_SETSIG, sig));
  TRY(fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK));
}

CASE(every_write_tells) {
  int p[2];
  pipe(p);
  ask(p[0], 0);
  HEX(fcntl(p[0], F_GETFL));
  TRY(write(p[1], "a", 1));
  TRY(write(p[1], "b", 1));
  char b[4];
  TRY(read(p[0], b, 4));
  TRY(close(p[1]));
}

CASE(writer_is_told_of_room) {
  int p[2];
  char b[8192] = {0};
  pipe(p);
  ask(p[1], SIGRTMIN + 1);
  TRY(write(p[1], b, 8192));
  TRY(read(p[0], b, 4096));
  TRY(read(p[0], b, 4096));
  TRY(close(p[0]));
}

CASE(details_with_setsig) {
  int p[2];
  pipe(p);
  int other = dup2(p[0], 40);
  ask(other, SIGRTMIN);
  TRY(fcntl(p[0], F_GETSIG));
  TRY(write(p[1], "a", 1));
  TRY(fcntl(p[0], F_SETSIG, 0));
  listen_to(SIGIO);
  TRY(write(p[1], "a", 1));
  TRY(fcntl(p[0], F_SETSIG, 65));
  TRY(fcntl(p[0], F_SETSIG, -1));
}

CASE(unix_sockets) {
  int s[2];
  char b[8];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  ask(s[0], SIGRTMIN);
  TRY(write(s[1], "abc", 3));
  TRY(write(s[0], "abc", 3));
  TRY(read(s[1], b, 8));
  TRY(read(s[0], b, 8));
  TRY(close(s[1]));
}

CASE(tcp) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  bind(listener, (void *)&at, size);
  getsockname(listener, (void *)&at, &size);
  listen(listener, 5);
  ask(listener, SIGRTMIN + 2);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  connect(client, (void *)&at, size);
  sleep_ms(20);
  int server = accept(listener, NULL, NULL);
  ask(server, SIGRTMIN + 3);
  write(client, "x", 1);
  sleep_ms(20);
}

CASE(groups_and_threads) {
  int p[2];
  pipe(p);
  listen_to(SIGIO);
  pid_t pid;
  CHILD(pid) {
    setpgid(0, 0);
    write(p[1], "x", 1);
    sleep_ms(200);
  }
  char c;
  read(p[0], &c, 1);
  TRY(fcntl(p[0], F_SETOWN, -pid) == 0);
  TRY(fcntl(p[0], F_GETOWN) == -pid);
  struct f_owner_ex ex;
  TRY(fcntl(p[0], F_GETOWN_EX, &ex));
  say("%d %d", ex.type, ex.pid == pid);
  TRY(fcntl(p[0], F_SETFL, O_ASYNC));
  write(p[1], "x", 1);
  reap(pid);
  ex = (struct f_owner_ex){F_OWNER_TID, gettid()};
  TRY(fcntl(p[0], F_SETOWN_EX, &ex));
  TRY(write(p[1], "x", 1));
  ex.type = 3;
  TRY(fcntl(p[0], F_SETOWN_EX, &ex));
  TRY(fcntl(p[0], F_SETOWN, 0));
  TRY(write(p[1], "x", 1));
  TRY(fcntl(p[0], F_GETOWN));
  TRY(fcntl(p[0], F_SETOWN, 0x7ffffff));
}

CASE(terminals) {
  int master, slave;
  openpty(&master, &slave, NULL, NULL, NULL);
  listen_to(SIGIO);
  TRY(fcntl(slave, F_SETFL, O_ASYNC | O_RDWR));
  TRY(fcntl(slave, F_GETOWN) == getpid());
  write(master, "a", 1);
  sleep_ms(20);
  write(master, "\n", 1);
  sleep_ms(50);
}

CASE(only_where_it_means_something) {
  make_file("f", "");
  int fd = open("f", O_RDWR);
  TRY(fcntl(fd, F_SETFL, O_ASYNC));
  HEX(fcntl(fd, F_GETFL));
  int s = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
  TRY(ioctl(s, FIOASYNC, &on));
  HEX(fcntl(s, F_GETFL));
  on = 0;
  TRY(ioctl(s, FIOASYNC, &on));
  HEX(fcntl(s, F_GETFL));
  pid_t me = getpid(), who = 0;
  TRY(ioctl(s, SIOCSPGRP, &me));
  TRY(ioctl(s, FIOGETOWN, &who));
  YES(who == me);
  me = -getpgrp();
  TRY(ioctl(s, FIOSETOWN, &me));
  TRY(ioctl(s, SIOCGPGRP, &who));
  YES(who == me);
}

CASE(watches) {
  int fd = inotify_init();
  inotify_add_watch(fd, ".", IN_CREATE);
  ask(fd, SIGRTMIN);
  make_file("f", "");
}

CASE(survives_fork_and_close) {
  int p[2];
  pipe(p);
  ask(p[0], SIGRTMIN);
  pid_t pid;
  CHILD(pid) {
    write(p[1], "x", 1);
  }
  reap(pid);
  int copy = dup(p[0]);
  close(p[0]);
  TRY(write(p[1], "x", 1));
  close(copy);
  signal(SIGPIPE, SIG_IGN);
  TRY(write(p[1], "x", 1));
}
