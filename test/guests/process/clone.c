// clone and clone3 with their sharing flags, used without the thread library. clone(2)
#include <linux/sched.h>
#include <sys/mman.h>
#include "check.h"

static char stack[65536] __attribute__((aligned(16)));
static volatile int shared;

static int touch(void *arg) {
  shared = 5;
  if (arg) close(*(int *)arg);
  chdir("/");
  umask(0);
  return 11;
}

CASE(nothing_shared) {
  int fd = open(".", O_RDONLY);
  shared = 0;
  pid_t pid = clone(touch, stack + sizeof stack, SIGCHLD, &fd);
  reap(pid);
  SHOW(shared);
  TRY(fcntl(fd, F_GETFD));
  SHOW(umask(022));
}

CASE(everything_shared) {
  int fd = open(".", O_RDONLY);
  shared = 0;
  pid_t pid = clone(touch, stack + sizeof stack, CLONE_VM | CLONE_FILES | CLONE_FS | SIGCHLD, &fd);
  reap(pid);
  SHOW(shared);
  TRY(fcntl(fd, F_GETFD));
  SHOW(umask(022));
  char b[PATH_MAX];
  TEXT(getcwd(b, sizeof b));
}

CASE(other_exit_signals) {
  pid_t pid = clone(touch, stack + sizeof stack, 0, NULL);
  int status;
  TRY(waitpid(pid, &status, 0));
  YES(waitpid(pid, &status, __WCLONE) == pid);
  TEXT(status_text(status));
  signal(SIGUSR1, SIG_IGN);
  pid = clone(touch, stack + sizeof stack, SIGUSR1, NULL);
  YES(waitpid(pid, &status, __WALL) == pid);
}

CASE(invalid_combinations) {
  TRY(clone(touch, stack + sizeof stack, CLONE_SIGHAND | SIGCHLD, NULL));
  TRY(clone(touch, stack + sizeof stack, CLONE_THREAD | SIGCHLD, NULL));
  TRY(clone(touch, stack + sizeof stack, CLONE_FS | CLONE_NEWNS | SIGCHLD, NULL));
  errno = 0;
  TRY(clone(touch, NULL, SIGCHLD, NULL));
}

CASE(tids_are_written) {
  static int parent_tid, child_tid;
  pid_t pid = syscall(SYS_clone, CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, NULL, &parent_tid, &child_tid, 0);
  if (pid == 0) {
    YES(child_tid == getpid());
    _exit(0);
  }
  reap(pid);
  YES(parent_tid == pid);
  SHOW(child_tid);
}

CASE(clone3_calls) {
  struct clone_args args = {.exit_signal = SIGCHLD};
  int pidfd = -1;
  args.flags = CLONE_PIDFD;
  args.pidfd = (uintptr_t)&pidfd;
  pid_t pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) _exit(6);
  SHOW(pidfd);
  SHOW(fcntl(pidfd, F_GETFD));
  siginfo_t info = {};
  TRY(waitid(P_PIDFD, pidfd, &info, WEXITED));
  SHOW(info.si_status);
  TRY(syscall(SYS_clone3, &args, 8));
  args.exit_signal = 300;
  TRY(syscall(SYS_clone3, &args, sizeof args));
  TRY(syscall(SYS_clone3, 8, sizeof args));
  args = (struct clone_args){.exit_signal = SIGCHLD, .stack = 4096};
  TRY(syscall(SYS_clone3, &args, sizeof args));
}

CASE(vfork_flags) {
  int done[2];
  pipe(done);
  pid_t pid = syscall(SYS_clone, CLONE_VFORK | SIGCHLD, NULL, NULL, NULL, 0);
  if (pid == 0) {
    sleep_ms(30);
    say("child first");
    _exit(0);
  }
  say("then parent");
  reap(pid);
}

CASE(parent_flag_makes_siblings) {
  int p[2];
  pipe(p);
  pid_t pid, sibling;
  CHILD(pid) {
    pid_t made = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, 0);
    if (made == 0) _exit(21);
    write(p[1], &made, sizeof made);
  }
  read(p[0], &sibling, sizeof sibling);
  reap(pid);
  reap(sibling);
}
