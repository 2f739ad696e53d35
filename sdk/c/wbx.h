/* Messages between this program, which runs in a box, and the box's host: /dev/wbx, see docs/MESSAGES.md.
 * One header, C99 or C++. Each message reaches one reader, whichever asks first. Functions return -1 and set errno on failure.
 *
 *   struct wbx box;
 *   wbx_open(&box);
 *   while (wbx_next(&box) > 0)                      // box.data, box.length; data ends with a 0 byte besides
 *     wbx_send(&box, box.data, box.length);
 *   wbx_close(&box);
 */
#ifndef WBX_H
#define WBX_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define WBX_DEVICE "/dev/wbx"
#define WBX_MESSAGE_MAX (4u << 20)

struct wbx {
  int fd; /* for poll(2) and epoll(7): readable = wbx_next gives something at once */
  char *data;
  size_t length;
};

static inline int wbx_open(struct wbx *box) {
  memset(box, 0, sizeof *box);
  box->fd = open(WBX_DEVICE, O_RDWR | O_CLOEXEC);
  return box->fd < 0 ? -1 : 0;
}

static inline void wbx_close(struct wbx *box) {
  close(box->fd);
  free(box->data);
  box->data = NULL;
}

/* 1 = all of it, 0 = end before the first byte */
static inline int wbx_read_all_(int fd, void *to, size_t n) {
  size_t done = 0;
  while (done < n) {
    ssize_t now = read(fd, (char *)to + done, n - done);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return -1;
    if (now == 0) return 0;
    done += (size_t)now;
  }
  return 1;
}

/* Waits for the next message: 1 = there it is, until the next call; 0 = the host will send no more. */
static inline int wbx_next(struct wbx *box) {
  unsigned char head[4];
  int got = wbx_read_all_(box->fd, head, 4);
  if (got <= 0) return got;
  size_t length = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
  char *data = (char *)realloc(box->data, length + 1);
  if (!data) return -1;
  box->data = data;
  box->length = length;
  data[length] = 0;
  if (length == 0) return 1;
  got = wbx_read_all_(box->fd, data, length);
  return got == 0 ? (errno = EIO, -1) : got;
}

/* Is a message there? Waits for at most that long (-1 = for ever): 1 = yes, or the end; 0 = no. */
static inline int wbx_wait(struct wbx *box, int milliseconds) {
  struct pollfd p = {box->fd, POLLIN, 0};
  int n = poll(&p, 1, milliseconds);
  return n < 0 ? -1 : n;
}

/* Sends a message whole; waits while the host is too far behind. */
static inline int wbx_send(struct wbx *box, const void *data, size_t length) {
  if (length > WBX_MESSAGE_MAX) return errno = EMSGSIZE, -1;
  unsigned char head[4] = {(unsigned char)length, (unsigned char)(length >> 8), (unsigned char)(length >> 16),
                           (unsigned char)(length >> 24)};
  struct iovec part[2] = {{head, 4}, {(void *)data, length}};
  int first = 0;
  while (first < 2) {
    ssize_t now = writev(box->fd, part + first, 2 - first);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return -1;
    while (first < 2 && (size_t)now >= part[first].iov_len) now -= (ssize_t)part[first++].iov_len;
    if (first < 2) {
      part[first].iov_base = (char *)part[first].iov_base + now;
      part[first].iov_len -= (size_t)now;
    }
  }
  return 0;
}

#endif
