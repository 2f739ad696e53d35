// IEEE 754 binary32 and binary64 in integers: taking values apart and rounding them back under MXCSR (SDM volume 1, 4.8, 4.9, 11.5).
// Values travel as bits in a u64, f32 in the low half. T is f32 or f64.
import { DE, IE, Mxcsr, OE, PE, RC_DOWN, RC_NEAREST, RC_UP, RC_ZERO, UE } from './mxcsr.ts';

@unmanaged
export class Format {
  @inline static fraction<T>(): u64 {
    return sizeof<T>() == 8 ? 52 : 23;
  }
  @inline static bias<T>(): i32 {
    return sizeof<T>() == 8 ? 1023 : 127;
  }
  @inline static topExponent<T>(): i32 {
    return sizeof<T>() == 8 ? 0x7ff : 0xff;
  }
  @inline static sign<T>(): u64 {
    return sizeof<T>() == 8 ? 0x8000000000000000 : 0x80000000;
  }
  @inline static infinity<T>(): u64 {
    return sizeof<T>() == 8 ? 0x7ff0000000000000 : 0x7f800000;
  }
  @inline static quiet<T>(): u64 {
    return (1 as u64) << (Format.fraction<T>() - 1);
  }
  @inline static defaultNan<T>(): u64 {
    return Format.sign<T>() | Format.infinity<T>() | Format.quiet<T>();
  }
  @inline static abs<T>(x: u64): u64 {
    return x & ~Format.sign<T>();
  }
  @inline static isNan<T>(x: u64): bool {
    return Format.abs<T>(x) > Format.infinity<T>();
  }
  @inline static isSignaling<T>(x: u64): bool {
    return Format.isNan<T>(x) && (x & Format.quiet<T>()) == 0;
  }
  @inline static isInfinity<T>(x: u64): bool {
    return Format.abs<T>(x) == Format.infinity<T>();
  }
  @inline static isZero<T>(x: u64): bool {
    return Format.abs<T>(x) == 0;
  }
  @inline static isDenormal<T>(x: u64): bool {
    return Format.abs<T>(x) - 1 < ((1 as u64) << Format.fraction<T>()) - 1;
  }
  @inline static isNegative<T>(x: u64): bool {
    return (x & Format.sign<T>()) != 0;
  }
  @inline static load<T>(p: usize): u64 {
    return sizeof<T>() == 8 ? load<u64>(p) : (load<u32>(p) as u64);
  }
  @inline static store<T>(p: usize, x: u64): void {
    if (sizeof<T>() == 8) store<u64>(p, x);
    else store<u32>(p, x as u32);
  }
}

/** A finite value: sig * 2^(exp - 62), bit 62 of sig set; zero has sig 0 and an exp below all others. Layout: exp i32, pad, sig u64. */
@unmanaged
export class Unpacked {
  exp: i32;
  sig: u64;
}

export const A: Unpacked = changetype<Unpacked>(memory.data(16, 8));
export const B: Unpacked = changetype<Unpacked>(memory.data(16, 8));

const ZERO_EXPONENT: i32 = -100000;

export function unpack<T>(x: u64, to: Unpacked): void {
  const fraction = Format.fraction<T>();
  const exponent = ((x >> fraction) as i32) & Format.topExponent<T>();
  const significand = x & (((1 as u64) << fraction) - 1);
  if (exponent) {
    to.exp = exponent - Format.bias<T>();
    to.sig = (significand | ((1 as u64) << fraction)) << (62 - fraction);
  } else if (significand) {
    const zeros = clz<u64>(significand) as i32;
    to.exp = 64 - zeros - Format.bias<T>() - (fraction as i32);
    to.sig = significand << ((zeros - 1) as u64);
  } else {
    to.exp = ZERO_EXPONENT;
    to.sig = 0;
  }
}

