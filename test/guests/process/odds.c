// Calls that few programs make. personality(2), umount2(2) MNT_EXPIRE, close_range(2), pkey_alloc(2), set_tid_address(2), adjtimex(2)
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include "check.h"

CASE(personality_of_32_bits) {
  struct utsname name;
  SHOW(personality(0xffffffff));
  TRY(personality(PER_LINUX32));
  uname(&name);
  TEXT(name.machine);
  SHOW(personality(0xffffffff) == PER_LINUX32);
  pid_t pid;
  CHILD(pid) {
    uname(&name);
    TEXT(name.machine);
  }
  reap(pid);
  TRY(personality(PER_LINUX));
  uname(&name);
  TEXT(name.machine);
  TRY(personality(ADDR_NO_RANDOMIZE));
  HEX(personality(0xffffffff));
}

CASE(expiring_mounts) {
  unshare(CLONE_NEWNS);
  mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  mkdir("m", 0755);
  TRY(mount("none", "m", "tmpfs", 0, NULL));
  TRY(umount2("m", MNT_EXPIRE | MNT_DETACH));
  TRY(umount2("m", MNT_EXPIRE));
  TRY(umount2("m", MNT_EXPIRE));
  TRY(umount2("m", MNT_EXPIRE));
  mount("none", "m", "tmpfs", 0, NULL);
  TRY(umount2("m", MNT_EXPIRE));
  close(open("m/file", O_CREAT | O_WRONLY, 0644));
  TRY(umount2("m", MNT_EXPIRE));
  TRY(umount2("m", MNT_EXPIRE));
}

static int with_shared_table(void *unused) {
  TRY(close_range(10, 20, CLOSE_RANGE_UNSHARE));
  SHOW(fcntl(10, F_GETFD));
  SHOW(fcntl(9, F_GETFD));
  TRY(close_range(9, 9, CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC));
  SHOW(fcntl(9, F_GETFD));
  return 0;
}

CASE(ranges_of_a_shared_table) {
  static char stack[65536] __attribute__((aligned(16)));
  for (int fd = 9; fd < 13; fd++) dup2(1, fd);
  pid_t pid = clone(with_shared_table, stack + sizeof stack, CLONE_VM | CLONE_FILES | SIGCHLD, NULL);
  reap(pid);
  for (int fd = 9; fd < 13; fd++) SHOW(fcntl(fd, F_GETFD));
}

CASE(protection_keys) {
  void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRY(syscall(SYS_pkey_alloc, 1, 0));
  TRY(syscall(SYS_pkey_alloc, 0, 8));
  TRY(syscall(SYS_pkey_free, 17));
  TRY(syscall(SYS_pkey_free, -1));
  TRY(syscall(SYS_pkey_mprotect, p, 4096, PROT_READ | PROT_WRITE, -1));
  TRY(syscall(SYS_pkey_mprotect, p, 4096, PROT_READ, 17));
  strcpy(p, "written");
  TEXT(p);
}

CASE(cleared_tid) {
  static int word = 1;
  pid_t pid;
  CHILD(pid) YES(syscall(SYS_set_tid_address, &word) == getpid());
  reap(pid);
  SHOW(word);
}

CASE(clocks_told) {
  struct timex t = {0};
  YES(clock_adjtime(CLOCK_REALTIME, &t) >= 0);
  YES(t.tick == 10000 && t.time.tv_sec > 1600000000);
  TRY(clock_adjtime(CLOCK_MONOTONIC, &t));
  TRY(clock_adjtime(99, &t));
  TRY(clock_adjtime(CLOCK_REALTIME, NULL));
}

// For those who may not, whatever the machine.
CASE(not_for_everybody) {
  pid_t pid;
  CHILD(pid) {
    setgid(1000), setuid(1000);
    TRY(syscall(SYS_swapoff, "none"));
    TRY(syscall(SYS_swapon, "none", 0));
    TRY(syscall(SYS_reboot, 0xfee1dead, 672274793, 0, NULL));
    TRY(syscall(SYS_settimeofday, &(struct timeval){1, 0}, NULL));
    TRY(syscall(SYS_vhangup));
    TRY(syscall(SYS_acct, NULL));
  }
  reap(pid);
}
