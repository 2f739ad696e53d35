// Encoding: prefix, REX, opcode map, opcode, ModRM, SIB, displacement.
#include "x86.h"

u8 *here;

void emit(u8 byte) { *here++ = byte; }

void emit32(u32 value) {
  *(u32 *)here = value;
  here += 4;
}

void emit64(u64 value) {
  *(u64 *)here = value;
  here += 8;
}

// What precedes ModRM; the operands' fourth bits go into REX.
static void emit_opcode(u32 op, u8 reg, u8 index, u8 base, int byte_needs_rex) {
  if (op >> 16 & 0xff) emit(op >> 16);
  const u8 rex = (op & WIDE ? 8 : 0) | (reg >> 3 & 1) << 2 | (index >> 3 & 1) << 1 | (base >> 3 & 1);
  if (rex || byte_needs_rex) emit(0x40 | rex);
  const u32 map = op & MAPS;
  if (map) emit(0x0f);
  if (map == MAP_0F38) emit(0x38);
  if (map == MAP_0F3A) emit(0x3a);
  emit(op);
}

static int low_byte_needs_rex(u8 reg) { return reg >= RSP && reg <= RDI; }

static void emit_memory(u8 reg, u8 base, i32 disp) {
  const u8 low = base & 7, fields = (reg & 7) << 3;
  const int none = disp == 0 && low != RBP, small = disp == (signed char)disp;
  emit((none ? 0 : small ? 0x40 : 0x80) | fields | low);
  if (low == RSP) emit(0x24);
  if (none) return;
  if (small) emit(disp);
  else emit32(disp);
}

void instruct(u32 op, u8 reg, struct operand rm) {
  const int rex = (op & BYTE && low_byte_needs_rex(reg)) || (op & BYTE_RM && rm.kind == OP_REG && low_byte_needs_rex(rm.reg));
  emit_opcode(op, reg, 0, rm.kind == OP_ABS ? 0 : rm.reg, rex);
  if (rm.kind == OP_REG) emit(0xc0 | (reg & 7) << 3 | (rm.reg & 7));
  else if (rm.kind == OP_MEM) emit_memory(reg, rm.reg, rm.disp);
  else {
    emit((reg & 7) << 3 | RSP);
    emit(0x25);
    emit32(rm.disp);
  }
}

void instruct_regs(u32 op, u8 reg, u8 rm) { instruct(op, reg, in_reg(rm)); }

void instruct_imm8(u32 op, u8 reg, struct operand rm, u8 imm) {
  instruct(op, reg, rm);
  emit(imm);
}

void instruct_imm32(u32 op, u8 reg, struct operand rm, u32 imm) {
  if (op & 0x80 && (op & 0xff) == ALU_IMM && (i32)imm == (signed char)imm) {
    instruct(op | 2, reg, rm);  // 0x83: an immediate of 8 bits
    emit(imm);
    return;
  }
  instruct(op, reg, rm);
  emit32(imm);
}

void instruct_indexed(u32 op, u8 reg, u8 base, u8 index, u8 scale, i32 disp) {
  emit_opcode(op, reg, index, base, 0);
  emit(0x80 | (reg & 7) << 3 | RSP);
  emit(scale << 6 | (index & 7) << 3 | (base & 7));
  emit32(disp);
}

// Does not touch flags.
void move_imm(u8 reg, u64 value) {
  if (value <= 0xffffffff) {
    if (reg >> 3) emit(0x41);
    emit(0xb8 | (reg & 7));
    emit32(value);
  } else if ((i64)value == (i32)value) {
    instruct_imm32(MOV_IMM | WIDE, 0, in_reg(reg), value);
  } else {
    emit(0x48 | reg >> 3);
    emit(0xb8 | (reg & 7));
    emit64(value);
  }
}
