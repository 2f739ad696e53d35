// Decodes one instruction into the record of abi/insn.ts (SDM volume 2, chapter 2). This file identifies it: prefixes, opcode
// map, decoding tree of decode.gen.ts; decode_operands.ts does the rest.
import {
  EA_FS,
  EA_GS,
  INSN_ADDR32,
  INSN_L,
  INSN_LEN,
  INSN_LOCK,
  INSN_O16,
  INSN_OP,
  INSN_REP,
  INSN_REPNE,
  INSN_VEX,
  INSN_W,
} from '../../abi/insn.ts';
import { OP_GP } from '../../isa/ops.gen.ts';
import {
  ASK_L,
  ASK_PREFIX,
  ASK_REG,
  ASK_REXB,
  ASK_REXR,
  ASK_RM,
  ASK_SIZE,
  GROUP,
  GROUPS,
  LEAVES,
  MAP_0F,
  MAP_0F3A,
  MAP_0F38,
  MAP_ONE_BYTE,
  MAP_VEX_0F,
  PREFIX_FS,
  PREFIX_GS,
  PREFIX_KINDS,
  PREFIX_REX,
  PREFIX_SEGMENT,
} from './decode.gen.ts';
import { decode_operands } from './decode_operands.ts';
import { Decoding } from './decoding.ts';

/** The CPU raises #GP for longer instructions. */
const LONGEST: u32 = 15;
/** No byte further than this is looked at: 15 prefixes, opcode, ModRM, SIB, displacement, 64-bit immediate. */
const LOOKAHEAD: u32 = 40;
/** Copy of the last bytes of a page, so that looking ahead stays within memory. */
const PAGE_END: usize = memory.data(40, 8);

/**
 * Decodes the instruction at code, of which avail bytes are readable, into the record at out, where INSN_OFF is already set.
 * Returns its length, or 0 when it does not end within avail bytes.
 */
export function decode_insn(code: usize, avail: u32, out: usize): u32 {
  if (avail >= LOOKAHEAD) return decodeAt(code, avail, out);
  memory.copy(PAGE_END, code, avail as usize);
  return decodeAt(PAGE_END, avail, out);
}

function decodeAt(code: usize, avail: u32, out: usize): u32 {
  const d = Decoding.now;
  d.start = code;
  let p = skipPrefixes(d);
  let length: u32 = LONGEST + 1;
  if (p < code + LONGEST) {
    p = identify(d, p, out);
    length = (p - code) as u32;
  }
  if (length > LONGEST && avail >= LONGEST) {
    store<u16>(out, OP_GP, INSN_OP);
    length = LONGEST;
  }
  if (length > avail) return 0;
  store<u8>(out, length, INSN_LEN);
  return length;
}

/** Notes the prefixes and returns the place of the opcode. The last of F2 and F3 counts; REX only directly before the opcode. */
function skipPrefixes(d: Decoding): usize {
  let flags: u32 = 0;
  let rex: u32 = 0;
  let segment: u32 = 0;
  let p = d.start;
  for (; p < d.start + LONGEST; p++) {
    const byte = load<u8>(p) as u32;
    const kind = load<u8>(PREFIX_KINDS + byte) as u32;
    if (!kind) break;
    rex = kind == PREFIX_REX ? byte : 0;
    if (kind == PREFIX_REX || kind == PREFIX_SEGMENT) continue;
    if (kind == PREFIX_FS) segment = EA_FS;
    else if (kind == PREFIX_GS) segment = EA_GS;
    else if (kind & (INSN_REP | INSN_REPNE)) flags = (flags & ~(INSN_REP | INSN_REPNE)) | kind;
    else flags |= kind;
  }
  d.rex = rex;
  d.segment = segment;
  d.flags = flags;
  return p;
}

/** Finds the leaf for the opcode at p and decodes the operands it asks for; returns the end of the instruction. */
function identify(d: Decoding, p: usize, out: usize): usize {
  const flags = d.flags;
  d.prefix = flags & INSN_REP ? 2 : flags & INSN_REPNE ? 3 : flags & INSN_O16 ? 1 : 0;
  if (d.rex & 8) d.flags = (flags & ~INSN_O16) | INSN_W;
  d.size = d.rex & 8 ? 2 : flags & INSN_O16 ? 0 : 1;
  d.vvvv = 0;
  d.l = 0;
  d.askedModrm = 0;
  d.ripRelative = 0;
  d.vex = 0;
  let map = MAP_ONE_BYTE;
  let byte = load<u8>(p++) as u32;
  if (byte == 0x0f) {
    map = MAP_0F;
    byte = load<u8>(p++);
    if (byte == 0x38 || byte == 0x3a) {
      map = byte == 0x38 ? MAP_0F38 : MAP_0F3A;
      byte = load<u8>(p++);
    }
  } else if ((byte & 0xfe) == 0xc4) {
    map = vexMap(d, p, byte);
    p += byte == 0xc4 ? 2 : 1;
    byte = load<u8>(p++);
  }
  d.opcode = byte;
  d.modrm = load<u8>(p);
  const leaf = map ? selectLeaf(d, load<u16>(map + (byte << 1))) : 0;
  return decode_operands(d, p + d.askedModrm * ((leaf == 0) as u32), LEAVES + (leaf << 3), out);
}

/** Takes over what a VEX prefix says and returns its opcode map, 0 when it is illegal here. */
function vexMap(d: Decoding, p: usize, byte: u32): usize {
  if (d.rex || d.flags & (INSN_LOCK | INSN_O16 | INSN_REP | INSN_REPNE)) return 0;
  let first = load<u8>(p) as u32;
  let last = first;
  if (byte == 0xc4) last = load<u8>(p, 1);
  else first = (first & 0x80) | 0x61;
  const w = byte == 0xc4 ? (last >> 7) & 1 : 0;
  const map = first & 31;
  d.rex = 0x40 | ((~first >> 5) & 7) | (w << 3);
  d.flags = (d.flags & INSN_ADDR32) | (w ? INSN_W : 0) | (last & 4 ? INSN_L : 0);
  d.size = 1 + w;
  d.vvvv = (~last >> 3) & 15;
  d.l = (last >> 2) & 1;
  d.vex = INSN_VEX;
  d.prefix = last & 3;
  return map >= 1 && map <= 3 ? MAP_VEX_0F + (map - 1) * 512 : 0;
}

/** Asks the questions of the tree from entry on and returns the number of the leaf. */
function selectLeaf(d: Decoding, entry: u32): u32 {
  while (entry & GROUP) {
    const group = GROUPS + ((entry - GROUP) << 1);
    entry = load<u16>(group + (answer(d, load<u16>(group)) << 1), 2);
  }
  return entry;
}

function answer(d: Decoding, question: u32): u32 {
  switch (question) {
    case ASK_PREFIX:
      return d.prefix;
    case ASK_SIZE:
      return d.size;
    case ASK_REXR:
      return (d.rex >> 2) & 1;
    case ASK_REXB:
      return d.rex & 1;
    case ASK_L:
      return d.l;
  }
  d.askedModrm = 1;
  switch (question) {
    case ASK_REG:
      return (d.modrm >> 3) & 7;
    case ASK_RM:
      return d.modrm & 7;
  }
  return (d.modrm >= 0xc0) as u32;
}
