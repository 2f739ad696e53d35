// Conversions between integers and floating point. Truncation works on 64 bits and double precision, in which all values
// of the narrower types are exact; what the CPU cannot convert it answers with the least integer.
#include "compiler.h"

enum { CVTTSD2SI = PF2 | MAP_0F | 0x2c | WIDE, CVTSI2SD = PF2 | MAP_0F | 0x2a, CVTSI2SS = PF3 | MAP_0F | 0x2a };
enum { UCOMISD = P66 | MAP_0F | 0x2e, SUBSD = PF2 | MAP_0F | 0x5c, MAXSD = PF2 | MAP_0F | 0x5f, MINSD = PF2 | MAP_0F | 0x5d };
#define TWO_TO_63 0x43e0000000000000
#define MINUS_TWO_TO_63 0xc3e0000000000000
#define TWO_TO_32_LESS_1 0x41efffffffe00000
#define TWO_TO_31_LESS_1 0x41dfffffffc00000
#define MINUS_TWO_TO_31 0xc1e0000000000000

// As double precision, in a register that may be changed when `own`.
static u8 as_double(u8 type, int own) {
  const struct value v = pop_value();
  if (type == F64) return own ? to_own_register(v) : to_register(v);
  const u8 reg = take_xmm();
  instruct(PF3 | MAP_0F | 0x5a, reg, operand_of(v));
  return reg;
}

// i32 from double, with a trap.
static void truncate_32(u8 from, int is_signed) {
  const u8 x = as_double(from, 0), reg = take_gpr(), check = take_gpr();
  instruct_regs(CVTTSD2SI, reg, x);
  instruct_regs(is_signed ? MOVSXD : MOV_LOAD, check, reg);
  instruct_regs(CMP | WIDE, check, reg);
  trap_if(CC_NE, TRAP_CONVERSION);
  if (is_signed) instruct_regs(MOV_LOAD, reg, reg);
  finish(I32, reg);
}

static void truncate_64_signed(u8 from) {
  const u8 x = as_double(from, 0), reg = take_gpr();
  instruct_regs(CVTTSD2SI, reg, x);
  instruct_imm32(ALU_IMM | WIDE, 7, in_reg(reg), 1);  // overflows for the least integer alone
  u8 *const good = short_jump(CC_NO);
  instruct(UCOMISD, x, float_constant(MINUS_TWO_TO_63));
  trap_if(CC_P, TRAP_CONVERSION);
  trap_if(CC_NE, TRAP_CONVERSION);
  land(good);
  finish(I64, reg);
}

// From 2^63 on, what is left after subtracting that. Negative results are for the caller to look at.
static void convert_unsigned(u8 x, u8 reg, u8 **small, u8 **large) {
  instruct(UCOMISD, x, float_constant(TWO_TO_63));
  u8 *const above = short_jump(CC_AE);
  instruct_regs(CVTTSD2SI, reg, x);
  instruct_regs(TEST | WIDE, reg, reg);
  *small = short_jump(CC_NS);
  *large = above;
}

static void flip_top_bit(u8 reg) { instruct_imm8(MAP_0F | 0xba | WIDE, 7, in_reg(reg), 63); }

static void truncate_64_unsigned(u8 from) {
  const u8 x = as_double(from, 1), reg = take_gpr();
  u8 *small, *large;
  convert_unsigned(x, reg, &small, &large);
  emit(0x0f);  // ud2
  emit(0x0b);
  emit(TRAP_CONVERSION);
  land(large);
  instruct(SUBSD, x, float_constant(TWO_TO_63));
  instruct_regs(CVTTSD2SI, reg, x);
  instruct_regs(TEST | WIDE, reg, reg);
  trap_if(CC_S, TRAP_CONVERSION);
  flip_top_bit(reg);
  land(small);
  finish(I64, reg);
}

static void saturate_32(u8 from, int is_signed) {
  const u8 x = as_double(from, 1), reg = take_gpr();
  instruct_regs(XOR, reg, reg);
  instruct_regs(UCOMISD, x, x);
  u8 *const not_number = short_jump(CC_P);
  instruct(MAXSD, x, float_constant(is_signed ? MINUS_TWO_TO_31 : 0));
  instruct(MINSD, x, float_constant(is_signed ? TWO_TO_31_LESS_1 : TWO_TO_32_LESS_1));
  instruct_regs(CVTTSD2SI, reg, x);
  if (is_signed) instruct_regs(MOV_LOAD, reg, reg);
  land(not_number);
  finish(I32, reg);
}

static void saturate_64_signed(u8 from) {
  const u8 x = as_double(from, 0), reg = take_gpr();
  instruct_regs(XOR, reg, reg);
  instruct_regs(UCOMISD, x, x);
  u8 *const not_number = short_jump(CC_P);
  instruct_regs(CVTTSD2SI, reg, x);
  instruct(UCOMISD, x, float_constant(TWO_TO_63));
  u8 *const fits = short_jump(CC_B);
  move_imm(reg, 0x7fffffffffffffff);
  land(fits);
  land(not_number);
  finish(I64, reg);
}

