// Throughput of files and loopback. Prints a row for each: name, nanoseconds of one operation.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FILES = 2000, BLOCK = 65536, MEGABYTES = 64 };

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void must(int ok, const char *what) {
  if (ok) return;
  perror(what);
  exit(1);
}

static void row(const char *name, uint64_t start, int n) {
  printf("%s %.1f\n", name, (double)(now() - start) / n);
  fflush(stdout);
}

static const char *path(int i) {
  static char text[64];
  snprintf(text, sizeof text, "d%d/f%d", i % 20, i);
  return text;
}

static void tree(void) {
  char text[600];
  memset(text, 'x', sizeof text);
  for (int i = 0; i < 20; i++) {
    char name[16];
    snprintf(name, sizeof name, "d%d", i);
    must(mkdir(name, 0755) == 0, name);
  }
  uint64_t start = now();
  for (int i = 0; i < FILES; i++) {
    int fd = open(path(i), O_CREAT | O_EXCL | O_WRONLY, 0644);
    must(fd >= 0 && write(fd, text, sizeof text) == sizeof text && close(fd) == 0, "create");
  }
  row("create a file of 600 bytes", start, FILES);
  struct stat st;
  start = now();
  for (int i = 0; i < FILES; i++) must(stat(path(i), &st) == 0, "stat");
  row("stat one of 2000 files", start, FILES);
  int seen = 0;
  start = now();
  for (int i = 0; i < 20; i++) {
    char name[16];
    snprintf(name, sizeof name, "d%d", i);
    DIR *dir = opendir(name);
    for (struct dirent *e; (e = readdir(dir));) seen += e->d_name[0] == 'f';
    closedir(dir);
  }
  row("list an entry", start, seen);
  start = now();
  for (int i = 0; i < FILES; i++) {
    int fd = open(path(i), O_RDONLY);
    must(read(fd, text, sizeof text) == sizeof text && close(fd) == 0, "read");
  }
  row("open, read, close", start, FILES);
  start = now();
  for (int i = 0; i < FILES; i++) must(unlink(path(i)) == 0, "unlink");
  row("unlink", start, FILES);
}

static char block[BLOCK];

static void big_file(void) {
  int fd = open("big", O_CREAT | O_TRUNC | O_RDWR, 0644);
  uint64_t start = now();
  for (int i = 0; i < MEGABYTES * 16; i++) must(write(fd, block, BLOCK) == BLOCK, "write");
  row("write a MiB to a file", start, MEGABYTES);
  lseek(fd, 0, SEEK_SET);
  start = now();
  for (int i = 0; i < MEGABYTES * 16; i++) must(read(fd, block, BLOCK) == BLOCK, "read");
  row("read a MiB of a file", start, MEGABYTES);
  close(fd), unlink("big");
}

/** A child sends all to us. */
static void stream(const char *name, int from, int to) {
  uint64_t start = now();
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < MEGABYTES * 16; i++)
      for (int done = 0; done < BLOCK;) {
        int n = write(to, block + done, BLOCK - done);
        must(n > 0, "send");
        done += n;
      }
    _exit(0);
  }
  for (long left = (long)MEGABYTES * 16 * BLOCK; left > 0;) {
    int n = read(from, block, BLOCK);
    must(n > 0, "receive");
    left -= n;
  }
  waitpid(child, NULL, 0);
  row(name, start, MEGABYTES);
  close(from), close(to);
}

static void streams(void) {
  int fds[2];
  must(pipe(fds) == 0, "pipe");
  stream("a MiB through a pipe", fds[0], fds[1]);
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0, "socketpair");
  stream("a MiB through a unix socket", fds[0], fds[1]);
  int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  must(bind(listener, (void *)&address, length) == 0 && listen(listener, 1) == 0, "listen");
  getsockname(listener, (void *)&address, &length);
  must(connect(client, (void *)&address, length) == 0, "connect");
  stream("a MiB through TCP on loopback", accept(listener, NULL, NULL), client);
}

int main(void) {
  char directory[] = "/tmp/files-XXXXXX";
  must(mkdtemp(directory) && chdir(directory) == 0, "mkdtemp");
  tree();
  big_file();
  streams();
  for (int i = 0; i < 20; i++) {
    char name[16];
    snprintf(name, sizeof name, "d%d", i);
    rmdir(name);
  }
  must(chdir("/") == 0 && rmdir(directory) == 0, "rmdir");
  return 0;
}
