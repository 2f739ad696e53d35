// The two number formats of SSE: opcodes for one number and for vectors of them, and the bits that float-check.ts looks at.
import * as W from '../wasm/opcodes.ts';
import * as S from '../wasm/simd.ts';

/** Opcodes of arithmetic, by kind, and of comparisons. */
interface Opcodes {
  add: number;
  sub: number;
  mul: number;
  div: number;
  sqrt: number;
  abs: number;
  lt: number;
  gt: number;
  eq: number;
}

export interface Format extends Opcodes {
  size: 32 | 64;
  load: number;
  ne: number;
  reinterpret: number;
  splat: number;
  lanes: Opcodes & { addBits: number; equalBits: number; allTrue: number };
  /** What counts an exponent up by one, and the bits that one of normal numbers then has one of. */
  exponentOne: bigint;
  exponents: bigint;
  /** Bits of the least normal number and of infinity, in a half vector. */
  leastNormal: bigint;
  infinity: bigint;
  /** Bits of the lower half of a significand. */
  lowerHalf: bigint;
}

export const DOUBLE: Format = {
  size: 64,
  load: W.F64_LOAD,
  reinterpret: W.I64_REINTERPRET_F64,
  splat: S.F64X2_SPLAT,
  add: W.F64_ADD,
  sub: W.F64_SUB,
  mul: W.F64_MUL,
  div: W.F64_DIV,
  sqrt: W.F64_SQRT,
  abs: W.F64_ABS,
  lt: W.F64_LT,
  gt: W.F64_GT,
  eq: W.F64_EQ,
  ne: W.F64_NE,
  lanes: {
    add: S.F64X2_ADD,
    sub: S.F64X2_SUB,
    mul: S.F64X2_MUL,
    div: S.F64X2_DIV,
    sqrt: S.F64X2_SQRT,
    abs: S.F64X2_ABS,
    lt: S.F64X2_LT,
    gt: S.F64X2_GT,
    eq: S.F64X2_EQ,
    addBits: S.I64X2_ADD,
    equalBits: S.I64X2_EQ,
    allTrue: S.I64X2_ALL_TRUE,
  },
  exponentOne: 0x0010000000000000n,
  exponents: 0x7fe0000000000000n,
  leastNormal: 0x0010000000000000n,
  infinity: 0x7ff0000000000000n,
  lowerHalf: 0x07ffffffn,
};

export const SINGLE: Format = {
  size: 32,
  load: W.F32_LOAD,
  reinterpret: W.I32_REINTERPRET_F32,
  splat: S.F32X4_SPLAT,
  add: W.F32_ADD,
  sub: W.F32_SUB,
  mul: W.F32_MUL,
  div: W.F32_DIV,
  sqrt: W.F32_SQRT,
  abs: W.F32_ABS,
  lt: W.F32_LT,
  gt: W.F32_GT,
  eq: W.F32_EQ,
  ne: W.F32_NE,
  lanes: {
    add: S.F32X4_ADD,
    sub: S.F32X4_SUB,
    mul: S.F32X4_MUL,
    div: S.F32X4_DIV,
    sqrt: S.F32X4_SQRT,
    abs: S.F32X4_ABS,
    lt: S.F32X4_LT,
    gt: S.F32X4_GT,
    eq: S.F32X4_EQ,
    addBits: S.I32X4_ADD,
    equalBits: S.I32X4_EQ,
    allTrue: S.I32X4_ALL_TRUE,
  },
  exponentOne: 0x00800000n,
  exponents: 0x7f000000n,
  leastNormal: 0x0080000000800000n,
  infinity: 0x7f8000007f800000n,
  lowerHalf: 0x0fffn,
};
