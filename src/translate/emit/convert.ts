// CVTSI2SD CVTTSD2SI CVTSD2SS CVTSS2SD and the forms of single precision, CVTDQ2PD, CVTDQ2PS: where the host's conversion is
// exact, or inexactness is sticky and rounding to nearest; everything else is the interpreter's.
import { type Insn, inMemory } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import * as S from '../wasm/simd.ts';
import { demand } from './float-check.ts';
import { define } from './row.ts';
import { vectorSource } from './vector-operand.ts';

/** Every i32 is a double. */
define('CVTSI2SD_R32', { uses: 'gvV' }, (region, insn) => {
  integerSource(region, insn, 32);
  region.code.op(W.F64_CONVERT_I32_S);
  setOrdinary(region, insn, 64);
});

/** Others need not fit: those that are no larger do. */
const FROM_INTEGER: [name: string, from: 32 | 64, to: 32 | 64, opcode: number, limit: number][] = [
  ['CVTSI2SD_R64', 64, 64, W.F64_CONVERT_I64_S, 2 ** 52],
  ['CVTSI2SS_R32', 32, 32, W.F32_CONVERT_I64_S, 2 ** 23],
  ['CVTSI2SS_R64', 64, 32, W.F32_CONVERT_I64_S, 2 ** 23],
];
for (const [name, from, to, opcode, limit] of FROM_INTEGER) {
  define(name, { uses: 'gvV', stack: true, mxcsr: true }, (region, insn) => {
    const { code } = region;
    integerSource(region, insn, from);
    if (from === 32) code.op(W.I64_EXTEND_I32_S);
    code.tee(region.t64);
    code.i64(limit);
    code.op(W.I64_ADD);
    code.i64(2 * limit);
    code.op(W.I64_LE_U);
    orInexact(region, insn);
    code.get(region.t64);
    code.op(opcode);
    setOrdinary(region, insn, to);
  });
}

/** Pops a number that is zero or normal into the low lane of dst. */
function setOrdinary({ vectors }: RegionWriter, insn: Insn, size: 32 | 64): void {
  vectors.setNumber(insn.dst, size);
  vectors.markOrdinary(insn.dst, `low${size}`);
}

function integerSource(region: RegionWriter, insn: Insn, size: 32 | 64): void {
  if (inMemory(insn)) {
    region.operand(insn, size / 8, false);
    region.load(size);
  } else region.getRaw(insn.src, size);
}

/** Pushes the source's low number. */
function numberSource(region: RegionWriter, insn: Insn, size: 32 | 64): void {
  if (inMemory(insn)) {
    region.operand(insn, size / 8, false);
    region.plainMemory(size === 64 ? W.F64_LOAD : W.F32_LOAD);
  } else region.vectors.number(insn.src, size);
}

/** Goes on where the condition on the stack says that the result is exact, or where that does not matter. */
function orInexact(region: RegionWriter, insn: Insn): void {
  const { code, vectors } = region;
  vectors.mxcsr.plain();
  vectors.mxcsr.sticky();
  code.i32(0);
  code.op(W.I32_NE, W.I32_AND, W.I32_OR);
  demand(region, insn);
}

/** Truncations of numbers that fit well. */
const TO_INTEGER: [name: string, from: 32 | 64, to: 32 | 64, opcode: number][] = [
  ['CVTTSD2SI_R32', 64, 32, W.I32_TRUNC_F64_S],
  ['CVTTSD2SI_R64', 64, 64, W.I64_TRUNC_F64_S],
  ['CVTTSS2SI_R32', 32, 32, W.I32_TRUNC_F32_S],
  ['CVTTSS2SI_R64', 32, 64, W.I64_TRUNC_F32_S],
];
for (const [name, from, to, opcode] of TO_INTEGER) {
  define(name, { uses: 'wD', stack: true, mxcsr: true }, (region, insn) => {
    const { code } = region;
    const [x, r] = from === 64 ? [region.x64, region.y64] : [region.x32, region.y32];
    numberSource(region, insn, from);
    code.tee(x);
    code.op(from === 64 ? W.F64_TRUNC : W.F32_TRUNC);
    code.tee(r);
    code.op(from === 64 ? W.F64_ABS : W.F32_ABS);
    const limit = to === 64 ? 9.2e18 : 2.1e9;
    if (from === 64) code.f64(limit);
    else code.f32(limit);
    code.op(from === 64 ? W.F64_LT : W.F32_LT);
    demand(region, insn);
    code.get(r);
    code.get(x);
    code.op(from === 64 ? W.F64_EQ : W.F32_EQ);
    orInexact(region, insn);
    code.get(r);
    code.op(opcode);
    region.setRegister(insn.dst, to);
  });
}

define('CVTSS2SD', { uses: 'vwV', stack: true, mxcsr: true }, (region, insn) => {
  const { code, x32 } = region;
  numberSource(region, insn, 32);
  code.tee(x32);
  code.op(W.F32_ABS);
  code.f32(2 ** -126);
  code.op(W.F32_GT);
  code.get(x32);
  code.f32(0);
  code.op(W.F32_EQ, W.I32_OR);
  demand(region, insn);
  code.get(x32);
  code.op(W.F64_PROMOTE_F32);
  setOrdinary(region, insn, 64);
});

define('CVTSD2SS', { uses: 'vwV', stack: true, mxcsr: true }, (region, insn) => {
  const { code, x64, x32 } = region;
  numberSource(region, insn, 64);
  code.tee(x64);
  code.op(W.F32_DEMOTE_F64);
  code.tee(x32);
  code.op(W.F32_ABS);
  code.f32(2 ** -126);
  code.op(W.F32_GT);
  code.get(x32);
  code.op(W.F32_ABS);
  code.f32(Number.POSITIVE_INFINITY);
  code.op(W.F32_LT, W.I32_AND);
  region.vectors.mxcsr.plain();
  code.op(W.I32_AND);
  demand(region, insn);
  code.get(x32);
  code.op(W.F64_PROMOTE_F32);
  code.get(x64);
  code.op(W.F64_EQ);
  orInexact(region, insn);
  code.get(x32);
  setOrdinary(region, insn, 32);
});

/** Exact, whatever the numbers. */
define('CVTDQ2PD', { uses: 'wV' }, (region, insn) => {
  const { code } = region;
  if (inMemory(insn)) {
    region.operand(insn, 8, false);
    region.simdMemory(S.V128_LOAD64_ZERO);
  } else vectorSource(region, insn);
  code.simd(S.F64X2_CONVERT_LOW_I32X4_S);
  region.vectors.set(insn.dst);
});

/** Exact where no lane has more than 24 bits. */
define('CVTDQ2PS', { uses: 'wV', stack: true, mxcsr: true }, (region, insn) => {
  const { code, vectors, v128 } = region;
  vectorSource(region, insn);
  code.tee(v128);
  vectors.constant(0x0080000000800000n);
  code.simd(S.I32X4_ADD);
  vectors.constant(0x0100000001000000n);
  code.simd(S.I32X4_LE_U);
  code.simd(S.I32X4_ALL_TRUE);
  orInexact(region, insn);
  code.get(v128);
  code.simd(S.F32X4_CONVERT_I32X4_S);
  vectors.set(insn.dst);
});
