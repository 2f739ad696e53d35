// Calls, of functions of the module, of imports and of our own helpers. A call keeps the registers of locals and no other.
#include "compiler.h"
#include "runtime.h"

static struct fixup **pending;  // calls of functions that have no code yet

static struct operand out(u32 index) { return in_mem(RSP, index * 8); }

// The topmost values become arguments.
static void pass_arguments(u32 count) {
  const u32 first = height - count;
  for (u32 i = 0; i < first; i++)
    if (stack[i].kind == V_REG) spill(i);
  for (u32 i = 0; i < count; i++) store_value(out(i), stack[first + i]);
  truncate_to(first);
}

static void push_results(const struct func_type *type) {
  const u8 *results = type->types + type->params;
  for (u32 i = 1; i < type->results; i++) move_memory(slot(height + i), out(i));
  if (type->results) finish(results[0], is_float(results[0]) ? XMM0 : RAX);
  for (u32 i = 1; i < type->results; i++) push_slot(results[i]);
}

static void call_function(u32 index) {
  struct function *f = &module.functions[index];
  if (!pending) pending = allocate(module.function_count * sizeof *pending);
  emit(0xe8);
  if (!f->code) return note_fixup(&pending[index], 0);
  emit32(f->code - (here + 4));
}

void fix_calls(void) {
  if (!pending) return;
  for (u32 i = 0; i < module.function_count; i++) fix(pending[i], module.functions[i].code);
}

static const struct func_type *call_direct(void) {
  const u32 index = read_u32(&code);
  const struct func_type *type = &module.types[module.functions[index].type];
  pass_arguments(type->params);
  call_function(index);
  return type;
}

static const struct func_type *call_indirect(void) {
  const struct func_type *type = &module.types[read_u32(&code)];
  const struct table *table = &module.tables[read_u32(&code)];
  const u8 index = to_register(pop_value());
  pass_arguments(type->params);
  const u8 f = index == RAX ? RDX : RAX;
  instruct(CMP, index, at_address((u64)&table->size));
  trap_if(CC_AE, TRAP_TABLE);
  instruct(MOV_LOAD | WIDE, f, at_address((u64)&table->elements));
  instruct_indexed(MOV_LOAD | WIDE, f, f, index, 3, 0);
  instruct_regs(TEST | WIDE, f, f);
  trap_if(CC_E, TRAP_NULL);
  instruct_imm32(ALU_IMM, 7, in_mem(f, FUNCTION_CANONICAL), type->canonical);
  trap_if(CC_NE, TRAP_TYPE);
  instruct(GROUP5, 2, in_mem(f, FUNCTION_CODE));
  return type;
}

// A tail call is a call and a return: it is right, but takes stack.
void compile_call(u8 opcode) {
  const int direct = opcode == CALL || opcode == RETURN_CALL;
  push_results(direct ? call_direct() : call_indirect());
  if (opcode >= RETURN_CALL) compile_control(RETURN);
}

// Keeps the registers of locals that C does not, and aligns the stack; the function is in rax.
static u8 *common_thunk(void) {
  static u8 *common;
  if (common) return common;
  common = here;
  instruct(GROUP5, 6, in_reg(R10));
  instruct(GROUP5, 6, in_reg(R11));
  instruct(GROUP5, 6, in_reg(RBP));
  instruct_imm32(ALU_IMM | WIDE, 5, in_reg(RSP), 64);
  for (u32 i = 0; i < 8; i++) instruct(MOVSD_STORE, XMM8 + i, in_mem(RSP, i * 8));
  instruct_regs(MOV_LOAD | WIDE, RBP, RSP);
  instruct_imm32(ALU_IMM | WIDE, 4, in_reg(RSP), -16);
  instruct(GROUP5, 2, in_reg(RAX));
  instruct_regs(MOV_LOAD | WIDE, RSP, RBP);
  for (u32 i = 0; i < 8; i++) instruct(MOVSD_LOAD, XMM8 + i, in_mem(RSP, i * 8));
  instruct_imm32(ALU_IMM | WIDE, 0, in_reg(RSP), 64);
  instruct(0x8f, 0, in_reg(RBP));
  instruct(0x8f, 0, in_reg(R11));
  instruct(0x8f, 0, in_reg(R10));
  emit(0xc3);
  return common;
}

static u8 *make_thunk(struct import import) {
  u8 *const common = common_thunk();
  u8 *const thunk = here;
  instruct(LEA | WIDE, RDI, in_mem(RSP, 8));
  if (import.context) move_imm(RSI, (u64)import.context);
  move_imm(RAX, (u64)import.function);
  emit(0xe9);
  emit32(common - (here + 4));
  return thunk;
}

static host_function *const HELPERS[] = {memory_grow, memory_fill, memory_copy, memory_init, data_drop, table_grow,
                                         table_fill,  table_copy,  table_init,  elem_drop,   table_get, table_set};
static u8 *helper_thunks[ARRAY_SIZE(HELPERS)];

void make_thunks(void) {
  for (u32 i = 0; i < ARRAY_SIZE(HELPERS); i++) helper_thunks[i] = make_thunk((struct import){HELPERS[i], 0});
  for (u32 i = 0; i < module.imported_functions; i++) {
    struct function *f = &module.functions[i];
    f->code = make_thunk(find_import(f));
  }
}

void call_helper(void *helper, u32 arguments, u8 result) {
  u32 i = 0;
  while (HELPERS[i] != helper) i++;
  pass_arguments(arguments);
  emit(0xe8);
  emit32(helper_thunks[i] - (here + 4));
  if (result) finish(result, RAX);
}

void compile_table(u8 opcode) {
  struct value v = {.type = FUNCREF, .kind = V_CONST};
  switch (opcode) {
    case REF_NULL:
      v.type = read_byte(&code);
      return push_value(v);
    case REF_FUNC:
      v.bits = (u64)&module.functions[read_u32(&code)];
      return push_value(v);
    case REF_IS_NULL:
      return compare_with_zero(I64, CC_E);
  }
  const u32 index = read_u32(&code);
  push_value((struct value){.type = I32, .kind = V_CONST, .bits = index});
  if (opcode == TABLE_GET) call_helper(table_get, 2, module.tables[index].type);
  else call_helper(table_set, 3, 0);
}
