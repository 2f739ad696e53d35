// poll_oneoff: waits until one of its subscriptions, of clocks and descriptors, has come true, and tells all that have.
#include "wasi.h"

enum tag { CLOCK, FD_READ, FD_WRITE };
enum { MOST_SUBSCRIPTIONS = 1024, ABSOLUTE = 1, HANGUP = 1 };
enum { POLLIN = 1, POLLOUT = 4, POLLERR = 8, POLLHUP = 16, POLLNVAL = 32, FIONREAD = 0x541b };

struct subscription {
  u64 userdata;
  u8 tag, pad[7];
  u32 id;  // a clock, or a descriptor
  u32 pad2;
  u64 timeout, precision;
  u16 flags, pad3[3];
};

struct event {
  u64 userdata;
  u16 error;
  u8 type, pad[5];
  u64 bytes;
  u16 flags, pad2[3];
};

struct pollfd {
  i32 fd;
  u16 events, revents;
};

struct wait {
  struct pollfd fds[MOST_SUBSCRIPTIONS];
  u16 errors[MOST_SUBSCRIPTIONS];
  u64 left[MOST_SUBSCRIPTIONS];  // of clocks: nanoseconds from the beginning
  int now;                       // is there something to tell already?
  int timed;
  u64 least;
};

static u64 time_of(u32 clock) {
  u64 time[2];
  call2(SYS_clock_gettime, clock, time);
  return time[0] * 1000000000 + time[1];
}

static void prepare_clock(struct wait *wait, u32 i, const struct subscription *s) {
  if (s->id > 1) {
    wait->errors[i] = s->id > 3 ? W_INVAL : W_NOTSUP;
    wait->now = 1;
    return;
  }
  u64 left = s->timeout;
  if (s->flags & ABSOLUTE) {
    const u64 now = time_of(s->id);
    left = left > now ? left - now : 0;
  }
  wait->left[i] = left;
  if (!wait->timed || left < wait->least) wait->least = left;
  wait->timed = 1;
}

static void prepare_descriptor(struct wait *wait, u32 i, const struct subscription *s) {
  struct descriptor *d;
  const u32 error = get_descriptor(s->id, R_POLL | (s->tag == FD_READ ? R_READ : R_WRITE), &d);
  if (error) {
    wait->errors[i] = error;
    wait->now = 1;
    return;
  }
  wait->fds[i].fd = d->fd;
  wait->fds[i].events = s->tag == FD_READ ? POLLIN : POLLOUT;
}

static u64 readable_bytes(struct descriptor *d) {
  struct stat st;
  i32 bytes = 0;
  if (d->type == T_REGULAR) {
    const long at = call3(SYS_lseek, d->fd, 0, 1);
    return failed(call2(SYS_fstat, d->fd, &st)) || failed(at) || at > st.size ? 0 : st.size - at;
  }
  return failed(call3(SYS_ioctl, d->fd, FIONREAD, &bytes)) ? 0 : bytes;
}

static int is_event(const struct wait *wait, u32 i, const struct subscription *s, u64 elapsed, struct event *event) {
  *event = (struct event){.userdata = s->userdata, .error = wait->errors[i], .type = s->tag};
  if (event->error) return 1;
  if (s->tag == CLOCK) return wait->left[i] <= elapsed;
  const u16 happened = wait->fds[i].revents;
  if (!happened) return 0;
  struct descriptor *d;
  if (s->tag == FD_READ && !get_descriptor(s->id, 0, &d)) event->bytes = readable_bytes(d);
  if (happened & POLLNVAL) event->error = W_BADF;
  else if (happened & POLLERR && s->tag == FD_READ) event->error = W_IO;
  if (happened & (POLLHUP | POLLERR)) event->flags = HANGUP;
  return 1;
}

// subscriptions, events, their number, where to tell how many events there are
u64 poll_oneoff(const u64 *a) {
  static struct wait wait;
  const u32 count = a[2];
  if (count == 0 || count > MOST_SUBSCRIPTIONS) return W_INVAL;
  const struct subscription *in = guest(a[0], count * sizeof *in);
  struct event *out = guest(a[1], count * sizeof *out);
  if (!in || !out || !guest(a[3], 4)) return W_FAULT;
  wait.now = wait.timed = 0;
  for (u32 i = 0; i < count; i++) {
    wait.errors[i] = 0;
    wait.fds[i] = (struct pollfd){.fd = -1};
    if (in[i].tag > FD_WRITE) return W_INVAL;
    if (in[i].tag == CLOCK) prepare_clock(&wait, i, &in[i]);
    else prepare_descriptor(&wait, i, &in[i]);
  }
  const u64 start = time_of(1);
  const u64 sleep = wait.now ? 0 : wait.least;
  const u64 timeout[2] = {sleep / 1000000000, sleep % 1000000000};
  const long result = syscall6(SYS_ppoll, (long)wait.fds, count, wait.now || wait.timed ? (long)timeout : 0, 0, 8, 0);
  if (failed(result)) return wasi_error(result);
  u64 elapsed = time_of(1) - start;
  if (result == 0 && !wait.now && elapsed < wait.least) elapsed = wait.least;
  u32 events = 0;
  struct event event;
  for (u32 i = 0; i < count; i++) {
    const struct subscription s = in[i];
    if (is_event(&wait, i, &s, elapsed, &event)) out[events++] = event;
  }
  return store_u32(a[3], events);
}
