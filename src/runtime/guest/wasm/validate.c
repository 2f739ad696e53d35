// Validation of function bodies: the algorithm of the specification's appendix, with the types of the operand stack and a
// stack of the blocks that are open. Invariant: code that passes needs no check of types, indices or heights in the compiler.
#include "validate.h"
#include "opcodes.h"

enum { ANY = 0, MOST_FRAMES = 100000, LOOP_WEIGHT = 8, MOST_WEIGHT = 1 << 24 };

struct frame {
  u8 opcode, unreachable;
  u32 height;
  struct block_type type;
};

static u8 *types;  // of the operands
static u32 height, types_room;
static struct frame *frames;
static u32 frame_count;
static u32 weight;

static u8 local_types[MOST_LOCALS];
static u32 local_weight[MOST_LOCALS];
static struct function_facts *facts;
static struct func_type *own_type;
static struct reader *in;

static void push(u8 type) {
  if (height == types_room) invalid("a function with too many operands");
  types[height++] = type;
  if (height > facts->most_height) facts->most_height = height;
}

static u8 pop_any(void) {
  const struct frame *frame = &frames[frame_count - 1];
  if (height > frame->height) return types[--height];
  if (!frame->unreachable) invalid("type mismatch: the operand stack is empty");
  return ANY;
}

static void pop(u8 type) {
  const u8 actual = pop_any();
  if (actual != type && actual != ANY && type != ANY) invalid("type mismatch");
}

static void pop_all(const u8 *list, u32 count) {
  while (count) pop(list[--count]);
}

static void push_all(const u8 *list, u32 count) {
  for (u32 i = 0; i < count; i++) push(list[i]);
}

static void open(u8 opcode, struct block_type type) {
  if (frame_count == MOST_FRAMES) invalid("blocks nested too deeply");
  frames[frame_count++] = (struct frame){opcode, 0, height, type};
  push_all(type.types, type.params);
  if (opcode == LOOP && weight < MOST_WEIGHT) weight *= LOOP_WEIGHT;
}

static struct frame close(void) {
  const struct frame frame = frames[frame_count - 1];
  pop_all(frame.type.types + frame.type.params, frame.type.results);
  if (height != frame.height) invalid("type mismatch: values remain on the stack at the end of a block");
  frame_count--;
  return frame;
}

static void unreachable(void) {
  struct frame *frame = &frames[frame_count - 1];
  height = frame->height;
  frame->unreachable = 1;
}

// What a branch to the label takes.
static void label_types(u32 depth, const u8 **list, u32 *count) {
  if (depth >= frame_count) invalid("unknown label");
  const struct frame *frame = &frames[frame_count - 1 - depth];
  const int loop = frame->opcode == LOOP;
  *list = frame->type.types + (loop ? 0 : frame->type.params);
  *count = loop ? frame->type.params : frame->type.results;
}

struct block_type read_block_type(struct reader *r) {
  static const u8 SINGLE[] = {I32, I64, F32, F64, FUNCREF, EXTERNREF};
  if (r->at < r->end && *r->at == EMPTY) {
    r->at++;
    return (struct block_type){0, 0, SINGLE};
  }
  const i64 value = read_s33(r);
  if (value < 0) {
    for (u32 i = 0; i < ARRAY_SIZE(SINGLE); i++)
      if (SINGLE[i] == (value & 0x7f) && value >= -64) return (struct block_type){0, 1, &SINGLE[i]};
    malformed("unknown block type");
  }
  if (value >= module.type_count) invalid("unknown type");
  const struct func_type *type = &module.types[value];
  return (struct block_type){type->params, type->results, type->types};
}

static u32 read_index(u32 count, const char *unknown) {
  const u32 index = read_u32(in);
  if (index >= count) invalid(unknown);
  return index;
}

static u32 read_table(void) { return read_index(module.table_count, "unknown table"); }

static void note_out(u32 count) {
  if (count > facts->most_out) facts->most_out = count;
}

static void apply(const struct func_type *type) {
  note_out(type->params > type->results ? type->params : type->results);
  pop_all(type->types, type->params);
  push_all(type->types + type->params, type->results);
}

