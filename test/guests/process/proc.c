// /proc as programs read it: its shape, never its numbers. proc(5)
#include <dirent.h>
#include <sys/mman.h>
#include "check.h"

static char text[65536];

static const char *slurp(const char *path) {
  int fd = open(path, O_RDONLY);
  if (fd < 0) return errno_name(errno);
  ssize_t n, length = 0;
  while ((n = read(fd, text + length, sizeof text - 1 - length)) > 0) length += n;
  text[length] = 0;
  close(fd);
  return text;
}

// The keys of "Key: value" lines that are on this list, in order.
static void keys(const char *path, const char *wanted) {
  slurp(path);
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n"));) {
    char *colon = strchr(line, ':');
    if (!colon) continue;
    while (colon > line && (colon[-1] == '\t' || colon[-1] == ' ')) colon--;
    *colon = 0;
    char key[64];
    snprintf(key, sizeof key, " %s ", line);
    if (strstr(wanted, key)) say("%s has %s", path, line);
  }
}

CASE(status_keys) {
  keys("/proc/self/status",
       " Name Umask State Tgid Pid PPid TracerPid Uid Gid FDSize Groups VmPeak VmSize VmRSS VmData VmStk Threads SigQ SigPnd "
       "ShdPnd SigBlk SigIgn SigCgt CapInh CapPrm CapEff CapBnd NoNewPrivs Seccomp Cpus_allowed_list ");
}

CASE(status_values) {
  prctl(PR_SET_NAME, "named");
  umask(027);
  signal(SIGUSR1, SIG_IGN);
  slurp("/proc/self/status");
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n"));) {
    if (strncmp(line, "Name:", 5) == 0 || strncmp(line, "Umask:", 6) == 0 || strncmp(line, "State:", 6) == 0 ||
        strncmp(line, "Uid:", 4) == 0 || strncmp(line, "Threads:", 8) == 0)
      say("%s", line);
    int pid;
    if (sscanf(line, "Pid: %d", &pid) == 1) YES(pid == getpid());
    if (sscanf(line, "PPid: %d", &pid) == 1) YES(pid == getppid());
    unsigned long mask;
    if (sscanf(line, "SigIgn: %lx", &mask) == 1) SHOW(mask >> (SIGUSR1 - 1) & 1);
  }
}

CASE(stat_fields) {
  slurp("/proc/self/stat");
  int pid, ppid, pgrp, session, fields = 0;
  char name[32], state;
  char *end = strrchr(text, ')');
  sscanf(text, "%d (%31[^)])", &pid, name);
  sscanf(end + 2, "%c %d %d %d", &state, &ppid, &pgrp, &session);
  YES(pid == getpid() && ppid == getppid() && pgrp == getpgrp() && session == getsid(0));
  say("%s %c", name, state);
  for (char *at = end + 2; *at; at++) fields += *at == ' ' || *at == '\n';
  SHOW(fields + 2);
  slurp("/proc/self/statm");
  long a, b, c;
  SHOW(sscanf(text, "%ld %ld %ld", &a, &b, &c));
  YES(a >= b && b > 0);
}

CASE(maps_lines) {
  char *area = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(area + 4096, 4096, PROT_READ);
  slurp("/proc/self/maps");
  char *rest = text;
  bool stack = false, heap = false, exe = false;
  malloc(1);
  for (char *line; (line = strsep(&rest, "\n")) && *line;) {
    unsigned long start, stop, offset, inode;
    unsigned major, minor;
    char rights[5], name[PATH_MAX] = "";
    int n = sscanf(line, "%lx-%lx %4s %lx %x:%x %lu %s", &start, &stop, rights, &offset, &major, &minor, &inode, name);
    if (n < 7) say("odd line: %s", line);
    if (start <= (unsigned long)area + 4096 && stop > (unsigned long)area + 4096) say("middle %s %lu", rights, stop - start);
    if (strcmp(name, "[stack]") == 0) stack = true, TEXT(rights);
    if (strcmp(name, "[heap]") == 0) heap = true;
    if (strstr(name, "/proc") == NULL && strchr(name, '/') && rights[2] == 'x') exe = true;
  }
  YES(stack);
  YES(heap);
  YES(exe);
}

CASE(cmdline_environ_exe_cwd) {
  int fd = open("/proc/self/cmdline", O_RDONLY);
  ssize_t n = read(fd, text, sizeof text);
  YES(n > 0 && text[n - 1] == 0);
  TEXT(strrchr(text, '/'));
  fd = open("/proc/self/environ", O_RDONLY);
  n = read(fd, text, sizeof text);
  YES(n > 0 && memmem(text, n, "HOME=/root", 11));
  char a[PATH_MAX] = "", b[PATH_MAX] = "";
  YES(readlink("/proc/self/exe", a, sizeof a) > 0);
  TEXT(strrchr(a, '/'));
  memset(a, 0, sizeof a);
  readlink("/proc/self/cwd", a, sizeof a);
  YES(strcmp(a, getcwd(b, sizeof b)) == 0);
  memset(a, 0, sizeof a);
  readlink("/proc/self/root", a, sizeof a);
  TEXT(a);
  int pid = 0;
  memset(a, 0, sizeof a);
  readlink("/proc/self", a, sizeof a);
  sscanf(a, "%d", &pid);
  YES(pid == getpid());
}

