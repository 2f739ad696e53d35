// Arguments, environment, clocks, random bytes, the process itself.
#include "wasi.h"

static u64 sizes(char **list, u32 count, u64 count_at, u64 size_at) {
  u64 size = 0;
  for (u32 i = 0; i < count; i++) size += length(list[i]) + 1;
  const u32 error = store_u32(count_at, count);
  return error ? error : store_u32(size_at, size);
}

static u64 strings(char **list, u32 count, u64 pointers, u64 at) {
  for (u32 i = 0; i < count; i++) {
    const u64 size = length(list[i]) + 1;
    void *to = guest(at, size);
    if (!to || store_u32(pointers + 4 * i, at)) return W_FAULT;
    copy(to, list[i], size);
    at += size;
  }
  return W_SUCCESS;
}

static u64 args_sizes_get(const u64 *a) { return sizes(program_arguments, argument_count, a[0], a[1]); }
static u64 args_get(const u64 *a) { return strings(program_arguments, argument_count, a[0], a[1]); }
static u64 environ_sizes_get(const u64 *a) { return sizes(program_environment, environment_count, a[0], a[1]); }
static u64 environ_get(const u64 *a) { return strings(program_environment, environment_count, a[0], a[1]); }

static u64 ask_clock(long nr, const u64 *a, u64 result) {
  u64 time[2];
  if ((u32)a[0] > 3) return W_INVAL;  // the numbers are Linux's
  const long error = call2(nr, (u32)a[0], time);
  return failed(error) ? wasi_error(error) : store_u64(result, time[0] * 1000000000 + time[1]);
}

static u64 clock_res_get(const u64 *a) { return ask_clock(SYS_clock_getres, a, a[1]); }
static u64 clock_time_get(const u64 *a) { return ask_clock(SYS_clock_gettime, a, a[2]); }

static u64 random_get(const u64 *a) {
  u8 *at = guest(a[0], (u32)a[1]);
  if (!at) return W_FAULT;
  for (u64 left = (u32)a[1]; left;) {
    const long n = call3(SYS_getrandom, at, left, 0);
    if (failed(n)) return wasi_error(n);
    at += n;
    left -= n;
  }
  return W_SUCCESS;
}

static u64 sched_yield(const u64 *a) {
  (void)a;
  return wasi_error(call0(SYS_sched_yield));
}

static u64 proc_exit(const u64 *a) { leave((u32)a[0]); }

static u64 proc_raise(const u64 *a) {
  const u32 signal = a[0];
  if (signal > 30) return W_INVAL;
  if (signal == 0) return W_SUCCESS;
  // Linux has SIGSTKFLT at 16.
  return wasi_error(call2(SYS_kill, call0(SYS_getpid), signal < 16 ? signal : signal + 1));
}

u64 poll_oneoff(const u64 *a);

const struct host_import WASI_OTHER[] = {
    {"args_get", args_get, "ii:i"},
    {"args_sizes_get", args_sizes_get, "ii:i"},
    {"clock_res_get", clock_res_get, "ii:i"},
    {"clock_time_get", clock_time_get, "ili:i"},
    {"environ_get", environ_get, "ii:i"},
    {"environ_sizes_get", environ_sizes_get, "ii:i"},
    {"poll_oneoff", poll_oneoff, "iiii:i"},
    {"proc_exit", proc_exit, "i:"},
    {"proc_raise", proc_raise, "i:i"},
    {"random_get", random_get, "ii:i"},
    {"sched_yield", sched_yield, ":i"},
    {0},
};
