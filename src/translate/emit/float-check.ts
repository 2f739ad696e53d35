// When the host's arithmetic is what the CPU would do (kernel/cpu/sse/float_fast.ts): rounding to nearest, everything masked,
// inexactness sticky already, operands zero or normal, and a result that is normal and not next to the denormal ones.
// The check of a number is one addition and one test: its exponent counted up by one has none of its upper bits set where it
// was 0 or near it, and has overflowed where it was that of infinities and NaNs. What does not pass the kernel is asked about,
// such as zeros, or exact results while inexactness is not sticky; what does not stand then is the interpreter's.
import { STANDS_DOUBLE, STANDS_SCALAR } from '../../../abi/translate.ts';
import { STANDS } from '../functions.ts';
import type { Insn } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import type { Extent } from '../vector-registers.ts';
import * as W from '../wasm/opcodes.ts';
import * as S from '../wasm/simd.ts';
import { isExact } from './float-exact.ts';
import { DOUBLE, type Format } from './float-format.ts';
import { giveUp } from './vector-operand.ts';

/** In the order of kernel/cpu/sse/float_kind.ts. */
export const KINDS = ['add', 'sub', 'mul', 'div', 'sqrt'] as const;

export type Kind = (typeof KINDS)[number];

export function extentOf(format: Format, scalar: boolean): Extent {
  return `${scalar ? 'low' : 'all'}${format.size}`;
}

/** Gives up unless the condition on the stack holds. */
export function demand(region: RegionWriter, insn: Insn): void {
  region.code.op(W.I32_EQZ);
  region.code.openUnlikely();
  giveUp(region, insn);
  region.code.end();
}

/** Pops a number; pushes its bits, the exponent counted up by one. */
function countedUp({ code }: RegionWriter, { size, reinterpret, exponentOne }: Format): void {
  code.op(reinterpret);
  if (size === 64) code.i64(exponentOne);
  else code.i32(Number(exponentOne));
  code.op(size === 64 ? W.I64_ADD : W.I32_ADD);
}

/** Gives up where the number in the local is neither zero nor normal. */
export function demandOrdinary(region: RegionWriter, insn: Insn, format: Format, local: number): void {
  const { code } = region;
  const { size, exponents, ne } = format;
  code.get(local);
  countedUp(region, format);
  if (size === 64) code.i64(exponents);
  else code.i32(Number(exponents));
  code.op(...(size === 64 ? [W.I64_AND, W.I64_EQZ] : [W.I32_AND, W.I32_EQZ]));
  code.openUnlikely();
  code.get(local);
  if (size === 64) code.f64(0);
  else code.f32(0);
  code.op(ne);
  code.openUnlikely();
  giveUp(region, insn);
  code.end();
  code.end();
}

/** Pops a vector; pushes of each lane, the exponent counted up, the bits of the mask that `mask` pushes. */
function lanesCountedUp({ code, vectors }: RegionWriter, { lanes, exponentOne, size }: Format, mask: () => void): void {
  vectors.constant(splat(exponentOne, size));
  code.simd(lanes.addBits);
  mask();
  code.simd(S.V128_AND);
}

const splat = (bits: bigint, size: 32 | 64): bigint => (size === 64 ? bits : (bits << 32n) | bits);

/** The same of lanes that `push` pushes, which are operands. */
function operandCountedUp(region: RegionWriter, format: Format, push: () => void): void {
  push();
  lanesCountedUp(region, format, () => region.vectors.constant(splat(format.exponents, format.size)));
}

/** Gives up where a lane that `push` pushes is neither zero nor normal. */
export function demandOrdinaryLanes(region: RegionWriter, insn: Insn, format: Format, push: () => void): void {
  const { code } = region;
  operandCountedUp(region, format, push);
  code.simd(format.lanes.allTrue);
  code.op(W.I32_EQZ);
  code.openUnlikely();
  ordinaryLanes(region, format, push);
  demand(region, insn);
  code.end();
}

/** The exact answer, which zeros need: pushes whether each lane is one or a normal number. */
function ordinaryLanes(
  { code, vectors, x128 }: RegionWriter,
  { lanes, leastNormal, infinity }: Format,
  push: () => void,
) {
  push();
  code.simd(lanes.abs);
  code.tee(x128);
  vectors.constant(leastNormal);
  code.simd(lanes.lt);
  code.simd(S.V128_NOT);
  code.get(x128);
  vectors.constant(infinity);
  code.simd(lanes.lt);
  code.simd(S.V128_AND);
  code.get(x128);
  vectors.constant(0n);
  code.simd(lanes.eq);
  code.simd(S.V128_OR);
  code.simd(lanes.allTrue);
}

export interface Computation {
  format: Format;
  kind: Kind;
  scalar: boolean;
  /** Locals of operands and result: numbers where it is scalar, otherwise vectors. */
  a: number;
  b: number;
  r: number;
  /** Operands, of vectors, that may be anything. */
  unknown?: number[];
}

/** Gives up unless r = a kind b stands. */
export function demandStands(region: RegionWriter, insn: Insn, computation: Computation): void {
  const { code, vectors } = region;
  const { format, kind, scalar, a, b, r } = computation;
  const done = code.open(W.BLOCK);
  const uncertain = code.open(W.BLOCK);
  isSafe(region, computation);
  code.op(W.I32_EQZ);
  code.openUnlikely();
  code.br(uncertain);
  code.end();
  vectors.mxcsr.sticky();
  code.brIf(done);
  isExact(region, computation);
  code.brIf(done);
  code.end();
  code.i32(KINDS.indexOf(kind) | (format === DOUBLE ? STANDS_DOUBLE : 0) | (scalar ? STANDS_SCALAR : 0));
  for (const local of [a, b, r]) {
    code.get(local);
    if (scalar) code.simd(format.splat);
  }
  code.call(STANDS);
  code.brIf(done);
  giveUp(region, insn);
  code.end();
}

/** Pushes whether the result is far from denormal and finite, in all lanes, and operands that may be anything are normal. */
function isSafe(region: RegionWriter, { format, scalar, r, unknown = [] }: Computation): void {
  const { code, vectors } = region;
  const safe = () => vectors.mxcsr.safe(format.size, scalar);
  code.get(r);
  if (scalar) {
    countedUp(region, format);
    safe();
    code.op(...(format.size === 64 ? [W.I64_AND, W.I64_EQZ] : [W.I32_AND, W.I32_EQZ]), W.I32_EQZ);
    return;
  }
  lanesCountedUp(region, format, safe);
  for (const local of unknown) {
    operandCountedUp(region, format, () => code.get(local));
    // Of the upper halves of doubles; the lower ones are zero here.
    code.simd(S.I32X4_MIN_U);
  }
  code.simd(format.lanes.allTrue);
}
