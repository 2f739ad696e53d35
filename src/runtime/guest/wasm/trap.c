// Traps are faults of compiled code: an address in the memory's window, ud2 with the kind behind it, a division. Also the
// stack that compiled code runs on, whose end is a guard area larger than any frame.
#include "compiler.h"
#include "runtime.h"

enum { STACK_SIZE = 8 << 20, GUARD_SIZE = 4 << 20, ALTERNATE_SIZE = 32768 };
enum { SIGILL = 4, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11 };
enum { SA_SIGINFO = 4, SA_ONSTACK = 0x08000000, SA_RESTORER = 0x04000000, SA_RESETHAND = 0x80000000 };
enum { CONTEXT_RCX = 14, CONTEXT_RIP = 16, CONTEXT_REGISTERS = 40 };  // gregs of ucontext_t

static u64 stack_bottom, stack_top;

struct siginfo {
  i32 signo, error, code, pad;
  u64 address;
};

struct action {
  void (*handler)(int, struct siginfo *, void *);
  u64 flags;
  void (*restorer)(void);
  u64 mask;
};

static const char *const NAMES[TRAP_KINDS] = {
    [TRAP_UNREACHABLE] = "unreachable",
    [TRAP_TABLE] = "undefined element: out of bounds table access",
    [TRAP_NULL] = "uninitialized element",
    [TRAP_TYPE] = "indirect call type mismatch",
    [TRAP_CONVERSION] = "float unrepresentable in integer range",
};

static int in_code(u64 address) { return address >= CODE_START && address < CODE_END; }

static void on_fault(int signal, struct siginfo *info, void *context) {
  const u64 *registers = (const u64 *)((u8 *)context + CONTEXT_REGISTERS);
  const u64 rip = registers[CONTEXT_RIP];
  const int from_kernel = info->code > 0;
  if (signal == SIGSEGV && from_kernel) {
    if (info->address >= stack_bottom - GUARD_SIZE && info->address < stack_bottom) trap("call stack exhausted");
    if (in_code(rip) && info->address >= MEMORY_BASE && info->address < MEMORY_BASE + MEMORY_WINDOW)
      trap("out of bounds memory access");
  }
  if (signal == SIGFPE && from_kernel && in_code(rip))
    trap(registers[CONTEXT_RCX] ? "integer overflow" : "integer divide by zero");
  if (signal == SIGILL && from_kernel && in_code(rip)) {
    const u8 kind = ((const u8 *)rip)[2];
    if (kind < TRAP_KINDS) trap(NAMES[kind]);
  }
  // Not ours: the handler is gone (SA_RESETHAND), so that it comes again and has its usual effect.
  if (!from_kernel) call2(SYS_kill, call0(SYS_getpid), signal);
}

__asm__(".globl restore\nrestore: mov $15, %eax\n syscall\n");  // rt_sigreturn
extern void restore(void);

void catch_traps(void) {
  static const u8 SIGNALS[] = {SIGILL, SIGFPE, SIGSEGV};
  struct {
    void *at;
    int flags;
    u64 size;
  } alternate = {allocate(ALTERNATE_SIZE), 0, ALTERNATE_SIZE};
  call2(SYS_sigaltstack, &alternate, 0);
  for (u32 i = 0; i < ARRAY_SIZE(SIGNALS); i++) {
    struct action action = {on_fault, SA_SIGINFO | SA_ONSTACK | SA_RESTORER | SA_RESETHAND, restore, 0};
    call4(SYS_rt_sigaction, SIGNALS[i], &action, 0, 8);
  }
}

void make_stack(void) {
  const u64 size = STACK_SIZE + GUARD_SIZE;
  const u64 start = (u64)map_at(0, size, 0);
  stack_bottom = start + GUARD_SIZE;
  stack_top = start + size;
  if (failed(call3(SYS_mprotect, stack_bottom, STACK_SIZE, PROT_READ | PROT_WRITE))) refuse("not enough memory");
}

// Compiled code keeps none of the registers that C expects to be kept. It is not entered again from what it calls.
u64 switch_stack(u8 *code, u64 rsp);
__asm__(
    ".local saved_rsp\n .comm saved_rsp, 8\n"
    "switch_stack:\n"
    " push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
    " mov %rsp, saved_rsp\n"
    " mov %rsi, %rsp\n"
    " call *%rdi\n"
    " mov saved_rsp, %rsp\n"
    " pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n"
    " ret\n");

u64 enter(struct function *f, const u64 *arguments, u32 count) {
  u64 *const frame = (u64 *)(stack_top - (MOST_PARAMS + 2) * 8);
  copy(frame, arguments, count * 8);
  return switch_stack(f->code, (u64)frame);
}
