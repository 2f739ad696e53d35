// FADD, FSUB, FMUL, FDIV, FSQRT: exact results handed to roundPack. Operands and destination may be the same value.
import {
  denormalCheck,
  F80,
  INTEGER_BIT,
  invalid,
  isInfinity,
  isZero,
  nanBinary,
  nanUnary,
  Raised,
  setInfinity,
  setZero,
  ZE,
  EXP_BIAS,
} from './float80.ts';
import { precisionUlp, RC_DOWN, roundingControl, roundPack } from './round.ts';
import { normalExp, normalSig } from './unpacked.ts';
import { divWide, mulWide, shiftRightJam, WIDE_LOW } from './wide.ts';

export function f80_add(dst: usize, a: usize, b: usize): void {
  if (!nanBinary(dst, a, b)) addSigned(dst, a, F80.sign(a), b, F80.sign(b));
}

/** a - b */
export function f80_sub(dst: usize, a: usize, b: usize): void {
  if (!nanBinary(dst, a, b)) addSigned(dst, a, F80.sign(a), b, F80.sign(b) ^ 1);
}

function addSigned(dst: usize, a: usize, signA: u32, b: usize, signB: u32): void {
  if (isInfinity(a) || isInfinity(b)) {
    if (isInfinity(a) && isInfinity(b) && signA != signB) {
      invalid(dst);
      return;
    }
    denormalCheck(a, b);
    setInfinity(dst, isInfinity(a) ? signA : signB);
    return;
  }
  denormalCheck(a, b);
  const zeroA = isZero(a);
  const zeroB = isZero(b);
  if (zeroA && zeroB) setZero(dst, signA == signB ? signA : zeroSign());
  else if (zeroB) roundPack(dst, signA, normalExp(a), normalSig(a), 0, precisionUlp());
  else if (zeroA) roundPack(dst, signB, normalExp(b), normalSig(b), 0, precisionUlp());
  else if (signA == signB) addMagnitudes(dst, signA, a, b);
  else if (isLarger(a, b)) subMagnitudes(dst, signA, a, b);
  else subMagnitudes(dst, signB, b, a);
}

/** Sign of an exact zero sum of operands of different signs. */
function zeroSign(): u32 {
  return (roundingControl() == RC_DOWN) as u32;
}

function isLarger(a: usize, b: usize): bool {
  const expA = normalExp(a);
  const expB = normalExp(b);
  return expA != expB ? expA > expB : normalSig(a) > normalSig(b);
}

function addMagnitudes(dst: usize, sign: u32, a: usize, b: usize): void {
  if (isLarger(b, a)) {
    const swap = a;
    a = b;
    b = swap;
  }
  let exp = normalExp(a);
  const big = normalSig(a);
  const small = shiftRightJam(normalSig(b), 0, (exp - normalExp(b)) as u32);
  let extra = load<u64>(WIDE_LOW);
  let sum = big + small;
  if (sum < big) {
    sum = shiftRightJam(sum, extra, 1) | INTEGER_BIT;
    extra = load<u64>(WIDE_LOW);
    exp++;
  }
  roundPack(dst, sign, exp, sum, extra, precisionUlp());
}

/** |a| >= |b| */
function subMagnitudes(dst: usize, sign: u32, a: usize, b: usize): void {
  const exp = normalExp(a);
  const small = shiftRightJam(normalSig(b), 0, (exp - normalExp(b)) as u32);
  const low = load<u64>(WIDE_LOW);
  const extra = 0 - low;
  const rest = normalSig(a) - small - ((low != 0) as u64);
  if ((rest | extra) == 0) setZero(dst, zeroSign());
  else packShifted(dst, sign, exp, rest, extra);
}

/** Normalises (sig, extra) by shifting left, then rounds. */
function packShifted(dst: usize, sign: u32, exp: i32, sig: u64, extra: u64): void {
  if (sig == 0) {
    sig = extra;
    extra = 0;
    exp -= 64;
  }
  const n = clz<u64>(sig) as i32;
  if (n != 0) {
    sig = (sig << n) | (extra >> (64 - n));
    extra <<= n;
  }
  roundPack(dst, sign, exp - n, sig, extra, precisionUlp());
}

