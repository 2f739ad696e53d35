// Resource limits and counters: prlimit, getrusage of children, sched_*, sysinfo, uname. getrlimit(2)
#include "check.h"
#include <sched.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

CASE(all) {
  struct rlimit r, old;
  getrlimit(RLIMIT_NOFILE, &old);
  r.rlim_cur = 64;
  r.rlim_max = 128;
  printf("set %d\n", setrlimit(RLIMIT_NOFILE, &r));
  prlimit(0, RLIMIT_NOFILE, 0, &r);
  printf("now %ld %ld\n", (long)r.rlim_cur, (long)r.rlim_max);
  r.rlim_cur = 129;
  printf("soft above hard %d %d\n", setrlimit(RLIMIT_NOFILE, &r), errno == EINVAL);
  printf("bad %d %d\n", getrlimit(99, &r), errno == EINVAL);
  int fd, last = -1;
  while ((fd = dup(1)) >= 0) last = fd;
  printf("last fd %d %d\n", last, errno == EMFILE);
  fflush(stdout);
  if (!fork()) {
    getrlimit(RLIMIT_NOFILE, &r);
    _exit(r.rlim_cur);
  }
  int status;
  wait(&status);
  printf("inherited %d\n", WEXITSTATUS(status));
  struct rusage u;
  printf("rusage %d %d\n", getrusage(RUSAGE_CHILDREN, &u), getrusage(5, &u));
  cpu_set_t set;
  printf("affinity %d", sched_getaffinity(0, sizeof set, &set));
  printf(" %d\n", CPU_COUNT(&set) >= 1);
  printf("scheduler %d max %d min %d\n", sched_getscheduler(0), sched_get_priority_max(SCHED_FIFO), sched_get_priority_min(SCHED_OTHER));
  struct sched_param p = {0};
  printf("setscheduler %d bad %d\n", sched_setscheduler(0, SCHED_BATCH, &p), sched_setscheduler(0, 77, &p));
  printf("nice %d", nice(5));
  printf(" %d\n", getpriority(PRIO_PROCESS, 0));
  struct utsname n;
  uname(&n);
  printf("%s %s\n", n.sysname, n.machine);
  struct sysinfo si;
  printf("sysinfo %d %d\n", sysinfo(&si), si.totalram > 0 && si.procs > 0);
  printf("yield %d\n", sched_yield());
  }
