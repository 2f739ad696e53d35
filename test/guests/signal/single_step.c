// TF: a trap behind every instruction, between the elements of a string instruction, and none behind a system call.
#include "check.h"
#include <sys/mman.h>
#include <ucontext.h>

extern char step_begin[], step_end[];
static int offsets[64], codes[64], count;

static void on_trap(int sig, siginfo_t *info, void *context) {
  (void)sig;
  ucontext_t *u = context;
  char *rip = (char *)u->uc_mcontext.gregs[REG_RIP];
  bool inside = rip >= step_begin && rip <= step_end;
  if (inside && count < 64) {
    offsets[count] = rip - step_begin;
    codes[count++] = info->si_code + 100 * (info->si_addr == rip);
  }
  if (!inside) u->uc_mcontext.gregs[REG_EFL] &= ~0x100ul;
}

CASE(trace) {
  struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
  sigaction(SIGTRAP, &action, 0);
  static char from[8] = "abcdefg", to[8];
  __asm__ volatile(
      "sub $128, %%rsp\n pushfq\n orq $0x100, (%%rsp)\n popfq\n"
      "step_begin: nop\n mov $3, %%ecx\n rep movsb\n jmp 1f\n nop\n"
      "1: mov $39, %%eax\n syscall\n nop\n int3\n push %%rax\n pop %%rax\n"
      "pushfq\n andq $~0x100, (%%rsp)\n popfq\n step_end: nop\n add $128, %%rsp\n"
      :
      : "S"(from), "D"(to)
      : "rax", "rcx", "r11", "memory", "cc");
  for (int i = 0; i < count; i++) printf("%d: +%d code %d\n", i, offsets[i], codes[i]);
  printf("moved %s\n", to);
}

/* A page mapped twice: code changed through the one runs changed through the other at once. */
CASE(twice_mapped_code) {
  int fd = memfd_create("code", 0);
  ftruncate(fd, 4096);
  unsigned char *w = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  unsigned char *x = mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
  int sum = 0;
  for (int i = 0; i < 50; i++) {
    memcpy(w, (unsigned char[]){0xb8, i, 0, 0, 0, 0xc3}, 6);
    sum += ((int (*)(void))x)();
  }
  printf("sum %d\n", sum);
}

CASE(far_and_iret) {
  unsigned long a = 0, b = 0;
  __asm__ volatile(
      "sub $128, %%rsp\n lea 1f(%%rip), %%rcx\n push $0x33\n push %%rcx\n lretq\n ud2\n 1: mov $7, %0\n"
      "mov %%rsp, %%rdx\n push $0x2b\n push %%rdx\n pushfq\n push $0x33\n lea 2f(%%rip), %%rcx\n push %%rcx\n iretq\n ud2\n"
      "2: mov $8, %1\n add $128, %%rsp\n"
      : "+r"(a), "+r"(b)
      :
      : "rcx", "rdx", "memory");
  printf("far return %lu, interrupt return %lu\n", a, b);
}
