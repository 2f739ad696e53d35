// Packed integers and bits of SSE: one SIMD instruction each, shuffles with constant selectors, shifts by constants.
import { type Insn, inMemory } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as S from '../wasm/simd.ts';
import { define } from './row.ts';
import { bytesOf, zero } from './vector-move.ts';
import { giveUp, vectorSource } from './vector-operand.ts';

/** dst = dst op src. */
export const PLAIN: Record<string, number> = {
  ANDPD: S.V128_AND,
  ANDPS: S.V128_AND,
  ORPD: S.V128_OR,
  ORPS: S.V128_OR,
  PACKSSDW: S.I16X8_NARROW_I32X4_S,
  PACKSSWB: S.I8X16_NARROW_I16X8_S,
  PACKUSDW: S.I16X8_NARROW_I32X4_U,
  PACKUSWB: S.I8X16_NARROW_I16X8_U,
  PADDB: S.I8X16_ADD,
  PADDD: S.I32X4_ADD,
  PADDQ: S.I64X2_ADD,
  PADDSB: S.I8X16_ADD_SAT_S,
  PADDSW: S.I16X8_ADD_SAT_S,
  PADDUSB: S.I8X16_ADD_SAT_U,
  PADDUSW: S.I16X8_ADD_SAT_U,
  PADDW: S.I16X8_ADD,
  PAND: S.V128_AND,
  PAVGB: S.I8X16_AVGR_U,
  PAVGW: S.I16X8_AVGR_U,
  PCMPEQB: S.I8X16_EQ,
  PCMPEQD: S.I32X4_EQ,
  PCMPEQQ: S.I64X2_EQ,
  PCMPEQW: S.I16X8_EQ,
  PCMPGTB: S.I8X16_GT_S,
  PCMPGTD: S.I32X4_GT_S,
  PCMPGTW: S.I16X8_GT_S,
  PMADDWD: S.I32X4_DOT_I16X8_S,
  PMAXSB: S.I8X16_MAX_S,
  PMAXSD: S.I32X4_MAX_S,
  PMAXSW: S.I16X8_MAX_S,
  PMAXUB: S.I8X16_MAX_U,
  PMAXUD: S.I32X4_MAX_U,
  PMAXUW: S.I16X8_MAX_U,
  PMINSB: S.I8X16_MIN_S,
  PMINSD: S.I32X4_MIN_S,
  PMINSW: S.I16X8_MIN_S,
  PMINUB: S.I8X16_MIN_U,
  PMINUD: S.I32X4_MIN_U,
  PMINUW: S.I16X8_MIN_U,
  PMULLD: S.I32X4_MUL,
  PMULLW: S.I16X8_MUL,
  POR: S.V128_OR,
  PSUBB: S.I8X16_SUB,
  PSUBD: S.I32X4_SUB,
  PSUBQ: S.I64X2_SUB,
  PSUBSB: S.I8X16_SUB_SAT_S,
  PSUBSW: S.I16X8_SUB_SAT_S,
  PSUBUSB: S.I8X16_SUB_SAT_U,
  PSUBUSW: S.I16X8_SUB_SAT_U,
  PSUBW: S.I16X8_SUB,
  PXOR: S.V128_XOR,
  XORPD: S.V128_XOR,
  XORPS: S.V128_XOR,
};
/** A register with itself gives zeros: its value is not looked at. */
const CLEARING = new Set(['PXOR', 'XORPS', 'XORPD', 'PSUBB', 'PSUBW', 'PSUBD', 'PSUBQ']);

for (const [name, opcode] of Object.entries(PLAIN)) {
  define(name, { uses: 'vwV' }, (region, insn) => {
    if (CLEARING.has(name) && isSame(insn)) {
      zero(region);
      region.vectors.set(insn.dst);
      return region.vectors.markOrdinary(insn.dst, 'zero');
    }
    vectorSource(region, insn);
    region.code.set(region.v128);
    region.vectors.get(insn.dst);
    region.code.get(region.v128);
    region.code.simd(opcode);
    region.vectors.set(insn.dst);
  });
}

function isSame(insn: Insn): boolean {
  return insn.src === insn.dst && !inMemory(insn);
}

/** ~dst & src. */
for (const name of ['PANDN', 'ANDNPS', 'ANDNPD']) {
  define(name, { uses: 'vwV' }, (region, insn) => {
    vectorSource(region, insn);
    region.vectors.get(insn.dst);
    region.code.simd(S.V128_ANDNOT);
    region.vectors.set(insn.dst);
  });
}

/** Lanes of dst (0 and up) and src (behind those of dst) in a fixed order; `width` bytes each. */
const INTERLEAVING: Record<string, [width: number, lanes: number[]]> = {
  PUNPCKHBW: [1, [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31]],
  PUNPCKHDQ: [4, [2, 6, 3, 7]],
  PUNPCKHQDQ: [8, [1, 3]],
  PUNPCKHWD: [2, [4, 12, 5, 13, 6, 14, 7, 15]],
  PUNPCKLBW: [1, [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23]],
  PUNPCKLDQ: [4, [0, 4, 1, 5]],
  PUNPCKLQDQ: [8, [0, 2]],
  PUNPCKLWD: [2, [0, 8, 1, 9, 2, 10, 3, 11]],
  UNPCKHPD: [8, [1, 3]],
  UNPCKHPS: [4, [2, 6, 3, 7]],
  UNPCKLPD: [8, [0, 2]],
  UNPCKLPS: [4, [0, 4, 1, 5]],
};
for (const [name, [width, lanes]] of Object.entries(INTERLEAVING)) {
  define(name, { uses: 'vwV' }, (region, insn) => shuffleInto(region, insn, bytesOf(lanes, width)));
}

