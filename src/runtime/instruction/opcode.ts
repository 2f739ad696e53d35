// Takes an instruction apart as far as its name depends on it: prefixes, opcode map, opcode, ModRM. Intel SDM volume 2, 2.1, 2.3 and
// 2.7; AMD's manual, volume 6, for XOP.

export interface Opcode {
  space: '' | 'VEX' | 'EVEX' | 'XOP';
  /** '', 0F, 0F38, 0F3A, 0F0F (3DNow!), MAP5 and MAP6 of EVEX, 8 to 10 of XOP. */
  map: string;
  opcode: number;
  /** None, 66, F3, F2. */
  prefix: number;
  w: number;
  l: number;
  /** Operand size: 16, 32, 64 bits. */
  size: number;
  rexR: number;
  rexB: number;
  modrm: number;
  /** Memory, register. */
  mod: number;
  reg: number;
  rm: number;
}

const [OPERAND_SIZE, REPNE, REP] = [0x66, 0xf2, 0xf3];
const LEGACY = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, OPERAND_SIZE, 0x67, 0xf0, REPNE, REP]);
const EVEX_MAPS = ['', '0F', '0F38', '0F3A', '', 'MAP5', 'MAP6', ''];

export function readOpcode(code: Uint8Array): Opcode {
  const { at, rex, seen } = readPrefixes(code);
  const [first, second] = code.subarray(at);
  if (first === 0xc4 || first === 0xc5) return vex(code.subarray(at));
  if (first === 0x62) return evex(code.subarray(at));
  if (first === 0x8f && (second & 0x1f) >= 8) return xop(code.subarray(at));
  const prefix = seen.includes(REP) || seen.includes(REPNE) ? lastRep(seen) : seen.includes(OPERAND_SIZE) ? 1 : 0;
  const size = rex & 8 ? 2 : seen.includes(OPERAND_SIZE) ? 0 : 1;
  const bits = { prefix, w: (rex >> 3) & 1, l: 0, size, rexR: (rex >> 2) & 1, rexB: rex & 1 };
  return legacy(code.subarray(at), bits);
}

/** The last of F2 and F3 counts; REX only directly before the opcode. */
function readPrefixes(code: Uint8Array): { at: number; rex: number; seen: number[] } {
  const seen: number[] = [];
  let rex = 0;
  let at = 0;
  for (; at < code.length; at++) {
    const byte = code[at];
    if (LEGACY.has(byte)) seen.push(byte);
    else if ((byte & 0xf0) !== 0x40) break;
    rex = LEGACY.has(byte) ? 0 : byte;
  }
  return { at, rex, seen };
}

function lastRep(seen: number[]): number {
  return seen.lastIndexOf(REP) > seen.lastIndexOf(REPNE) ? 2 : 3;
}

type Bits = Pick<Opcode, 'prefix' | 'w' | 'l' | 'size' | 'rexR' | 'rexB'>;

function legacy(code: Uint8Array, bits: Bits): Opcode {
  if (code[0] !== 0x0f) return whole('', '', bits, code);
  if (code[1] === 0x38) return whole('', '0F38', bits, code.subarray(2));
  if (code[1] === 0x3a) return whole('', '0F3A', bits, code.subarray(2));
  if (code[1] !== 0x0f) return whole('', '0F', bits, code.subarray(1));
  const opcode = code[2 + operandLength(code.subarray(2))];
  return { ...whole('', '0F0F', bits, code.subarray(1)), opcode };
}

function vex(code: Uint8Array): Opcode {
  const [first, second, third] = code;
  if (first === 0xc5) return whole('VEX', '0F', vexBits((second & 0x80) | 0x60, second & 0x7f), code.subarray(2));
  return whole('VEX', EVEX_MAPS[second & 31] ?? '', vexBits(second, third), code.subarray(3));
}

function xop(code: Uint8Array): Opcode {
  return whole('XOP', String(code[1] & 31), vexBits(code[1], code[2]), code.subarray(3));
}

function evex(code: Uint8Array): Opcode {
  const bits = { ...vexBits(code[1], code[2]), l: (code[3] >> 5) & 3 };
  return whole('EVEX', EVEX_MAPS[code[1] & 7], bits, code.subarray(4));
}

/** Of the byte with R, X and B, which are inverted, and the byte with W, L and pp. */
function vexBits(first: number, last: number): Bits {
  const w = (last >> 7) & 1;
  const [rexR, rexB] = [(~first >> 7) & 1, (~first >> 5) & 1];
  return { prefix: last & 3, w, l: (last >> 2) & 1, size: 1 + w, rexR, rexB };
}

function whole(space: Opcode['space'], map: string, bits: Bits, [opcode, modrm]: Uint8Array): Opcode {
  return { space, map, opcode, ...bits, modrm, mod: modrm >= 0xc0 ? 1 : 0, reg: (modrm >> 3) & 7, rm: modrm & 7 };
}

/** Of ModRM, SIB and displacement. */
function operandLength([modrm, sib]: Uint8Array): number {
  const mod = modrm >> 6;
  if (mod === 3) return 1;
  const hasSib = (modrm & 7) === 4;
  const base = hasSib ? sib & 7 : modrm & 7;
  const displacement = mod === 1 ? 1 : mod === 2 || base === 5 ? 4 : 0;
  return 1 + (hasSib ? 1 : 0) + displacement;
}
