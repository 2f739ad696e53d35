/* Runs instruction test cases on the real CPU and prints the state they leave: the oracle of test/cpu.
 *
 * stdin:  struct batch, then its cases; stdout: for each case a struct result, then its changed words. Layouts are
 * shared with native.ts. Each case starts from the same memory (a pattern over DATA, zeros on the stack) and from the
 * registers it brings, placed by sigreturn; its code ends with int3 or with a fault, either of which enters the handler.
 * Cases may run into anything: a filter turns system calls of theirs into SIGSYS, a timer ends them with SIGALRM when
 * they loop for ever, and the handler brings its own fs base.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <immintrin.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#define CODE 0x10000000ul /* two pages of int3, then nothing */
#define CODE_SIZE (2 * PAGE)
#define DATA 0x20000000ul /* two pages, then nothing */
#define INSTRUCTION 16ul
#define READONLY 0x20004000ul
#define STACK 0x30000000ul
#define PAGE 4096ul
#define CODE_SEGMENT 0x33
#define STICKY_FLAGS 0x244000ul /* NT AC ID: neither signal delivery nor sigreturn changes them */
#define DATA_SIZE (2 * PAGE)
#define WORDS ((DATA_SIZE + PAGE) / 8)
#define FX_SIZE (512 + 256) /* an FXSAVE image, then the upper halves of the ymm registers */
#define YMM 576 /* where the signal frame has these */

struct batch {
  uint32_t count, fx; /* fx: cases and results carry vector and x87 registers */
};
struct testcase {
  uint64_t gpr[16], rflags, rip, gs_base, fs_base;
  uint32_t length, reserved; /* then the registers (FX_SIZE) and the code */
};
struct result {
  uint64_t gpr[16], rflags, rip, address, gs_base, fs_base;
  uint32_t signal, sigcode, words, cs;
  uint8_t code[INSTRUCTION]; /* at rip, where that is in CODE */
};
struct word {
  uint64_t va, value;
};

static struct batch batch;
static uint32_t number, number_at_tick;
static uint64_t own_fs_base;
static int has_avx;
static struct testcase current;
static uint8_t fx[FX_SIZE], code[CODE_SIZE], pattern[DATA_SIZE];
static struct word words[WORDS];

static void need(int ok, const char *what) {
  if (ok) return;
  perror(what);
  _exit(1);
}

static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                              REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

/* Collects 8-byte words of [va, va + size) that differ from what was there before. */
static uint32_t changed(uint64_t va, uint64_t size, const uint8_t *before, uint32_t n) {
  for (uint64_t i = 0; i < size; i += 8) {
    uint64_t old = before ? *(const uint64_t *)(before + i) : 0, now = *(uint64_t *)(va + i);
    if (old == now) continue;
    words[n].va = va + i;
    words[n++].value = now;
    *(uint64_t *)(va + i) = old;
  }
  return n;
}

static uint64_t *components(uint8_t *frame) { return (uint64_t *)(frame + 512); }

static void report_units(const uint8_t *frame) {
  static const uint8_t zeros[256];
  fwrite(frame, 512, 1, stdout);
  fwrite(has_avx && *components((uint8_t *)frame) & 4 ? frame + YMM : zeros, 256, 1, stdout);
}

static void report(ucontext_t *u, int sig, siginfo_t *info, uint64_t fs_base) {
  struct result r = {.fs_base = fs_base, .gs_base = _readgsbase_u64()};
  for (int i = 0; i < 16; i++) r.gpr[i] = u->uc_mcontext.gregs[order[i]];
  r.rflags = u->uc_mcontext.gregs[REG_EFL];
  r.rip = u->uc_mcontext.gregs[REG_RIP];
  r.address = sig == SIGALRM ? 0 : (uint64_t)info->si_addr;
  r.signal = sig;
  r.sigcode = info->si_code;
  r.cs = u->uc_mcontext.gregs[REG_CSGSFS] & 0xffff;
  if (r.rip >= CODE && r.rip <= CODE + CODE_SIZE - INSTRUCTION) memcpy(r.code, (void *)r.rip, INSTRUCTION);
  r.words = changed(STACK, PAGE, 0, changed(DATA, DATA_SIZE, pattern, 0));
  fwrite(&r, sizeof r, 1, stdout);
  if (batch.fx) report_units((uint8_t *)u->uc_mcontext.fpregs);
  fwrite(words, sizeof *words, r.words, stdout);
}

