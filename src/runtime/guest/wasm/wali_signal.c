// Handlers of signals in WALI programs. A handler is a function of the module's table; it is called when the system call during which the
// signal came ends, or before the next one begins, so compiled code is never interrupted between two instructions of its own.
#include "wali.h"

enum { SIGNALS = 65, LINUX_SIG_IGN = 1, EINVAL = 22, EFAULT = 14, SA_SIGINFO = 4, SA_RESTORER = 0x04000000 };

struct linux_action {
  void *handler;
  u64 flags;
  void (*restorer)(void);
  u64 mask;
};
struct __attribute__((packed)) wasm_action {
  u32 handler;  // an index of the table, or one of those below
  u64 flags;
  u32 restorer;
  u32 mask[2];
};
enum { SIG_DFL = 0, SIG_IGN = -2 };

void restore(void);
u64 call_on_stack(u8 *code, const u64 *arguments);

static struct wasm_action actions[SIGNALS];
static volatile u8 pending[SIGNALS];
static volatile int any;

static int is_function(u32 handler) { return handler != SIG_DFL && handler != (u32)SIG_IGN; }

static void on_signal(int signal) {
  pending[signal] = 1;
  any = 1;
}

u64 wali_sigaction(const u64 *a) {
  const u32 signal = a[0];
  if (signal == 0 || signal >= SIGNALS) return -EINVAL;
  const struct wasm_action old = actions[signal];
  if ((u32)a[1]) {
    const struct wasm_action *const given = guest(a[1], sizeof *given);
    if (!given) return -EFAULT;
    const struct wasm_action action = *given;
    struct linux_action linux_action = {0, action.flags & ~SA_SIGINFO, 0, action.mask[0] | (u64)action.mask[1] << 32};
    if (is_function(action.handler)) linux_action.handler = on_signal;
    else if (action.handler != SIG_DFL) linux_action.handler = (void *)LINUX_SIG_IGN;
    linux_action.flags |= SA_RESTORER;
    linux_action.restorer = restore;
    const long result = call4(SYS_rt_sigaction, signal, &linux_action, 0, 8);
    if (failed(result)) return result;
    actions[signal] = action;
  }
  if (!(u32)a[2]) return 0;
  struct wasm_action *const out = guest(a[2], sizeof *out);
  if (!out) return -EFAULT;
  *out = old;
  return 0;
}

static void run_handler(u32 signal) {
  const u32 index = actions[signal].handler;
  if (!module.table_count || index >= module.tables[0].size) trap("a signal handler that is no function");
  const struct function *const f = module.tables[0].elements[index];
  const struct func_type *const type = f ? &module.types[f->type] : 0;
  if (!type || type->params > 3 || type->params < 1 || type->results) trap("a signal handler of another type");
  const u64 arguments[] = {signal, 0, 0};
  call_on_stack(f->code, arguments);
}

void run_handlers(void) {
  while (any) {
    any = 0;
    for (u32 signal = 1; signal < SIGNALS; signal++) {
      if (!pending[signal]) continue;
      pending[signal] = 0;
      if (is_function(actions[signal].handler)) run_handler(signal);
    }
  }
}

// Three arguments, on the stack that is in use.
__asm__(
    "call_on_stack:\n"
    " push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
    " push 16(%rsi)\n push 8(%rsi)\n push (%rsi)\n"
    " call *%rdi\n"
    " add $24, %rsp\n"
    " pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n"
    " ret\n");