export function f80_mul(dst: usize, a: usize, b: usize): void {
  if (nanBinary(dst, a, b)) return;
  const sign = F80.sign(a) ^ F80.sign(b);
  if (isInfinity(a) || isInfinity(b)) {
    if (isZero(a) || isZero(b)) invalid(dst);
    else {
      denormalCheck(a, b);
      setInfinity(dst, sign);
    }
    return;
  }
  denormalCheck(a, b);
  if (isZero(a) || isZero(b)) {
    setZero(dst, sign);
    return;
  }
  const exp = normalExp(a) + normalExp(b) - EXP_BIAS + 1;
  const high = mulWide(normalSig(a), normalSig(b));
  packShifted(dst, sign, exp, high, load<u64>(WIDE_LOW));
}

/** a / b */
export function f80_div(dst: usize, a: usize, b: usize): void {
  if (nanBinary(dst, a, b)) return;
  const sign = F80.sign(a) ^ F80.sign(b);
  const infA = isInfinity(a);
  const infB = isInfinity(b);
  const zeroA = isZero(a);
  const zeroB = isZero(b);
  if ((infA && infB) || (zeroA && zeroB)) invalid(dst);
  else if (zeroB && !infA) {
    Raised.add(ZE);
    setInfinity(dst, sign);
  } else {
    denormalCheck(a, b);
    if (infA) setInfinity(dst, sign);
    else if (infB || zeroA) setZero(dst, sign);
    else divFinite(dst, sign, a, b);
  }
}

function divFinite(dst: usize, sign: u32, a: usize, b: usize): void {
  let exp = normalExp(a) - normalExp(b) + EXP_BIAS;
  const divisor = normalSig(b);
  let high = normalSig(a);
  let low: u64 = 0;
  if (high >= divisor) {
    low = high << 63;
    high >>= 1;
  } else exp--;
  const quotient = divWide(high, low, divisor);
  // The next 64 quotient bits, jammed: enough for every rounding.
  const extra = divWide(load<u64>(WIDE_LOW), 0, divisor);
  const sticky = (load<u64>(WIDE_LOW) != 0) as u64;
  roundPack(dst, sign, exp, quotient, extra | sticky, precisionUlp());
}

export function f80_sqrt(dst: usize, a: usize): void {
  if (nanUnary(dst, a)) return;
  const sign = F80.sign(a);
  if (isZero(a)) {
    setZero(dst, sign);
    return;
  }
  if (sign != 0) {
    invalid(dst);
    return;
  }
  denormalCheck(a, a);
  if (isInfinity(a)) setInfinity(dst, 0);
  else sqrtFinite(dst, a);
}

/** Digit by digit: 64 root bits, the remainder decides the rest. */
function sqrtFinite(dst: usize, a: usize): void {
  const unbiased = normalExp(a) - EXP_BIAS;
  const odd = unbiased & 1;
  // Radicand as a 128-bit fraction with two integer bits: sig * 2^(odd) / 2^63, in [1, 4).
  const sig = normalSig(a);
  let nextHigh = odd ? sig : sig >> 1;
  let nextLow: u64 = odd ? 0 : sig << 63;
  let root: u64 = 0;
  let remHigh: u64 = 0;
  let rem: u64 = 0;
  for (let i = 0; i < 64; i++) {
    remHigh = (remHigh << 2) | (rem >> 62);
    rem = (rem << 2) | (nextHigh >> 62);
    nextHigh = (nextHigh << 2) | (nextLow >> 62);
    nextLow <<= 2;
    // trial = root * 4 + 1 (65 bits at most in the last steps)
    const trialHigh = root >> 62;
    const trial = (root << 2) | 1;
    root <<= 1;
    if (remHigh > trialHigh || (remHigh == trialHigh && rem >= trial)) {
      remHigh = remHigh - trialHigh - ((rem < trial) as u64);
      rem -= trial;
      root |= 1;
    }
  }
  // Above half an ulp exactly when remainder > root; it can never be exactly a half.
  const above = remHigh != 0 || rem > root;
  const extra: u64 = above ? INTEGER_BIT | 1 : (((remHigh | rem) != 0) as u64);
  roundPack(dst, 0, (unbiased >> 1) + EXP_BIAS, root, extra, precisionUlp());
}
