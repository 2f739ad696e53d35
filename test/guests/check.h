// A guest test is a program of named cases. Each case runs in its own process, process group and empty directory, and
// prints one line an observation. The program runs on Linux first, then in a box, and both must print the same:
// so no addresses, ids, times, kernel versions or anything else that differs between two runs on one machine.
#ifndef CHECK_H
#define CHECK_H
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Seconds after which SIGALRM ends a case.
#define CASE_SECONDS 20

struct check_case {
  const char *name;
  void (*run)(void);
};

static struct check_case check_cases[200];
static int check_count;

#define CASE(name)                                                                  \
  static void case_##name(void);                                                    \
  __attribute__((constructor)) static void register_##name(void) {                  \
    check_cases[check_count++] = (struct check_case){#name, case_##name};           \
  }                                                                                 \
  static void case_##name(void)

// A number that another run does not have, for names outside of the case's directory.
__attribute__((unused)) static unsigned unique_number(void) {
  unsigned number = 0;
  syscall(SYS_getrandom, &number, sizeof number, 0);
  return number;
}

// Numbers that look random and are the same in every run: xorshift64. The state must not be 0.
__attribute__((unused)) static uint64_t same_random(uint64_t *state) {
  *state ^= *state << 13, *state ^= *state >> 7, *state ^= *state << 17;
  return *state;
}

// FNV-1a, for results that are too many to print.
__attribute__((unused)) static uint64_t hash_bytes(uint64_t hash, const void *data, size_t length) {
  const unsigned char *bytes = (const unsigned char *)data;
  if (hash == 0) hash = 0xcbf29ce484222325;
  for (size_t i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 0x100000001b3;
  return hash;
}

// One line of output in one write, so that lines of several processes never mix.
__attribute__((format(printf, 1, 2), unused)) static void say(const char *format, ...) {
  char line[4096];
  int saved = errno;
  va_list args;
  va_start(args, format);
  int length = vsnprintf(line, sizeof line - 1, format, args);
  va_end(args);
  if (length > (int)sizeof line - 2) length = sizeof line - 2;
  line[length++] = '\n';
  if (write(1, line, length) != length) _exit(99);
  errno = saved;
}

__attribute__((unused)) static const char *errno_name(int number) {
  const char *name = strerrorname_np(number);
  return number == 0 ? "0" : name ? name : "E?";
}

__attribute__((unused)) static const char *signal_name(int number) {
  static __thread char text[16];
  const char *name = number > 0 && number < 32 ? sigabbrev_np(number) : NULL;
  if (name) snprintf(text, sizeof text, "SIG%s", name);
  else snprintf(text, sizeof text, "SIG%d", number);
  return text;
}

// How a process ended or stopped, as wait() tells.
__attribute__((unused)) static const char *status_text(int status) {
  static __thread char text[32];
  if (WIFEXITED(status)) snprintf(text, sizeof text, "exit %d", WEXITSTATUS(status));
  else if (WIFSIGNALED(status)) snprintf(text, sizeof text, "killed by %s", signal_name(WTERMSIG(status)));
  else if (WIFSTOPPED(status)) snprintf(text, sizeof text, "stopped by %s", signal_name(WSTOPSIG(status)));
  else if (WIFCONTINUED(status)) snprintf(text, sizeof text, "continued");
  else snprintf(text, sizeof text, "status %#x", status);
  return text;
}

__attribute__((unused)) static long check_result(const char *what, long result, bool show) {
  if (result == -1) say("%s = -1 %s", what, errno_name(errno));
  else if (show) say("%s = %ld", what, result);
  else say("%s ok", what);
  return result;
}

// A call that answers -1 and errno: its text and its answer.
#define TRY(call) ({ errno = 0; check_result(#call, (long)(call), true); })
// The same where the number differs between runs (ids, descriptors, addresses).
#define OK(call) ({ errno = 0; check_result(#call, (long)(call), false); })
// A call that answers an error number, such as pthread_*.
#define ERR(call) ({ int error_ = (call); say("%s = %s", #call, errno_name(error_)); error_; })
// A number, a truth, a string.
#define SHOW(value) say("%s = %lld", #value, (long long)(value))
#define HEX(value) say("%s = %#llx", #value, (unsigned long long)(value))
#define YES(condition) say("%s: %s", #condition, (condition) ? "yes" : "no")
#define TEXT(value) ({ const char *text_ = (value); say("%s = %s", #value, text_ ? text_ : "NULL"); })

// CHILD(pid) { ... }: the block runs in a child process, which then exits with 0.
#define CHILD(pid) if (((pid) = fork()) == 0) for (;; _exit(0))

// Waits for a child and tells how it ended.
__attribute__((unused)) static void reap(pid_t pid) {
  int status;
  pid_t got;
  while ((got = waitpid(pid, &status, 0)) < 0 && errno == EINTR) {}
  if (got < 0) say("reap: %s", errno_name(errno));
  else say("child: %s", status_text(status));
}

// Sleeps through signals.
__attribute__((unused)) static void sleep_ms(int ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000L};
  while (nanosleep(&left, &left) < 0 && errno == EINTR) {}
}

__attribute__((unused)) static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

// Makes a file with this text.
__attribute__((unused)) static void make_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) say("make_file: %s", errno_name(errno));
  close(fd);
}

// Prints what a file holds.
__attribute__((unused)) static void show_file(const char *path) {
  char text[1024];
  int fd = open(path, O_RDONLY);
  ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  if (length < 0) {
    say("%s: %s", path, errno_name(errno));
  } else {
    text[length] = 0;
    say("%s: \"%s\"", path, text);
  }
  if (fd >= 0) close(fd);
}

static void check_run(const struct check_case *each) {
  pid_t pid = fork();
  if (pid == 0) {
    setpgid(0, 0);
    if (mkdir(each->name, 0755) < 0 || chdir(each->name) < 0) _exit(98);
    alarm(CASE_SECONDS);
    each->run();
    fflush(stdout);
    _exit(0);
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  // As pid 1 this reaches what the case left behind in other sessions, too.
  kill(getpid() == 1 ? -1 : -pid, SIGKILL);
  while (waitpid(-1, NULL, 0) > 0) {}
  say("-- %s", status_text(status));
}

static bool check_wanted(const char *name, int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], name) == 0) return true;
  return argc == 1;
}

// Arguments name the cases to run; none = all. A test that executes itself defines its own main and calls check_main.
static int check_main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IONBF, 0);
  umask(022);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  for (int i = 0; i < check_count; i++) {
    if (!check_wanted(check_cases[i].name, argc, argv)) continue;
    say("== %s", check_cases[i].name);
    dprintf(2, "== %s\n", check_cases[i].name);
    check_run(&check_cases[i]);
  }
  return 0;
}

#ifndef CHECK_OWN_MAIN
int main(int argc, char **argv) {
  return check_main(argc, argv);
}
#endif
#endif
