// uname, sysinfo, sysconf, getcpu, getrandom, hostname, personality, membarrier, times. uname(2), sysinfo(2)
#include <linux/membarrier.h>
#include <sys/personality.h>
#include <sys/random.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include "check.h"

CASE(names) {
  struct utsname u;
  TRY(uname(&u));
  TEXT(u.sysname);
  TEXT(u.machine);
  int major = 0;
  sscanf(u.release, "%d.", &major);
  YES(major >= 5);
  TRY(uname((void *)8));
  char b[65];
  YES(gethostname(b, sizeof b) == 0 && strcmp(b, u.nodename) == 0);
}

CASE(sysinfo_is_consistent) {
  struct sysinfo s;
  TRY(sysinfo(&s));
  YES(s.totalram > 0 && s.freeram <= s.totalram && s.mem_unit > 0);
  YES(s.uptime >= 0 && s.procs > 0);
  TRY(sysinfo((void *)8));
}

CASE(constants) {
  SHOW(sysconf(_SC_PAGESIZE));
  SHOW(sysconf(_SC_CLK_TCK));
  YES(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
  YES(sysconf(_SC_PHYS_PAGES) > 1000);
  SHOW(sysconf(_SC_IOV_MAX));
  SHOW(pathconf("/", _PC_NAME_MAX));
  SHOW(pathconf("/", _PC_PATH_MAX));
  SHOW(pathconf("/", _PC_PIPE_BUF));
}

CASE(random) {
  unsigned char a[300] = {}, b[300] = {};
  TRY(getrandom(a, sizeof a, 0));
  TRY(getrandom(b, sizeof b, GRND_NONBLOCK));
  YES(memcmp(a, b, sizeof a) != 0);
  TRY(getrandom(a, 0, 0));
  TRY(getrandom(a, 10, 0x100));
  TRY(getrandom(a, 10, GRND_RANDOM | GRND_INSECURE));
  TRY(getrandom((void *)8, 10, 0));
  TRY(getentropy(a, 257));
  TRY(getentropy(a, 256));
}

CASE(cpu) {
  unsigned cpu = 99, node = 99;
  TRY(getcpu(&cpu, &node));
  YES(cpu < 4096);
  SHOW(node);
  YES(sched_getcpu() >= 0);
}

CASE(process_times) {
  struct tms t;
  clock_t start = times(&t);
  YES(start != -1);
  YES(t.tms_cutime == 0 && t.tms_cstime == 0);
  sleep_ms(50);
  clock_t passed = times(&t) - start;
  YES(passed >= 4 && passed < 200);
}

CASE(rusage) {
  struct rusage u;
  volatile long work = 0;
  for (long i = 0; i < 3000000; i++) work += i;
  TRY(getrusage(RUSAGE_SELF, &u));
  YES(u.ru_utime.tv_sec > 0 || u.ru_utime.tv_usec > 0);
  YES(u.ru_maxrss > 100);
  YES(u.ru_minflt > 0);
  TRY(getrusage(RUSAGE_THREAD, &u));
  TRY(getrusage(55, &u));
  TRY(getrusage(RUSAGE_SELF, (void *)8));
}

CASE(personality_and_membarrier) {
  HEX(personality(0xffffffff));
  HEX(personality(ADDR_NO_RANDOMIZE));
  HEX(personality(0xffffffff));
  YES(syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0) > 0);
  TRY(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
  TRY(syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0));
  TRY(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
  TRY(syscall(SYS_membarrier, 9999, 0, 0));
}

CASE(set_host_name) {
  pid_t pid;
  CHILD(pid) {
    TRY(unshare(CLONE_NEWUTS));
    TRY(sethostname("guest", 5));
    char b[65] = "";
    gethostname(b, sizeof b);
    TEXT(b);
    TRY(sethostname("x", 65));
    TRY(setdomainname("domain", 6));
    setuid(1000);
    TRY(sethostname("y", 1));
  }
  reap(pid);
}

CASE(unknown_calls) {
  TRY(syscall(9999));
  TRY(syscall(-1));
  TRY(syscall(500));
}
