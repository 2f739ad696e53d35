// System calls without a C library: the programs that a host brings into a box run where there may be no other file.
#ifndef SYSCALL_H
#define SYSCALL_H
typedef unsigned long u64;

static inline long syscall6(long nr, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

#define call0(nr) syscall6(nr, 0, 0, 0, 0, 0, 0)
#define call1(nr, a) syscall6(nr, (long)(a), 0, 0, 0, 0, 0)
#define call2(nr, a, b) syscall6(nr, (long)(a), (long)(b), 0, 0, 0, 0)
#define call3(nr, a, b, c) syscall6(nr, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define call4(nr, a, b, c, d) syscall6(nr, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

enum {
  SYS_read = 0,
  SYS_write = 1,
  SYS_open = 2,
  SYS_close = 3,
  SYS_fstat = 5,
  SYS_poll = 7,
  SYS_lseek = 8,
  SYS_mmap = 9,
  SYS_mprotect = 10,
  SYS_munmap = 11,
  SYS_rt_sigaction = 13,
  SYS_rt_sigprocmask = 14,
  SYS_ioctl = 16,
  SYS_pread64 = 17,
  SYS_pwrite64 = 18,
  SYS_readv = 19,
  SYS_writev = 20,
  SYS_sched_yield = 24,
  SYS_dup = 32,
  SYS_getpid = 39,
  SYS_accept4 = 288,
  SYS_sendto = 44,
  SYS_recvmsg = 47,
  SYS_shutdown = 48,
  SYS_fork = 57,
  SYS_execve = 59,
  SYS_wait4 = 61,
  SYS_kill = 62,
  SYS_fcntl = 72,
  SYS_fsync = 74,
  SYS_fdatasync = 75,
  SYS_ftruncate = 77,
  SYS_getcwd = 79,
  SYS_setpgid = 109,
  SYS_rt_sigtimedwait = 128,
  SYS_sigaltstack = 131,
  SYS_getdents64 = 217,
  SYS_fadvise64 = 221,
  SYS_clock_gettime = 228,
  SYS_clock_getres = 229,
  SYS_exit_group = 231,
  SYS_openat = 257,
  SYS_mkdirat = 258,
  SYS_newfstatat = 262,
  SYS_unlinkat = 263,
  SYS_renameat = 264,
  SYS_linkat = 265,
  SYS_symlinkat = 266,
  SYS_readlinkat = 267,
  SYS_ppoll = 271,
  SYS_utimensat = 280,
  SYS_fallocate = 285,
  SYS_preadv = 295,
  SYS_pwritev = 296,
  SYS_getrandom = 318,
  SYS_openat2 = 437,
};
#endif
