// Conversions between floating-point formats and integers with every rounding mode and flag (SDM volume 1, 4.9 and 11.5): the slow
// path behind convert.ts. Floating-point operands and results are bits (soft_format.ts).
import { IE, Mxcsr, PE } from './mxcsr.ts';
import {
  A,
  daz,
  Format,
  propagate_nan,
  raise_denormal,
  round_pack,
  round_significand,
  shift_right_sticky,
  unpack,
} from './soft_format.ts';

/** x as a signed integer of I (i32 or i64); out of range gives the integer indefinite, the least number, and IE. */
export function soft_to_int<T, I>(x: u64, rounding: u32): I {
  const indefinite = sizeof<I>() == 8 ? (i64.MIN_VALUE as I) : (i32.MIN_VALUE as I);
  if (Format.isNan<T>(x) || Format.isInfinity<T>(x)) {
    Mxcsr.raise(IE);
    return indefinite;
  }
  unpack<T>(daz<T>(x), A);
  const negative = Format.isNegative<T>(x);
  if (A.exp > 62) {
    if (A.exp != 63 || !negative || A.sig != (1 as u64) << 62 || sizeof<I>() == 4) Mxcsr.raise(IE);
    return indefinite;
  }
  const drop = 62 - A.exp;
  const sig = drop > 63 ? shift_right_sticky(A.sig, drop - 63) : A.sig;
  const scale = (drop > 63 ? 63 : drop) as u64;
  const magnitude = round_significand(sig, scale, negative, rounding) as i64;
  const value = negative ? -magnitude : magnitude;
  if (sizeof<I>() == 4 && value != (value as i32 as i64)) {
    Mxcsr.raise(IE);
    return indefinite;
  }
  if (sig & (((1 as u64) << scale) - 1)) Mxcsr.raise(PE);
  return value as I;
}

/** v as a T, rounded. */
export function soft_from_int<T>(v: i64): u64 {
  if (v == 0) return 0;
  const magnitude = (v < 0 ? -v : v) as u64;
  const zeros = clz<u64>(magnitude) as i32;
  // Only the least integer has no leading zero, and its low bit is 0.
  const sig = zeros ? magnitude << ((zeros - 1) as u64) : magnitude >> 1;
  return round_pack<T>(v < 0, 63 - zeros, sig);
}

/** CVTSD2SS. */
export function soft_narrow(x: u64): u64 {
  const sign = (x >> 32) & Format.sign<f32>();
  if (Format.isNan<f64>(x)) return sign | ((propagate_nan<f64>(x, x) >> 29) & 0x7fffffff) | Format.infinity<f32>();
  const a = daz<f64>(x);
  if (Format.isInfinity<f64>(a)) return sign | Format.infinity<f32>();
  if (Format.isZero<f64>(a)) return sign;
  raise_denormal<f64>(a, a);
  unpack<f64>(a, A);
  return round_pack<f32>(sign != 0, A.exp, A.sig);
}

/** CVTSS2SD: exact. */
export function soft_widen(x: u64): u64 {
  const sign = (x & Format.sign<f32>()) << 32;
  if (Format.isNan<f32>(x)) return sign | Format.infinity<f64>() | ((propagate_nan<f32>(x, x) & 0x7fffff) << 29);
  const a = daz<f32>(x);
  if (Format.isInfinity<f32>(a)) return sign | Format.infinity<f64>();
  if (Format.isZero<f32>(a)) return sign;
  raise_denormal<f32>(a, a);
  unpack<f32>(a, A);
  return sign | (((A.exp + 1023) as u64) << 52) | ((A.sig >> 10) & 0xfffffffffffff);
}

/** ROUNDSD: to an integral value; control bit 2 takes the mode of MXCSR instead of bits 0 and 1, bit 3 suppresses PE. */
export function soft_round<T>(control: u32, x: u64): u64 {
  if (Format.isNan<T>(x)) return propagate_nan<T>(x, x);
  const a = daz<T>(x);
  unpack<T>(a, A);
  const sign = a & Format.sign<T>();
  if (Format.isZero<T>(a) || A.exp >= (Format.fraction<T>() as i32)) return a;
  const drop = 62 - A.exp;
  const sig = drop > 63 ? shift_right_sticky(A.sig, drop - 63) : A.sig;
  const scale = (drop > 63 ? 63 : drop) as u64;
  const mode = control & 4 ? Mxcsr.rounding() : control & 3;
  const magnitude = round_significand(sig, scale, sign != 0, mode);
  if ((control & 8) == 0 && sig & (((1 as u64) << scale) - 1)) Mxcsr.raise(PE);
  return sign | (magnitude ? soft_from_int<T>(magnitude as i64) : 0);
}
