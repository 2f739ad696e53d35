// System calls without a C library: the programs that a host brings into a box run where there may be no other file.
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
  SYS_ioctl = 16,
  SYS_rt_sigprocmask = 14,
  SYS_fork = 57,
  SYS_execve = 59,
  SYS_exit_group = 231,
  SYS_wait4 = 61,
  SYS_kill = 62,
  SYS_setpgid = 109,
  SYS_rt_sigtimedwait = 128,
};

// The stack at the start holds argc, argv, environ.
__asm__(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call program\n");
