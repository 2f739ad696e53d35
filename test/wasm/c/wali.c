// Linux's system calls by WALI's imports, without a C library.
#define IMPORT(name) __attribute__((import_module("wali"), import_name(name)))
typedef unsigned int u32;

IMPORT("SYS_write") long long sys_write(int, const void *, u32);
IMPORT("SYS_read") long long sys_read(int, void *, u32);
IMPORT("SYS_writev") long long sys_writev(int, const void *, int);
IMPORT("SYS_open") long long sys_open(const char *, int, int);
IMPORT("SYS_close") long long sys_close(int);
IMPORT("SYS_lseek") long long sys_lseek(int, long long, int);
IMPORT("SYS_fstat") long long sys_fstat(int, void *);
IMPORT("SYS_unlink") long long sys_unlink(const char *);
IMPORT("SYS_mmap") long long sys_mmap(void *, u32, int, int, int, long long);
IMPORT("SYS_munmap") long long sys_munmap(void *, u32);
IMPORT("SYS_mremap") long long sys_mremap(void *, u32, u32, int, void *);
IMPORT("SYS_mprotect") long long sys_mprotect(void *, u32, int);
IMPORT("SYS_madvise") long long sys_madvise(void *, u32, int);
IMPORT("SYS_brk") long long sys_brk(void *);
IMPORT("SYS_clock_gettime") long long sys_clock_gettime(int, void *);
IMPORT("SYS_rt_sigaction") long long sys_rt_sigaction(int, const void *, void *, u32);
IMPORT("SYS_kill") long long sys_kill(int, int);
IMPORT("SYS_getpid") long long sys_getpid(void);
IMPORT("SYS_fork") long long sys_fork(void);
IMPORT("SYS_wait4") long long sys_wait4(int, int *, int, void *);
IMPORT("SYS_pipe") long long sys_pipe(int *);
IMPORT("SYS_dup2") long long sys_dup2(int, int);
IMPORT("SYS_execve") long long sys_execve(const char *, char *const *, char *const *);
IMPORT("SYS_nanosleep") long long sys_nanosleep(const void *, void *);
IMPORT("SYS_newfstatat") long long sys_newfstatat(int, const char *, void *, int);
IMPORT("SYS_socketpair") long long sys_socketpair(int, int, int, int *);
IMPORT("SYS_epoll_create1") long long sys_epoll_create1(int);
IMPORT("SYS_epoll_ctl") long long sys_epoll_ctl(int, int, int, void *);
IMPORT("SYS_epoll_pwait") long long sys_epoll_pwait(int, void *, int, int, const void *, u32);
IMPORT("SYS_sendmsg") long long sys_sendmsg(int, const void *, int);
IMPORT("SYS_recvmsg") long long sys_recvmsg(int, void *, int);
IMPORT("SYS_pselect6") long long sys_pselect6(int, void *, void *, void *, const void *, const void *);
IMPORT("SYS_bpf") long long sys_bpf(void);
IMPORT("SYS_exit_group") long long sys_exit_group(int);
IMPORT("__init") int wali_init(void);
IMPORT("__cl_get_argc") int argument_count(void);
IMPORT("__cl_get_argv_len") int argument_length(int);
IMPORT("__cl_copy_argv") int copy_argument(char *, int);
IMPORT("__get_init_envfile") int environment_file(char *, int);

static u32 length(const char *s) {
  u32 n = 0;
  while (s[n]) n++;
  return n;
}

static void text(const char *s) { sys_write(1, s, length(s)); }

static void line(const char *what, long long n) {
  char digits[24];
  char *p = digits + 23;
  const int negative = n < 0;
  *p = 0;
  unsigned long long left = negative ? -n : n;
  do *--p = '0' + left % 10;
  while (left /= 10);
  if (negative) *--p = '-';
  text(what);
  text(": ");
  text(p);
  text("\n");
}

static void files(void) {
  char buffer[200] = {0};
  const struct {
    const char *base;
    u32 length;
  } vectors[2] = {{"one ", 4}, {"two\n", 4}};
  line("none", sys_open("/work/none", 0, 0));
  const int fd = sys_open("/work/wali", 0102, 0644);
  line("writev", sys_writev(fd, vectors, 2));
  line("a bad address", sys_write(fd, (void *)0xfffffff0, 8));
  line("lseek", sys_lseek(fd, -4, 2));
  line("read", sys_read(fd, buffer, sizeof buffer));
  text(buffer);
  line("fstat", sys_fstat(fd, buffer));
  line("size", *(long long *)(buffer + 48));
  line("close", sys_close(fd));
  line("unlink", sys_unlink("/work/wali"));
  line("what is not there", sys_bpf());
}

static void memory(void) {
  char *const a = (char *)(u32)sys_mmap(0, 10000, 3, 0x22, -1, 0);
  a[9999] = 7;
  a[0] = 1;
  char *const b = (char *)(u32)sys_mremap(a, 10000, 300000, 1, 0);
  line("moved", b != a && b[0] == 1 && b[9999] == 7 && b[299999] == 0);
  line("munmap", sys_munmap(b, 300000));
  char *const c = (char *)(u32)sys_mmap(0, 4096, 3, 0x22, -1, 0);
  line("zeroed again", c[0] == 0);
  line("may be written", sys_mprotect(c, 4096, 3));
  line("only read", sys_mprotect(c, 4096, 1));
  line("needed soon", sys_madvise(c, 4096, 3));
  line("to be zero", sys_madvise(c, 4096, 4));
  line("brk", sys_brk(c));
}

