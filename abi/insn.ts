// A decoded instruction: 32 bytes, one per guest instruction, laid out in program order within its page.
// Operand bytes are offsets into the CPU context (abi/cpu.ts): gpr n = 8n, AH CH DH BH = 8n+1, "none" = REG_ZERO.
// xmm n, st n, mm n and segment register n are also given as 8n; their handlers scale. The only register operand of an
// instruction stands in both dst and src.
//
//   0  op     u16   OP_* of isa/ops.gen.ts: what to run
//   2  len    u8    bytes of the instruction
//   3  flags  u8    INSN_*
//   4  dst    u8    register operand that is written (for store forms unused)
//   5  src    u8    register operand that is only read
//   6  base   u8    effective address = base + (index << scale) + disp
//   7  index  u8      RIP-relative: base = REG_RIP_PAGE, disp counts from the start of the page
//   8  disp   i32     one segment base without an index: index = REG_FS_BASE or REG_GS_BASE
//   12 scale  u8    0..3; with INSN_EA_SLOW also EA_* bits
//   13 aux    u8    condition code, VEX.vvvv register, or segment base (REG_FS_BASE, REG_GS_BASE, REG_ZERO) that is added
//                     to rSI (string source), rBX (XLAT) or rDI (MASKMOVDQU)
//   14 off    u16   offset of the instruction within its page
//   16 imm    u64   immediate, sign-extended to 64 bits (control bytes and shift counts zero-extended); direct branches:
//                     target relative to the start of the page; ENTER: nesting level in bits 16..23; gathers: the vector
//                     register that is the index, its scale in bits 8..9 (base and displacement stand in their fields)
//   24 link   u32   ptr of the decoded branch target when it lies in the same page, else 0
//   28 link2  u32   free for the run loop
export const INSN_SIZE = 32;
export const INSN_OP = 0;
export const INSN_LEN = 2;
export const INSN_FLAGS = 3;
export const INSN_DST = 4;
export const INSN_SRC = 5;
export const INSN_BASE = 6;
export const INSN_INDEX = 7;
export const INSN_DISP = 8;
export const INSN_SCALE = 12;
export const INSN_AUX = 13;
export const INSN_OFF = 14;
export const INSN_IMM = 16;
export const INSN_LINK = 24;
export const INSN_LINK2 = 28;

export const INSN_MEM = 1; // the r/m operand is memory
export const INSN_EA_SLOW = 2; // EA_* bits are set, or the address size is 32 bits
export const INSN_ADDR32 = 4; // 0x67: effective address (or rSI/rDI/rCX) truncated to 32 bits
export const INSN_LOCK = 8;
export const INSN_REP = 16; // 0xF3
export const INSN_REPNE = 32; // 0xF2
export const INSN_O16 = 64; // 0x66 in effect
export const INSN_W = 128; // REX.W or VEX.W
// Bits that vector instructions with VEX have no other use for.
export const INSN_L = 16; // VEX.L: 256 bits
export const INSN_VEX = 8; // encoded with VEX: memory need not be aligned

// Bits of scale for what the four fields of an address cannot say; they only occur with INSN_EA_SLOW.
export const EA_SCALE = 3; // mask of the shift count
export const EA_FAR = 16; // disp lacks 2^32: RIP-relative near the end of its range
export const EA_MOFFS = 32; // the address is imm (MOV with a 64-bit absolute address)
export const EA_FS = 64; // add the FS base
export const EA_GS = 128; // add the GS base
