// The sections of a module. Function bodies are validated by validate.c, which this calls once all the rest is known.
#include "module.h"
#include "validate.h"

enum section { CUSTOM, TYPE, IMPORT, FUNCTION, TABLE, MEMORY, GLOBAL, EXPORT, START, ELEMENT, CODE, DATA, DATA_COUNT };

struct module module;

int is_reference(u8 type) { return type == FUNCREF || type == EXTERNREF; }

static int is_value_type(u8 type) { return (type >= F64 && type <= I32) || is_reference(type); }

u8 read_value_type(struct reader *r) {
  const u8 type = read_byte(r);
  if (!is_value_type(type)) malformed("unknown value type (SIMD and garbage collection are not supported)");
  return type;
}

static u8 read_reference_type(struct reader *r) {
  const u8 type = read_byte(r);
  if (!is_reference(type)) malformed("malformed reference type");
  return type;
}

static void read_value_types(struct reader *r, u32 *count) {
  *count = read_count(r, 1);
  if (*count > MOST_PARAMS) invalid("a function type with more than 1000 parameters or results");
  for (u32 i = 0; i < *count; i++) read_value_type(r);
}

static int types_equal(const struct func_type *a, const struct func_type *b) {
  return a->params == b->params && a->results == b->results && compare(a->types, b->types, a->params + a->results) == 0;
}

// Gives equal types one number, by a hash table of chains.
static void find_canonical(u32 index, u32 *heads, u32 *next, u32 mask) {
  struct func_type *type = &module.types[index];
  u32 hash = type->params * 31 + type->results;
  for (u32 i = 0; i < type->params + type->results; i++) hash = hash * 33 ^ type->types[i];
  u32 *head = &heads[(hash ^ hash >> 15) & mask];
  for (u32 i = *head; i; i = next[i - 1]) {
    if (!types_equal(&module.types[i - 1], type)) continue;
    type->canonical = i - 1;
    return;
  }
  type->canonical = index;
  next[index] = *head;
  *head = index + 1;
}

static void parse_types(struct reader *r) {
  module.type_count = read_count(r, 3);
  module.types = allocate(module.type_count * sizeof *module.types);
  u32 mask = 15;
  while (mask < module.type_count) mask = mask * 2 + 1;
  u32 *heads = allocate((mask + 1) * sizeof *heads);
  u32 *next = allocate(module.type_count * sizeof *next);
  for (u32 i = 0; i < module.type_count; i++) {
    struct func_type *type = &module.types[i];
    if (read_byte(r) != 0x60) malformed("a type that is no function");
    read_value_types(r, &type->params);
    u8 *types = allocate(type->params);
    copy(types, r->at - type->params, type->params);
    read_value_types(r, &type->results);
    u8 *all = allocate(type->params + type->results);
    copy(all, types, type->params);
    copy(all + type->params, r->at - type->results, type->results);
    type->types = all;
    find_canonical(i, heads, next, mask);
  }
}

static u32 read_type_index(struct reader *r) {
  const u32 index = read_u32(r);
  if (index >= module.type_count) invalid("unknown type");
  return index;
}

static void set_type(struct function *f, u32 type) {
  f->type = type;
  f->canonical = module.types[type].canonical;
}

static void unknown_import(struct name name, struct name field, const char *what) {
  say(program_name);
  say(": unknown import ");
  call3(SYS_write, 2, name.bytes, name.length);
  say(" ");
  call3(SYS_write, 2, field.bytes, field.length);
  say(what);
  leave(EXIT_REFUSED);
}

static void parse_imports(struct reader *r) {
  const u32 count = read_count(r, 4);
  // Functions of both kinds lie side by side; what the function section adds is not known yet.
  const struct reader start = *r;
  for (u32 pass = 0; pass < 2; pass++) {
    *r = start;
    u32 functions = 0;
    for (u32 i = 0; i < count; i++) {
      const struct name name = read_name(r), field = read_name(r);
      const u8 kind = read_byte(r);
      if (kind > EXTERNAL_GLOBAL) malformed("malformed import kind");
      if (kind != EXTERNAL_FUNCTION) unknown_import(name, field, ": a program can import functions only\n");
      const u32 type = read_type_index(r);
      if (pass) {
        struct function *f = &module.functions[functions];
        set_type(f, type);
        f->module = name;
        f->field = field;
      }
      functions++;
    }
    if (!pass) module.functions = allocate_low(functions * sizeof *module.functions);
    module.function_count = module.imported_functions = functions;
  }
}