static void waiting(void) {
  int ends[2], fds;
  struct __attribute__((packed)) {
    u32 events;
    unsigned long long data;
  } event = {1, 77};
  unsigned long long set = 0, mask = 0;
  const unsigned long long with_mask[2] = {(u32)&mask, 8};
  const long long moment[2] = {0, 1000000};
  char buffer[200];
  line("newfstatat", sys_newfstatat(-100, "/work", buffer, 0));
  line("socketpair", sys_socketpair(1, 1, 0, ends));
  line("epoll", fds = sys_epoll_create1(0));
  line("epoll_ctl", sys_epoll_ctl(fds, 1, ends[1], &event));
  event.data = 0;
  line("nothing yet", sys_epoll_pwait(fds, &event, 1, 0, 0, 8));
  const struct {
    const char *base;
    u32 length;
  } text = {"message", 7}, room = {buffer, sizeof buffer};
  const struct {
    u32 name, name_length;
    const void *vectors;
    int count, pad;
    u32 control, control_length, pad2;
    int flags;
  } sent = {0, 0, &text, 1, 0, 0, 0, 0, 0};
  struct {
    u32 name, name_length;
    const void *vectors;
    int count, pad;
    u32 control, control_length, pad2;
    int flags;
  } received = {0, 0, &room, 1, 0, 0, 0, 0, 9};
  line("sendmsg", sys_sendmsg(ends[0], &sent, 0));
  line("epoll_pwait", sys_epoll_pwait(fds, &event, 1, 1000, &mask, 8));
  line("data", event.data);
  set = 1ull << ends[1];
  line("pselect", sys_pselect6(ends[1] + 1, &set, 0, 0, moment, with_mask));
  line("recvmsg", sys_recvmsg(ends[1], &received, 0));
  line("flags", received.flags);
  line("pselect again", sys_pselect6(ends[1] + 1, &set, 0, 0, moment, with_mask));
  line("a bad message", sys_recvmsg(ends[1], (void *)0xfffffff0, 0));
  sys_close(fds);
  sys_close(ends[0]);
  sys_close(ends[1]);
}

static volatile int came;
static void handler(int signal) { came = signal; }

static void signals(void) {
  struct __attribute__((packed)) {
    void (*handler)(int);
    unsigned long long flags;
    u32 restorer, mask[2];
  } action = {handler, 0, 0, {0}}, old;
  line("sigaction", sys_rt_sigaction(10, &action, 0, 8));
  line("kill", sys_kill(sys_getpid(), 10));
  line("handled", came);
  action.handler = (void (*)(int)) - 2;
  line("ignore", sys_rt_sigaction(10, &action, &old, 8));
  line("the old one", old.handler == handler);
  came = 0;
  line("kill", sys_kill(sys_getpid(), 10));
  line("not handled", came);
}

static void processes(void) {
  int ends[2], status = 0;
  char buffer[100] = {0};
  line("pipe", sys_pipe(ends));
  const int pid = sys_fork();
  if (pid == 0) {
    static char *const arguments[] = {"echo", "from a child", 0};
    sys_dup2(ends[1], 1);
    sys_execve("/bin/echo", arguments, 0);
    sys_exit_group(1);
  }
  sys_close(ends[1]);
  line("read", sys_read(ends[0], buffer, sizeof buffer));
  text(buffer);
  line("waited", sys_wait4(pid, &status, 0, 0) == pid);
  line("status", status);
}

// A child interrupts what this process waits in.
static void interrupted(void) {
  const struct __attribute__((packed)) {
    void (*handler)(int);
    unsigned long long flags;
    u32 restorer, mask[2];
  } action = {handler, 0, 0, {0}};
  const long long moment[2] = {0, 50000000};
  int ends[2], status = 0;
  char byte;
  sys_rt_sigaction(12, &action, 0, 8);
  came = 0;
  sys_pipe(ends);
  const int parent = sys_getpid();
  if (sys_fork() == 0) {
    sys_nanosleep(moment, 0);
    sys_exit_group(sys_kill(parent, 12) ? 1 : 7);
  }
  line("interrupted", sys_read(ends[0], &byte, 1));
  line("by", came);
  line("waited", sys_wait4(-1, &status, 0, 0) > 0);
  line("status", status >> 8);
}

void _start(void) {
  char buffer[256];
  long long time[2] = {0};
  line("init", wali_init());
  line("arguments", argument_count());
  copy_argument(buffer, 1);
  text(buffer);
  line(" has", argument_length(1));
  environment_file(buffer, sizeof buffer);
  const int fd = sys_open(buffer, 0, 0);
  const int n = sys_read(fd, buffer, sizeof buffer);
  sys_write(1, buffer, n);
  files();
  memory();
  waiting();
  signals();
  processes();
  interrupted();
  line("clock", sys_clock_gettime(1, time));
  line("runs", time[0] > 0 || time[1] > 0);
  sys_exit_group(42);
}