static void tail_call(const struct func_type *type) {
  note_out(type->params > type->results ? type->params : type->results);
  if (type->results != own_type->results ||
      compare(type->types + type->params, own_type->types + own_type->params, type->results))
    invalid("type mismatch: a tail call with other results");
  pop_all(type->types, type->params);
  unreachable();
}

static const struct func_type *indirect_type(void) {
  const struct func_type *type = &module.types[read_index(module.type_count, "unknown type")];
  if (module.tables[read_table()].type != FUNCREF) invalid("type mismatch: a call through a table of no functions");
  pop(I32);
  return type;
}

static void branch(void) {
  const u8 *list;
  u32 count;
  label_types(read_u32(in), &list, &count);
  pop_all(list, count);
  unreachable();
}

static void branch_if(void) {
  const u8 *list;
  u32 count;
  label_types(read_u32(in), &list, &count);
  pop(I32);
  pop_all(list, count);
  push_all(list, count);
}

static void branch_table(void) {
  const u32 targets = read_count(in, 1);
  const struct reader start = *in;
  pop(I32);
  for (u32 i = 0; i < targets; i++) read_u32(in);
  const u8 *list, *other;
  u32 count, other_count;
  label_types(read_u32(in), &list, &count);
  const struct reader after = *in;
  *in = start;
  u8 taken[MOST_PARAMS];
  for (u32 i = 0; i < targets; i++) {
    label_types(read_u32(in), &other, &other_count);
    if (other_count != count) invalid("type mismatch: targets of br_table differ");
    // Operands of unknown type stay unknown, so that they fit every target.
    for (u32 j = count; j; j--) {
      taken[j - 1] = pop_any();
      if (taken[j - 1] != ANY && taken[j - 1] != other[j - 1]) invalid("type mismatch");
    }
    push_all(taken, count);
  }
  *in = after;
  pop_all(list, count);
  unreachable();
}

static void select_untyped(void) {
  pop(I32);
  const u8 a = pop_any(), b = pop_any();
  if (is_reference(a) || is_reference(b)) invalid("type mismatch: select of references needs a type");
  if (a != b && a != ANY && b != ANY) invalid("type mismatch");
  push(a == ANY ? b : a);
}

static void select_typed(void) {
  if (read_u32(in) != 1) invalid("invalid result arity");
  const u8 type = read_value_type(in);
  pop(I32);
  pop(type);
  pop(type);
  push(type);
}

static void local(u8 opcode) {
  const u32 index = read_index(facts->local_count, "unknown local");
  if (local_weight[index] < MOST_WEIGHT) local_weight[index] += weight;
  const u8 type = local_types[index];
  if (opcode != LOCAL_GET) pop(type);
  if (opcode != LOCAL_SET) push(type);
}

static void global(u8 opcode) {
  const struct global *global = &module.globals[read_index(module.global_count, "unknown global")];
  if (opcode == GLOBAL_GET) push(global->type);
  else {
    if (!global->mutable) invalid("global is immutable");
    pop(global->type);
  }
}

static void need_memory(void) {
  if (!module.memories) invalid("unknown memory");
}

static void memory(u8 opcode) {
  const struct memory_access access = memory_access(opcode);
  need_memory();
  const u32 align = read_u32(in);
  if (align >= 32) malformed("malformed memop flags");
  if (align > access.log2) invalid("alignment must not be larger than natural");
  read_u32(in);
  if (access.store) pop(access.type);
  pop(I32);
  if (!access.store) push(access.type);
}

static void zero_byte(void) {
  if (read_byte(in)) malformed("zero byte expected");
}

static void numeric(struct signature signature) {
  for (u32 i = 0; i < signature.operands; i++) pop(signature.operand);
  push(signature.result);
}

static void three_sizes(void) {
  note_out(4);
  pop(I32);
  pop(I32);
  pop(I32);
}

static struct data_segment *read_data_index(void) {
  if (!module.has_data_count) malformed("data count section required");
  return &module.data[read_index(module.data_count_section, "unknown data segment")];
}

static struct element_segment *read_element_index(void) {
  return &module.elements[read_index(module.element_count, "unknown elem segment")];
}

static void table_copy(void) {
  const u8 to = module.tables[read_table()].type;
  if (module.tables[read_table()].type != to) invalid("type mismatch: tables of two types");
  three_sizes();
}

