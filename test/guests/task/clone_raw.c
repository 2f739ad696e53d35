// clone(2) raw: shared and separate memory and files, tid words, bad flag combinations, clone3.
#include "check.h"
#include <linux/sched.h>
#include <sched.h>

static int value = 1;
static int change(void *arg) {
  value = 2;
  close(9);
  chdir("/");
  return 5;
}
static void try(const char *name, int flags) {
  static char stack[65536] __attribute__((aligned(16)));
  int status;
  value = 1;
  dup2(1, 9);
  chdir("/tmp");
  pid_t pid = clone(change, stack + sizeof stack, flags | SIGCHLD, 0);
  waitpid(pid, &status, 0);
  char cwd[100];
  printf("%s: exit %d value %d fd %d cwd %s\n", name, WEXITSTATUS(status), value, fcntl(9, F_GETFD) >= 0, getcwd(cwd, 100));
}
static void bad(const char *name, unsigned long flags) {
  long r = syscall(SYS_clone, flags, 0, 0, 0, 0);
  if (r == 0) _exit(0);
  printf("%s: %ld %s\n", name, r < 0 ? r : 0, r < 0 ? strerrorname_np(errno) : "worked");
}

CASE(all) {
  setvbuf(stdout, 0, _IONBF, 0);
  try("nothing shared", 0);
  try("memory", CLONE_VM);
  try("files", CLONE_FILES);
  try("fs", CLONE_FS);
  try("all", CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND);
  bad("thread without sighand", CLONE_THREAD | CLONE_VM);
  bad("sighand without vm", CLONE_SIGHAND);
  bad("fs and newns", CLONE_FS | CLONE_NEWNS);
  int parent = 0, child = 0, status;
  struct clone_args a = {.flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID, .parent_tid = (long)&parent, .child_tid = (long)&child, .exit_signal = SIGCHLD};
  long pid = syscall(SYS_clone3, &a, sizeof a);
  if (!pid) _exit(child == getpid() ? 11 : 1);
  waitpid(pid, &status, 0);
  printf("clone3: parent word %d child %d mine %d\n", parent == pid, WEXITSTATUS(status), child);
  printf("clone3 small: %ld %d\n", syscall(SYS_clone3, &a, 8), errno == EINVAL);
  a.flags = 17;
  printf("clone3 signal in flags: %ld %d\n", syscall(SYS_clone3, &a, sizeof a), errno == EINVAL);
  pid = syscall(SYS_clone, 0, 0, 0, 0, 0);
  if (!pid) _exit(1);
  printf("no signal: plain wait %d", waitpid(pid, &status, 0));
  printf(" __WALL %d\n", waitpid(pid, &status, __WALL) == pid);
  }