/** dst = bytes of dst and src. */
function shuffleInto(region: RegionWriter, insn: Insn, bytes: number[]): void {
  vectorSource(region, insn);
  region.code.set(region.v128);
  region.vectors.get(insn.dst);
  region.code.get(region.v128);
  region.code.shuffle(bytes);
  region.vectors.set(insn.dst);
}

/** dst = bytes of src. */
function shuffled(region: RegionWriter, insn: Insn, bytes: number[]): void {
  vectorSource(region, insn);
  region.code.tee(region.v128);
  region.code.get(region.v128);
  region.code.shuffle(bytes);
  region.vectors.set(insn.dst);
}

/** The four 2-bit fields of an immediate. */
function fields(insn: Insn): number[] {
  const imm = Number(insn.imm & 0xffn);
  return [imm & 3, (imm >> 2) & 3, (imm >> 4) & 3, (imm >> 6) & 3];
}

define('PSHUFD', { uses: 'wV' }, (region, insn) => shuffled(region, insn, bytesOf(fields(insn), 4)));
define('PSHUFLW', { uses: 'wV' }, (region, insn) => shuffled(region, insn, bytesOf([...fields(insn), 4, 5, 6, 7], 2)));
define('PSHUFHW', { uses: 'wV' }, (region, insn) =>
  shuffled(region, insn, bytesOf([0, 1, 2, 3, ...fields(insn).map((lane) => lane + 4)], 2)),
);
define('SHUFPS', { uses: 'vwV' }, (region, insn) => {
  const [a, b, c, d] = fields(insn);
  shuffleInto(region, insn, bytesOf([a, b, c + 4, d + 4], 4));
});
define('SHUFPD', { uses: 'vwV' }, (region, insn) => {
  const imm = Number(insn.imm & 3n);
  shuffleInto(region, insn, bytesOf([imm & 1, 2 + (imm >> 1)], 8));
});
define('PALIGNR', { uses: 'vwV' }, (region, insn) => {
  const count = Number(insn.imm & 0xffn);
  if (count > 16) return giveUp(region, insn);
  // src is the lower part of the 32 bytes, and the second vector of the shuffle.
  shuffleInto(
    region,
    insn,
    Array.from({ length: 16 }, (_, i) => (i + count + 16) % 32),
  );
});
define('PSHUFB', { uses: 'vwV' }, (region, insn) => {
  const { code, vectors } = region;
  vectorSource(region, insn);
  // Bit 7 selects zero, the other bits above 3 do not count.
  code.i64(0x8f8f8f8f8f8f8f8fn);
  code.simd(S.I64X2_SPLAT);
  code.simd(S.V128_AND);
  code.set(region.v128);
  vectors.get(insn.dst);
  code.get(region.v128);
  code.simd(S.I8X16_SWIZZLE);
  vectors.set(insn.dst);
});

/** Shifts of lanes by a constant; too large a count gives zeros, or the signs. */
const SHIFTS: Record<string, [opcode: number, width: number, signed?: boolean]> = {
  PSLLD_I: [S.I32X4_SHL, 32],
  PSLLQ_I: [S.I64X2_SHL, 64],
  PSLLW_I: [S.I16X8_SHL, 16],
  PSRAD_I: [S.I32X4_SHR_S, 32, true],
  PSRAW_I: [S.I16X8_SHR_S, 16, true],
  PSRLD_I: [S.I32X4_SHR_U, 32],
  PSRLQ_I: [S.I64X2_SHR_U, 64],
  PSRLW_I: [S.I16X8_SHR_U, 16],
};
for (const [name, [opcode, width, signed]] of Object.entries(SHIFTS)) {
  define(name, { uses: 'vV' }, (region, insn) => {
    const count = Number(insn.imm & 0xffn);
    if (count >= width && !signed) zero(region);
    else {
      region.vectors.get(insn.dst);
      region.code.i32(Math.min(count, width - 1));
      region.code.simd(opcode);
    }
    region.vectors.set(insn.dst);
  });
}

/** Shifts of the whole register by bytes: zeros come in from the second vector. */
for (const [name, direction] of [
  ['PSLLDQ', -1],
  ['PSRLDQ', 1],
] as const) {
  define(name, { uses: 'vV' }, (region, insn) => {
    const by = direction * Math.min(16, Number(insn.imm & 0xffn));
    region.vectors.get(insn.dst);
    zero(region);
    region.code.shuffle(Array.from({ length: 16 }, (_, i) => (i + by >= 0 && i + by < 16 ? i + by : 16)));
    region.vectors.set(insn.dst);
  });
}
