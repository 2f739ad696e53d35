// FPREM, FPREM1, FSCALE, FXTRACT: exact operations on exponents and remainders. Intel SDM volume 2, FPREM.
import {
  denormalCheck,
  EXP_BIAS,
  F80,
  invalid,
  isDenormal,
  DE,
  isInfinity,
  isZero,
  nanBinary,
  nanUnary,
  Raised,
  setInfinity,
  setZero,
  ZE,
} from './float80.ts';
import { C0, C2, C3 } from './compare.ts';
import { C1 } from './float80.ts';
import { f80_fromInt } from './convert.ts';
import { roundPack, ULP_EXTENDED } from './round.ts';
import { normalExp, normalSig } from './unpacked.ts';

/** Reductions by more than this many quotient bits are left partial (C2 = 1). */
const WHOLE_REDUCTION: i32 = 64;

/** u64: low bits of the quotient of the last reduction. */
const QUOTIENT: usize = memory.data(8, 8);

/** Instead of condition bits: C0 and C3 stay as they are, C2 is cleared. */
export const NO_QUOTIENT: u32 = 0xffffffff;

/** Remainder of a / b; `nearest` selects FPREM1. Returns the condition bits. */
export function f80_remainder(dst: usize, a: usize, b: usize, nearest: bool): u32 {
  if (nanBinary(dst, a, b)) return NO_QUOTIENT;
  if (isInfinity(a) || isZero(b)) {
    invalid(dst);
    return NO_QUOTIENT;
  }
  denormalCheck(a, b);
  if (isZero(a) || isInfinity(b)) {
    if (isZero(a)) F80.copy(dst, a);
    else roundPack(dst, F80.sign(a), normalExp(a), normalSig(a), 0, ULP_EXTENDED);
    return 0;
  }
  return remainderFinite(dst, a, b, nearest);
}

function remainderFinite(dst: usize, a: usize, b: usize, nearest: bool): u32 {
  const expA = normalExp(a);
  const expB = normalExp(b);
  const distance = expA - expB;
  if (distance < 0) return belowDivisor(dst, a, b, nearest);
  const partial = distance >= WHOLE_REDUCTION;
  const steps = partial ? (distance & 31) | 32 : distance;
  const divisor = normalSig(b);
  const rest = reduce(normalSig(a), divisor, steps);
  const exp = expA - steps;
  const sign = F80.sign(a);
  if (partial) {
    packExact(dst, sign, exp, rest);
    return C2;
  }
  const quotient = load<u64>(QUOTIENT);
  if (nearest && (rest > divisor - rest || (rest == divisor - rest && (quotient & 1) != 0))) {
    packExact(dst, sign ^ 1, exp, divisor - rest);
    return quotientBits(quotient + 1);
  }
  packExact(dst, sign, exp, rest);
  return quotientBits(quotient);
}

/** |a| has a smaller exponent than |b|. */
function belowDivisor(dst: usize, a: usize, b: usize, nearest: bool): u32 {
  const exp = normalExp(a);
  const sigA = normalSig(a);
  const sigB = normalSig(b);
  const sign = F80.sign(a);
  if (nearest && exp == normalExp(b) - 1 && sigA > sigB) {
    packExact(dst, sign ^ 1, exp, sigB - (sigA - sigB));
    return quotientBits(1);
  }
  packExact(dst, sign, exp, sigA);
  return 0;
}

function reduce(rest: u64, divisor: u64, steps: i32): u64 {
  let quotient: u64 = 0;
  if (rest >= divisor) {
    rest -= divisor;
    quotient = 1;
  }
  for (let i = 0; i < steps; i++) {
    const carry = rest >> 63;
    rest <<= 1;
    quotient <<= 1;
    if (carry != 0 || rest >= divisor) {
      rest -= divisor;
      quotient |= 1;
    }
  }
  store<u64>(QUOTIENT, quotient);
  return rest;
}

function quotientBits(quotient: u64): u32 {
  let bits: u32 = 0;
  if ((quotient & 1) != 0) bits |= C1;
  if ((quotient & 2) != 0) bits |= C3;
  if ((quotient & 4) != 0) bits |= C0;
  return bits;
}

function packExact(dst: usize, sign: u32, exp: i32, sig: u64): void {
  if (sig == 0) {
    setZero(dst, sign);
    return;
  }
  const n = clz<u64>(sig) as i32;
  roundPack(dst, sign, exp - n, sig << n, 0, ULP_EXTENDED);
}

/** a * 2^trunc(b) */
export function f80_scale(dst: usize, a: usize, b: usize): void {
  if (nanBinary(dst, a, b)) return;
  if (isInfinity(b)) {
    const down = F80.sign(b) != 0;
    if (down ? isInfinity(a) : isZero(a)) {
      invalid(dst);
      return;
    }
    denormalCheck(a, a);
    if (down) setZero(dst, F80.sign(a));
    else setInfinity(dst, F80.sign(a));
    return;
  }
  if (isInfinity(a) || isZero(a)) {
    denormalCheck(b, b);
    F80.copy(dst, a);
    return;
  }
  denormalCheck(a, b);
  roundPack(dst, F80.sign(a), normalExp(a) + scaleOf(b), normalSig(a), 0, ULP_EXTENDED);
}

/** trunc(b), clamped to what overflows or underflows any operand. */
function scaleOf(b: usize): i32 {
  if (isZero(b)) return 0;
  const exp = F80.exp(b) - EXP_BIAS;
  if (exp < 0) return 0;
  const magnitude: i32 = exp > 16 ? 0x20000 : ((F80.sig(b) >> (63 - exp)) as i32);
  return F80.sign(b) ? 0 - magnitude : magnitude;
}

/** Splits a: `exponent` and `significand` (with a's sign). */
export function f80_extract(exponent: usize, significand: usize, a: usize): void {
  if (nanUnary(significand, a)) F80.copy(exponent, significand);
  else if (isInfinity(a)) {
    setInfinity(exponent, 0);
    F80.copy(significand, a);
  } else if (isZero(a)) {
    Raised.add(ZE);
    setInfinity(exponent, 1);
    F80.copy(significand, a);
  } else {
    if (isDenormal(a)) Raised.add(DE);
    const exp = normalExp(a) - EXP_BIAS;
    F80.set(significand, F80.sign(a), EXP_BIAS, normalSig(a));
    f80_fromInt(exponent, exp as i64);
  }
}
