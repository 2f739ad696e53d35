// A leaf of the decoding tree: four 16-bit words that tell the decoder what to do with an instruction once it is identified.
//   0  operation with a register operand or none (the smallest size's)      1  operation with a memory operand
//   2  bits 0-2 role of dst, 3-5 role of src, 6-7 use of aux, 8-11 immediate, 12-13 how the size is added
//   3  LEAF_* flags
import { sizesOf, variantsOf } from './ops.ts';
import type { Encoding, Operand } from './parse.ts';

/** Constants that kernel/cpu/decode.ts shares, in the generated file. */
export const LEAF_CONSTANTS = {
  ROLE_NONE: 0,
  ROLE_REG: 1, // ModRM.reg
  ROLE_RM: 2, // ModRM.rm when it names a register
  ROLE_OPCODE: 3, // low three bits of the opcode
  ROLE_RAX: 4,
  ROLE_VVVV: 5,
  ROLE_SEGMENT: 6, // PUSH FS, GS: bits 3-5 of the opcode
  AUX_NONE: 0,
  AUX_CC: 1,
  AUX_VVVV: 2,
  AUX_SEGMENT: 3,
  IMM_NONE: 0,
  IMM_B: 1, // sign-extended byte
  IMM_UB: 2,
  IMM_W: 3,
  IMM_Z: 4, // 16 or 32 bits
  IMM_V: 5, // 16, 32 or 64 bits
  IMM_ONE: 6,
  IMM_JB: 7,
  IMM_JZ: 8,
  IMM_MOFFS: 9,
  IMM_ENTER: 10, // 16 bits, then a byte
  ADD_NONE: 0,
  ADD_V: 1, // 16, 32, 64 bits: 0, 1, 2
  ADD_Y: 2, // 32, 64 bits: 0, 1
  ADD_D64: 3, // 16, 64 bits: 0, 1
  LEAF_MODRM: 1,
  LEAF_LOCK: 2,
  LEAF_NOSEG: 4,
  LEAF_NOMEM: 8, // ModRM.mod is ignored
  LEAF_REG_BYTE: 16,
  LEAF_RM_BYTE: 32, // or the register in the opcode
  LEAF_REG_LOW: 64, // eight registers only: REX.R does not count
  LEAF_RM_LOW: 128,
  LEAF_VSIB: 256,
  LEAF_LEVEL: 512, // times how many levels x86-64-v1 lacks: 0..2
} as const;
const C = LEAF_CONSTANTS;

/** What fits no encoding. */
export function undefinedLeaf(number: (name: string) => number): number[] {
  return [number('UD'), number('UD'), 0, 0];
}

export function leafOf(encoding: Encoding, number: (name: string) => number): number[] {
  const ops = [number('UD'), number('UD')];
  for (const { memory, names } of variantsOf(encoding)) {
    ops[memory ? 1 : 0] = number(names[0]);
    names.forEach((name, i) => {
      if (names[0] !== name && number(name) !== number(names[0]) + i) throw new Error(`sizes of ${name} have gaps`);
    });
  }
  return [...ops, rolesWord(encoding), flagsWord(encoding)];
}

const roleOf = ({ letter }: Operand): number => {
  if ('GVPSK'.includes(letter)) return C.ROLE_REG;
  if ('EWQMRUN'.includes(letter) || letter === 'STi') return C.ROLE_RM;
  if ('BH'.includes(letter)) return C.ROLE_VVVV;
  if (letter === 'FS' || letter === 'GS') return C.ROLE_SEGMENT;
  return letter === 'Z' ? C.ROLE_OPCODE : letter === 'A' ? C.ROLE_RAX : C.ROLE_NONE;
};

function rolesWord(encoding: Encoding): number {
  const roles = encoding.operands.map(roleOf).filter((role) => role !== C.ROLE_NONE);
  const [dst = C.ROLE_NONE, ...others] = roles;
  const src = others.find((role) => role !== C.ROLE_VVVV) ?? (others.length ? C.ROLE_NONE : dst);
  const aux = others.includes(C.ROLE_VVVV) ? C.AUX_VVVV : encoding.span === 16 ? C.AUX_CC : C.AUX_NONE;
  const seg = encoding.attributes.includes('seg') ? C.AUX_SEGMENT : aux;
  return dst | (src << 3) | (seg << 6) | (immediateOf(encoding) << 8) | (sizingOf(encoding) << 12);
}

function immediateOf(encoding: Encoding): number {
  const list = encoding.operands
    .filter((o) => 'IuJ1OL'.includes(o.letter))
    .map((o) => (o.letter === 'L' ? 'ub' : o.letter + o.size));
  const kinds: Record<string, number> = {
    '': C.IMM_NONE,
    Ib: C.IMM_B,
    ub: C.IMM_UB,
    Iw: C.IMM_W,
    Iz: C.IMM_Z,
    Iv: C.IMM_V,
    '1': C.IMM_ONE,
    Jb: C.IMM_JB,
    Jz: C.IMM_JZ,
    Ob: C.IMM_MOFFS,
    Ov: C.IMM_MOFFS,
    'Iw,ub': C.IMM_ENTER,
  };
  const kind = kinds[list.join(',')];
  if (kind === undefined) throw new Error(`immediates of ${encoding.row.join(' | ')}`);
  return kind;
}

function sizingOf(encoding: Encoding): number {
  const sizes = sizesOf(encoding).join('');
  if (sizes.length < 2 || variantsOf(encoding)[0].names[0] === variantsOf(encoding)[0].names[1]) return C.ADD_NONE;
  return sizes === 'wdq' ? C.ADD_V : sizes === 'dq' ? C.ADD_Y : C.ADD_D64;
}

function flagsWord(encoding: Encoding): number {
  const bytes = encoding.family === 'integer'; // elsewhere a byte is the low one of a 32-bit register, never AH..BH
  const some = (letters: string, size?: string) =>
    encoding.operands.some((o) => letters.includes(o.letter) && (size === undefined || o.size === size));
  return (
    (encoding.modrm ? C.LEAF_MODRM : 0) |
    (encoding.attributes.includes('lock') ? C.LEAF_LOCK : 0) |
    (encoding.attributes.includes('noseg') ? C.LEAF_NOSEG : 0) |
    (some('K') ? C.LEAF_NOMEM : 0) |
    (bytes && some('G', 'b') ? C.LEAF_REG_BYTE : 0) |
    (bytes && some('EZR', 'b') ? C.LEAF_RM_BYTE : 0) |
    (some('PS') ? C.LEAF_REG_LOW : 0) |
    (some('QN') || encoding.family === 'x87' ? C.LEAF_RM_LOW : 0) |
    (encoding.attributes.includes('vsib') ? C.LEAF_VSIB : 0) |
    (C.LEAF_LEVEL * (encoding.level - 1))
  );
}
