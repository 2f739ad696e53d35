// prctl: names, dumpable, subreaper, no_new_privs, seccomp as programs probe it. prctl(2)
#include <linux/filter.h>
#include <linux/seccomp.h>
#include "check.h"

CASE(name) {
  char b[20] = "";
  TRY(prctl(PR_SET_NAME, "a-name-longer-than-fifteen"));
  TRY(prctl(PR_GET_NAME, b));
  TEXT(b);
  show_file("/proc/self/comm");
  int fd = open("/proc/self/comm", O_WRONLY);
  TRY(write(fd, "renamed", 7));
  TRY(prctl(PR_GET_NAME, b));
  TEXT(b);
  TRY(prctl(PR_GET_NAME, 8));
}

CASE(flags) {
  TRY(prctl(PR_GET_DUMPABLE));
  TRY(prctl(PR_SET_DUMPABLE, 0));
  TRY(prctl(PR_GET_DUMPABLE));
  TRY(prctl(PR_SET_DUMPABLE, 5));
  TRY(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  TRY(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
  TRY(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  TRY(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  pid_t pid;
  CHILD(pid) TRY(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  reap(pid);
  TRY(prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0));
  TRY(prctl(PR_GET_TIMERSLACK));
  TRY(prctl(PR_SET_TIMERSLACK, 1000));
  TRY(prctl(PR_GET_TIMERSLACK));
  TRY(prctl(99999, 0, 0, 0, 0));
  TRY(prctl(PR_SET_PDEATHSIG, 100));
}

CASE(subreaper) {
  int on = 7;
  TRY(prctl(PR_GET_CHILD_SUBREAPER, &on));
  SHOW(on);
  TRY(prctl(PR_SET_CHILD_SUBREAPER, 1));
  TRY(prctl(PR_GET_CHILD_SUBREAPER, &on));
  SHOW(on);
  pid_t pid;
  CHILD(pid) {
    TRY(prctl(PR_GET_CHILD_SUBREAPER, &on));
    SHOW(on);
    if (fork() == 0) {
      sleep_ms(50);
      _exit(8);
    }
  }
  reap(pid);
  int status;
  OK(waitpid(-1, &status, 0));
  TEXT(status_text(status));
}

CASE(arch) {
  unsigned long base = 0;
  TRY(syscall(SYS_arch_prctl, 0x1003, &base));
  YES(base != 0);
  TRY(syscall(SYS_arch_prctl, 0x1001, 0x123456789000));
  TRY(syscall(SYS_arch_prctl, 0x1004, &base));
  HEX(base);
  TRY(syscall(SYS_arch_prctl, 0x1001, 0xffff800000000000));
  TRY(syscall(SYS_arch_prctl, 0x9999, 0));
}

CASE(seccomp_probes) {
  TRY(prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
  TRY(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0));
  TRY(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL));
  TRY(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0xffff, NULL));
  TRY(syscall(SYS_seccomp, 99, 0, NULL));
  uint32_t action = SECCOMP_RET_ERRNO;
  TRY(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
}
