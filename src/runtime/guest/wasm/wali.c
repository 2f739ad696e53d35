// The calls that pass as they are: numbers, and addresses of the linear memory as addresses of the process. Linux itself finds an
// address that is out of bounds (EFAULT), since what is around the memory is without any right. Structures are those of x86-64.
#include "wali.h"

enum { ENOSYS = 38 };

struct bound {
  const struct wali_call *call;
  const struct func_type *type;
};

const struct wali_call WALI_CALLS[] = {
    {"SYS_accept", 0, 43, "ipp"},
    {"SYS_accept4", 0, 288, "ippi"},
    {"SYS_access", 0, 21, "pi"},
    {"SYS_alarm", 0, 37, "i"},
    {"SYS_bind", 0, 49, "ipu"},
    {"SYS_brk", wali_no_call, 0, "p"},
    {"SYS_chdir", 0, 80, "p"},
    {"SYS_chmod", 0, 90, "pi"},
    {"SYS_chown", 0, 92, "pii"},
    {"SYS_chroot", 0, 161, "p"},
    {"SYS_clock_getres", 0, 229, "ip"},
    {"SYS_clock_gettime", 0, 228, "ip"},
    {"SYS_clock_nanosleep", 0, 230, "iipp"},
    {"SYS_close", 0, 3, "i"},
    {"SYS_connect", 0, 42, "ipu"},
    {"SYS_dup", 0, 32, "i"},
    {"SYS_dup2", 0, 33, "ii"},
    {"SYS_dup3", 0, 292, "iii"},
    {"SYS_epoll_create1", 0, 291, "i"},
    {"SYS_epoll_ctl", 0, 233, "iiip"},
    {"SYS_epoll_pwait", 0, 281, "ipiipu"},
    {"SYS_eventfd", 0, 284, "u"},
    {"SYS_eventfd2", 0, 290, "ui"},
    {"SYS_execve", wali_execve, 0, "ppp"},
    {"SYS_exit", 0, 231, "i"},
    {"SYS_exit_group", 0, 231, "i"},
    {"SYS_faccessat", 0, 269, "ipi"},
    {"SYS_faccessat2", 0, 439, "ipii"},
    {"SYS_fadvise", 0, 221, "illi"},
    {"SYS_fchdir", 0, 81, "i"},
    {"SYS_fchmod", 0, 91, "ii"},
    {"SYS_fchmodat", 0, 268, "ipi"},
    {"SYS_fchown", 0, 93, "iii"},
    {"SYS_fchownat", 0, 260, "ipiii"},
    {"SYS_fcntl", wali_fcntl, 0, "iii"},
    {"SYS_fdatasync", 0, 75, "i"},
    {"SYS_flock", 0, 73, "ii"},
    {"SYS_fork", 0, 57, ""},
    {"SYS_fstat", 0, 5, "ip"},
    {"SYS_fstatat", 0, 262, "ippi"},
    {"SYS_fstatfs", 0, 138, "ip"},
    {"SYS_fsync", 0, 74, "i"},
    {"SYS_ftruncate", 0, 77, "il"},
    {"SYS_futex", 0, 202, "piippi"},
    {"SYS_getcwd", 0, 79, "pu"},
    {"SYS_getdents64", 0, 217, "ipu"},
    {"SYS_getegid", 0, 108, ""},
    {"SYS_geteuid", 0, 107, ""},
    {"SYS_getgid", 0, 104, ""},
    {"SYS_getgroups", 0, 115, "ip"},
    {"SYS_getpeername", 0, 52, "ipp"},
    {"SYS_getpgid", 0, 121, "i"},
    {"SYS_getpgrp", 0, 111, ""},
    {"SYS_getpid", 0, 39, ""},
    {"SYS_getppid", 0, 110, ""},
    {"SYS_getrandom", 0, 318, "pui"},
    {"SYS_getrlimit", 0, 97, "ip"},
    {"SYS_getrusage", 0, 98, "ip"},
    {"SYS_getsid", 0, 124, "i"},
    {"SYS_getsockname", 0, 51, "ipp"},
    {"SYS_getsockopt", 0, 55, "iiipp"},
    {"SYS_gettid", 0, 186, ""},
    {"SYS_gettimeofday", 0, 96, "pp"},
    {"SYS_getuid", 0, 102, ""},
    {"SYS_ioctl", 0, 16, "iup"},
    {"SYS_kill", 0, 62, "ii"},
    {"SYS_link", 0, 86, "pp"},
    {"SYS_linkat", 0, 265, "ipipi"},
    {"SYS_listen", 0, 50, "ii"},
    {"SYS_lseek", 0, 8, "ili"},
    {"SYS_lstat", 0, 6, "pp"},
    {"SYS_madvise", wali_madvise, 0, "pui"},
    {"SYS_mkdir", 0, 83, "pi"},
    {"SYS_mkdirat", 0, 258, "ipi"},
    {"SYS_mmap", wali_mmap, 0, "puiiil"},
    {"SYS_mprotect", wali_mprotect, 0, "pui"},
    {"SYS_mremap", wali_mremap, 0, "puuip"},
    {"SYS_msync", wali_success, 0, "pui"},  // no mapping is shared with a file
    {"SYS_munmap", wali_munmap, 0, "pu"},
    {"SYS_nanosleep", 0, 35, "pp"},
    {"SYS_newfstatat", 0, 262, "ippi"},
    {"SYS_open", 0, 2, "pii"},
    {"SYS_openat", 0, 257, "ipii"},
    {"SYS_pause", 0, 34, ""},
    {"SYS_pipe", 0, 22, "p"},
    {"SYS_pipe2", 0, 293, "pi"},
    {"SYS_poll", 0, 7, "pui"},
    {"SYS_ppoll", 0, 271, "puppu"},
    {"SYS_pread64", 0, 17, "ipul"},
    {"SYS_prlimit64", 0, 302, "iipp"},
    {"SYS_pselect6", wali_pselect, 0, "ippppp"},
    {"SYS_pwrite64", 0, 18, "ipul"},
    {"SYS_read", 0, 0, "ipu"},
    {"SYS_readlink", 0, 89, "ppu"},
    {"SYS_readlinkat", 0, 267, "ippu"},
    {"SYS_readv", wali_readv, 0, "ipi"},
    {"SYS_recvfrom", 0, 45, "ipuipp"},
    {"SYS_recvmsg", wali_recvmsg, 0, "ipi"},
    {"SYS_rename", 0, 82, "pp"},
    {"SYS_renameat2", 0, 316, "ipipu"},
    {"SYS_rmdir", 0, 84, "p"},
    {"SYS_rt_sigaction", wali_sigaction, 0, "ippu"},
    {"SYS_rt_sigpending", 0, 127, "pu"},
    {"SYS_rt_sigprocmask", 0, 14, "ippu"},
    {"SYS_rt_sigsuspend", 0, 130, "pu"},
    {"SYS_sched_getaffinity", 0, 204, "iup"},
    {"SYS_sched_yield", 0, 24, ""},
    {"SYS_select", 0, 23, "ipppp"},
    {"SYS_sendmsg", wali_sendmsg, 0, "ipi"},
    {"SYS_sendto", 0, 44, "ipuipu"},
    {"SYS_set_tid_address", 0, 186, "p"},  // there are no threads to tell of their end
    {"SYS_setgid", 0, 106, "i"},
    {"SYS_setgroups", 0, 116, "up"},
    {"SYS_setitimer", 0, 38, "ipp"},
    {"SYS_setpgid", 0, 109, "ii"},
    {"SYS_setregid", 0, 114, "ii"},
    {"SYS_setresgid", 0, 119, "iii"},
    {"SYS_setresuid", 0, 117, "iii"},
    {"SYS_setreuid", 0, 113, "ii"},
    {"SYS_setrlimit", 0, 160, "ip"},
    {"SYS_setsid", 0, 112, ""},
    {"SYS_setsockopt", 0, 54, "iiipu"},
    {"SYS_setuid", 0, 105, "i"},
    {"SYS_shutdown", 0, 48, "ii"},
    {"SYS_socket", 0, 41, "iii"},
    {"SYS_socketpair", 0, 53, "iiip"},
    {"SYS_stat", 0, 4, "pp"},
    {"SYS_statfs", 0, 137, "pp"},
    {"SYS_statx", 0, 332, "ipiup"},
    {"SYS_symlink", 0, 88, "pp"},
    {"SYS_symlinkat", 0, 266, "pip"},
    {"SYS_sysinfo", 0, 99, "p"},
    {"SYS_tkill", 0, 200, "ii"},
    {"SYS_umask", 0, 95, "i"},
    {"SYS_uname", 0, 63, "p"},
    {"SYS_unlink", 0, 87, "p"},
    {"SYS_unlinkat", 0, 263, "ipi"},
    {"SYS_utimensat", 0, 280, "ippi"},
    {"SYS_vfork", 0, 57, ""},
    {"SYS_wait4", 0, 61, "ipip"},
    {"SYS_write", 0, 1, "ipu"},
    {"SYS_writev", wali_writev, 0, "ipi"},
    {"__cl_copy_argv", wali_copy_argument, 0, "pi"},
    {"__cl_get_argc", wali_argc, 0, ""},
    {"__cl_get_argv_len", wali_argument_length, 0, "i"},
    {"__deinit", wali_success, 0, ""},
    {"__get_init_envfile", wali_environment_file, 0, "pu"},
    {"__init", wali_success, 0, ""},
    {"__proc_exit", 0, 231, "i"},
    {"__wasm_thread_spawn", wali_no_call, 0, "pp"},
    {"longjmp", wali_longjmp, 0, "pi"},
    {"setjmp", wali_success, 0, "p"},
    {"sigsetjmp", wali_success, 0, "pi"},
    {0},
};
static const struct wali_call NO_CALL = {"", wali_no_call, 0, "iiiiii"};

