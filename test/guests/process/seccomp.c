// seccomp: strict mode and filters, what each answer does to a call, who inherits them. seccomp(2), prctl(2)
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/utsname.h>
#include "check.h"

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, action)
#define FILTER(...) \
  ({ struct sock_filter code_[] = {__VA_ARGS__}; install(code_, sizeof code_ / sizeof *code_, 0); })

static long install(struct sock_filter *code, unsigned short count, int flags) {
  struct sock_fprog program = {count, code};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

// Answers `action` to one call and lets all others pass.
static long forbid(int nr, uint32_t action) {
  return FILTER(LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), ANSWER(action), ANSWER(SECCOMP_RET_ALLOW));
}

static void show_status(void) {
  char line[200];
  FILE *file = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, file))
    if (strncmp(line, "Seccomp", 7) == 0 || strncmp(line, "NoNewPrivs", 10) == 0) say("%.*s", (int)strcspn(line, "\n"), line);
  fclose(file);
}

CASE(probes) {
  uint32_t actions[] = {SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, SECCOMP_RET_ERRNO,
                        SECCOMP_RET_USER_NOTIF, SECCOMP_RET_TRACE, SECCOMP_RET_LOG, SECCOMP_RET_ALLOW, 5, 0x7ff10000};
  for (int i = 0; i < 10; i++) TRY(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &actions[i]));
  TRY(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 1, &actions[0]));
  TRY(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, NULL));
  struct seccomp_notif_sizes sizes;
  TRY(syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes));
  say("%d %d %d", sizes.seccomp_notif, sizes.seccomp_notif_resp, sizes.seccomp_data);
  TRY(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL));
  TRY(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, &sizes));
  TRY(prctl(PR_SET_SECCOMP, 7, NULL));
  TRY(prctl(PR_GET_SECCOMP));
  show_status();
}

CASE(strict) {
  pid_t pid;
  CHILD(pid) {
    TRY(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
    TRY(write(1, "written\n", 8));
    syscall(SYS_exit, 7);
  }
  reap(pid);
  CHILD(pid) {
    TRY(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL));
    TRY(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL));
  }
  reap(pid);
}

CASE(errno_of_a_call) {
  struct utsname name;
  TRY(forbid(SYS_uname, SECCOMP_RET_ERRNO | ENOTTY));
  TRY(uname(&name));
  TRY(getppid() < 0);
  TRY(forbid(SYS_getppid, SECCOMP_RET_ERRNO | 5000));
  say("%ld %d", (long)getppid(), errno);
  TRY(forbid(SYS_getpgrp, SECCOMP_RET_ERRNO));
  TRY(syscall(SYS_getpgrp));
  TRY(prctl(PR_GET_SECCOMP));
  show_status();
}

CASE(the_strongest_answer_counts) {
  forbid(SYS_uname, SECCOMP_RET_ERRNO | ENOTTY);
  forbid(SYS_uname, SECCOMP_RET_LOG);
  struct utsname name;
  TRY(uname(&name));
  forbid(SYS_uname, SECCOMP_RET_ERRNO | EXDEV);
  TRY(uname(&name));
  forbid(SYS_getppid, SECCOMP_RET_TRACE);
  TRY(syscall(SYS_getppid));
  forbid(SYS_uname, SECCOMP_RET_KILL_PROCESS);
  uname(&name);
}

CASE(killed_by_a_filter) {
  pid_t pid;
  uint32_t actions[] = {SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, 0x12340000};
  for (int i = 0; i < 3; i++) {
    CHILD(pid) {
      forbid(SYS_getppid, actions[i]);
      getppid();
    }
    reap(pid);
  }
}

static void *calls(void *unused) {
  syscall(SYS_getppid);
  say("not reached");
  return unused;
}

CASE(killed_thread) {
  pthread_t thread;
  forbid(SYS_getppid, SECCOMP_RET_KILL_THREAD);
  ERR(pthread_create(&thread, NULL, calls, NULL));
  ERR(pthread_join(thread, NULL));
  say("the others live");
}

static void on_trap(int sig, siginfo_t *info, void *context) {
  ucontext_t *frame = context;
  say("%s code %d errno %d call %d arch %x", signal_name(sig), info->si_code, info->si_errno, info->si_syscall, info->si_arch);
  YES((greg_t)info->si_call_addr == frame->uc_mcontext.gregs[REG_RIP]);
  SHOW(frame->uc_mcontext.gregs[REG_RAX] == SYS_getppid);
  frame->uc_mcontext.gregs[REG_RAX] = 1234;
}

