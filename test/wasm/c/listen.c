// Gives a program a listening socket as descriptor 0 and is its peer: prints what it gets. For Linux.
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in address = {.sin_family = AF_INET};

static int connected(void) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&address, sizeof address)) perror("connect");
  return fd;
}

int main(int argc, char **argv) {
  socklen_t size = sizeof address;
  char buffer[100];
  int status;
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(listener, (struct sockaddr *)&address, sizeof address);
  listen(listener, 2);
  getsockname(listener, (struct sockaddr *)&address, &size);
  signal(SIGPIPE, SIG_IGN);
  if (fork() == 0) {
    dup2(listener, 0);
    execv(argv[1], argv + 1);
    _exit(argc);
  }
  const int fd = connected(), other = connected();
  write(fd, "hello, you there", 13);
  shutdown(fd, SHUT_WR);
  for (long n; (n = read(fd, buffer, sizeof buffer)) > 0;) printf("peer: %.*s", (int)n, buffer);
  read(other, buffer, 1);
  wait(&status);
  return WEXITSTATUS(status);
}
