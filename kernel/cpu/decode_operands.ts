// Operands of an identified instruction: register numbers, ModRM address, immediate (SDM volume 2, 2.1.3 to 2.2.1).

import { REG_FS_BASE, REG_GS_BASE, REG_RIP_PAGE, REG_ZERO } from '../../abi/cpu.ts';
import {
  EA_FAR,
  EA_FS,
  EA_MOFFS,
  INSN_ADDR32,
  INSN_AUX,
  INSN_BASE,
  INSN_DISP,
  INSN_DST,
  INSN_EA_SLOW,
  INSN_FLAGS,
  INSN_IMM,
  INSN_INDEX,
  INSN_LINK,
  INSN_LOCK,
  INSN_MEM,
  INSN_O16,
  INSN_OFF,
  INSN_OP,
  INSN_SCALE,
  INSN_SRC,
} from '../../abi/insn.ts';
import {
  OP_BSF_RR16,
  OP_BSR_RR16,
  OP_LZCNT_RM64,
  OP_LZCNT_RR16,
  OP_TZCNT_RM64,
  OP_TZCNT_RR16,
  OP_UD,
} from '../../isa/ops.gen.ts';
import {
  ADD_D64,
  ADD_V,
  ADD_Y,
  AUX_CC,
  AUX_SEGMENT,
  AUX_VVVV,
  IMM_B,
  IMM_ENTER,
  IMM_JB,
  IMM_JZ,
  IMM_MOFFS,
  IMM_NONE,
  IMM_ONE,
  IMM_UB,
  IMM_V,
  IMM_W,
  IMM_Z,
  LEAF_LEVEL,
  LEAF_LOCK,
  LEAF_MODRM,
  LEAF_NOMEM,
  LEAF_NOSEG,
  LEAF_REG_BYTE,
  LEAF_REG_LOW,
  LEAF_RM_BYTE,
  LEAF_RM_LOW,
  LEAF_VSIB,
  ROLE_OPCODE,
  ROLE_RAX,
  ROLE_REG,
  ROLE_RM,
  ROLE_SEGMENT,
  ROLE_VVVV,
} from './decode.gen.ts';
import { Decoding } from './decoding.ts';
import { cpu_level } from './level.ts';

/** Fills the record but for its length; p is behind the opcode, the result behind the instruction. */
export function decode_operands(d: Decoding, p: usize, leaf: usize, out: usize): usize {
  const roles = load<u16>(leaf, 4) as u32;
  const kind = load<u16>(leaf, 6) as u32;
  store<u32>(out, (REG_ZERO << 16) | (REG_ZERO << 24) | (REG_ZERO << 8) | REG_ZERO, INSN_DST);
  store<u32>(out, 0, INSN_DISP);
  store<u8>(out, 0, INSN_SCALE);
  store<u64>(out, 0, INSN_LINK);
  if (kind & LEAF_MODRM) p++;
  const memory = (kind & LEAF_MODRM) != 0 && d.modrm < 0xc0 && !(kind & LEAF_NOMEM);
  let op = load<u16>(leaf + (memory ? 2 : 0)) as u32;
  if (op != OP_UD) op += sizeStep(d, (roles >> 12) & 3);
  if (d.flags & INSN_LOCK && !(memory && kind & LEAF_LOCK)) op = OP_UD;
  if (kind / LEAF_LEVEL >= cpu_level()) op = unknown(op);
  if (kind & LEAF_NOSEG) d.segment = 0;
  const sib = p;
  if (memory) p = address(d, p, (kind & LEAF_VSIB) != 0, out);
  const dst = roles & 7;
  const src = (roles >> 3) & 7;
  if (dst && !(memory && dst == ROLE_RM)) store<u8>(out, register(d, dst, kind), INSN_DST);
  if (src && !(memory && src == ROLE_RM)) store<u8>(out, register(d, src, kind), INSN_SRC);
  store<u8>(out, auxiliary(d, (roles >> 6) & 3), INSN_AUX);
  if (d.vvvv && dst != ROLE_VVVV && ((roles >> 6) & 3) != AUX_VVVV) op = OP_UD;
  if (kind & LEAF_VSIB) op = vector_index(d, op, load<u8>(sib), out);
  else p = immediate(d, p, (roles >> 8) & 15, out);
  store<u16>(out, op, INSN_OP);
  if (d.ripRelative) relocate(p - d.start, d, out);
  store<u8>(out, d.flags | d.vex, INSN_FLAGS);
  return p;
}

