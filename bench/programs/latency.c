// Latency of system calls. Prints a row for each: name, nanoseconds of one operation (median of several batches).
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BATCHES = 7, PAGE = 4096 };

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

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/** Runs `batch(n)` several times and prints the median cost of one of its n operations. */
static void measure(const char *name, void (*batch)(int), int n) {
  double cost[BATCHES];
  for (int i = 0; i < BATCHES; i++) {
    uint64_t start = now();
    batch(n);
    cost[i] = (double)(now() - start) / n;
  }
  qsort(cost, BATCHES, sizeof *cost, by_value);
  printf("%s %.1f\n", name, cost[BATCHES / 2]);
  fflush(stdout);
}

static char self[4096], scratch[] = "/tmp/latency-XXXXXX";
static int zero, null, file;

static void do_getpid(int n) {
  while (n--) syscall(SYS_getpid);
}
static void do_read(int n) {
  char c;
  while (n--) must(read(zero, &c, 1) == 1, "read");
}
static void do_write(int n) {
  while (n--) must(write(null, "x", 1) == 1, "write");
}
static void do_pread(int n) {
  char block[PAGE];
  while (n--) must(pread(file, block, PAGE, 0) == PAGE, "pread");
}
static void do_stat(int n) {
  struct stat st;
  while (n--) must(stat(scratch, &st) == 0, "stat");
}
static void do_open(int n) {
  while (n--) must(close(open(scratch, O_RDONLY)) == 0, "open");
}

static int there[2], back[2];
static void do_pipe(int n) {
  char c = 0;
  while (n--) must(write(there[1], &c, 1) == 1 && read(there[0], &c, 1) == 1, "pipe");
}
/** Two processes, each waiting for the other: two context switches an operation. */
static void do_switch(int n) {
  char c = 0;
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < n; i++) must(read(there[0], &c, 1) == 1 && write(back[1], &c, 1) == 1, "child");
    _exit(0);
  }
  for (int i = 0; i < n; i++) must(write(there[1], &c, 1) == 1 && read(back[0], &c, 1) == 1, "parent");
  waitpid(child, NULL, 0);
}
static void do_yield(int n) {
  while (n--) sched_yield();
}
static void do_futex_wake(int n) {
  static int word;
  while (n--) syscall(SYS_futex, &word, FUTEX_WAKE, 1, NULL, NULL, 0);
}
static void *nothing(void *x) { return x; }
static void do_thread(int n) {
  pthread_t thread;
  while (n--) must(pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0, "thread");
}
static void do_fork(int n) {
  while (n--) {
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    must(waitpid(pid, NULL, 0) == pid, "fork");
  }
}
static void do_exec(int n) {
  while (n--) {
    pid_t pid = fork();
    if (pid == 0) {
      execl(self, self, "nothing", (char *)NULL);
      _exit(127);
    }
    int status;
    must(waitpid(pid, &status, 0) == pid && status == 0, "exec");
  }
}
static void do_mmap(int n) {
  while (n--) {
    void *p = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(p != MAP_FAILED && munmap(p, 16 * PAGE) == 0, "mmap");
  }
}
/** First touch of a page of anonymous memory. */
static void do_fault(int n) {
  char *p = mmap(NULL, (size_t)n * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must(p != MAP_FAILED, "mmap");
  for (int i = 0; i < n; i++) p[(size_t)i * PAGE] = 1;
  munmap(p, (size_t)n * PAGE);
}
static void do_signal(int n) {
  while (n--) raise(SIGUSR1);
}
static void handler(int signal) { (void)signal; }

static void do_socket(int n) {
  int pair[2];
  char c = 0;
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
  while (n--) must(send(pair[0], &c, 1, 0) == 1 && recv(pair[1], &c, 1, 0) == 1, "socket");
  close(pair[0]), close(pair[1]);
}

static const struct {
  const char *name;
  void (*batch)(int);
  int n;
} ROWS[] = {
  {"getpid", do_getpid, 20000},       {"read 1 byte", do_read, 10000},       {"write 1 byte", do_write, 10000},
  {"pread 4 KiB", do_pread, 5000},    {"stat", do_stat, 5000},               {"open + close", do_open, 3000},
  {"pipe write + read", do_pipe, 5000}, {"socketpair send + recv", do_socket, 5000}, {"two context switches", do_switch, 2000},
  {"sched_yield", do_yield, 10000},   {"futex wake", do_futex_wake, 10000},  {"signal to itself", do_signal, 3000},
  {"thread create + join", do_thread, 300}, {"fork + exit + wait", do_fork, 100}, {"fork + exec + wait", do_exec, 50},
  {"mmap + munmap 64 KiB", do_mmap, 3000}, {"page fault", do_fault, 2000},
};

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "nothing") == 0) return 0;
  strncpy(self, (const char *)getauxval(AT_EXECFN), sizeof self - 1);
  static char block[PAGE];
  zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY), file = mkstemp(scratch);
  must(zero >= 0 && null >= 0 && file >= 0 && write(file, block, PAGE) == PAGE, "files");
  must(pipe(there) == 0 && pipe(back) == 0, "pipe");
  signal(SIGUSR1, handler);
  for (unsigned i = 0; i < sizeof ROWS / sizeof *ROWS; i++) measure(ROWS[i].name, ROWS[i].batch, ROWS[i].n);
  unlink(scratch);
  return 0;
}
