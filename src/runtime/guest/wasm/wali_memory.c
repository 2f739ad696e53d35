// Mappings of WALI programs: pieces of the linear memory that grows for them. A file that is mapped is read into its piece, so a
// shared mapping of a file is refused.
#include "wali.h"

enum { LINUX_PAGE = 4096, MOST_HOLES = 512 };
enum { MAP_SHARED = 1, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20, MREMAP_MAYMOVE = 1 };
enum { PROT_READ_WRITE = 3, MADV_DONTNEED = 4, MADV_REMOVE = 9 };
enum { ENOMEM = 12, EACCES = 13, EINVAL = 22, ENODEV = 19 };

// What was given back: taken again first.
static struct hole {
  u32 start, size;
} holes[MOST_HOLES];
static u32 hole_count;

static u32 round_up(u64 size) { return (size + LINUX_PAGE - 1) & ~(u64)(LINUX_PAGE - 1); }

static void give_back(u32 start, u32 size) {
  for (u32 i = 0; i < hole_count; i++) {
    if (holes[i].start + holes[i].size != start) continue;
    holes[i].size += size;
    return;
  }
  if (hole_count < MOST_HOLES) holes[hole_count++] = (struct hole){start, size};
}

// Zeroed memory, or 0.
static u32 take_piece(u32 size) {
  for (u32 i = 0; i < hole_count; i++) {
    if (holes[i].size < size) continue;
    const u32 start = holes[i].start;
    holes[i].start += size;
    holes[i].size -= size;
    fill(guest(start, size), 0, size);
    return start;
  }
  const u64 by = ((u64)size + PAGE - 1) / PAGE;
  const u32 page = memory_grow(&by);
  if (page == (u32)-1) return 0;
  const u32 start = page * PAGE, left = by * PAGE - size;
  if (left) give_back(start + size, left);
  return start;
}

// address, length, prot, flags, fd, offset
u64 wali_mmap(const u64 *a) {
  const u32 flags = a[3];
  if ((u32)a[1] == 0 || flags & MAP_FIXED) return -EINVAL;
  if (flags & MAP_SHARED && !(flags & MAP_ANONYMOUS)) return -ENODEV;
  const u32 size = round_up((u32)a[1]);
  const u32 at = size ? take_piece(size) : 0;
  if (!at) return -ENOMEM;
  if (flags & MAP_ANONYMOUS) return at;
  const long n = call4(SYS_pread64, (i32)a[4], guest(at, size), (u32)a[1], a[5]);
  if (!failed(n)) return at;
  give_back(at, size);
  return n;
}

u64 wali_munmap(const u64 *a) {
  const u32 start = a[0], size = round_up((u32)a[1]);
  if (start % LINUX_PAGE || !size || !guest(start, size)) return -EINVAL;
  give_back(start, size);
  return 0;
}

u64 wali_mremap(const u64 *a) {
  const u32 start = a[0], old = round_up((u32)a[1]), size = round_up((u32)a[2]);
  if (!guest(start, old) || !size) return -EINVAL;
  if (size <= old) {
    if (size < old) give_back(start + size, old - size);
    return start;
  }
  if (!((u32)a[3] & MREMAP_MAYMOVE)) return -ENOMEM;
  const u32 to = take_piece(size);
  if (!to) return -ENOMEM;
  copy(guest(to, size), guest(start, old), old);
  give_back(start, old);
  return to;
}

// Advice may be ignored, but not what changes contents.
u64 wali_madvise(const u64 *a) {
  const u32 advice = a[2];
  return advice == MADV_DONTNEED || advice == MADV_REMOVE ? -EINVAL : 0;
}

// No part of a linear memory can lose a right.
u64 wali_mprotect(const u64 *a) { return (a[2] & PROT_READ_WRITE) == PROT_READ_WRITE ? 0 : -EACCES; }