CASE(trapped) {
  struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
  sigaction(SIGSYS, &action, NULL);
  forbid(SYS_getppid, SECCOMP_RET_TRAP | 42);
  TRY(syscall(SYS_getppid));
  signal(SIGSYS, SIG_IGN);
  getppid();
}

CASE(arguments_and_arithmetic) {
  // dup2 to a descriptor x is refused with errno (x * 2 + 1) & 0x7f when 10 < x.
  TRY(FILTER(LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0), ANSWER(SECCOMP_RET_KILL_PROCESS), LOAD(nr),
             BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_dup2, 1, 0), ANSWER(SECCOMP_RET_ALLOW), LOAD(args[1]),
             BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 10, 1, 0), ANSWER(SECCOMP_RET_ALLOW), BPF_STMT(BPF_ST, 3),
             BPF_STMT(BPF_LDX | BPF_MEM, 3), BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0), BPF_STMT(BPF_ALU | BPF_OR | BPF_K, 1),
             BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x7f), BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO), BPF_STMT(BPF_RET | BPF_A, 0)));
  TRY(dup2(1, 9));
  TRY(dup2(1, 11));
  TRY(dup2(1, 15));
}

CASE(division_by_zero_kills) {
  FILTER(LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 2), BPF_STMT(BPF_LDX | BPF_IMM, 0),
         BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), ANSWER(SECCOMP_RET_ALLOW));
  say("installed");
  getppid();
}

CASE(bad_programs) {
  struct sock_filter ok[] = {ANSWER(SECCOMP_RET_ALLOW)};
  TRY(install(ok, 0, 0));
  TRY(install(ok, 4097, 0));
  TRY(install((struct sock_filter *)8, 1, 0));
  TRY(install(ok, 1, 0x1000));
  TRY(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0));
  TRY(FILTER(LOAD(nr)));
  TRY(FILTER(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), ANSWER(0)));
  TRY(FILTER(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), ANSWER(0)));
  TRY(FILTER(BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), ANSWER(0)));
  TRY(FILTER(BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), ANSWER(0)));
  TRY(FILTER(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0), ANSWER(0)));
  TRY(FILTER(BPF_STMT(BPF_JMP | BPF_JA, 1), ANSWER(0)));
  TRY(FILTER(BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), ANSWER(0)));
  TRY(FILTER(BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), ANSWER(0)));
  TRY(FILTER(BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 3), ANSWER(0)));
  TRY(FILTER(BPF_STMT(BPF_ST, 16), ANSWER(0)));
  TRY(FILTER({0xffff, 0, 0, 0}, ANSWER(0)));
  TRY(FILTER(BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), BPF_STMT(BPF_ALU | BPF_NEG, 0), BPF_STMT(BPF_MISC | BPF_TAX, 0), ANSWER(SECCOMP_RET_ALLOW)));
}

CASE(needs_no_new_privs) {
  pid_t pid;
  CHILD(pid) {
    setuid(1000);
    TRY(forbid(SYS_getppid, SECCOMP_RET_ERRNO | EXDEV));
    TRY(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    TRY(forbid(SYS_getppid, SECCOMP_RET_ERRNO | EXDEV));
    TRY(syscall(SYS_getppid));
    TRY(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL));
  }
  reap(pid);
}

CASE(inherited) {
  pid_t pid;
  forbid(SYS_sync, SECCOMP_RET_ERRNO | EDOM);
  CHILD(pid) {
    TRY(syscall(SYS_sync));
    forbid(SYS_sync, SECCOMP_RET_ERRNO | ERANGE);
    TRY(syscall(SYS_sync));
    execl("/bin/sh", "sh", "-c", "grep Seccomp /proc/self/status", NULL);
  }
  reap(pid);
  TRY(syscall(SYS_sync));
}

static void *waits(void *pipe) {
  char c;
  read(*(int *)pipe, &c, 1);
  TRY(syscall(SYS_getppid));
  return NULL;
}

CASE(all_threads_at_once) {
  int p[2];
  pthread_t thread;
  pipe(p);
  struct sock_filter code[] = {LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1), ANSWER(SECCOMP_RET_ERRNO | EDOM), ANSWER(SECCOMP_RET_ALLOW)};
  ERR(pthread_create(&thread, NULL, waits, &p[0]));
  TRY(install(code, 4, SECCOMP_FILTER_FLAG_TSYNC));
  write(p[1], "x", 1);
  ERR(pthread_join(thread, NULL));
}
