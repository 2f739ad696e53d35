// Integer instructions and comparisons.
#include "compiler.h"

enum { ADD = 0x03, OR = 0x0b, AND = 0x23, SUB = 0x2b };

// A condition in the flags stays there if the next instruction is one that looks at flags.
void push_condition(u8 condition) {
  const u8 next = *code.at;
  const int simple = condition < CC_FEQ;
  if (next == BR_IF || next == IF || next == I32_EQZ || (next == SELECT && simple))
    return push_value((struct value){.type = I32, .kind = V_FLAGS, .reg = condition});
  u8 reg = target_register(I32);
  if (reg == NO_REG) reg = take_gpr();
  if (simple) instruct(SETCC | condition | BYTE_RM, 0, in_reg(reg));
  else {
    const u8 other = take_gpr();
    const int equal = condition == CC_FEQ;
    instruct(SETCC | (equal ? CC_NP : CC_P) | BYTE_RM, 0, in_reg(other));
    instruct(SETCC | (equal ? CC_E : CC_NE) | BYTE_RM, 0, in_reg(reg));
    instruct((equal ? 0x20 : 0x08) | BYTE | BYTE_RM, other, in_reg(reg));  // and, or
  }
  instruct(MOVZX8 | BYTE_RM, reg, in_reg(reg));
  finish(I32, reg);
}

void compare_with_zero(u8 type, u8 condition) {
  const struct value v = pop_value();
  if (v.kind == V_FLAGS)
    return push_condition(v.reg == CC_FEQ ? CC_FNE : v.reg == CC_FNE ? CC_FEQ : inverse(v.reg));
  const u8 reg = to_register(v);
  instruct_regs(TEST | wide(type), reg, reg);
  push_condition(condition);
}

static void compare_integers(u8 type, u32 index) {
  static const u8 CONDITIONS[] = {CC_E, CC_NE, CC_L, CC_B, CC_G, CC_A, CC_LE, CC_BE, CC_GE, CC_AE};
  const u8 condition = CONDITIONS[index];
  if (is_imm32(stack[height - 1]) && (i32)stack[height - 1].bits == 0) {
    pop_value();
    return compare_with_zero(type, condition);
  }
  const struct value b = pop_value(), a = pop_value();
  if (is_imm32(b)) instruct_imm32(ALU_IMM | wide(type), 7, operand_of(a), b.bits);
  else {
    const u8 reg = to_register(a);
    instruct(CMP | wide(type), reg, operand_of(b));
  }
  push_condition(condition);
}

static int is_in_register(struct value v) {
  return v.kind == V_REG || (v.kind == V_LOCAL && locals[v.local].reg != NO_REG);
}

// With lea, when the sum goes elsewhere than to its first operand.
static int add_elsewhere(u8 type, struct value a, struct value b, int subtract) {
  if (!is_in_register(a)) return 0;
  u8 reg = target_register(type);
  if (reg == NO_REG) {
    if (a.kind == V_REG) return 0;
    reg = take_gpr();
  }
  const u8 base = to_register(a);
  if (reg == base) return 0;
  if (is_imm32(b)) {
    const i32 by = b.bits;
    if (subtract && by == (i32)0x80000000) return 0;
    instruct(LEA | wide(type), reg, in_mem(base, subtract ? -by : by));
  } else {
    if (subtract || !is_in_register(b)) return 0;
    instruct_indexed(LEA | wide(type), reg, base, to_register(b), 0, 0);
  }
  finish(type, reg);
  return 1;
}

static void arithmetic(u8 type, u32 op, int commutes) {
  struct value b = pop_value(), a = pop_value();
  if (commutes && (a.kind == V_CONST || (b.kind == V_REG && a.kind != V_REG))) {
    const struct value other = a;
    a = b;
    b = other;
  }
  if ((op == ADD || op == SUB) && add_elsewhere(type, a, b, op == SUB)) return;
  if (commutes && b.kind == V_LOCAL && locals[b.local].reg != NO_REG && locals[b.local].reg == target_register(type)) {
    const struct value other = a;
    a = b;
    b = other;
  }
  const u8 reg = destination(a, &b, type);
  if (is_imm32(b)) instruct_imm32(ALU_IMM | wide(type), op >> 3, in_reg(reg), b.bits);
  else instruct(op | wide(type), reg, operand_of(b));
  finish(type, reg);
}

static void multiply(u8 type) {
  struct value b = pop_value(), a = pop_value();
  if (a.kind == V_CONST) {
    const struct value other = a;
    a = b;
    b = other;
  }
  if (is_imm32(b) && a.kind != V_CONST) {
    u8 reg = target_register(type);
    if (reg == NO_REG) reg = a.kind == V_REG ? a.reg : take_gpr();
    instruct_imm32(0x69 | wide(type), reg, operand_of(a), b.bits);
    return finish(type, reg);
  }
  const u8 reg = destination(a, &b, type);
  instruct(MAP_0F | 0xaf | wide(type), reg, operand_of(b));
  finish(type, reg);
}

