// Floating point: arithmetic and comparisons. What x86 does otherwise than WebAssembly is the minimum of numbers that
// are equal or not numbers, and comparisons of the latter.
#include "compiler.h"

enum { ANDPS = MAP_0F | 0x54, ORPS = MAP_0F | 0x56, XORPS = MAP_0F | 0x57 };
enum { SIGN, MAGNITUDE };

static u32 prefix(u8 type) { return type == F32 ? PF3 : PF2; }
static u32 ucomis(u8 type) { return MAP_0F | 0x2e | (type == F32 ? 0 : P66); }

// Masks of 16 bytes, since the instructions that take them read as many.
static struct operand mask(u8 type, int which) {
  static u64 *masks;
  if (!masks) {
    masks = allocate_low(4 * 16);
    for (u32 i = 0; i < 2; i++) {
      masks[i] = 0x8000000080000000;
      masks[2 + i] = ~0x8000000080000000;
      masks[4 + i] = 1ul << 63;
      masks[6 + i] = ~(1ul << 63);
    }
  }
  return at_address((u64)&masks[(type == F32 ? 0 : 4) + which * 2]);
}

// eq ne lt gt le ge: "above" is false for what is not a number, "below" is not.
static void compare_floats(u8 type, u32 index) {
  static const u8 CONDITIONS[] = {CC_FEQ, CC_FNE, CC_A, CC_A, CC_AE, CC_AE};
  struct value b = pop_value(), a = pop_value();
  if (index == 2 || index == 4) {
    const struct value other = a;
    a = b;
    b = other;
  }
  const u8 reg = to_register(a);
  instruct(ucomis(type), reg, operand_of(b));
  push_condition(CONDITIONS[index]);
}

static void round_to(u8 type, u8 mode) {
  const struct value v = pop_value();
  u8 reg = target_register(type);
  if (reg == NO_REG) reg = v.kind == V_REG ? v.reg : take_xmm();
  instruct_imm8(P66 | MAP_0F3A | (type == F32 ? 0x0a : 0x0b), reg, operand_of(v), mode | 8);
  finish(type, reg);
}

static void square_root(u8 type) {
  const struct value v = pop_value();
  u8 reg = target_register(type);
  if (reg == NO_REG) reg = v.kind == V_REG ? v.reg : take_xmm();
  instruct(prefix(type) | MAP_0F | 0x51, reg, operand_of(v));
  finish(type, reg);
}

static void with_mask(u8 type, u32 op, int which) {
  const u8 reg = destination(pop_value(), 0, type);
  instruct(op, reg, mask(type, which));
  finish(type, reg);
}

// abs neg ceil floor trunc nearest sqrt
static void unary(u8 type, u32 index) {
  static const u8 MODES[] = {2, 1, 3, 0};
  if (index == 0) with_mask(type, ANDPS, MAGNITUDE);
  else if (index == 1) with_mask(type, XORPS, SIGN);
  else if (index == 6) square_root(type);
  else round_to(type, MODES[index - 2]);
}

static void arithmetic(u8 type, u8 op) {
  const struct value b = pop_value(), a = pop_value();
  const u8 reg = destination(a, &b, type);
  instruct(prefix(type) | MAP_0F | op, reg, operand_of(b));
  finish(type, reg);
}

static void extreme(u8 type, int most) {
  const struct value b = pop_value(), a = pop_value();
  const u8 other = to_register(b);
  const u8 reg = destination(a, &b, type);
  instruct_regs(ucomis(type), reg, other);
  u8 *const differ = short_jump(CC_NE);
  u8 *const unordered = short_jump(CC_P);
  instruct_regs(most ? ANDPS : ORPS, reg, other);  // zeros of two signs
  u8 *const done = short_jump(ALWAYS);
  land(unordered);
  instruct_regs(prefix(type) | MAP_0F | 0x58, reg, other);
  u8 *const done_too = short_jump(ALWAYS);
  land(differ);
  instruct_regs(prefix(type) | MAP_0F | (most ? 0x5f : 0x5d), reg, other);
  land(done);
  land(done_too);
  finish(type, reg);
}

static void copy_sign(u8 type) {
  const struct value b = pop_value(), a = pop_value();
  const u8 sign = to_own_register(b);
  const u8 reg = destination(a, 0, type);
  instruct(ANDPS, sign, mask(type, SIGN));
  instruct(ANDPS, reg, mask(type, MAGNITUDE));
  instruct_regs(ORPS, reg, sign);
  finish(type, reg);
}

// add sub mul div min max copysign
static void binary(u8 type, u32 index) {
  static const u8 OPS[] = {0x58, 0x5c, 0x59, 0x5e};
  if (index < ARRAY_SIZE(OPS)) arithmetic(type, OPS[index]);
  else if (index == 6) copy_sign(type);
  else extreme(type, index == 5);
}

void compile_float(u32 opcode) {
  if (opcode < 0x61) return compare_floats(F32, opcode - 0x5b);
  if (opcode < 0x67) return compare_floats(F64, opcode - 0x61);
  if (opcode < 0x92) return unary(F32, opcode - 0x8b);
  if (opcode < 0x99) return binary(F32, opcode - 0x92);
  if (opcode < 0xa0) return unary(F64, opcode - 0x99);
  binary(F64, opcode - 0xa0);
}
