// Loads and stores. Bounds cost nothing: an address that is too large meets pages without any right (MEMORY_WINDOW).
#include "compiler.h"
#include "runtime.h"

// The memory at an address, which may be a constant.
static struct operand memory_operand(struct value address, u32 offset) {
  if (address.kind == V_CONST) {
    const u64 total = (u64)(u32)address.bits + offset;
    if (total <= MOST_INLINE_OFFSET) return at_address(MEMORY_BASE + total);
    const u8 reg = take_gpr();
    move_imm(reg, total);
    return in_mem(reg, MEMORY_BASE);
  }
  const u8 index = to_register(address);
  if (offset <= MOST_INLINE_OFFSET) return in_mem(index, MEMORY_BASE + offset);
  const u8 sum = take_gpr();
  move_imm(sum, offset);
  instruct_regs(0x03 | WIDE, sum, index);
  return in_mem(sum, MEMORY_BASE);
}

static void compile_load(u8 opcode, u8 type) {
  static const u32 OPS[] = {
      MOV_LOAD,
      MOV_LOAD | WIDE,
      MOVSS_LOAD,
      MOVSD_LOAD,
      MAP_0F | 0xbe,  // movsx
      MAP_0F | 0xb6,  // movzx
      MAP_0F | 0xbf,
      MAP_0F | 0xb7,
      MAP_0F | 0xbe | WIDE,
      MAP_0F | 0xb6,
      MAP_0F | 0xbf | WIDE,
      MAP_0F | 0xb7,
      MOVSXD,
      MOV_LOAD,
  };
  read_u32(&code);
  const u32 offset = read_u32(&code);
  const struct value address = pop_value();
  const struct operand from = memory_operand(address, offset);
  u8 reg = target_register(type);
  if (reg == NO_REG) reg = address.kind == V_REG && !is_float(type) ? address.reg : take_for(type);
  instruct(OPS[opcode - FIRST_MEMORY], reg, from);
  finish(type, reg);
}

static void store_constant_at(struct operand to, u32 log2, u64 bits) {
  if (log2 == 0) return instruct_imm8(0xc6, 0, to, bits);
  if (log2 == 1) {
    instruct(P66 | MOV_IMM, 0, to);
    emit(bits);
    return emit(bits >> 8);
  }
  instruct_imm32(MOV_IMM | (log2 == 3 ? WIDE : 0), 0, to, bits);
}

static void compile_store(u8 type, u32 log2) {
  read_u32(&code);
  const u32 offset = read_u32(&code);
  const struct value v = pop_value(), address = pop_value();
  if (v.kind == V_CONST && (log2 < 3 || (i64)v.bits == (i32)v.bits))
    return store_constant_at(memory_operand(address, offset), log2, v.bits);
  const u8 reg = to_register(v);
  const struct operand to = memory_operand(address, offset);
  if (type == F32) instruct(MOVSS_STORE, reg, to);
  else if (type == F64) instruct(MOVSD_STORE, reg, to);
  else if (log2 == 0) instruct(MOV_STORE8 | BYTE, reg, to);
  else instruct(MOV_STORE | (log2 == 3 ? WIDE : 0) | (log2 == 1 ? P66 : 0), reg, to);
}

void compile_memory(u8 opcode) {
  const struct memory_access access = memory_access(opcode);
  if (access.store) compile_store(access.type, access.log2);
  else compile_load(opcode, access.type);
}

static void push_memory_size(void) {
  u8 reg = target_register(I32);
  if (reg == NO_REG) reg = take_gpr();
  instruct(MOV_LOAD, reg, at_address((u64)&memory_pages));
  finish(I32, reg);
}

static void push_index(u32 index) { push_value((struct value){.type = I32, .kind = V_CONST, .bits = index}); }

// The immediates follow the operands as arguments.
static void helper_with(void *helper, u32 operands, u32 immediates) {
  for (u32 i = 0; i < immediates; i++) push_index(read_u32(&code));
  call_helper(helper, operands + immediates, 0);
}

static void compile_prefixed(u32 opcode) {
  switch (opcode) {
    case MEMORY_INIT:
      helper_with(memory_init, 3, 1);
      read_byte(&code);
      return;
    case DATA_DROP:
      return helper_with(data_drop, 0, 1);
    case MEMORY_COPY:
      read_byte(&code);
      read_byte(&code);
      return call_helper(memory_copy, 3, 0);
    case MEMORY_FILL:
      read_byte(&code);
      return call_helper(memory_fill, 3, 0);
    case TABLE_INIT:
      return helper_with(table_init, 3, 2);
    case ELEM_DROP:
      return helper_with(elem_drop, 0, 1);
    case TABLE_COPY:
      return helper_with(table_copy, 3, 2);
    case TABLE_GROW:
      push_index(read_u32(&code));
      return call_helper(table_grow, 3, I32);
    case TABLE_FILL:
      return helper_with(table_fill, 3, 1);
    case TABLE_SIZE_OF: {
      const u8 reg = take_gpr();
      instruct(MOV_LOAD, reg, at_address((u64)&module.tables[read_u32(&code)].size));
      return push_reg(I32, reg);
    }
  }
}

void compile_bulk(u32 opcode) {
  if (opcode == PREFIX_FC) {
    const u32 second = read_u32(&code);
    if (second <= LAST_SATURATING) return compile_saturating(second);
    return compile_prefixed(second);
  }
  read_byte(&code);
  if (opcode == MEMORY_SIZE) return push_memory_size();
  call_helper(memory_grow, 1, I32);
}
