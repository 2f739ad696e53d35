// Machine code, an instruction at a time. Intel SDM volume 2. Registers are numbered 0 to 15, xmm registers 16 to 31.
#ifndef X86_H
#define X86_H
#include "base.h"

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15, XMM0, XMM8 = XMM0 + 8 };

enum operand_kind { OP_REG, OP_MEM, OP_ABS };
struct operand {
  u8 kind, reg;  // the register, or the base
  i32 disp;      // or the address
};

// The opcode's last byte, and what goes around it.
enum {
  MAP_0F = 1 << 8,
  MAP_0F38 = 2 << 8,
  MAP_0F3A = 3 << 8,
  MAPS = 3 << 8,
  WIDE = 1 << 12,  // REX.W
  BYTE = 1 << 13,  // the register operand is of 8 bits
  BYTE_RM = 1 << 14,
  P66 = 0x66 << 16,
  PF2 = 0xf2 << 16,
  PF3 = 0xf3 << 16,
};
enum {
  MOV_LOAD = 0x8b,
  MOV_STORE = 0x89,
  MOV_STORE8 = 0x88,
  MOV_IMM = 0xc7,
  LEA = 0x8d,
  ALU_IMM = 0x81,
  TEST = 0x85,
  CMP = 0x3b,
  MOVSXD = 0x63 | WIDE,
  SETCC = MAP_0F | 0x90,
  CMOVCC = MAP_0F | 0x40,
  MOVZX8 = MAP_0F | 0xb6,
  XOR = 0x33,
  GROUP3 = 0xf7,
  GROUP5 = 0xff,
  MOVSS_LOAD = PF3 | MAP_0F | 0x10,
  MOVSD_LOAD = PF2 | MAP_0F | 0x10,
  MOVSS_STORE = PF3 | MAP_0F | 0x11,
  MOVSD_STORE = PF2 | MAP_0F | 0x11,
  MOVAPS = MAP_0F | 0x28,
  MOVD_TO_XMM = P66 | MAP_0F | 0x6e,
  MOVD_FROM_XMM = P66 | MAP_0F | 0x7e,
};

// Conditions as the hardware numbers them; then two that need two flags, after a comparison of numbers that may be NaN.
enum condition { CC_O, CC_NO, CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A, CC_S, CC_NS, CC_P, CC_NP, CC_L, CC_GE, CC_LE, CC_G, CC_FEQ, CC_FNE };

extern u8 *here;  // where the next byte goes

void emit(u8 byte);
void emit32(u32 value);
void emit64(u64 value);
void instruct(u32 op, u8 reg, struct operand rm);
void instruct_regs(u32 op, u8 reg, u8 rm);
void instruct_imm8(u32 op, u8 reg, struct operand rm, u8 imm);
void instruct_imm32(u32 op, u8 reg, struct operand rm, u32 imm);
// reg = [base + index * 2^scale + disp]
void instruct_indexed(u32 op, u8 reg, u8 base, u8 index, u8 scale, i32 disp);
void move_imm(u8 reg, u64 value);

static inline struct operand in_reg(u8 reg) { return (struct operand){OP_REG, reg, 0}; }
static inline struct operand in_mem(u8 base, i32 disp) { return (struct operand){OP_MEM, base, disp}; }
static inline struct operand at_address(u64 address) { return (struct operand){OP_ABS, 0, address}; }
static inline u8 is_xmm(u8 reg) { return reg >= XMM0; }
static inline u8 inverse(u8 condition) { return condition ^ 1; }
#endif