static void parse_functions(struct reader *r) {
  const u32 count = read_count(r, 1);
  struct function *all = allocate_low((u64)(module.imported_functions + count) * sizeof *all);
  copy(all, module.functions, module.imported_functions * sizeof *all);
  module.functions = all;
  for (u32 i = 0; i < count; i++) set_type(&all[module.function_count++], read_type_index(r));
}

static void read_limits(struct reader *r, u32 *least, u32 *most, u32 bound) {
  const u8 flags = read_byte(r);
  if (flags > 1) malformed("limits of an unknown kind (shared memories and 64-bit memories are not supported)");
  *least = read_u32(r);
  *most = flags ? read_u32(r) : 0xffffffff;
  if (flags && *most < *least) invalid("size minimum must not be greater than maximum");
  if (*least > bound) invalid("size minimum is too large");
  if (flags && bound == MOST_PAGES && *most > bound) invalid("memory size must be at most 65536 pages");
  if (*most > bound) *most = bound;
}

static void parse_tables(struct reader *r) {
  module.table_count = read_count(r, 3);
  if (module.table_count > MOST_TABLES) invalid("more than 100 tables");
  module.tables = allocate_low(module.table_count * sizeof *module.tables);
  for (u32 i = 0; i < module.table_count; i++) {
    struct table *table = &module.tables[i];
    table->type = read_reference_type(r);
    read_limits(r, &table->size, &table->max, MOST_ELEMENTS);
  }
}

static void parse_memories(struct reader *r) {
  module.memories = read_count(r, 2);
  if (module.memories > 1) invalid("multiple memories");
  if (module.memories) read_limits(r, &module.memory_min, &module.memory_max, MOST_PAGES);
}

static void parse_globals(struct reader *r) {
  const u32 count = read_count(r, 4);
  module.globals = allocate(count * sizeof *module.globals);
  module.global_inits = allocate(count * sizeof *module.global_inits);
  module.global_values = allocate_low(count * sizeof *module.global_values);
  for (u32 i = 0; i < count; i++) {
    struct global *global = &module.globals[i];
    global->type = read_value_type(r);
    global->mutable = read_byte(r);
    if (global->mutable > 1) malformed("malformed mutability");
    module.global_inits[i] = read_constant(r, global->type);
    module.global_count++;  // a constant expression sees those before it
  }
}

static void check_index(u8 kind, u32 index) {
  const u32 counts[] = {module.function_count, module.table_count, module.memories, module.global_count};
  const char *const unknown[] = {"unknown function", "unknown table", "unknown memory", "unknown global"};
  if (kind >= ARRAY_SIZE(counts)) malformed("malformed export kind");
  if (index >= counts[kind]) invalid(unknown[kind]);
}

static u32 hash_of(struct name name) {
  u32 hash = 5381;
  for (u32 i = 0; i < name.length; i++) hash = hash * 33 ^ name.bytes[i];
  return hash ^ hash >> 15;
}

static void parse_exports(struct reader *r) {
  module.export_count = read_count(r, 3);
  module.exports = allocate(module.export_count * sizeof *module.exports);
  u32 mask = 15;
  while (mask < module.export_count) mask = mask * 2 + 1;
  u32 *heads = allocate((mask + 1) * sizeof *heads);
  u32 *next = allocate(module.export_count * sizeof *next);
  for (u32 i = 0; i < module.export_count; i++) {
    struct export *export = &module.exports[i];
    export->name = read_name(r);
    export->kind = read_byte(r);
    export->index = read_u32(r);
    check_index(export->kind, export->index);
    if (export->kind == EXTERNAL_FUNCTION) module.functions[export->index].declared = 1;
    u32 *head = &heads[hash_of(export->name) & mask];
    for (u32 j = *head; j; j = next[j - 1]) {
      const struct name other = module.exports[j - 1].name;
      if (other.length == export->name.length && !compare(other.bytes, export->name.bytes, other.length))
        invalid("duplicate export name");
    }
    next[i] = *head;
    *head = i + 1;
  }
}

static void parse_start(struct reader *r) {
  module.start = read_u32(r);
  check_index(EXTERNAL_FUNCTION, module.start);
  const struct func_type *type = &module.types[module.functions[module.start].type];
  if (type->params || type->results) invalid("start function");
}

static void read_items(struct reader *r, struct element_segment *segment) {
  segment->count = segment->size = read_count(r, 1);
  segment->items = r->at;
  for (u32 i = 0; i < segment->count; i++) {
    if (segment->expressions) read_constant(r, segment->type);
    else {
      const u32 index = read_u32(r);
      check_index(EXTERNAL_FUNCTION, index);
      module.functions[index].declared = 1;
    }
  }
}