static void bulk_memory(u32 opcode) {
  switch (opcode) {
    case MEMORY_INIT:
      read_data_index();
      zero_byte();
      need_memory();
      return three_sizes();
    case DATA_DROP:
      read_data_index();
      return note_out(4);
    case MEMORY_COPY:
      zero_byte();  // and that of the other memory:
      __attribute__((fallthrough));
    case MEMORY_FILL:
      zero_byte();
      need_memory();
      return three_sizes();
  }
}

static void tables(u32 opcode) {
  note_out(4);
  switch (opcode) {
    case TABLE_INIT: {
      const u8 type = read_element_index()->type;
      if (module.tables[read_table()].type != type) invalid("type mismatch: a table of another type");
      return three_sizes();
    }
    case ELEM_DROP:
      read_element_index();
      return;
    case TABLE_COPY:
      return table_copy();
    case TABLE_GROW: {
      const u8 type = module.tables[read_table()].type;
      pop(I32);
      pop(type);
      return push(I32);
    }
    case TABLE_SIZE_OF:
      read_table();
      return push(I32);
    case TABLE_FILL: {
      const u8 type = module.tables[read_table()].type;
      pop(I32);
      pop(type);
      return pop(I32);
    }
  }
}

static void prefixed(void) {
  const u32 opcode = read_u32(in);
  if (opcode <= LAST_SATURATING) {
    const u8 from[] = {F32, F32, F64, F64};
    return numeric((struct signature){1, from[opcode & 3], opcode < 4 ? I32 : I64});
  }
  if (opcode <= MEMORY_FILL) return bulk_memory(opcode);
  if (opcode <= TABLE_FILL) return tables(opcode);
  malformed("illegal opcode");
}

static void table_access(u8 opcode) {
  note_out(4);
  const u8 type = module.tables[read_table()].type;
  if (opcode == TABLE_SET) pop(type);
  pop(I32);
  if (opcode == TABLE_GET) push(type);
}

static void reference(u8 opcode) {
  if (opcode == REF_NULL) {
    const u8 type = read_byte(in);
    if (!is_reference(type)) malformed("malformed reference type");
    return push(type);
  }
  if (opcode == REF_IS_NULL) {
    const u8 type = pop_any();
    if (type != ANY && !is_reference(type)) invalid("type mismatch: ref.is_null of a number");
    return push(I32);
  }
  const u32 index = read_index(module.function_count, "unknown function");
  if (!module.functions[index].declared) invalid("undeclared function reference");
  push(FUNCREF);
}

static void constant(u8 opcode) {
  if (opcode == I32_CONST) read_i32(in);
  else if (opcode == I64_CONST) read_i64(in);
  else read_bytes(in, opcode == F32_CONST ? 4 : 8);
  push(I32 - (opcode - I32_CONST));
}

static void block(u8 opcode) {
  const struct block_type type = read_block_type(in);
  if (opcode == IF) pop(I32);
  pop_all(type.types, type.params);
  open(opcode, type);
}

static void otherwise(void) {
  if (frames[frame_count - 1].opcode != IF) invalid("else without if");
  const struct frame frame = close();
  open(ELSE, frame.type);
}

static void end(void) {
  const struct frame frame = close();
  if (frame.opcode == LOOP && weight > 1) weight /= LOOP_WEIGHT;
  const struct block_type type = frame.type;
  if (frame.opcode == IF && (type.params != type.results || compare(type.types, type.types + type.params, type.params)))
    invalid("type mismatch: an if without else needs equal parameters and results");
  if (frame_count) push_all(type.types + type.params, type.results);
}

