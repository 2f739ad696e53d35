// Memory and messages without a C library.
#include "base.h"

enum { MAP_PRIVATE = 2, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20, MAP_NORESERVE = 0x4000 };
enum { BLOCK = 1 << 20 };

const char *program_name = "wasm";

void copy(void *to, const void *from, u64 n) { __builtin_memmove(to, from, n); }
void fill(void *to, int byte, u64 n) { __builtin_memset(to, byte, n); }

// The compiler makes calls of these, too.
void *memcpy(void *to, const void *from, u64 n) {
  void *start = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
  return start;
}

void *memset(void *to, int byte, u64 n) {
  void *start = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(byte) : "memory");
  return start;
}

void *memmove(void *to, const void *from, u64 n) {
  if ((u64)to - (u64)from >= n) return memcpy(to, from, n);
  void *start = to;
  to = (u8 *)to + n - 1;
  from = (const u8 *)from + n - 1;
  __asm__ volatile("std\n rep movsb\n cld" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
  return start;
}

int compare(const void *a, const void *b, u64 n) {
  const u8 *x = a, *y = b;
  for (u64 i = 0; i < n; i++)
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  return 0;
}

u64 length(const char *s) {
  u64 n = 0;
  while (s[n]) n++;
  return n;
}

int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static long map(u64 address, u64 size, int prot, int flags) {
  return syscall6(SYS_mmap, address, size, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

void *map_at(u64 address, u64 size, int prot) {
  const long at = map(address, size, prot, (address ? MAP_FIXED : 0) | MAP_NORESERVE);
  if (failed(at)) refuse("not enough address space");
  return (void *)at;
}

void *allocate(u64 size) {
  static u8 *next, *end;
  size = (size + 15) & ~15ul;
  if (size > (u64)(end - next)) {
    const u64 block = size > BLOCK / 4 ? (size + 4095) & ~4095ul : BLOCK;
    const long at = map(0, block, PROT_READ | PROT_WRITE, 0);
    if (failed(at)) refuse("not enough memory");
    if (block != BLOCK) return (void *)at;
    next = (u8 *)at;
    end = next + block;
  }
  u8 *result = next;
  next += size;
  return result;
}

void *allocate_low(u64 size) {
  static u64 next = LOW_START;
  if (next == LOW_START) map_at(LOW_START, LOW_END - LOW_START, PROT_READ | PROT_WRITE);
  size = (size + 15) & ~15ul;
  if (size > LOW_END - next) refuse("the module is too large");
  next += size;
  return (void *)(next - size);
}

void say(const char *s) { call3(SYS_write, 2, s, length(s)); }

void say_number(u64 n) {
  char text[24];
  char *p = text + sizeof text - 1;
  *p = 0;
  do *--p = '0' + n % 10;
  while (n /= 10);
  say(p);
}

void leave(int status) {
  for (;;) call1(SYS_exit_group, status);
}

static void complain(const char *kind, const char *what) {
  say(program_name);
  say(kind);
  say(what);
  say("\n");
}

void refuse(const char *what) {
  complain(": ", what);
  leave(EXIT_REFUSED);
}

void trap(const char *what) {
  complain(": wasm trap: ", what);
  leave(EXIT_TRAP);
}
