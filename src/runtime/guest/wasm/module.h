// A module as parsed: everything points into its bytes. WebAssembly Core Specification, chapter 5 (binary format).
#ifndef MODULE_H
#define MODULE_H
#include "base.h"

enum value_type { I32 = 0x7f, I64 = 0x7e, F32 = 0x7d, F64 = 0x7c, FUNCREF = 0x70, EXTERNREF = 0x6f, EMPTY = 0x40 };
enum external { EXTERNAL_FUNCTION, EXTERNAL_TABLE, EXTERNAL_MEMORY, EXTERNAL_GLOBAL };

// Limits of our own where the specification leaves them open; those of other engines.
enum {
  MOST_LOCALS = 50000,
  MOST_PARAMS = 1000,
  MOST_MODULE = 1 << 30,
  MOST_TABLES = 100,
  MOST_ELEMENTS = 10000000,
  MOST_PAGES = 65536,
  PAGE = 65536,
};

struct func_type {
  u32 params, results;
  const u8 *types;  // of the parameters, then of the results
  u32 canonical;    // index of the first type that is equal
};

struct name {
  const u8 *bytes;
  u32 length;
};

// Read by compiled code: the first two fields have fixed places.
struct function {
  u8 *code;
  u32 canonical;
  u32 type;
  const u8 *body, *end;  // 0 when imported
  struct name module, field;
  u8 declared;  // may ref.func name it?
};
enum { FUNCTION_CODE = 0, FUNCTION_CANONICAL = 8 };

struct table {
  struct function **elements;
  u32 size;
  u32 max;
  u8 type;
};
enum { TABLE_ELEMENTS = 0, TABLE_SIZE = 8 };

struct global {
  u8 type, mutable;
};

struct constant {  // a constant expression
  const u8 *code;
};

struct export {
  struct name name;
  u8 kind;
  u32 index;
};

enum segment_mode { ACTIVE, PASSIVE, DECLARATIVE };

struct element_segment {
  u8 mode, type, expressions;
  u32 table, count;
  struct constant offset;
  const u8 *items;
  struct function **values;  // once instantiated; 0 when dropped
  u32 size;
};

struct data_segment {
  u8 mode;
  u32 size;
  struct constant offset;
  const u8 *bytes;
};

struct module {
  const u8 *bytes, *end;
  u32 type_count, function_count, imported_functions, table_count, global_count, export_count;
  u32 element_count, data_count, data_count_section;
  struct func_type *types;
  struct function *functions;
  struct table *tables;
  struct global *globals;
  u64 *global_values;
  struct constant *global_inits;
  struct export *exports;
  struct element_segment *elements;
  struct data_segment *data;
  u32 memories, memory_min, memory_max;
  i64 start;  // -1 = none
  u8 has_data_count;
};
extern struct module module;

void parse_module(const u8 *bytes, u64 size);
void instantiate(void);
struct export *find_export(const char *name, int kind);
int name_is(struct name name, const char *text);

// Reading with every bound checked; what is malformed ends the program.
struct reader {
  const u8 *at, *end;
};
u8 read_byte(struct reader *r);
u32 read_u32(struct reader *r);
i32 read_i32(struct reader *r);
i64 read_i64(struct reader *r);
i64 read_s33(struct reader *r);
const u8 *read_bytes(struct reader *r, u64 n);
struct name read_name(struct reader *r);
// A vector's length; each of its items has at least `least` bytes.
u32 read_count(struct reader *r, u32 least);
__attribute__((noreturn)) void malformed(const char *what);
__attribute__((noreturn)) void invalid(const char *what);
#endif
