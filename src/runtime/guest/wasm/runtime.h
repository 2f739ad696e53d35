// What runs beside compiled code: the instance, what its code calls, and traps.
#ifndef RUNTIME_H
#define RUNTIME_H
#include "module.h"

extern u32 memory_pages;

// Called by compiled code with the address of the arguments, 8 bytes each; the result is an integer of the right type.
typedef u64 host_function(const u64 *arguments);

host_function memory_grow, memory_fill, memory_copy, memory_init, data_drop;
host_function table_grow, table_fill, table_copy, table_init, elem_drop, table_get, table_set;

// Where an import comes from, and what it is passed as its second argument; function 0 when there is none of that name and type.
struct import {
  host_function *function;
  void *context;
};
struct import find_import(const struct function *f);
int imports_from(const char *module_name);
// Refuses a module with imports that there are not.
void check_imports(void);
// Makes code for imports, to be called like other functions.
void make_thunks(void);

void catch_traps(void);
void make_stack(void);
// Runs code on the stack for WebAssembly; the first result.
u64 enter(struct function *f, const u64 *arguments, u32 count);

// Guest memory, checked; 0 = out of bounds.
static inline void *guest(u64 address, u64 size) {
  const u64 end = (u64)memory_pages * PAGE;
  address = (u32)address;
  return size <= end && address <= end - size ? (void *)(MEMORY_BASE + address) : 0;
}
#endif
