// Calls with one argument at a time replaced by what no sane program passes. Each call is made in a child of its own, so that what
// it breaks ends with it; a line shows all answers for one argument.
#ifndef HOSTILE_H
#define HOSTILE_H
#include <sys/eventfd.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include "check.h"

// What an argument is; the values below HOSTILE_KINDS stand for things that `prepare` makes, others for themselves.
enum {
  FILE_FD = 1000000, PIPE_IN, PIPE_OUT, DIR_FD, SOCKET, LISTENER, DATAGRAM, EPOLL, EVENT,
  PATH, NEW_PATH, DIR_PATH, BUFFER, ZEROS, IOV, ANONYMOUS,
};

struct call {
  const char *name;
  long number;
  // Base values, and for each a letter: p pointer (q: but not NULL), f descriptor
  // (e: that is none), i 32-bit integer, s size or offset (l: of an area,
  // not reaching what lies behind it), - left alone.
  long args[6];
  const char *kinds;
};

#define CALL(name, kinds, ...) {#name, SYS_##name, {__VA_ARGS__}, kinds}

static char *buffer, *zeros, *read_only, *last_bytes, *gone, *anonymous;
static long *answer;
static int file_fd, pipe_fds[2], dir_fd, pair[2], listener, datagram, epoll, event;
static struct iovec iov[16];

static void prepare(void) {
  const int rw = PROT_READ | PROT_WRITE, private = MAP_PRIVATE | MAP_ANONYMOUS;
  make_file("file", "some bytes of a file");
  mkdir("directory", 0755);
  file_fd = open("file", O_RDWR);
  pipe2(pipe_fds, O_NONBLOCK);
  write(pipe_fds[1], "in the pipe", 11);
  dir_fd = open("directory", O_RDONLY | O_DIRECTORY);
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
  write(pair[1], "in the socket", 13);
  listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  datagram = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  epoll = epoll_create1(0);
  event = eventfd(1, EFD_NONBLOCK);
  bind(listener, (struct sockaddr *)&(struct sockaddr){AF_UNIX}, 2);
  listen(listener, 5);
  answer = mmap(NULL, 4096, rw, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  // Fixed places, so that what is behind an area is known.
  char *area = mmap((void *)(1L << 40), 64 * 4096, PROT_NONE, private | MAP_FIXED_NOREPLACE, -1, 0);
  buffer = mmap(area + 4 * 4096, 4 * 4096, rw, private | MAP_FIXED, -1, 0);
  zeros = mmap(area + 12 * 4096, 4096, rw, private | MAP_FIXED, -1, 0);
  read_only = mmap(area + 20 * 4096, 4096, PROT_READ, private | MAP_FIXED, -1, 0);
  last_bytes = (char *)mmap(area + 28 * 4096, 4096, rw, private | MAP_FIXED, -1, 0) + 4096 - 3;
  anonymous = mmap(area + 36 * 4096, 8 * 4096, rw, private | MAP_FIXED, -1, 0);
  gone = area + 52 * 4096;
  munmap(gone, 4096);
  *(int *)buffer = -1;
  iov[0] = (struct iovec){buffer, 8}, iov[1] = (struct iovec){buffer + 8, 8};
}

static long value_of(long arg) {
  switch (arg) {
    case FILE_FD: return file_fd;
    case PIPE_IN: return pipe_fds[0];
    case PIPE_OUT: return pipe_fds[1];
    case DIR_FD: return dir_fd;
    case SOCKET: return pair[0];
    case LISTENER: return listener;
    case DATAGRAM: return datagram;
    case EPOLL: return epoll;
    case EVENT: return event;
    case PATH: return (long)"file";
    case NEW_PATH: return (long)"new";
    case DIR_PATH: return (long)"directory";
    case BUFFER: return (long)buffer;
    case ZEROS: return (long)zeros;
    case IOV: return (long)iov;
    case ANONYMOUS: return (long)anonymous;
  }
  return arg;
}

struct values {
  int count;
  long values[16];
};
#define VALUES(...) ((struct values){sizeof((long[]){__VA_ARGS__}) / sizeof(long), {__VA_ARGS__}})

static struct values values_of(char kind) {
  switch (kind) {
    case 'p':
      return VALUES(0, 1, (long)gone, (long)read_only, (long)last_bytes, 0x7ffffffff000, 1L << 47, 0xffffL << 48, -1, -4096);
    case 'q':
      return VALUES(1, (long)gone, (long)last_bytes, 0x7ffffffff000, 1L << 47, 0xffffL << 48, -1, -4096);
    case 'f':
      return VALUES(-1, 9999, INT_MAX, INT_MIN, -100, pipe_fds[0], pipe_fds[1], dir_fd, pair[0], listener, epoll, event, 1L << 32 | 9999);
    case 'e':
      return VALUES(-1, 9999, INT_MAX, INT_MIN, -100, 1L << 32 | 9999);
    case 'i':
      return VALUES(-1, INT_MIN, INT_MAX, 1 << 30, 0x10000, 9999);
    case 'l':
      return VALUES(0, 1, 7, 4096 * 9, 1L << 47, LONG_MAX, LONG_MIN, -1, -4095);
    default:
      return VALUES(0, 1, 7, 4096 * 9, INT_MAX, 1L << 31, 1L << 32, 1L << 47, LONG_MAX, LONG_MIN, -1, -4095);
  }
}

// The answer of the call in a child; 0 .. 9999 as it is, what is larger (an address, an id) as "large".
static void append_answer(char *line, size_t size, long number, const long *args) {
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    alarm(5);
    long result = syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
    *answer = result == -1 ? -errno : result;
    _exit(0);
  }
  waitpid(pid, &status, 0);
  size_t at = strlen(line);
  if (status) snprintf(line + at, size - at, " <%s>", status_text(status));
  else if (*answer < 0 && *answer > -4096) snprintf(line + at, size - at, " %s", errno_name(-*answer));
  else if (*answer >= 0 && *answer < 10000) snprintf(line + at, size - at, " %ld", *answer);
  else snprintf(line + at, size - at, " large");
}

static void try_call(const struct call *call) {
  char line[1024];
  long args[6];
  for (int i = 0; i < 6; i++) args[i] = value_of(call->args[i]);
  snprintf(line, sizeof line, "%s:", call->name);
  append_answer(line, sizeof line, call->number, args);
  say("%s", line);
  for (int i = 0; call->kinds[i]; i++) {
    if (call->kinds[i] == '-') continue;
    struct values values = values_of(call->kinds[i]);
    snprintf(line, sizeof line, "%s %d%c:", call->name, i, call->kinds[i]);
    for (int k = 0; k < values.count; k++) {
      args[i] = values.values[k];
      append_answer(line, sizeof line, call->number, args);
    }
    args[i] = value_of(call->args[i]);
    say("%s", line);
  }
}

#define HOSTILE(name, ...)                                                                   \
  CASE(name) {                                                                               \
    static const struct call calls[] = {__VA_ARGS__};                                        \
    prepare();                                                                               \
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) try_call(&calls[i]);           \
  }
#endif
