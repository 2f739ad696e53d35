// A working format of 128 significant bits for the transcendental instructions, which then round once.
// Layout, 24 bytes: hi u64, lo u64, exp i32, sign u32; value = (hi:lo / 2^127) * 2^exp, top bit of hi set, or hi = lo = 0.
// Results are truncated: the error of a whole series stays far below half an ulp of the 64-bit answer.
import { EXP_BIAS, F80, isZero, setZero } from './float80.ts';
import { roundPack, ULP_EXTENDED } from './round.ts';
import { normalExp, normalSig } from './unpacked.ts';
import { mulWide, shiftRightJam, WIDE_LOW } from './wide.ts';

export const BIG_SIZE: i32 = 24;

@unmanaged
export class Big {
  hi: u64;
  lo: u64;
  exp: i32;
  sign: u32;

  @inline static at(p: usize): Big {
    return changetype<Big>(p);
  }
}

export function big_isZero(p: usize): bool {
  return Big.at(p).hi == 0;
}

export function big_set(d: usize, sign: u32, exp: i32, hi: u64, lo: u64): void {
  const big = Big.at(d);
  big.hi = hi;
  big.lo = lo;
  big.exp = exp;
  big.sign = sign;
}

export function big_copy(d: usize, a: usize): void {
  memory.copy(d, a, BIG_SIZE);
}

export function big_from80(d: usize, p: usize): void {
  if (isZero(p)) big_set(d, F80.sign(p), 0, 0, 0);
  else big_set(d, F80.sign(p), normalExp(p) - EXP_BIAS, normalSig(p), 0);
}

export function big_fromInt(d: usize, value: i64): void {
  if (value == 0) {
    big_set(d, 0, 0, 0, 0);
    return;
  }
  const magnitude: u64 = value < 0 ? 0 - (value as u64) : (value as u64);
  const n = clz<u64>(magnitude);
  big_set(d, (value < 0) as u32, 63 - (n as i32), magnitude << n, 0);
}

/** Rounds to an 80-bit value; always inexact, as transcendental results are. */
export function big_to80(dst: usize, a: usize): void {
  const big = Big.at(a);
  if (big.hi == 0) setZero(dst, big.sign);
  else roundPack(dst, big.sign, big.exp + EXP_BIAS, big.hi, big.lo | 1, ULP_EXTENDED);
}

/** Normalises (hi:lo / 2^127) * 2^exp and stores it. */
export function big_normalise(d: usize, sign: u32, exp: i32, hi: u64, lo: u64): void {
  if (hi == 0) {
    hi = lo;
    lo = 0;
    exp -= 64;
    if (hi == 0) {
      big_set(d, sign, 0, 0, 0);
      return;
    }
  }
  const n = clz<u64>(hi);
  if (n != 0) {
    hi = (hi << n) | (lo >> (64 - n));
    lo <<= n;
  }
  big_set(d, sign, exp - (n as i32), hi, lo);
}

export function big_mul(d: usize, a: usize, b: usize): void {
  const x = Big.at(a);
  const y = Big.at(b);
  let hi = mulWide(x.hi, y.hi);
  let lo = load<u64>(WIDE_LOW);
  const cross1 = mulWide(x.hi, y.lo);
  const cross2 = mulWide(x.lo, y.hi);
  lo += cross1;
  hi += (lo < cross1) as u64;
  lo += cross2;
  hi += (lo < cross2) as u64;
  big_normalise(d, x.sign ^ y.sign, x.exp + y.exp + 1, hi, lo);
}

export function big_add(d: usize, a: usize, b: usize): void {
  if (big_isZero(b)) {
    big_copy(d, a);
    return;
  }
  if (big_isZero(a)) {
    big_copy(d, b);
    return;
  }
  if (isSmaller(a, b)) addOrdered(d, b, a);
  else addOrdered(d, a, b);
}

function isSmaller(a: usize, b: usize): bool {
  const x = Big.at(a);
  const y = Big.at(b);
  if (x.exp != y.exp) return x.exp < y.exp;
  return x.hi != y.hi ? x.hi < y.hi : x.lo < y.lo;
}

/** |a| >= |b| */
function addOrdered(d: usize, a: usize, b: usize): void {
  const x = Big.at(a);
  const y = Big.at(b);
  const exp = x.exp;
  const smallHi = shiftRightJam(y.hi, y.lo, (exp - y.exp) as u32);
  const smallLo = load<u64>(WIDE_LOW);
  if (x.sign != y.sign) {
    const lo = x.lo - smallLo;
    big_normalise(d, x.sign, exp, x.hi - smallHi - ((x.lo < smallLo) as u64), lo);
    return;
  }
  let lo = x.lo + smallLo;
  const carry = (lo < smallLo) as u64;
  let hi = x.hi + smallHi;
  let over = (hi < smallHi) as u64;
  hi += carry;
  over |= (carry != 0 && hi == 0) as u64;
  if (over != 0) {
    lo = (lo >> 1) | (hi << 63);
    hi = (hi >> 1) | (over << 63);
  }
  big_set(d, x.sign, exp + (over as i32), hi, lo);
}

export function big_negate(p: usize): void {
  Big.at(p).sign ^= 1;
}

/** a / n for a small integer n. */
export function big_divInt(d: usize, a: usize, n: u32): void {
  const x = Big.at(a);
  let rest: u64 = 0;
  let hi: u64 = 0;
  let lo: u64 = 0;
  // Five base-2^32 digits, so that 128 bits remain after normalisation.
  rest = x.hi >> 32;
  hi = (rest / n) << 32;
  rest = ((rest % n) << 32) | (x.hi & 0xffffffff);
  hi |= rest / n;
  rest = ((rest % n) << 32) | (x.lo >> 32);
  lo = (rest / n) << 32;
  rest = ((rest % n) << 32) | (x.lo & 0xffffffff);
  lo |= rest / n;
  rest = (rest % n) << 32;
  const tail = rest / n;
  const shift = clz<u64>(hi);
  const sign = x.sign;
  const exp = x.exp;
  big_normalise(d, sign, exp, hi, lo);
  if (shift != 0 && shift <= 32 && hi != 0) Big.at(d).lo |= tail >> (32 - shift);
}

/** a / b by restoring division, one bit a step. */
export function big_div(d: usize, a: usize, b: usize): void {
  const x = Big.at(a);
  const y = Big.at(b);
  let remHi = x.hi;
  let remLo = x.lo;
  let carry: u64 = 0;
  let hi: u64 = 0;
  let lo: u64 = 0;
  const dHi = y.hi;
  const dLo = y.lo;
  for (let i = 0; i < 128; i++) {
    hi = (hi << 1) | (lo >> 63);
    lo <<= 1;
    if (carry != 0 || remHi > dHi || (remHi == dHi && remLo >= dLo)) {
      remHi = remHi - dHi - ((remLo < dLo) as u64);
      remLo -= dLo;
      lo |= 1;
    }
    carry = remHi >> 63;
    remHi = (remHi << 1) | (remLo >> 63);
    remLo <<= 1;
  }
  big_normalise(d, x.sign ^ y.sign, x.exp - y.exp, hi, lo);
}