/** Shift right that keeps in bit 0 whether anything was lost. */
export function shift_right_sticky(sig: u64, n: i32): u64 {
  if (n == 0) return sig;
  if (n > 63) return sig ? 1 : 0;
  return (sig >> (n as u64)) | (sig << ((64 - n) as u64) != 0 ? 1 : 0);
}

/** sig without its low `drop` bits, rounded. */
export function round_significand(sig: u64, drop: u64, negative: bool, rounding: u32): u64 {
  const unit = (1 as u64) << drop;
  const low = sig & (unit - 1);
  const kept = sig >> drop;
  if (low == 0 || rounding == RC_ZERO) return kept;
  if (rounding == RC_NEAREST) {
    const half = unit >> 1;
    return kept + (low > half || (low == half && (kept & 1) != 0) ? 1 : 0);
  }
  return kept + (rounding == (negative ? RC_DOWN : RC_UP) ? 1 : 0);
}

/** Rounds sig * 2^(exp - 62) (bit 62 of sig set, bit 0 sticky) to T, raising OE, UE and PE. */
export function round_pack<T>(negative: bool, exp: i32, sig: u64): u64 {
  const fraction = Format.fraction<T>();
  const drop = 62 - fraction;
  const sign = negative ? Format.sign<T>() : 0;
  const rounding = Mxcsr.rounding();
  let kept = round_significand(sig, drop, negative, rounding);
  let biased = exp + Format.bias<T>();
  if (kept >> (fraction + 1)) {
    kept >>= 1;
    biased++;
  }
  const inexact: u32 = sig & (((1 as u64) << drop) - 1) ? PE : 0;
  if (biased >= Format.topExponent<T>()) return sign | overflow<T>(negative, rounding, inexact);
  if (biased > 0) {
    Mxcsr.raise(inexact);
    return sign | ((biased as u64) << fraction) | (kept & (((1 as u64) << fraction) - 1));
  }
  return sign | round_tiny<T>(negative, 1 - Format.bias<T>() - exp, sig, rounding, inexact);
}

function overflow<T>(negative: bool, rounding: u32, inexact: u32): u64 {
  Mxcsr.raise(OE | (Mxcsr.masked(OE) ? PE : inexact));
  const away = rounding == RC_NEAREST || rounding == (negative ? RC_DOWN : RC_UP);
  return away ? Format.infinity<T>() : Format.infinity<T>() - 1;
}

/** A result below the normal numbers after rounding with unbounded exponent: `below` binades below the least one. */
function round_tiny<T>(negative: bool, below: i32, sig: u64, rounding: u32, inexact: u32): u64 {
  if (!Mxcsr.masked(UE)) {
    Mxcsr.raise(UE | inexact);
    return 0;
  }
  if (Mxcsr.flushToZero()) {
    Mxcsr.raise(UE | PE);
    return 0;
  }
  const drop = 62 - Format.fraction<T>();
  const denormal = shift_right_sticky(sig, below);
  if (denormal & (((1 as u64) << drop) - 1)) Mxcsr.raise(UE | PE);
  return round_significand(denormal, drop, negative, rounding);
}

/** An operand as DAZ shows it. */
export function daz<T>(x: u64): u64 {
  return Mxcsr.denormalsAreZero() && Format.isDenormal<T>(x) ? x & Format.sign<T>() : x;
}

/** Result of an operation of which at least one operand is a NaN: the first NaN, quieted. */
export function propagate_nan<T>(a: u64, b: u64): u64 {
  if (Format.isSignaling<T>(a) || Format.isSignaling<T>(b)) Mxcsr.raise(IE);
  return (Format.isNan<T>(a) ? a : b) | Format.quiet<T>();
}

export function invalid<T>(): u64 {
  Mxcsr.raise(IE);
  return Format.defaultNan<T>();
}

export function raise_denormal<T>(a: u64, b: u64): void {
  if (Format.isDenormal<T>(a) || Format.isDenormal<T>(b)) Mxcsr.raise(DE);
}
