// Many of everything at once: threads, processes, descriptors, arguments. pthreads(7), fork(2), getrlimit(2), execve(2)
#define CHECK_OWN_MAIN
#include <pthread.h>
#include "check.h"

enum { THREADS = 2000, PROCESSES = 500, FILES = 10000 };

static pthread_barrier_t all_there;
static long total;

static void *thread_body(void *number) {
  pthread_barrier_wait(&all_there);
  __atomic_add_fetch(&total, (long)number, __ATOMIC_RELAXED);
  return number;
}

CASE(two_thousand_threads) {
  static pthread_t threads[THREADS];
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, 65536);
  pthread_barrier_init(&all_there, NULL, THREADS + 1);
  for (long i = 0; i < THREADS; i++)
    if (pthread_create(&threads[i], &attr, thread_body, (void *)i)) say("thread %ld is refused", i);
  pthread_barrier_wait(&all_there);
  long joined = 0;
  for (int i = 0; i < THREADS; i++) {
    void *number;
    joined += pthread_join(threads[i], &number) == 0 && number == (void *)(long)i;
  }
  SHOW(joined);
  SHOW(total);
}

CASE(five_hundred_processes) {
  int gate[2], arrived[2];
  pipe(gate), pipe(arrived);
  pid_t pid = 0;
  for (int i = 0; i < PROCESSES; i++) {
    CHILD(pid) {
      char c = 0;
      close(gate[1]);
      write(arrived[1], &c, 1);
      read(gate[0], &c, 1);
      _exit(i % 100);
    }
    if (pid < 0) say("process %d: %s", i, errno_name(errno));
  }
  int there = 0, sum = 0, reaped = 0, status;
  char c;
  while (there < PROCESSES && read(arrived[0], &c, 1) == 1) there++;
  close(gate[1]);
  for (; waitpid(-1, &status, 0) > 0; reaped++) sum += WEXITSTATUS(status);
  SHOW(there);
  SHOW(reaped);
  SHOW(sum);
}

// Children with children of their own, some asleep, some busy, some stopped: one signal ends them all.
CASE(kill_a_group) {
  int ready[2];
  pipe(ready);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t leader, pid;
  CHILD(leader) {
    setpgid(0, 0);
    for (int i = 0; i < 60; i++) {
      CHILD(pid) {
        write(ready[1], "", 1);
        if (i % 3 == 1) raise(SIGSTOP);
        if (i % 3 == 2) for (;;) {}
        for (;;) pause();
      }
    }
    for (;;) pause();
  }
  char c;
  int there = 0;
  while (there < 60 && read(ready[0], &c, 1) == 1) there++;
  OK(kill(-leader, SIGKILL));
  int killed = 0, status;
  while (waitpid(-1, &status, 0) > 0) killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  SHOW(killed);
  TRY(kill(-leader, 0));
  SHOW(there);
}

CASE(stop_and_continue_a_group) {
  int ticks[2];
  pipe(ticks);
  fcntl(ticks[0], F_SETFL, O_NONBLOCK);
  pid_t pid;
  CHILD(pid) {
    setpgid(0, 0);
    if (fork() == 0) for (;;) write(ticks[1], "x", 1), sleep_ms(1);
    for (;;) pause();
  }
  sleep_ms(100);
  kill(-pid, SIGSTOP);
  int status;
  waitpid(pid, &status, WUNTRACED);
  TEXT(status_text(status));
  sleep_ms(50);
  char drain[4096];
  while (read(ticks[0], drain, sizeof drain) > 0) {}
  sleep_ms(100);
  YES(read(ticks[0], drain, 1) == -1 && errno == EAGAIN);
  kill(-pid, SIGCONT);
  waitpid(pid, &status, WCONTINUED);
  TEXT(status_text(status));
  sleep_ms(100);
  YES(read(ticks[0], drain, 1) == 1);
  kill(-pid, SIGKILL);
  reap(pid);
}

CASE(ten_thousand_files) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = FILES + 100;
  TRY(setrlimit(RLIMIT_NOFILE, &limit));
  make_file("one", "text");
  int opened = 0, last = -1;
  for (int fd; opened < FILES && (fd = open("one", O_RDONLY)) >= 0; opened++) last = fd;
  SHOW(opened);
  char text[4];
  SHOW(pread(last, text, 4, 0));
  while (open("one", O_RDONLY) >= 0) {}
  TEXT(errno_name(errno));
}

// Runs itself with the words and reports what came through: count, length, a sum over all bytes.
static void run_with(int words, size_t length) {
  char **argv = calloc(words + 3, sizeof *argv);
  argv[0] = "crowds", argv[1] = "--count";
  for (int i = 0; i < words; i++) {
    argv[i + 2] = malloc(length + 1);
    memset(argv[i + 2], 'a' + i % 26, length);
    argv[i + 2][length] = 0;
  }
  pid_t pid;
  CHILD(pid) {
    execv("/proc/self/exe", argv);
    say("%d words of %zu bytes: %s", words, length, errno_name(errno));
  }
  reap(pid);
}

CASE(long_argument_lists) {
  run_with(1, 65536);
  run_with(1, 131071);
  run_with(1, 131072);
  run_with(16384, 3);
  run_with(1000, 1000);
  run_with(30, 100000);
}

static int count(int argc, char **argv) {
  unsigned long sum = 0, length = 0;
  for (int i = 2; i < argc; i++)
    for (const char *p = argv[i]; *p; p++) sum += *p, length++;
  say("%d words, %lu bytes, sum %lu", argc - 2, length, sum);
  return 0;
}

int main(int argc, char **argv) {
  return argc > 1 && strcmp(argv[1], "--count") == 0 ? count(argc, argv) : check_main(argc, argv);
}
