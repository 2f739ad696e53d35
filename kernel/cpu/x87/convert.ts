// Conversions between the 80-bit format and the formats of memory operands: single, double, integers, packed decimal.
import {
  C1,
  DE,
  denormalCheck,
  EXP_BIAS,
  EXP_MAX,
  F80,
  IE,
  INTEGER_BIT,
  isInfinity,
  isNan,
  isSignallingNan,
  isUnsupported,
  isZero,
  masked,
  nanUnary,
  OE,
  PE,
  QUIET_BIT,
  Raised,
  SF,
  setInfinity,
  setZero,
  UE,
} from './float80.ts';
import { RC_DOWN, RC_NEAREST, RC_UP, roundingControl, roundsUp } from './round.ts';
import { normalExp, normalSig } from './unpacked.ts';
import { shiftRightJam, WIDE_LOW } from './wide.ts';

const SINGLE_BIAS: i32 = 127;
const DOUBLE_BIAS: i32 = 1023;

/** A signalling NaN stays one, since arithmetic with another NaN tells them apart; loading it is what makes it quiet. */
export function f80_fromSingle(dst: usize, bits: u32): void {
  widen(dst, bits >> 31, ((bits >> 23) & 0xff) as i32, ((bits & 0x7fffff) as u64) << 40, 0xff, SINGLE_BIAS);
}

export function f80_fromDouble(dst: usize, bits: u64): void {
  const exp = ((bits >> 52) & 0x7ff) as i32;
  widen(dst, (bits >> 63) as u32, exp, (bits & 0xfffffffffffff) << 11, 0x7ff, DOUBLE_BIAS);
}

/** fraction: below the integer bit, aligned to bit 62. */
function widen(dst: usize, sign: u32, exp: i32, fraction: u64, expMax: i32, bias: i32): void {
  if (exp == expMax) {
    if (fraction == 0) setInfinity(dst, sign);
    else {
      if ((fraction & QUIET_BIT) == 0) Raised.add(IE);
      F80.set(dst, sign, EXP_MAX, INTEGER_BIT | fraction);
    }
  } else if (exp != 0) F80.set(dst, sign, exp - bias + EXP_BIAS, INTEGER_BIT | fraction);
  else if (fraction == 0) setZero(dst, sign);
  else {
    Raised.add(DE);
    const n = clz<u64>(fraction) as i32;
    F80.set(dst, sign, 1 - n - bias + EXP_BIAS, fraction << n);
  }
}

export function f80_fromInt(dst: usize, value: i64): void {
  if (value == 0) {
    setZero(dst, 0);
    return;
  }
  const sign = (value < 0) as u32;
  const magnitude: u64 = sign ? 0 - (value as u64) : (value as u64);
  const n = clz<u64>(magnitude) as i32;
  F80.set(dst, sign, EXP_BIAS + 63 - n, magnitude << n);
}

export function f80_toSingle(a: usize): u32 {
  return narrow(a, 40, 0xff, SINGLE_BIAS) as u32;
}

export function f80_toDouble(a: usize): u64 {
  return narrow(a, 11, 0x7ff, DOUBLE_BIAS);
}

/** Bits of a in a format whose significand drops the lowest `drop` bits. */
function narrow(a: usize, drop: i32, expMax: i32, bias: i32): u64 {
  const fractionBits = 63 - drop;
  const infinity = (expMax as u64) << fractionBits;
  const sign = F80.sign(a);
  const signBit = (sign as u64) << (fractionBits + (expMax == 0xff ? 8 : 11));
  if (isUnsupported(a)) {
    Raised.add(IE);
    return indefiniteBits(fractionBits, infinity, expMax);
  }
  if (isNan(a)) {
    if (isSignallingNan(a)) Raised.add(IE);
    return signBit | infinity | (((F80.sig(a) | QUIET_BIT) & ~INTEGER_BIT) >> drop);
  }
  if (isInfinity(a)) return signBit | infinity;
  if (isZero(a)) return signBit;
  return signBit | narrowFinite(a, sign, drop, expMax, bias, infinity);
}

function indefiniteBits(fractionBits: i32, infinity: u64, expMax: i32): u64 {
  const sign: u64 = (1 as u64) << (fractionBits + (expMax == 0xff ? 8 : 11));
  return sign | infinity | ((1 as u64) << (fractionBits - 1));
}

function narrowFinite(a: usize, sign: u32, drop: i32, expMax: i32, bias: i32, infinity: u64): u64 {
  const ulp: u64 = (1 as u64) << drop;
  let exp = normalExp(a) - EXP_BIAS + bias;
  let sig = normalSig(a);
  let extra: u64 = 0;
  let tiny = false;
  if (exp <= 0) {
    tiny = exp < 0 || !roundsUp(sig, 0, ulp, sign) || (sig | (ulp - 1)) + 1 != 0;
    if (tiny && (masked() & UE) == 0) Raised.add(UE);
    sig = shiftRightJam(sig, 0, 1 - exp);
    extra = load<u64>(WIDE_LOW);
    exp = 0;
  }
  const inexact = (sig & (ulp - 1)) != 0 || extra != 0;
  const up = roundsUp(sig, extra, ulp, sign);
  const kept = (sig >> drop) + (up as u64);
  // Without the integer bit for normal numbers; a carry out of the fraction moves the exponent by itself.
  const bits = exp == 0 ? kept : kept + (((exp - 1) as u64) << (63 - drop));
  if (exp >= expMax || bits >= infinity) return narrowOverflow(sign, infinity);
  if (inexact) Raised.add((up ? PE | C1 : PE) | (tiny ? UE : 0));
  return bits;
}

