// Vector registers as Linux keeps them: over context switches, fork, clone and signals; XSAVE and its relatives.
// arch/x86/kernel/fpu/signal.c, Intel SDM volume 1, chapter 13
#pragma GCC target("avx2,xsave,xsavec,xsaveopt")
#include <immintrin.h>
#include <pthread.h>
#include <setjmp.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <ucontext.h>
#include "check.h"

static void set(uint64_t value) {
  __asm__ volatile("vmovq %0, %%xmm15\n vpbroadcastq %%xmm15, %%ymm15\n vpaddq %%ymm15, %%ymm15, %%ymm14" : : "r"(value));
}

static bool is(uint64_t value) {
  uint64_t v[8];
  __asm__ volatile("vmovdqu %%ymm15, %0\n vmovdqu %%ymm14, 32%0" : "=o"(v));
  for (int i = 0; i < 4; i++)
    if (v[i] != value || v[4 + i] != 2 * value) return false;
  return true;
}

CASE(system_calls) {
  set(0x1234567890abcdef);
  __asm__ volatile("syscall" : : "a"(SYS_sched_yield) : "rcx", "r11", "memory");
  SHOW(is(0x1234567890abcdef));
}

CASE(fork_inherits) {
  set(77);
  pid_t pid = syscall(SYS_fork);
  if (pid == 0) _exit(is(77) ? 7 : 1);
  set(78);
  int status;
  waitpid(pid, &status, 0);
  SHOW(WEXITSTATUS(status));
}

static void *spin(void *arg) {
  uint64_t own = (uintptr_t)arg;
  for (int i = 0; i < 300; i++) {
    set(own + i);
    for (volatile int n = 0; n < 1000; n++) continue;
    if (i % 10 == 0) __asm__ volatile("syscall" : : "a"(SYS_sched_yield) : "rcx", "r11", "memory");
    if (!is(own + i)) return arg;
  }
  return 0;
}

CASE(threads_have_their_own) {
  pthread_t thread[4];
  for (uintptr_t i = 0; i < 4; i++) pthread_create(&thread[i], 0, spin, (void *)(1000 * (i + 1)));
  for (int i = 0; i < 4; i++) {
    void *failed;
    pthread_join(thread[i], &failed);
    SHOW(failed == 0);
  }
}

static struct {
  uint64_t uc_flags, features, lower, upper, entry_or;
  uint32_t magic1, magic2;
  bool sizes;
} seen;
static bool change;

static void handler(int sig, siginfo_t *info, void *context) {
  (void)sig, (void)info;
  uint64_t all[64];
  for (int i = 0; i < 64; i++) all[i] = 0;
  __asm__ volatile("vmovdqu %%ymm15, %0\n vmovdqu %%ymm14, 32%0" : "=o"(all));
  for (int i = 0; i < 8; i++) seen.entry_or |= all[i];
  ucontext_t *uc = context;
  uint8_t *p = (uint8_t *)uc->uc_mcontext.fpregs;
  uint32_t extended, size;
  memcpy(&seen.magic1, p + 464, 4);
  memcpy(&extended, p + 468, 4);
  memcpy(&seen.features, p + 512, 8);
  memcpy(&size, p + 480, 4);
  memcpy(&seen.magic2, p + size, 4);
  memcpy(&seen.lower, p + 160 + 15 * 16, 8);
  memcpy(&seen.upper, p + 576 + 15 * 16, 8);
  seen.uc_flags = uc->uc_flags;
  seen.sizes = extended == size + 4 && size >= 832 && (uintptr_t)p % 64 == 0;
  if (change) {
    uint64_t value = 99, twice = 198;
    for (int i = 0; i < 16; i += 8) {
      memcpy(p + 160 + 15 * 16 + i, &value, 8), memcpy(p + 576 + 15 * 16 + i, &value, 8);
      memcpy(p + 160 + 14 * 16 + i, &twice, 8), memcpy(p + 576 + 14 * 16 + i, &twice, 8);
    }
  }
  set(5);
}

static void raise_now(void) {
  __asm__ volatile("syscall\n mov %%eax, %%edi\n mov %1, %%eax\n mov %2, %%esi\n syscall"
                   :
                   : "a"(SYS_getpid), "i"(SYS_kill), "i"(SIGUSR1)
                   : "rdi", "rsi", "rcx", "r11", "memory");
}