/** What a CPU makes of an operation of a later level: #UD, but bit counts are the scans they were before F3 meant something. */
function unknown(code: u32): u32 {
  const op = code as i32;
  if (op >= OP_TZCNT_RR16 && op <= OP_TZCNT_RM64) return op - OP_TZCNT_RR16 + OP_BSF_RR16;
  if (op >= OP_LZCNT_RR16 && op <= OP_LZCNT_RM64) return op - OP_LZCNT_RR16 + OP_BSR_RR16;
  return OP_UD;
}

/** Moves a vector index and its scale to the immediate; without one, or where it is also another operand, #UD. */
function vector_index(d: Decoding, op: u32, sib: u32, out: usize): u32 {
  const n = (((sib >> 3) & 7) | ((d.rex & 2) << 2)) << 3;
  store<u64>(out, n | ((sib >> 6) << 8), INSN_IMM);
  const dst = load<u8>(out, INSN_DST) as u32;
  const mask = d.vvvv << 3;
  return (d.modrm & 7) == 4 && dst != n && dst != mask && mask != n ? op : OP_UD;
}

/** What the operand size adds to the number of the operation. */
function sizeStep(d: Decoding, kind: u32): u32 {
  if (kind == ADD_V) return d.size;
  if (kind == ADD_Y) return (d.size == 2) as u32;
  return kind == ADD_D64 && !(d.flags & INSN_O16) ? 1 : 0;
}

/** Offset of a register operand in the CPU context. */
function register(d: Decoding, role: u32, kind: u32): u32 {
  switch (role) {
    case ROLE_REG: {
      const n = ((d.modrm >> 3) & 7) | (kind & LEAF_REG_LOW ? 0 : (d.rex & 4) << 1);
      return kind & LEAF_REG_BYTE ? byteRegister(d, n) : n << 3;
    }
    case ROLE_RM: {
      const n = (d.modrm & 7) | (kind & LEAF_RM_LOW ? 0 : (d.rex & 1) << 3);
      return kind & LEAF_RM_BYTE ? byteRegister(d, n) : n << 3;
    }
    case ROLE_OPCODE: {
      const n = (d.opcode & 7) | ((d.rex & 1) << 3);
      return kind & LEAF_RM_BYTE ? byteRegister(d, n) : n << 3;
    }
    case ROLE_VVVV:
      return d.vvvv << 3;
    case ROLE_SEGMENT:
      return d.opcode & 0x38;
    case ROLE_RAX:
      return 0;
  }
  return REG_ZERO;
}

/** Without REX, 4..7 are AH CH DH BH. */
function byteRegister(d: Decoding, n: u32): u32 {
  return d.rex || n < 4 ? n << 3 : ((n - 4) << 3) + 1;
}

function auxiliary(d: Decoding, kind: u32): u32 {
  if (kind == AUX_CC) return d.opcode & 15;
  if (kind == AUX_VVVV) return d.vvvv << 3;
  if (kind != AUX_SEGMENT) return 0;
  return d.segment ? segmentBase(d) : REG_ZERO;
}

function segmentBase(d: Decoding): u32 {
  return d.segment == EA_FS ? REG_FS_BASE : REG_GS_BASE;
}

