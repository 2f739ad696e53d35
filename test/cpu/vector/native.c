// Runs one vector instruction over many machine states on the real CPU: the oracle of vector.test.ts.
// stdin: repeated { u32 code length, u32 states, code, states }; stdout: the states afterwards. Layout of a state: state.ts.
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

struct state {
  uint8_t xmm[3][16];
  uint64_t rax, rcx, rdx;
  uint32_t mxcsr, signal;
  uint64_t mm[3];
  uint32_t code, tags;
  uint64_t flags;
  uint64_t pad;
  uint8_t upper[3][16];
  uint64_t pad2[2];
  uint8_t memory[64];
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct state) == 256, "layout of state.ts");

static struct state *running;
static sigjmp_buf escape;
int has_avx;

void enter(struct state *s, const void *code);
__asm__(
    ".globl enter\n"
    "enter:\n"
    "  push %rbx\n  push %r12\n  push %r13\n  push %rdi\n"
    "  mov %rdi, %r12\n  mov %rsi, %r13\n"
    "  fninit\n"
    "  movq 80(%r12), %mm0\n  movq 88(%r12), %mm1\n  movq 96(%r12), %mm2\n  emms\n"
    "  movdqu (%r12), %xmm0\n  movdqu 16(%r12), %xmm1\n  movdqu 32(%r12), %xmm2\n"
    "  cmpl $0, has_avx(%rip)\n  je 1f\n"
    "  vinsertf128 $1, 128(%r12), %ymm0, %ymm0\n  vinsertf128 $1, 144(%r12), %ymm1, %ymm1\n"
    "  vinsertf128 $1, 160(%r12), %ymm2, %ymm2\n"
    "1:\n"
    "  mov 48(%r12), %rax\n  mov 56(%r12), %rcx\n  mov 64(%r12), %rdx\n"
    "  lea 192(%r12), %rbx\n  mov %rbx, %rdi\n"
    "  ldmxcsr 72(%r12)\n"
    "  pushq 112(%r12)\n  popfq\n"
    "  call *%r13\n"
    "  pushfq\n  popq 112(%r12)\n"
    "  stmxcsr 72(%r12)\n"
    "  cmpl $0, has_avx(%rip)\n  je 1f\n"
    "  vextractf128 $1, %ymm0, 128(%r12)\n  vextractf128 $1, %ymm1, 144(%r12)\n"
    "  vextractf128 $1, %ymm2, 160(%r12)\n"
    "1:\n"
    "  movdqu %xmm0, (%r12)\n  movdqu %xmm1, 16(%r12)\n  movdqu %xmm2, 32(%r12)\n"
    "  mov %rax, 48(%r12)\n  mov %rcx, 56(%r12)\n  mov %rdx, 64(%r12)\n"
    "  sub $128, %rsp\n  fnstenv (%rsp)\n  movzwl 8(%rsp), %eax\n  mov %eax, 108(%r12)\n  add $128, %rsp\n"
    "  movq %mm0, 80(%r12)\n  movq %mm1, 88(%r12)\n  movq %mm2, 96(%r12)\n  emms\n"
    "  pop %rdi\n  pop %r13\n  pop %r12\n  pop %rbx\n  ret\n");

static void on_signal(int number, siginfo_t *info, void *context) {
  ucontext_t *uc = context;
  memcpy(running->xmm, uc->uc_mcontext.fpregs->_xmm, sizeof running->xmm);
  const uint8_t *area = (uint8_t *)uc->uc_mcontext.fpregs;
  memset(running->upper, 0, sizeof running->upper);
  if (has_avx && area[512] & 4) memcpy(running->upper, area + 576, sizeof running->upper);
  running->mxcsr = uc->uc_mcontext.fpregs->mxcsr;
  running->rax = uc->uc_mcontext.gregs[REG_RAX];
  running->rcx = uc->uc_mcontext.gregs[REG_RCX];
  running->rdx = uc->uc_mcontext.gregs[REG_RDX];
  running->flags = uc->uc_mcontext.gregs[REG_EFL];
  running->signal = number;
  running->code = info->si_code;
  running->tags = (uint8_t)uc->uc_mcontext.fpregs->ftw; // abridged already
  siglongjmp(escape, 1);
}

/* The x87 tag word (two bits a register, 3 = empty) as FXSAVE abridges it. */
static uint32_t abridged(uint32_t tags) {
  uint32_t valid = 0;
  for (int i = 0; i < 8; i++) valid |= (uint32_t)((tags >> (2 * i) & 3) != 3) << i;
  return valid;
}

static void run(struct state *s, const void *code) {
  uint32_t mxcsr = 0x1f80;
  running = s;
  if (sigsetjmp(escape, 0) == 0) {
    enter(s, code);
    s->tags = abridged(s->tags);
  }
  __asm__ volatile("ldmxcsr %0; cld" : : "m"(mxcsr));
  if (has_avx) __asm__ volatile("vzeroupper");
}

int main(void) {
  static uint8_t stack[65536];
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
  uint8_t *code = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  uint32_t head[2];
  has_avx = __builtin_cpu_supports("avx") != 0;
  sigaltstack(&alternate, 0);
  sigaction(SIGFPE, &action, 0);
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGILL, &action, 0);
  while (fread(head, sizeof head, 1, stdin) == 1) {
    struct state *states = aligned_alloc(64, head[1] * sizeof *states);
    if (fread(code, 1, head[0], stdin) != head[0]) return 1;
    if (fread(states, sizeof *states, head[1], stdin) != head[1]) return 1;
    code[head[0]] = 0xc3;
    for (uint32_t i = 0; i < head[1]; i++) run(&states[i], code);
    fwrite(states, sizeof *states, head[1], stdout);
    free(states);
  }
  return 0;
}