CASE(fd_directory) {
  int fd = open("/dev/null", O_RDONLY);
  dup2(fd, 9);
  DIR *dir = opendir("/proc/self/fd");
  bool seen[16] = {};
  for (struct dirent *e; (e = readdir(dir));)
    if (e->d_name[0] != '.' && atoi(e->d_name) < 16) seen[atoi(e->d_name)] = true;
  closedir(dir);
  for (int i = 0; i < 16; i++)
    if (seen[i]) SHOW(i);
  char b[32] = "";
  readlink("/proc/self/fd/9", b, sizeof b);
  TEXT(b);
  slurp("/proc/self/fdinfo/9");
  keys("/proc/self/fdinfo/9", " pos flags mnt_id ");
}

CASE(tasks) {
  DIR *dir = opendir("/proc/self/task");
  int count = 0, found = 0;
  for (struct dirent *e; (e = readdir(dir));) {
    if (e->d_name[0] == '.') continue;
    count++;
    if (atoi(e->d_name) == gettid()) found++;
  }
  SHOW(count);
  SHOW(found);
  YES(access("/proc/thread-self/comm", F_OK) == 0);
}

CASE(missing_and_forbidden) {
  TRY(open("/proc/99999999/status", O_RDONLY));
  TRY(open("/proc/self/nothing", O_RDONLY));
  TRY(mkdir("/proc/x", 0755));
  TRY(open("/proc/x", O_CREAT | O_WRONLY, 0644));
  TRY(unlink("/proc/self/status"));
  TRY(open("/proc/self/status", O_WRONLY));
}

CASE(other_processes) {
  pid_t pid;
  CHILD(pid) pause();
  sleep_ms(50);
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  slurp(path);
  say("%c", strrchr(text, ')')[2]);
  kill(pid, SIGSTOP);
  waitpid(pid, NULL, WUNTRACED);
  slurp(path);
  say("%c", strrchr(text, ')')[2]);
  kill(pid, SIGKILL);
  siginfo_t info;
  waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
  slurp(path);
  say("%c", strrchr(text, ')')[2]);
  snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
  SHOW(strlen(slurp(path)));
  waitpid(pid, NULL, 0);
  TRY(access(path, F_OK));
}

CASE(global_files) {
  keys("/proc/meminfo", " MemTotal MemFree MemAvailable Buffers Cached SwapTotal SwapFree ");
  slurp("/proc/cpuinfo");
  YES(strstr(text, "processor\t: 0") && strstr(text, "flags\t\t:") && strstr(text, "model name\t:"));
  slurp("/proc/stat");
  YES(strncmp(text, "cpu ", 4) == 0 && strstr(text, "\nbtime ") && strstr(text, "\nprocesses "));
  double a, b;
  SHOW(sscanf(slurp("/proc/uptime"), "%lf %lf", &a, &b));
  SHOW(sscanf(slurp("/proc/loadavg"), "%lf %lf", &a, &b));
  YES(strncmp(slurp("/proc/version"), "Linux version ", 14) == 0);
  YES(strstr(slurp("/proc/filesystems"), "nodev\tproc\n") != NULL);
  YES(strstr(slurp("/proc/mounts"), " / ") != NULL);
  YES(strstr(slurp("/proc/self/mountinfo"), " / / ") != NULL);
}

CASE(sysctl_files) {
  int number = 0;
  YES(sscanf(slurp("/proc/sys/kernel/pid_max"), "%d", &number) == 1 && number > 1000);
  YES(strcmp(slurp("/proc/sys/kernel/ostype"), "Linux\n") == 0);
  SHOW(strlen(slurp("/proc/sys/kernel/random/uuid")));
  SHOW(strlen(slurp("/proc/sys/kernel/random/boot_id")));
  YES(sscanf(slurp("/proc/sys/vm/overcommit_memory"), "%d", &number) == 1);
  YES(sscanf(slurp("/proc/sys/net/core/somaxconn"), "%d", &number) == 1 && number > 0);
  YES(sscanf(slurp("/proc/sys/fs/file-max"), "%d", &number) == 1);
  YES(sscanf(slurp("/proc/sys/kernel/cap_last_cap"), "%d", &number) == 1 && number >= 37);
}

CASE(mem_file) {
  static char secret[] = "visible";
  char b[8] = "";
  int fd = TRY(open("/proc/self/mem", O_RDWR));
  TRY(pread(fd, b, 8, (off_t)secret));
  TEXT(b);
  TRY(pwrite(fd, "V", 1, (off_t)secret));
  TEXT(secret);
  TRY(pread(fd, b, 8, 8));
}
