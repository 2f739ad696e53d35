// Arguments and environment of WALI programs, execve, and calls whose structures hold addresses.
#include "wali.h"

enum { E2BIG = 7, EFAULT = 14, EINVAL = 22, EMSGSIZE = 90, MOST_STRINGS = 4096 };
enum { F_GETLK = 5, F_SETLK = 6, F_SETLKW = 7, F_OFD_GETLK = 36, F_OFD_SETLKW = 38 };
enum { SYS_sendmsg = 46, SYS_pselect6 = 270, SYS_memfd_create = 319 };

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

static u64 linux_address(u32 address) { return address ? MEMORY_BASE + (u64)address : 0; }

// The mask is given by its address and its size, each in 8 bytes.
u64 wali_pselect(const u64 *a) {
  const u64 *const given = (u32)a[5] ? guest(a[5], 16) : 0;
  if ((u32)a[5] && !given) return -EFAULT;
  const u64 mask[2] = {given ? linux_address(given[0]) : 0, given ? given[1] : 0};
  return syscall6(SYS_pselect6, (i32)a[0], linux_address(a[1]), linux_address(a[2]), linux_address(a[3]), linux_address(a[4]),
                  (long)mask);
}

struct wasm_message {
  u32 name, name_length, vectors;
  i32 count, pad;
  u32 control, control_length, pad2;
  i32 flags;
};
struct linux_message {
  u64 name;
  u32 name_length;
  struct vector *vectors;
  u64 count, control, control_length;
  i32 flags;
};

static u64 with_message(long nr, const u64 *a) {
  struct wasm_message *const m = guest(a[1], sizeof *m);
  struct vector vectors[MOST_VECTORS];
  if (!m) return -EFAULT;
  const u32 error = read_vectors(m->vectors, m->count, vectors);
  if (error) return error == W_INVAL ? -EMSGSIZE : -EFAULT;
  struct linux_message message = {linux_address(m->name),    m->name_length,    vectors, (u32)m->count,
                                  linux_address(m->control), m->control_length, m->flags};
  const long result = call3(nr, (i32)a[0], &message, (i32)a[2]);
  if (nr != SYS_recvmsg || failed(result)) return result;
  m->name_length = message.name_length;
  m->control_length = message.control_length;
  m->flags = message.flags;
  return result;
}

u64 wali_sendmsg(const u64 *a) { return with_message(SYS_sendmsg, a); }
u64 wali_recvmsg(const u64 *a) { return with_message(SYS_recvmsg, a); }

u64 wali_fcntl(const u64 *a) {
  const u32 command = a[1];
  const int locks = (command >= F_GETLK && command <= F_SETLKW) || (command >= F_OFD_GETLK && command <= F_OFD_SETLKW);
  return call3(SYS_fcntl, (i32)a[0], command, locks ? MEMORY_BASE + (u64)(u32)a[2] : (u64)(u32)a[2]);
}