/** Address of the memory operand, without the index if that is a vector; p is behind ModRM, the result behind the displacement. */
function address(d: Decoding, p: usize, vsib: bool, out: usize): usize {
  const mod = d.modrm >> 6;
  let base = d.modrm & 7;
  let index: u32 = REG_ZERO;
  let scale: u32 = 0;
  if (base == 4) {
    const sib = load<u8>(p++) as u32;
    const n = ((sib >> 3) & 7) | ((d.rex & 2) << 2);
    if (n != 4 && !vsib) {
      index = n << 3;
      scale = sib >> 6;
    }
    base = sib & 7;
  } else if (base == 5 && mod == 0) d.ripRelative = 1;
  if (base == 5 && mod == 0) base = d.ripRelative ? REG_RIP_PAGE : REG_ZERO;
  else base = (base | ((d.rex & 1) << 3)) << 3;
  if (mod == 1) store<i32>(out, load<i8>(p++), INSN_DISP);
  else if (mod == 2 || base == REG_RIP_PAGE || base == REG_ZERO) {
    store<i32>(out, load<i32>(p), INSN_DISP);
    p += 4;
  }
  d.flags |= INSN_MEM;
  addSegment(d, out, base, index, scale);
  return p;
}

/** Stores base, index and scale; a segment base takes the place of one that is absent, else the slow form. */
function addSegment(d: Decoding, out: usize, base: u32, index: u32, scale: u32): void {
  if (d.flags & INSN_ADDR32 || (d.segment && base != REG_ZERO && index != REG_ZERO)) {
    d.flags |= INSN_EA_SLOW;
    scale |= d.segment;
  } else if (d.segment) {
    if (index == REG_ZERO) index = segmentBase(d);
    else base = segmentBase(d);
  }
  store<u8>(out, base, INSN_BASE);
  store<u8>(out, index, INSN_INDEX);
  store<u8>(out, scale, INSN_SCALE);
}

/** Makes the displacement of a RIP-relative operand count from the start of the page. */
function relocate(length: usize, d: Decoding, out: usize): void {
  const disp = load<i32>(out, INSN_DISP);
  const moved = disp + ((load<u16>(out, INSN_OFF) as i32) + (length as i32));
  store<i32>(out, moved, INSN_DISP);
  if (moved >= disp) return;
  d.flags |= INSN_EA_SLOW;
  store<u8>(out, (load<u8>(out, INSN_SCALE) as u32) | EA_FAR, INSN_SCALE);
}

/** Stores the immediate at p and returns its end. */
function immediate(d: Decoding, p: usize, kind: u32, out: usize): usize {
  let value: i64 = 0;
  switch (kind) {
    case IMM_NONE:
      break;
    case IMM_B:
      value = load<i8>(p++);
      break;
    case IMM_UB:
      value = load<u8>(p++);
      break;
    case IMM_W:
      value = load<u16>(p);
      p += 2;
      break;
    case IMM_V:
    case IMM_Z:
      value = d.size == 0 ? load<i16>(p) : d.size == 2 && kind == IMM_V ? load<i64>(p) : load<i32>(p);
      p += d.size == 0 ? 2 : d.size == 2 && kind == IMM_V ? 8 : 4;
      break;
    case IMM_ONE:
      value = 1;
      break;
    case IMM_JB:
      value = load<i8>(p++);
      value += target(d, p, out);
      break;
    case IMM_JZ:
      value = load<i32>(p);
      p += 4;
      value += target(d, p, out);
      break;
    case IMM_MOFFS:
      return absolute(d, p, out);
    case IMM_ENTER:
      value = (load<u16>(p) as i64) | ((load<u8>(p, 2) as i64) << 16);
      p += 3;
      break;
  }
  store<i64>(out, value, INSN_IMM);
  return p;
}

/** Offset within the page of the instruction that ends at p. */
function target(d: Decoding, p: usize, out: usize): i64 {
  return (load<u16>(out, INSN_OFF) as i64) + ((p - d.start) as i64);
}

/** The address of MOV between rAX and memory stands in place of an immediate. */
function absolute(d: Decoding, p: usize, out: usize): usize {
  const short = (d.flags & INSN_ADDR32) != 0;
  store<i64>(out, short ? (load<u32>(p) as i64) : load<i64>(p), INSN_IMM);
  d.flags |= INSN_MEM | INSN_EA_SLOW;
  store<u8>(out, EA_MOFFS | d.segment, INSN_SCALE);
  return p + (short ? 4 : 8);
}
