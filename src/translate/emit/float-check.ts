// When the host's arithmetic is what the CPU would do (kernel/cpu/sse/float_fast.ts): rounding to nearest, everything masked,
// operands and result ordinary numbers, and inexactness sticky already or excluded. The checks work on whole vectors, also for
// scalar instructions, of which the other lanes are taken as good.
// The kernel is asked about what is not certain at first sight, such as zeros; what does not stand is the interpreter's.
import { STANDS_DOUBLE, STANDS_SCALAR } from '../../../abi/translate.ts';
import { STANDS } from '../functions.ts';
import type { RegionWriter } from '../region-writer.ts';
import type { Extent } from '../vector-registers.ts';
import * as W from '../wasm/opcodes.ts';
import * as S from '../wasm/simd.ts';

/** In the order of kernel/cpu/sse/float_kind.ts. */
export const KINDS = ['add', 'sub', 'mul', 'div', 'sqrt'] as const;

export type Kind = (typeof KINDS)[number];

/** A number format, in vectors of it. */
export interface Format {
  size: 32 | 64;
  abs: number;
  gt: number;
  lt: number;
  eq: number;
  add: number;
  sub: number;
  mul: number;
  div: number;
  sqrt: number;
  pmin: number;
  allTrue: number;
  bitmask: number;
  /** Bits of the least normal number and of infinity, in a half vector. */
  leastNormal: bigint;
  infinity: bigint;
  /** Bits of the lower half of the significand: two factors without them have an exact product. */
  lowerHalf: bigint;
}

export const DOUBLE: Format = {
  size: 64,
  abs: S.F64X2_ABS,
  gt: S.F64X2_GT,
  lt: S.F64X2_LT,
  eq: S.F64X2_EQ,
  add: S.F64X2_ADD,
  sub: S.F64X2_SUB,
  mul: S.F64X2_MUL,
  div: S.F64X2_DIV,
  sqrt: S.F64X2_SQRT,
  pmin: S.F64X2_PMIN,
  allTrue: S.I64X2_ALL_TRUE,
  bitmask: S.I64X2_BITMASK,
  leastNormal: 0x0010000000000000n,
  infinity: 0x7ff0000000000000n,
  lowerHalf: 0x0000000007ffffffn,
};

export const SINGLE: Format = {
  size: 32,
  abs: S.F32X4_ABS,
  gt: S.F32X4_GT,
  lt: S.F32X4_LT,
  eq: S.F32X4_EQ,
  add: S.F32X4_ADD,
  sub: S.F32X4_SUB,
  mul: S.F32X4_MUL,
  div: S.F32X4_DIV,
  sqrt: S.F32X4_SQRT,
  pmin: S.F32X4_PMIN,
  allTrue: S.I32X4_ALL_TRUE,
  bitmask: S.I32X4_BITMASK,
  leastNormal: 0x0080000000800000n,
  infinity: 0x7f8000007f800000n,
  lowerHalf: 0x00000fff00000fffn,
};

export function extentOf(format: Format, scalar: boolean): Extent {
  return `${scalar ? 'low' : 'all'}${format.size}`;
}

/** Pushes the lanes in which the number is zero or ordinary: above the least normal one and finite. */
export function ordinaryLanes(region: RegionWriter, format: Format, push: () => void): void {
  const { code, vectors } = region;
  push();
  code.simd(format.abs);
  code.tee(region.w128);
  vectors.constant(format.leastNormal);
  code.simd(format.gt);
  code.get(region.w128);
  vectors.constant(format.infinity);
  code.simd(format.lt);
  code.simd(S.V128_AND);
  code.get(region.w128);
  vectors.constant(0n);
  code.simd(format.eq);
  code.simd(S.V128_OR);
}

/** Pushes whether all lanes of the mask on the stack are set, or the low one. */
export function allOf(region: RegionWriter, format: Format, scalar: boolean): void {
  const { code } = region;
  if (!scalar) return code.simd(format.allTrue);
  code.lane(format.size === 64 ? S.I64X2_EXTRACT_LANE : S.I32X4_EXTRACT_LANE, 0);
  if (format.size === 64) code.op(W.I32_WRAP_I64);
}

/** Operands and result of an operation: the result is in region.x128. */
export interface Computation {
  format: Format;
  kind: Kind;
  scalar: boolean;
  a(): void;
  b(): void;
  /** Operands that may be anything. */
  unknown: (() => void)[];
}

/** Pushes whether the result stands. */
export function stands(region: RegionWriter, { format, kind, scalar, a, b, unknown }: Computation): void {
  const { code, vectors, x128: r } = region;
  ordinaryNumbers(region, format, unknown);
  allOf(region, format, scalar);
  vectors.plain();
  code.op(W.I32_AND);
  vectors.sticky();
  code.open(W.IF, W.I32);
  code.i32(1);
  code.else();
  exactLanes(region, format, kind, a, b);
  allOf(region, format, scalar);
  // Any bit may say yes.
  code.op(W.I32_EQZ, W.I32_EQZ);
  code.end();
  code.op(W.I32_AND);
  code.open(W.IF, W.I32);
  code.i32(1);
  code.else();
  code.i32(KINDS.indexOf(kind) | (format.size === 64 ? STANDS_DOUBLE : 0) | (scalar ? STANDS_SCALAR : 0));
  a();
  b();
  code.get(r);
  code.call(STANDS);
  code.end();
}

/** Pushes the lanes in which r and the operands are above the least normal number, and r finite. */
function ordinaryNumbers(region: RegionWriter, format: Format, operands: (() => void)[]): void {
  const { code, vectors, x128: r, w128: size } = region;
  code.get(r);
  code.simd(format.abs);
  code.tee(size);
  for (const push of operands) {
    push();
    code.simd(format.abs);
    code.simd(format.pmin);
  }
  vectors.constant(format.leastNormal);
  code.simd(format.gt);
  code.get(size);
  vectors.constant(format.infinity);
  code.simd(format.lt);
  code.simd(S.V128_AND);
}

/** Pushes the lanes in which r, an ordinary number, is exactly `kind` of a and b; may say no for a few exact ones. */
export function exactLanes(region: RegionWriter, format: Format, kind: Kind, a: () => void, b: () => void): void {
  const { code, vectors } = region;
  if (kind === 'mul') {
    a();
    b();
    code.simd(S.V128_OR);
    vectors.constant(format.lowerHalf);
    code.simd(S.V128_AND);
    vectors.constant(0n);
    code.simd(format.size === 64 ? S.I64X2_EQ : S.I32X4_EQ);
  } else if (kind === 'add' || kind === 'sub') exactSum(region, format, kind, a, b);
  else vectors.constant(0n);
}

/** Two-sum: what rounding lost is itself computed exactly. r is in region.x128. */
function exactSum(region: RegionWriter, format: Format, kind: 'add' | 'sub', a: () => void, b: () => void): void {
  const { code, vectors, x128: r, w128: part } = region;
  code.get(r);
  a();
  code.simd(format.sub);
  code.set(part);
  a();
  code.get(r);
  code.get(part);
  code.simd(format.sub);
  code.simd(format.sub);
  // For a difference the second addend is -b, whose part has the other sign.
  if (kind === 'add') {
    b();
    code.get(part);
  } else {
    vectors.constant(0n);
    b();
    code.simd(format.sub);
    code.get(part);
  }
  code.simd(format.sub);
  code.simd(format.add);
  vectors.constant(0n);
  code.simd(format.eq);
}