static void with_handler(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, 0);
}

CASE(signal_frame) {
  with_handler();
  set(42);
  raise_now();
  SHOW(is(42));
  say("%lx %x %x %lx %lx %lx", seen.uc_flags & 1, seen.magic1, seen.magic2, seen.features & 7, seen.lower, seen.upper);
  SHOW(seen.sizes);
  say("registers of the handler %lx", seen.entry_or);
}

CASE(handler_changes_registers) {
  with_handler();
  change = true;
  set(42);
  raise_now();
  SHOW(is(99));
}

CASE(signal_stack_size) {
  SHOW(getauxval(AT_MINSIGSTKSZ) >= 1776);
  SHOW((getauxval(AT_HWCAP2) & 2) != 0);
}

// x87, SSE and AVX; what else this CPU has is not looked at.
enum { X87 = 1, SSE = 2, AVX = 4, ALL = 7 };

static uint8_t area[4096] __attribute__((aligned(64)));

static uint64_t word(int at) {
  uint64_t v;
  memcpy(&v, area + at, 8);
  return v;
}

static void show_area(const char *what) {
  say("%s bv %lx comp %lx fcw %x mxcsr %x xmm15 %lx ymm15 %lx end %x", what, word(512), word(520), (unsigned)word(0) & 0xffff,
      (unsigned)word(24), word(160 + 240), word(576 + 240), area[832]);
}

CASE(xsave_forms) {
  memset(area, 0xee, sizeof area);
  memset(area + 512, 0, 64);
  set(11);
  _xsave64(area, ALL);
  show_area("xsave");
  memset(area, 0xee, 512);
  memset(area + 576, 0xee, 256);
  set(12);
  _xsave64(area, AVX);
  show_area("xsave avx");
  memset(area, 0xee, 512);
  memset(area + 576, 0xee, 256);
  set(13);
  _xsavec64(area, ALL);
  show_area("xsavec");
  memset(area, 0xee, 512);
  set(14);
  _xsave(area, SSE);
  say("standard over compacted %lx %lx", word(512), word(160 + 240));
}

CASE(initial_components) {
  memset(area, 0xee, sizeof area);
  memset(area + 512, 0, 64);
  __asm__ volatile("vzeroall");
  _xsavec64(area, SSE | AVX);
  show_area("all initial");
  set(1);
  __asm__ volatile("vzeroupper");
  _xsaveopt64(area, ALL);
  say("upper halves zero: %lx", word(512) & AVX);
}

CASE(xrstor_forms) {
  memset(area, 0, sizeof area);
  set(21);
  _xsave64(area, ALL);
  set(22);
  _xrstor64(area, ALL);
  SHOW(is(21));
  set(23);
  _xrstor64(area, SSE);
  uint64_t v[4];
  __asm__ volatile("vmovdqu %%ymm15, %0" : "=m"(v));
  say("lower half alone: %lu %lu %lu", v[0], v[1], v[2]);
  uint64_t none = 0;
  memcpy(area + 512, &none, 8);
  _xrstor64(area, SSE | AVX);
  SHOW(is(0));
  _xsavec64(area, ALL);
  set(24);
  _xrstor64(area, ALL);
  SHOW(is(0));
}

static sigjmp_buf escape;

static void on_fault(int sig, siginfo_t *info, void *context) {
  (void)context;
  say("signal %d code %d", sig, info->si_code);
  siglongjmp(escape, 1);
}

// Run `act`; what does it raise?
#define RAISES(act)                                                                         \
  do {                                                                                   \
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER}; \
    sigaction(SIGSEGV, &action, 0);                                                      \
    sigaction(SIGILL, &action, 0);                                                       \
    sigaction(SIGBUS, &action, 0);                                                       \
    say("%s", #act);                                                                     \
    if (!sigsetjmp(escape, 1)) {                                                         \
      act;                                                                               \
      say("no signal");                                                                  \
    }                                                                                    \
  } while (0)

static void header(uint64_t bv, uint64_t comp, uint64_t rest) {
  memset(area, 0, sizeof area);
  memcpy(area + 512, &bv, 8);
  memcpy(area + 520, &comp, 8);
  memcpy(area + 528, &rest, 8);
  uint32_t mxcsr = 0x1f80;
  memcpy(area + 24, &mxcsr, 4);
  area[0] = 0x7f, area[1] = 3;
}