u64 wali_success(const u64 *a) {
  (void)a;
  return 0;
}

u64 wali_no_call(const u64 *a) {
  (void)a;
  return -ENOSYS;
}

u64 wali_longjmp(const u64 *a) {
  (void)a;
  trap("longjmp: calls cannot be left in the middle");
}

static int are_integers(const struct func_type *type) {
  if (type->params > 6 || type->results > 1) return 0;
  for (u32 i = 0; i < type->params + type->results; i++)
    if (type->types[i] != I32 && type->types[i] != I64) return 0;
  return 1;
}

static int begins_with(struct name name, const char *text) {
  return name.length >= length(text) && !compare(name.bytes, text, length(text));
}

void *find_wali(struct name field, const struct func_type *type) {
  const struct wali_call *call = WALI_CALLS;
  while (call->name && !name_is(field, call->name)) call++;
  if (!call->name && begins_with(field, "SYS_")) call = &NO_CALL;
  if (!call->name || !are_integers(type) || (call != &NO_CALL && type->params < length(call->kinds))) return 0;
  struct bound *const bound = allocate(sizeof *bound);
  *bound = (struct bound){call, type};
  return bound;
}

static u64 convert(char kind, u64 value, u8 type) {
  if (kind == 'p') return (u32)value ? MEMORY_BASE + (u64)(u32)value : 0;
  if (kind == 'i') return (u64)(i64)(i32)value;
  return kind == 'u' || type == I32 ? (u32)value : value;
}

u64 wali_import(const u64 *arguments, void *context) {
  const struct bound *const bound = context;
  const struct wali_call *const call = bound->call;
  u64 result;
  run_handlers();
  if (call->function) result = call->function(arguments);
  else {
    u64 a[6] = {0};
    for (u32 i = 0; call->kinds[i]; i++) a[i] = convert(call->kinds[i], arguments[i], bound->type->types[i]);
    result = syscall6(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
  }
  run_handlers();
  const u8 *const types = bound->type->types + bound->type->params;
  return bound->type->results && types[0] == I32 ? (u32)result : result;
}