static void saturate_64_unsigned(u8 from) {
  const u8 x = as_double(from, 1), reg = take_gpr();
  u8 *small, *large;
  convert_unsigned(x, reg, &small, &large);
  instruct_regs(XOR, reg, reg);  // negative, or not a number
  u8 *const zero = short_jump(ALWAYS);
  land(large);
  instruct(SUBSD, x, float_constant(TWO_TO_63));
  instruct_regs(CVTTSD2SI, reg, x);
  instruct_regs(TEST | WIDE, reg, reg);
  u8 *const fits = short_jump(CC_NS);
  move_imm(reg, 0x7fffffffffffffff);
  land(fits);
  flip_top_bit(reg);
  land(zero);
  land(small);
  finish(I64, reg);
}

static void from_integer(u8 from, u8 to, int is_signed) {
  const struct value v = pop_value();
  const u32 op = to == F32 ? CVTSI2SS : CVTSI2SD;
  u8 reg = target_register(to);
  if (reg == NO_REG) reg = take_xmm();
  const int narrow_unsigned = from == I32 && !is_signed;
  const u8 integer = to_register(v);
  instruct_regs(op | (narrow_unsigned || from == I64 ? WIDE : 0), reg, integer);
  finish(to, reg);
}

// Above 2^63: half of it, with the lowest bit kept for the rounding, twice.
static void from_unsigned_64(u8 to) {
  const struct value v = pop_value();
  const u32 op = (to == F32 ? CVTSI2SS : CVTSI2SD) | WIDE;
  u8 reg = target_register(to);
  if (reg == NO_REG) reg = take_xmm();
  const u8 x = to_register(v), half = take_gpr(), low = take_gpr();
  instruct_regs(TEST | WIDE, x, x);
  u8 *const large = short_jump(CC_S);
  instruct_regs(op, reg, x);
  u8 *const done = short_jump(ALWAYS);
  land(large);
  instruct_regs(MOV_LOAD | WIDE, half, x);
  instruct_regs(MOV_LOAD, low, x);
  instruct_imm8(0xc1 | WIDE, 5, in_reg(half), 1);
  instruct_imm32(ALU_IMM, 4, in_reg(low), 1);
  instruct_regs(0x0b | WIDE, half, low);
  instruct_regs(op, reg, half);
  instruct_regs((to == F32 ? PF3 : PF2) | MAP_0F | 0x58, reg, reg);
  land(done);
  finish(to, reg);
}

static void change_precision(u8 to) {
  const struct value v = pop_value();
  u8 reg = target_register(to);
  if (reg == NO_REG) reg = v.kind == V_REG ? v.reg : take_xmm();
  instruct((to == F32 ? PF2 : PF3) | MAP_0F | 0x5a, reg, operand_of(v));
  finish(to, reg);
}

static void reinterpret(u8 from, u8 to) {
  struct value v = pop_value();
  if (v.kind == V_CONST) {
    v.type = to;
    if (to == I32) v.bits = (u64)(i64)(i32)v.bits;
    if (to == F32) v.bits = (u32)v.bits;
    return push_value(v);
  }
  u8 reg = target_register(to);
  if (reg == NO_REG) reg = take_for(to);
  const u32 width = from == F64 || from == I64 ? WIDE : 0;
  if (is_float(to)) instruct_regs(MOVD_TO_XMM | width, reg, to_register(v));
  else instruct_regs(MOVD_FROM_XMM | width, to_register(v), reg);
  finish(to, reg);
}

static void truncate_64(u8 from, int is_signed) {
  if (is_signed) truncate_64_signed(from);
  else truncate_64_unsigned(from);
}

void compile_conversion(u32 opcode) {
  if (opcode == 0xb6) return change_precision(F32);
  if (opcode == 0xbb) return change_precision(F64);
  if (opcode >= 0xbc) {
    const struct signature types = numeric_signature(opcode);
    return reinterpret(types.operand, types.result);
  }
  const struct signature types = numeric_signature(opcode);
  // Signed and unsigned take turns, beginning at 0xa8 and, after f32.demote, at 0xb7.
  const int is_signed = opcode < 0xb6 ? !(opcode & 1) : opcode & 1;
  if (types.result == I32) return truncate_32(types.operand, is_signed);
  if (types.result == I64) return truncate_64(types.operand, is_signed);
  if (types.operand == I64 && !is_signed) return from_unsigned_64(types.result);
  from_integer(types.operand, types.result, is_signed);
}

void compile_saturating(u32 opcode) {
  const u8 from = opcode & 2 ? F64 : F32;
  const int is_signed = !(opcode & 1);
  if (opcode < 4) saturate_32(from, is_signed);
  else if (is_signed) saturate_64_signed(from);
  else saturate_64_unsigned(from);
}
