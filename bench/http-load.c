#define _GNU_SOURCE
// http-load PORT CLIENTS REQUESTS: that many connections with keep-alive ask for / one request after the other.
// Prints requests a second, and the median and 99th percentile of their times in microseconds.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define REQUEST "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
struct client {
  int fd, got, want;
  double start;
  char head[4096];
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}
static void ask(struct client *c) {
  c->got = c->want = 0;
  c->start = now();
  if (write(c->fd, REQUEST, sizeof REQUEST - 1) < 0) exit(2);
}
static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}
// True when the answer is complete.
static int take(struct client *c) {
  const int n = read(c->fd, c->head + (c->want ? 0 : c->got), c->want ? 4096 : 4095 - c->got);
  if (n <= 0) exit(3);
  c->got += n;
  if (!c->want) {
    c->head[c->got] = 0;
    const char *end = strstr(c->head, "\r\n\r\n"), *length = strcasestr(c->head, "content-length:");
    if (!end || !length) return 0;
    c->want = end + 4 - c->head + atoi(length + 15);
  }
  return c->got >= c->want;
}

int main(int argc, char **argv) {
  if (argc != 4) return 1;
  const int clients = atoi(argv[2]), total = atoi(argv[3]), epoll = epoll_create1(0);
  struct client *all = calloc(clients, sizeof *all);
  double *times = calloc(total, sizeof *times), start = 0;
  struct sockaddr_in to = {AF_INET, htons(atoi(argv[1])), {htonl(INADDR_LOOPBACK)}};
  for (int i = 0, one = 1; i < clients; i++) {
    all[i].fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(all[i].fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(all[i].fd, (struct sockaddr *)&to, sizeof to)) return 4;
    struct epoll_event event = {EPOLLIN, {.ptr = &all[i]}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event);
  }
  start = now();
  for (int i = 0; i < clients; i++) ask(&all[i]);
  for (int done = 0; done < total;) {
    struct epoll_event events[64];
    const int n = epoll_wait(epoll, events, 64, 30000);
    if (n <= 0) return 5;
    for (int i = 0; i < n && done < total; i++) {
      struct client *c = events[i].data.ptr;
      if (!take(c)) continue;
      times[done++] = now() - c->start;
      ask(c);
    }
  }
  const double seconds = (now() - start) / 1e6;
  qsort(times, total, sizeof *times, compare);
  printf("%.1f %.0f %.0f\n", total / seconds, times[total / 2], times[total * 99 / 100]);
}
