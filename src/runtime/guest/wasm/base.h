// What every file of the loader uses: types, memory without a C library, and the ways to end.
#ifndef BASE_H
#define BASE_H
#include "../syscall.h"

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int i32;
typedef long i64;

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

// Where things are, all fixed: code and tables are below 2 GiB, so that code reaches them by 32-bit displacements.
enum {
  CODE_START = 0x02000000,
  CODE_END = 0x18000000,
  LOW_START = CODE_END,
  LOW_END = 0x20000000,
  MEMORY_BASE = LOW_END,
  // The largest offset of a memory instruction that fits beside MEMORY_BASE in a displacement.
  MOST_INLINE_OFFSET = 0x7fffffff - MEMORY_BASE,
};
// A 32-bit index and a 32-bit offset reach no further.
#define MEMORY_WINDOW (0x200000000 + 0x10000)

enum { EXIT_TRAP = 134, EXIT_REFUSED = 126 };

void copy(void *to, const void *from, u64 n);
void fill(void *to, int byte, u64 n);
int compare(const void *a, const void *b, u64 n);
u64 length(const char *s);
int same(const char *a, const char *b);

// Memory that is never given back, zeroed.
void *allocate(u64 size);
void *allocate_low(u64 size);
// What was allocated last becomes larger.
void *map_at(u64 address, u64 size, int prot);

void say(const char *s);
void say_number(u64 n);
// Prints "NAME: what" and ends: the module cannot be run.
__attribute__((noreturn)) void refuse(const char *what);
__attribute__((noreturn)) void trap(const char *what);
__attribute__((noreturn)) void leave(int status);
// argv[0] of the program.
extern const char *program_name;

enum { PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4 };
static inline int failed(long result) { return (u64)result > -4096ul; }
#endif