CASE(refused_images) {
  RAISES(_xsave64(area + 16, ALL));
  RAISES(_xrstor64(area + 32, ALL));
  header(1ul << 62, 0, 0);
  RAISES(_xrstor64(area, ALL));
  header(3, 7, 0);
  RAISES(_xrstor64(area, ALL));
  header(3, 0, 1);
  RAISES(_xrstor64(area, ALL));
  header(7, 1ul << 63 | 3, 0);
  RAISES(_xrstor64(area, ALL));
  header(3, 1ul << 63 | 7, 0);
  RAISES(_xrstor64(area, ALL));
  header(3, 0, 0);
  area[26] = 1;
  RAISES(_xrstor64(area, X87));
  RAISES(_xrstor64(area, SSE));
  RAISES(_xrstor64(area, AVX));
  RAISES(__asm__ volatile("xsetbv" : : "a"(7), "d"(0), "c"(0)));
  RAISES(__asm__ volatile("xgetbv" : : "c"(2) : "eax", "edx"));
}

CASE(control_register) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  say("%x %x", low & ALL, high);
}

static void touch(uint8_t *page, int kind) {
  switch (kind) {
    case 0:
      __asm__ volatile("vmovaps (%0), %%ymm0" : : "r"(page + 16));
      break;
    case 1:
      __asm__ volatile("vmovups (%0), %%ymm0" : : "r"(page + 4096 - 31));
      break;
    case 2:
      __asm__ volatile("vpcmpeqd %%ymm1, %%ymm1, %%ymm1\n vpsrldq $8, %%xmm1, %%xmm1\n vpmaskmovd (%0), %%ymm1, %%ymm0"
                       :
                       : "r"(page + 4096 - 8));
      break;
    case 3:
      __asm__ volatile("vpcmpeqd %%ymm1, %%ymm1, %%ymm1\n vpmaskmovd %%ymm0, %%ymm1, (%0)" : : "r"(page + 4096 - 8));
      break;
    case 4:
      __asm__ volatile("vmovntdq %%ymm0, (%0)" : : "r"(page + 32));
      break;
    case 5:
      __asm__ volatile("vmovntdq %%ymm0, (%0)" : : "r"(page + 8));
      break;
  }
}

CASE(operands_in_memory) {
  uint8_t *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(page + 4096, 4096, PROT_NONE);
  for (int kind = 0; kind < 6; kind++) RAISES(touch(page, kind));
}

// A gather that faults in the middle leaves what has arrived, and the rest of its mask.
static uint8_t *gather_page;

static void gather_fault(int sig, siginfo_t *info, void *context) {
  ucontext_t *uc = context;
  uint8_t *p = (uint8_t *)uc->uc_mcontext.fpregs;
  uint32_t dst[8], mask[8];
  memcpy(dst, p + 160, 16), memcpy(dst + 4, p + 576, 16);
  memcpy(mask, p + 160 + 16, 16), memcpy(mask + 4, p + 576 + 16, 16);
  say("signal %d at %ld", sig, (long)((uint8_t *)info->si_addr - gather_page));
  // Into the other bits of the mask makers extend the sign, or leave them.
  for (int i = 0; i < 8; i++) say("%x %x", dst[i], mask[i] >> 31);
  mprotect(gather_page + 4096, 4096, PROT_READ | PROT_WRITE);
}

CASE(gather_goes_on) {
  struct sigaction action = {.sa_sigaction = gather_fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, 0);
  uint8_t *page = gather_page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 2048; i++) ((uint32_t *)page)[i] = i;
  mprotect(page + 4096, 4096, PROT_NONE);
  int32_t index[8] = {3, 1, 1000, 1030, 5, 1040, 2, 6}, mask[8] = {-1, 0, -1, INT_MIN, -1, -1, 0, INT_MIN};
  uint32_t out[16];
  __asm__ volatile(
      "vpcmpeqd %%ymm0, %%ymm0, %%ymm0\n vmovdqu %1, %%ymm1\n vmovdqu %2, %%ymm2\n"
      "vpgatherdd %%ymm1, (%3, %%ymm2, 4), %%ymm0\n vmovdqu %%ymm0, %0\n vmovdqu %%ymm1, 32%0"
      : "=o"(out)
      : "m"(mask), "m"(index), "r"(page));
  for (int i = 0; i < 8; i++) say("%x %x", out[i], out[8 + i]);
}
