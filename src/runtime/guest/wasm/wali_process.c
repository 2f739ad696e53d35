// Arguments and environment of WALI programs, execve, and calls whose structures hold addresses.
#include "wali.h"

enum { E2BIG = 7, EFAULT = 14, EINVAL = 22, MOST_STRINGS = 4096 };
enum { F_GETLK = 5, F_SETLK = 6, F_SETLKW = 7, F_OFD_GETLK = 36, F_OFD_SETLKW = 38, SYS_memfd_create = 319 };

u64 wali_argc(const u64 *a) {
  (void)a;
  return argument_count;
}

u64 wali_argument_length(const u64 *a) {
  return (u32)a[0] < argument_count ? length(program_arguments[(u32)a[0]]) : 0;
}

u64 wali_copy_argument(const u64 *a) {
  if ((u32)a[1] >= argument_count) return 0;
  const char *const text = program_arguments[(u32)a[1]];
  void *const to = guest(a[0], length(text) + 1);
  if (!to) return 0;
  copy(to, text, length(text) + 1);
  return length(text);
}

// The name of a file with a line for each variable.
u64 wali_environment_file(const u64 *a) {
  static char name[] = "/proc/self/fd/XXXXXXXX";
  const long fd = call2(SYS_memfd_create, "environment", 0);
  if (failed(fd)) return 0;
  for (u32 i = 0; i < environment_count; i++) {
    call3(SYS_write, fd, program_environment[i], length(program_environment[i]));
    call3(SYS_write, fd, "\n", 1);
  }
  call3(SYS_lseek, fd, 0, 0);
  char *p = name + sizeof "/proc/self/fd/" - 1;
  if (fd >= 10) *p++ = '0' + fd / 10 % 10;
  *p++ = '0' + fd % 10;
  *p = 0;
  void *const to = (u32)a[1] > length(name) ? guest(a[0], length(name) + 1) : 0;
  if (!to) return 0;
  copy(to, name, length(name) + 1);
  return length(name);
}

// A list of addresses, ended by 0, as Linux has it; -errno when there is none.
static long read_list(u64 at, char **out) {
  for (u32 i = 0; i < MOST_STRINGS; i++) {
    const u32 *const entry = at ? guest(at + 4 * i, 4) : 0;
    if (at && !entry) return -EFAULT;
    out[i] = at && *entry ? (char *)(MEMORY_BASE + (u64)*entry) : 0;
    if (!out[i]) return 0;
  }
  return -E2BIG;
}

u64 wali_execve(const u64 *a) {
  static char *arguments[MOST_STRINGS], *environment[MOST_STRINGS];
  long result = read_list((u32)a[1], arguments);
  if (!result) result = read_list((u32)a[2], environment);
  return result ? result : call3(SYS_execve, MEMORY_BASE + (u64)(u32)a[0], arguments, environment);
}

static u64 with_vectors(long nr, const u64 *a) {
  struct vector vectors[MOST_VECTORS];
  const u32 error = read_vectors(a[1], a[2], vectors);
  if (error) return error == W_INVAL ? -EINVAL : -EFAULT;
  return call3(nr, (i32)a[0], vectors, (u32)a[2]);
}

u64 wali_readv(const u64 *a) { return with_vectors(SYS_readv, a); }
u64 wali_writev(const u64 *a) { return with_vectors(SYS_writev, a); }

u64 wali_fcntl(const u64 *a) {
  const u32 command = a[1];
  const int locks = (command >= F_GETLK && command <= F_SETLKW) || (command >= F_OFD_GETLK && command <= F_OFD_SETLKW);
  return call3(SYS_fcntl, (i32)a[0], command, locks ? MEMORY_BASE + (u64)(u32)a[2] : (u64)(u32)a[2]);
}
