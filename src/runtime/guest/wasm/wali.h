// WALI: Linux's system calls as imports. https://github.com/arjunr2/WALI
#ifndef WALI_H
#define WALI_H
#include "wasi.h"

struct wali_call {
  const char *name;
  host_function *function;  // 0: the system call itself, with its arguments as `kinds` says
  u16 number;
  const char *kinds;  // i: a signed number, u: an unsigned one, p: an address, l: 64 bits
};
extern const struct wali_call WALI_CALLS[];

// The call `field` as imported with that type: what its code passes to wali_import; 0 = there is none.
void *find_wali(struct name field, const struct func_type *type);
u64 wali_import(const u64 *arguments, void *context);

// In wali_memory.c, wali_signal.c and wali_process.c.
host_function wali_mmap, wali_munmap, wali_mremap, wali_madvise, wali_mprotect, wali_success;
host_function wali_sigaction, wali_execve, wali_readv, wali_writev, wali_fcntl, wali_no_call;
host_function wali_argc, wali_argument_length, wali_copy_argument, wali_environment_file;
host_function wali_pselect, wali_sendmsg, wali_recvmsg, wali_longjmp;
// Calls the handlers of signals that have come.
void run_handlers(void);
#endif