// Bit 0: passive or declarative; bit 1: an explicit table, or declarative; bit 2: expressions in place of indices.
static void parse_elements(struct reader *r) {
  module.element_count = read_count(r, 2);
  module.elements = allocate(module.element_count * sizeof *module.elements);
  for (u32 i = 0; i < module.element_count; i++) {
    struct element_segment *segment = &module.elements[i];
    const u32 flags = read_u32(r);
    if (flags > 7) malformed("malformed elements segment kind");
    segment->mode = !(flags & 1) ? ACTIVE : flags & 2 ? DECLARATIVE : PASSIVE;
    segment->expressions = flags >> 2;
    segment->type = FUNCREF;
    if (segment->mode == ACTIVE) {
      segment->table = flags & 2 ? read_u32(r) : 0;
      check_index(EXTERNAL_TABLE, segment->table);
      segment->offset = read_constant(r, I32);
    }
    if (flags & 3) {
      if (segment->expressions) segment->type = read_reference_type(r);
      else if (read_byte(r)) malformed("malformed element kind");
    }
    if (segment->mode == ACTIVE && module.tables[segment->table].type != segment->type) invalid("type mismatch");
    read_items(r, segment);
  }
}

static void parse_code(struct reader *r) {
  const u32 count = read_count(r, 1);
  if (count != module.function_count - module.imported_functions)
    malformed("function and code section have inconsistent lengths");
  for (u32 i = 0; i < count; i++) {
    struct function *f = &module.functions[module.imported_functions + i];
    const u32 size = read_u32(r);
    f->body = read_bytes(r, size);
    f->end = f->body + size;
  }
}

static void parse_data(struct reader *r) {
  module.data_count = read_count(r, 2);
  if (module.has_data_count && module.data_count != module.data_count_section)
    malformed("data count and data section have inconsistent lengths");
  module.data = allocate(module.data_count * sizeof *module.data);
  for (u32 i = 0; i < module.data_count; i++) {
    struct data_segment *segment = &module.data[i];
    const u32 flags = read_u32(r);
    if (flags > 2) malformed("malformed data segment kind");
    segment->mode = flags == 1 ? PASSIVE : ACTIVE;
    if (flags == 2 && read_u32(r)) invalid("unknown memory");
    if (segment->mode == ACTIVE) {
      check_index(EXTERNAL_MEMORY, 0);
      segment->offset = read_constant(r, I32);
    }
    segment->size = read_u32(r);
    segment->bytes = read_bytes(r, segment->size);
  }
}

static void parse_data_count(struct reader *r) {
  module.has_data_count = 1;
  module.data_count_section = read_u32(r);
}

static void parse_custom(struct reader *r) {
  read_name(r);
  r->at = r->end;
}

static void (*const SECTIONS[])(struct reader *) = {
    parse_custom,  parse_types, parse_imports,  parse_functions, parse_tables, parse_memories,   parse_globals,
    parse_exports, parse_start, parse_elements, parse_code,      parse_data,   parse_data_count,
};
// The order of sections: that of data counts is before code.
static const u8 ORDER[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 10};

void parse_module(const u8 *bytes, u64 size) {
  struct reader r = {bytes, bytes + size};
  if (compare(read_bytes(&r, 4), "\0asm", 4)) malformed("magic header not detected");
  if (compare(read_bytes(&r, 4), "\1\0\0\0", 4)) malformed("unknown binary version (a component is no program here)");
  module.start = -1;
  u8 last = 0, code = 0;
  while (r.at < r.end) {
    const u8 id = read_byte(&r);
    const u32 length = read_u32(&r);
    struct reader section = {read_bytes(&r, length), r.at};
    section.end = r.at;
    if (id >= ARRAY_SIZE(SECTIONS)) malformed("malformed section id");
    if (id != CUSTOM) {
      if (ORDER[id] <= last) malformed("unexpected content after last section");
      last = ORDER[id];
    }
    if (id == CODE) code = 1;
    SECTIONS[id](&section);
    if (section.at != section.end) malformed("section size mismatch");
  }
  if (!code && module.function_count > module.imported_functions)
    malformed("function and code section have inconsistent lengths");
  if (module.has_data_count && module.data_count != module.data_count_section)
    malformed("data count and data section have inconsistent lengths");
}

struct export *find_export(const char *name, int kind) {
  for (u32 i = 0; i < module.export_count; i++)
    if (module.exports[i].kind == kind && name_is(module.exports[i].name, name)) return &module.exports[i];
  return 0;
}