function narrowOverflow(sign: u32, infinity: u64): u64 {
  Raised.add(OE | PE);
  const rc = roundingControl();
  if (rc == RC_NEAREST || rc == (sign != 0 ? RC_DOWN : RC_UP)) {
    Raised.add(C1);
    return infinity;
  }
  return infinity - 1;
}

/** Integer part of the magnitude, rounded under rc; all ones when it does not fit 63 bits (or is 2^63 exactly with a minus). */
function roundedMagnitude(a: usize, truncate: bool): u64 {
  const exp = normalExp(a) - EXP_BIAS;
  if (exp > 63) return ~(0 as u64);
  const sig = normalSig(a);
  const whole = exp < -1 ? 0 : exp < 0 ? 0 : sig >> (63 - exp);
  const fraction =
    exp < 0
      ? shiftRightJam(sig, 0, (-1 - exp) as u32) | ((load<u64>(WIDE_LOW) != 0) as u64)
      : exp == 63
        ? 0
        : sig << (exp + 1);
  if (fraction == 0) return whole;
  Raised.add(PE);
  if (truncate || !roundsUp(whole, fraction, 1, F80.sign(a))) return whole;
  Raised.add(C1);
  return whole + 1;
}

/** a as a signed integer of the given width, or the integer indefinite with IE. */
export function f80_toInt(a: usize, bits: u32, truncate: bool): i64 {
  const indefinite: i64 = (-1 as i64) << (bits - 1);
  if (isZero(a)) return 0;
  if (isUnsupported(a) || F80.exp(a) == EXP_MAX) {
    Raised.add(IE);
    return indefinite;
  }
  const magnitude = roundedMagnitude(a, truncate);
  const limit: u64 = (1 as u64) << (bits - 1);
  const sign = F80.sign(a);
  if ((magnitude > limit - (sign == 0)) as u64) {
    Raised.clear();
    Raised.add(IE);
    return indefinite;
  }
  return sign ? 0 - (magnitude as i64) : (magnitude as i64);
}

/** Rounds a to an integral value (FRNDINT). */
export function f80_roundToIntegral(dst: usize, a: usize): void {
  if (nanUnary(dst, a)) return;
  if (isZero(a)) {
    F80.copy(dst, a);
    return;
  }
  denormalCheck(a, a);
  const exp = normalExp(a) - EXP_BIAS;
  if (exp >= 63) {
    F80.copy(dst, a);
    return;
  }
  const sign = F80.sign(a);
  const whole = roundedMagnitude(a, false);
  if (whole == 0) setZero(dst, sign);
  else {
    const n = clz<u64>(whole) as i32;
    F80.set(dst, sign, EXP_BIAS + 63 - n, whole << n);
  }
}

const BCD_DIGITS: i32 = 18;
const BCD_LIMIT: u64 = 1000000000000000000;

/** Packed decimal at host pointer p (10 bytes). Digits above 9 give what the unit computes: plain weights. */
export function f80_fromBcd(dst: usize, p: usize): void {
  let value: u64 = 0;
  for (let i = BCD_DIGITS / 2 - 1; i >= 0; i--) {
    const byte = load<u8>(p + i) as u64;
    value = value * 100 + (byte >> 4) * 10 + (byte & 15);
  }
  f80_fromInt(dst, value as i64);
  const sign = load<u8>(p, 9) >> 7;
  store<u16>(dst, (load<u16>(dst, 8) & 0x7fff) | ((sign as u16) << 15), 8);
}

/** a as packed decimal to host pointer p (10 bytes). */
export function f80_toBcd(p: usize, a: usize): void {
  const special = isUnsupported(a) || F80.exp(a) == EXP_MAX;
  let value: u64 = special ? BCD_LIMIT : isZero(a) ? 0 : roundedMagnitude(a, false);
  if (value >= BCD_LIMIT) {
    const stackFault = Raised.get() & SF;
    Raised.clear();
    Raised.add(IE | stackFault);
    store<u64>(p, 0xc000000000000000);
    store<u16>(p, 0xffff, 8);
    return;
  }
  for (let i = 0; i < BCD_DIGITS / 2; i++) {
    const pair = value % 100;
    value /= 100;
    store<u8>(p + i, (((pair / 10) << 4) | (pair % 10)) as u8);
  }
  store<u8>(p, (F80.sign(a) << 7) as u8, 9);
}