/* A case may have loaded selectors, which signals do not save. */
static void clear_segments(void) {
  __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs" : : "r"(0));
  _writefsbase_u64(own_fs_base);
}

static void next(ucontext_t *u) {
  if (number++ == batch.count) {
    fflush(stdout);
    _exit(0);
  }
  need(fread(&current, sizeof current, 1, stdin) == 1, "case");
  if (batch.fx) need(fread(fx, sizeof fx, 1, stdin) == 1, "fx");
  need(current.length <= sizeof code && fread(code, 1, current.length, stdin) == current.length, "code");
  memset((void *)CODE, 0xcc, CODE_SIZE);
  memcpy((void *)current.rip, code, current.length);
  for (int i = 0; i < 16; i++) u->uc_mcontext.gregs[order[i]] = current.gpr[i];
  u->uc_mcontext.gregs[REG_RIP] = current.rip;
  u->uc_mcontext.gregs[REG_EFL] = current.rflags | 0x202;
  u->uc_mcontext.gregs[REG_CSGSFS] = (u->uc_mcontext.gregs[REG_CSGSFS] & ~0xffffl) | CODE_SEGMENT;
  clear_segments();
  _writegsbase_u64(current.gs_base);
  if (!batch.fx) return;
  /* Only the 416 bytes of registers: behind them lie the kernel's marks. */
  uint8_t *frame = (uint8_t *)u->uc_mcontext.fpregs;
  memcpy(frame, fx, 416);
  if (has_avx) memcpy(frame + YMM, fx + 512, 256);
  *components(frame) |= has_avx ? 7 : 3;
}

/* The first tick that finds the same case as the one before ends it. */
static int is_first_tick(int sig) {
  if (sig != SIGALRM || number_at_tick == number) return 0;
  number_at_tick = number;
  return 1;
}

static void handler(int sig, siginfo_t *info, void *context) {
  uint64_t fs_base = _readfsbase_u64();
  ucontext_t *u = context;
  uint64_t rflags = __builtin_ia32_readeflags_u64();
  __builtin_ia32_writeeflags_u64(rflags & ~STICKY_FLAGS);
  _writefsbase_u64(own_fs_base);
  if (is_first_tick(sig)) {
    __builtin_ia32_writeeflags_u64(rflags);
    _writefsbase_u64(fs_base);
    return;
  }
  if (number) report(u, sig, info, fs_base);
  next(u);
  _writefsbase_u64(current.fs_base);
}

/* System calls from CODE, and all through the 32-bit gates, raise SIGSYS. */
static void install_filter(void) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 5),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer)),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, STACK + PAGE, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  need(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
  need(!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), "seccomp");
}

static void map(uint64_t va, uint64_t size, int prot) {
  void *p = mmap((void *)va, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  need(p == (void *)va, "mmap");
}

/* The segment that holds the processor's number says 0, as a box's does. */
static void run_on_first_processor(void) {
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  sched_setaffinity(0, sizeof first, &first);
}

int main(void) {
  run_on_first_processor();
  static uint8_t input[1 << 20], output[1 << 20];
  setvbuf(stdin, (char *)input, _IOFBF, sizeof input);
  setvbuf(stdout, (char *)output, _IOFBF, sizeof output);
  need(fread(&batch, sizeof batch, 1, stdin) == 1, "batch");
  map(CODE, CODE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC);
  map(DATA, DATA_SIZE, PROT_READ | PROT_WRITE);
  map(READONLY, PAGE, PROT_READ);
  map(STACK, PAGE, PROT_READ | PROT_WRITE);
  uint32_t x = 0x12345678;
  for (uint64_t i = 0; i < DATA_SIZE; i++) {
    x ^= x << 13, x ^= x >> 17, x ^= x << 5;
    pattern[i] = x >> 8;
  }
  memcpy((void *)DATA, pattern, DATA_SIZE);
  stack_t alt = {.ss_sp = malloc(1 << 18), .ss_size = 1 << 18};
  need(!sigaltstack(&alt, 0), "sigaltstack");
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  static const int signals[] = {SIGTRAP, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGALRM, SIGUSR1};
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) need(!sigaction(signals[i], &action, 0), "sigaction");
  own_fs_base = _readfsbase_u64();
  has_avx = __builtin_cpu_supports("avx") != 0;
  install_filter();
  struct itimerval ticks = {{0, 100000}, {0, 100000}};
  need(!setitimer(ITIMER_REAL, &ticks, 0), "setitimer");
  raise(SIGUSR1);
  return 1;
}
