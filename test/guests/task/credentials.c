// Changing ids: the rules of setuid, setreuid, setresuid, setgroups and what root loses. credentials(7)
#include "check.h"
#include <grp.h>
#include <linux/capability.h>

static void ids(const char *what) {
  uid_t r, e, s;
  gid_t rg, eg, sg;
  getresuid(&r, &e, &s);
  getresgid(&rg, &eg, &sg);
  printf("%s: uid %d %d %d gid %d %d %d\n", what, r, e, s, rg, eg, sg);
}
static int has_cap(int cap) {
  struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct d[2];
  syscall(SYS_capget, &h, d);
  return d[cap / 32].effective >> (cap % 32) & 1;
}
static void in_child(void (*f)(void)) {
  fflush(stdout);
  if (!fork()) {
    f();
    fflush(stdout);
    _exit(0);
  }
  wait(0);
}
static void drop(void) {
  gid_t g[] = {7, 5, 9};
  setgroups(3, g);
  gid_t got[10];
  int n = getgroups(10, got);
  printf("groups %d %d %d %d\n", n, got[0], got[1], got[2]);
  setgid(1000);
  printf("setuid %d\n", setuid(1000));
  ids("dropped");
  printf("back %d %d\n", setuid(0), errno == EPERM);
  printf("setgroups %d %d\n", setgroups(0, 0), errno == EPERM);
  printf("chown cap %d\n", has_cap(CAP_CHOWN));
}
static void saved(void) {
  printf("seteuid %d\n", seteuid(1000));
  ids("effective only");
  printf("caps %d\n", has_cap(CAP_CHOWN));
  printf("regain %d\n", seteuid(0));
  ids("root again");
  printf("caps %d\n", has_cap(CAP_CHOWN));
  printf("setresuid %d\n", setresuid(1000, 1001, 1002));
  ids("three");
  printf("swap %d\n", setresuid(1001, 1002, 1000));
  ids("swapped");
  printf("foreign %d %d\n", setresuid(-1, 5, -1), errno == EPERM);
  printf("setreuid %d\n", setreuid(1002, 1001));
  ids("reuid");
}
static void keep(void) {
  prctl(PR_SET_KEEPCAPS, 1);
  setresuid(1000, 1000, 1000);
  printf("keepcaps effective %d\n", has_cap(CAP_CHOWN));
}
static void kills(void) {
  pid_t victim = fork();
  if (!victim)
    for (;;) pause();
  if (!fork()) {
    setuid(1000);
    int r = kill(victim, SIGTERM);
    printf("kill foreign %d %d\n", r, errno == EPERM);
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  kill(victim, SIGKILL);
  wait(0);
}

CASE(all) {
  if (getuid()) return;
  in_child(drop);
  in_child(saved);
  in_child(keep);
  in_child(kills);
  printf("no new privs %d", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  printf(" %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  }