static void instruction(u8 opcode) {
  if (opcode >= FIRST_MEMORY && opcode <= LAST_MEMORY) return memory(opcode);
  if (opcode >= FIRST_NUMERIC && opcode <= LAST_NUMERIC) return numeric(numeric_signature(opcode));
  switch (opcode) {
    case UNREACHABLE:
      return unreachable();
    case NOP:
      return;
    case BLOCK:
    case LOOP:
    case IF:
      return block(opcode);
    case ELSE:
      return otherwise();
    case END:
      return end();
    case BR:
      return branch();
    case BR_IF:
      return branch_if();
    case BR_TABLE:
      return branch_table();
    case RETURN:
      pop_all(own_type->types + own_type->params, own_type->results);
      return unreachable();
    case CALL:
      return apply(&module.types[module.functions[read_index(module.function_count, "unknown function")].type]);
    case CALL_INDIRECT:
      return apply(indirect_type());
    case RETURN_CALL:
      return tail_call(&module.types[module.functions[read_index(module.function_count, "unknown function")].type]);
    case RETURN_CALL_INDIRECT:
      return tail_call(indirect_type());
    case DROP:
      pop_any();
      return;
    case SELECT:
      return select_untyped();
    case SELECT_T:
      return select_typed();
    case LOCAL_GET:
    case LOCAL_SET:
    case LOCAL_TEE:
      return local(opcode);
    case GLOBAL_GET:
    case GLOBAL_SET:
      return global(opcode);
    case TABLE_GET:
    case TABLE_SET:
      return table_access(opcode);
    case MEMORY_SIZE:
      zero_byte();
      need_memory();
      return push(I32);
    case MEMORY_GROW:
      zero_byte();
      need_memory();
      note_out(4);
      pop(I32);
      return push(I32);
    case I32_CONST:
    case I64_CONST:
    case F32_CONST:
    case F64_CONST:
      return constant(opcode);
    case REF_NULL:
    case REF_IS_NULL:
    case REF_FUNC:
      return reference(opcode);
    case PREFIX_FC:
      return prefixed();
  }
  malformed("illegal opcode (SIMD, threads, exceptions and garbage collection are not supported)");
}

static void read_locals(void) {
  facts->local_count = own_type->params;
  copy(local_types, own_type->types, own_type->params);
  const u32 groups = read_count(in, 2);
  for (u32 i = 0; i < groups; i++) {
    const u32 count = read_u32(in);
    if (count > MOST_LOCALS - facts->local_count) malformed("too many locals");
    fill(local_types + facts->local_count, read_value_type(in), count);
    facts->local_count += count;
  }
  fill(local_weight, 0, facts->local_count * sizeof *local_weight);
}

// The stack of operands cannot be higher than this many values, whatever the code.
static void make_room(u64 body) {
  const u64 most = body * 2 + 2 * MOST_PARAMS + 64;
  if (!frames) frames = allocate(MOST_FRAMES * sizeof *frames);
  if (most <= types_room) return;
  types = allocate(most * 2);
  types_room = most * 2;
}

void validate_function(struct function *f, struct function_facts *result) {
  struct reader reader = {f->body, f->end};
  in = &reader;
  own_type = &module.types[f->type];
  facts = result;
  *facts = (struct function_facts){.local_types = local_types, .local_weight = local_weight};
  make_room(f->end - f->body);
  read_locals();
  facts->code = reader.at;
  height = frame_count = 0;
  weight = 1;
  frames[frame_count++] =
      (struct frame){BLOCK, 0, 0, {0, own_type->results, own_type->types + own_type->params}};
  while (frame_count) instruction(read_byte(in));
  if (reader.at != reader.end) malformed("junk after the end of a function");
}

// A constant expression, which is run by instance.c: one instruction and an end.
struct constant read_constant(struct reader *r, u8 type) {
  const struct constant constant = {r->at};
  const u8 opcode = read_byte(r);
  u8 actual = 0;
  if (opcode == I32_CONST) read_i32(r), actual = I32;
  else if (opcode == I64_CONST) read_i64(r), actual = I64;
  else if (opcode == F32_CONST) read_bytes(r, 4), actual = F32;
  else if (opcode == F64_CONST) read_bytes(r, 8), actual = F64;
  else if (opcode == REF_NULL) {
    actual = read_byte(r);
    if (!is_reference(actual)) malformed("malformed reference type");
  } else if (opcode == REF_FUNC) {
    const u32 index = read_u32(r);
    if (index >= module.function_count) invalid("unknown function");
    module.functions[index].declared = 1;
    actual = FUNCREF;
  } else if (opcode == GLOBAL_GET) {
    const u32 index = read_u32(r);
    if (index >= module.global_count) invalid("unknown global");
    if (module.globals[index].mutable) invalid("constant expression required");
    actual = module.globals[index].type;
  } else if (opcode != END) invalid("constant expression required");
  if (actual != type) invalid("type mismatch in a constant expression");
  if (read_byte(r) != END) invalid("constant expression required");
  return constant;
}