// The divisor is in rcx, where the handler of the trap looks.
static void divide(u8 type, int is_signed, int remainder) {
  claim(RAX);
  claim(RDX);
  claim(RCX);
  const struct value b = pop_value(), a = pop_value();
  load(RCX, b);
  load(RAX, a);
  u8 *past = 0;
  const int maybe_minus_one = b.kind != V_CONST || (type == I32 ? (i32)b.bits == -1 : (i64)b.bits == -1);
  if (is_signed && remainder && maybe_minus_one) {
    // The remainder by -1 is 0, also where the quotient overflows.
    instruct_regs(XOR, RDX, RDX);
    instruct_imm32(ALU_IMM | wide(type), 7, in_reg(RCX), -1);
    past = short_jump(CC_E);
  }
  if (is_signed) {
    if (type == I64) emit(0x48);
    emit(0x99);  // cdq, cqo
  } else instruct_regs(XOR, RDX, RDX);
  instruct(GROUP3 | wide(type), is_signed ? 7 : 6, in_reg(RCX));
  if (past) land(past);
  finish(type, remainder ? RDX : RAX);
}

// shl shr_s shr_u rotl rotr
static void shift(u8 type, u32 index) {
  static const u8 EXTENSIONS[] = {4, 7, 5, 0, 1};
  const u8 extension = EXTENSIONS[index];
  if (stack[height - 1].kind == V_CONST) {
    const struct value b = pop_value(), a = pop_value();
    const u8 reg = destination(a, 0, type);
    const u8 by = b.bits & (type == I32 ? 31 : 63);
    if (by) instruct_imm8(0xc1 | wide(type), extension, in_reg(reg), by);
    else if (type == I32) instruct_regs(MOV_LOAD, reg, reg);
    return finish(type, reg);
  }
  const int ready = stack[height - 1].kind == V_REG && stack[height - 1].reg == RCX;
  if (!ready) claim(RCX);
  const struct value b = pop_value(), a = pop_value();
  load(RCX, b);
  const u8 reg = destination(a, &b, type);
  instruct(0xd3 | wide(type), extension, in_reg(reg));
  finish(type, reg);
}

static void integer_binary(u8 type, u32 index) {
  static const u8 OPS[] = {ADD, SUB, 0, 0, 0, 0, 0, AND, OR, XOR};
  if (index == 2) return multiply(type);
  if (index >= 3 && index <= 6) return divide(type, (index & 1) != 0, index >= 5);
  if (index >= 10) return shift(type, index - 10);
  arithmetic(type, OPS[index], OPS[index] != SUB);
}

// clz ctz popcnt
static void count_bits(u8 type, u32 index) {
  const struct value v = pop_value();
  const struct operand from = operand_of(v);
  if (index == 2) {
    const u8 reg = take_gpr();
    instruct(PF3 | MAP_0F | 0xb8 | wide(type), reg, from);
    return finish(type, reg);
  }
  const u32 bits = type == I32 ? 32 : 64;
  const u8 reg = take_gpr(), none = take_gpr();
  move_imm(none, index ? bits : bits * 2 - 1);
  instruct(MAP_0F | (index ? 0xbc : 0xbd) | wide(type), reg, from);
  instruct_regs(CMOVCC | CC_E | wide(type), reg, none);
  if (!index) instruct_imm32(ALU_IMM, 6, in_reg(reg), bits - 1);
  finish(type, reg);
}

static void extend(u8 type, u32 op) {
  const struct value v = pop_value();
  u8 reg = target_register(type);
  if (reg == NO_REG) reg = v.kind == V_REG ? v.reg : take_gpr();
  instruct(op, reg, operand_of(v));
  finish(type, reg);
}

// The same bits as a value of another type, when it is in a register with its upper half zero.
static void extend_unsigned(void) {
  struct value v = pop_value();
  if (v.kind == V_CONST) v.bits = (u32)v.bits;
  else if (!is_in_register(v)) {
    v.reg = to_own_register(v);
    v.kind = V_REG;
  }
  v.type = I64;
  push_value(v);
}

void compile_numeric(u32 opcode) {
  if (opcode == I32_EQZ) return compare_with_zero(I32, CC_E);
  if (opcode == 0x50) return compare_with_zero(I64, CC_E);
  if (opcode < 0x50) return compare_integers(I32, opcode - 0x46);
  if (opcode < 0x5b) return compare_integers(I64, opcode - 0x51);
  if (opcode < 0x67 || (opcode >= 0x8b && opcode < 0xa7)) return compile_float(opcode);
  if (opcode < 0x6a) return count_bits(I32, opcode - 0x67);
  if (opcode < 0x79) return integer_binary(I32, opcode - 0x6a);
  if (opcode < 0x7c) return count_bits(I64, opcode - 0x79);
  if (opcode < 0x8b) return integer_binary(I64, opcode - 0x7c);
  switch (opcode) {
    case 0xa7:
      return extend(I32, MOV_LOAD);  // i32.wrap_i64
    case 0xac:
      return extend(I64, MOVSXD);
    case 0xad:
      return extend_unsigned();
    case 0xc0:
      return extend(I32, MAP_0F | 0xbe | BYTE_RM);
    case 0xc1:
      return extend(I32, MAP_0F | 0xbf);
    case 0xc2:
      return extend(I64, MAP_0F | 0xbe | BYTE_RM | WIDE);
    case 0xc3:
      return extend(I64, MAP_0F | 0xbf | WIDE);
    case 0xc4:
      return extend(I64, MOVSXD);
  }
  compile_conversion(opcode);
}
