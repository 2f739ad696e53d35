// process_vm_readv and writev, kcmp, ptrace refused to others. process_vm_readv(2), kcmp(2)
#include <linux/kcmp.h>
#include <sys/uio.h>
#include "check.h"

static char area[32] = "of the parent";

CASE(memory_of_a_child) {
  int p[2];
  pipe(p);
  pid_t pid;
  CHILD(pid) {
    strcpy(area, "of the child");
    write(p[1], "", 1);
    pause();
  }
  char c, b[32] = "";
  read(p[0], &c, 1);
  struct iovec local = {b, sizeof b}, remote = {area, sizeof area};
  TRY(process_vm_readv(pid, &local, 1, &remote, 1, 0));
  TEXT(b);
  TEXT(area);
  struct iovec from = {"written", 8};
  TRY(process_vm_writev(pid, &from, 1, &remote, 1, 0));
  TRY(process_vm_readv(pid, &local, 1, &remote, 1, 0));
  TEXT(b);
  remote.iov_base = (void *)8;
  TRY(process_vm_readv(pid, &local, 1, &remote, 1, 0));
  TRY(process_vm_readv(pid, &local, 1, &remote, 1, 1));
  TRY(process_vm_readv(99999999, &local, 1, &remote, 1, 0));
  kill(pid, SIGKILL);
  reap(pid);
}

CASE(foreign_process) {
  pid_t target, pid;
  CHILD(target) pause();
  CHILD(pid) {
    setuid(1000);
    char b[32];
    struct iovec local = {b, sizeof b}, remote = {area, sizeof area};
    TRY(process_vm_readv(target, &local, 1, &remote, 1, 0));
  }
  reap(pid);
  kill(target, SIGKILL);
  reap(target);
}

CASE(kcmp_descriptors) {
  int a = open(".", O_RDONLY), b = dup(a), c = open(".", O_RDONLY);
  pid_t me = getpid();
  TRY(syscall(SYS_kcmp, me, me, KCMP_FILE, a, b));
  YES(syscall(SYS_kcmp, me, me, KCMP_FILE, a, c) > 0);
  TRY(syscall(SYS_kcmp, me, me, KCMP_VM, 0, 0));
  TRY(syscall(SYS_kcmp, me, me, KCMP_FILE, 99, a));
  TRY(syscall(SYS_kcmp, me, me, 99, 0, 0));
}
