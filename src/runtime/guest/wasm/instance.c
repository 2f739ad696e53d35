// The instance: memory, tables, globals, and the instructions on them that are calls.
#include "runtime.h"
#include "opcodes.h"

u32 memory_pages;
static const char OUT_OF_BOUNDS[] = "out of bounds memory access";
static const char TABLE_OUT_OF_BOUNDS[] = "out of bounds table access";

static int commit_pages(u32 from, u32 to) {
  const u64 start = MEMORY_BASE + (u64)from * PAGE;
  return from == to || !failed(call3(SYS_mprotect, start, (u64)(to - from) * PAGE, PROT_READ | PROT_WRITE));
}

u64 memory_grow(const u64 *a) {
  const u32 old = memory_pages, by = a[0];
  if (by > module.memory_max - old || !commit_pages(old, old + by)) return (u32)-1;
  memory_pages = old + by;
  return old;
}

static u8 *checked(u64 address, u64 size) {
  u8 *p = guest((u32)address, (u32)size);
  if (!p) trap(OUT_OF_BOUNDS);
  return p;
}

u64 memory_fill(const u64 *a) {
  fill(checked(a[0], a[2]), (u8)a[1], (u32)a[2]);
  return 0;
}

u64 memory_copy(const u64 *a) {
  u8 *from = checked(a[1], a[2]);
  copy(checked(a[0], a[2]), from, (u32)a[2]);
  return 0;
}

u64 memory_init(const u64 *a) {
  const struct data_segment *segment = &module.data[(u32)a[3]];
  const u64 from = (u32)a[1], size = (u32)a[2];
  if (from + size > segment->size) trap(OUT_OF_BOUNDS);
  copy(checked(a[0], size), segment->bytes + from, size);
  return 0;
}

u64 data_drop(const u64 *a) {
  module.data[(u32)a[0]].size = 0;
  return 0;
}

static struct function **table_range(u64 index, u64 at, u64 size) {
  const struct table *table = &module.tables[(u32)index];
  if ((u64)(u32)at + (u32)size > table->size) trap(TABLE_OUT_OF_BOUNDS);
  return table->elements + (u32)at;
}

u64 table_get(const u64 *a) { return (u64)*table_range(a[1], a[0], 1); }

u64 table_set(const u64 *a) {
  *table_range(a[2], a[0], 1) = (struct function *)a[1];
  return 0;
}

u64 table_grow(const u64 *a) {
  struct table *table = &module.tables[(u32)a[2]];
  const u32 old = table->size, by = a[1];
  if (by > table->max - old) return (u32)-1;
  for (u32 i = 0; i < by; i++) table->elements[old + i] = (struct function *)a[0];
  table->size = old + by;
  return old;
}

u64 table_fill(const u64 *a) {
  struct function **to = table_range(a[3], a[0], a[2]);
  for (u32 i = 0; i < (u32)a[2]; i++) to[i] = (struct function *)a[1];
  return 0;
}

u64 table_copy(const u64 *a) {
  struct function **from = table_range(a[4], a[1], a[2]);
  copy(table_range(a[3], a[0], a[2]), from, (u32)a[2] * sizeof *from);
  return 0;
}

static void init_table(u32 table, u64 to, const struct element_segment *segment, u64 from, u64 size) {
  if (from + size > segment->size) trap(TABLE_OUT_OF_BOUNDS);
  copy(table_range(table, to, size), segment->values + from, size * sizeof *segment->values);
}

u64 table_init(const u64 *a) {
  init_table(a[4], a[0], &module.elements[(u32)a[3]], (u32)a[1], (u32)a[2]);
  return 0;
}

u64 elem_drop(const u64 *a) {
  module.elements[(u32)a[0]].size = 0;
  return 0;
}

static u64 evaluate(struct constant constant) {
  struct reader r = {constant.code, module.end};
  u64 value = 0;
  switch (read_byte(&r)) {
    case I32_CONST:
      return (u32)read_i32(&r);
    case I64_CONST:
      return read_i64(&r);
    case F32_CONST:
      copy(&value, read_bytes(&r, 4), 4);
      return value;
    case F64_CONST:
      copy(&value, read_bytes(&r, 8), 8);
      return value;
    case GLOBAL_GET:
      return module.global_values[read_u32(&r)];
    case REF_FUNC:
      return (u64)&module.functions[read_u32(&r)];
  }
  return 0;
}

static void make_elements(struct element_segment *segment) {
  segment->values = allocate(segment->count * sizeof *segment->values);
  struct reader r = {segment->items, module.end};
  for (u32 i = 0; i < segment->count; i++) {
    if (!segment->expressions) {
      segment->values[i] = &module.functions[read_u32(&r)];
      continue;
    }
    const struct constant item = {r.at};
    segment->values[i] = (struct function *)evaluate(item);
    const u8 opcode = read_byte(&r);
    if (opcode == REF_NULL) read_byte(&r);
    else read_u32(&r);
    read_byte(&r);
  }
}

// All that a table may grow to is reserved, so that its elements never move.
static void make_table(struct table *table) {
  if (table->max > MOST_ELEMENTS) table->max = MOST_ELEMENTS;
  table->elements = map_at(0, table->max * sizeof *table->elements + 4096, PROT_READ | PROT_WRITE);
}

static void make_memory(void) {
  map_at(MEMORY_BASE, MEMORY_WINDOW, 0);
  if (!module.memories) return;
  if (!commit_pages(0, module.memory_min)) refuse("not enough memory");
  memory_pages = module.memory_min;
}

void instantiate(void) {
  make_memory();
  for (u32 i = 0; i < module.table_count; i++) make_table(&module.tables[i]);
  for (u32 i = 0; i < module.global_count; i++) module.global_values[i] = evaluate(module.global_inits[i]);
  for (u32 i = 0; i < module.element_count; i++) {
    struct element_segment *segment = &module.elements[i];
    make_elements(segment);
    if (segment->mode == ACTIVE) init_table(segment->table, evaluate(segment->offset), segment, 0, segment->count);
    if (segment->mode != PASSIVE) segment->size = 0;
  }
  for (u32 i = 0; i < module.data_count; i++) {
    struct data_segment *segment = &module.data[i];
    if (segment->mode != ACTIVE) continue;
    copy(checked(evaluate(segment->offset), segment->size), segment->bytes, segment->size);
    segment->size = 0;
  }
  if (module.start >= 0) enter(&module.functions[module.start], 0, 0);
}
