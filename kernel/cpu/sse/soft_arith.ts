// Exact addition, multiplication, division and square root with every rounding mode, flag, DAZ and FTZ (SDM volume 1, 4.9, 11.5):
// the slow path behind float_arith.ts. Operands and results are bits (soft_format.ts).
import { Mxcsr, RC_DOWN, ZE } from './mxcsr.ts';
import { ADD, DIV, MUL, SUB } from './float_kind.ts';
import {
  A,
  B,
  daz,
  Format,
  invalid,
  propagate_nan,
  raise_denormal,
  round_pack,
  shift_right_sticky,
  unpack,
} from './soft_format.ts';

/** specials() found nothing: no result has these bits. */
const ORDINARY: u64 = 0xffffffffffffffff;

/** a kind b for ADD, SUB, MUL and DIV. */
export function soft_arith<T>(kind: u32, x: u64, y: u64): u64 {
  if (Format.isNan<T>(x) || Format.isNan<T>(y)) return propagate_nan<T>(x, y);
  const a = daz<T>(x);
  const b = daz<T>(y) ^ (kind == SUB ? Format.sign<T>() : 0);
  const special = kind <= SUB ? add_specials<T>(a, b) : kind == MUL ? mul_specials<T>(a, b) : div_specials<T>(a, b);
  if (special != ORDINARY) return special;
  raise_denormal<T>(a, b);
  unpack<T>(a, A);
  unpack<T>(b, B);
  const negative = Format.isNegative<T>(a);
  const differ = negative != Format.isNegative<T>(b);
  if (kind <= SUB) return differ ? subtract<T>(negative) : add<T>(negative);
  return kind == MUL ? multiply<T>(differ) : divide<T>(differ);
}

function add_specials<T>(a: u64, b: u64): u64 {
  if (Format.isInfinity<T>(a)) {
    if (Format.isInfinity<T>(b) && a != b) return invalid<T>();
    raise_denormal<T>(a, b);
    return a;
  }
  if (Format.isInfinity<T>(b)) {
    raise_denormal<T>(a, b);
    return b;
  }
  return ORDINARY;
}

function mul_specials<T>(a: u64, b: u64): u64 {
  const infinite = Format.isInfinity<T>(a) || Format.isInfinity<T>(b);
  const zero = Format.isZero<T>(a) || Format.isZero<T>(b);
  if (infinite && zero) return invalid<T>();
  if (!infinite && !zero) return ORDINARY;
  raise_denormal<T>(a, b);
  return ((a ^ b) & Format.sign<T>()) | (infinite ? Format.infinity<T>() : 0);
}

function div_specials<T>(a: u64, b: u64): u64 {
  const sign = (a ^ b) & Format.sign<T>();
  if (Format.isInfinity<T>(a)) {
    if (Format.isInfinity<T>(b)) return invalid<T>();
    raise_denormal<T>(a, b);
    return sign | Format.infinity<T>();
  }
  if (Format.isZero<T>(b)) {
    if (Format.isZero<T>(a)) return invalid<T>();
    Mxcsr.raise(ZE);
    return sign | Format.infinity<T>();
  }
  if (!Format.isInfinity<T>(b) && !Format.isZero<T>(a)) return ORDINARY;
  raise_denormal<T>(a, b);
  return sign;
}

/** |A| + |B| with the given sign. */
function add<T>(negative: bool): u64 {
  if (A.sig == 0 && B.sig == 0) return negative ? Format.sign<T>() : 0;
  const exp = max<i32>(A.exp, B.exp);
  const sum = shift_right_sticky(A.sig, exp - A.exp) + shift_right_sticky(B.sig, exp - B.exp);
  return sum >> 63 ? round_pack<T>(negative, exp + 1, (sum >> 1) | (sum & 1)) : round_pack<T>(negative, exp, sum);
}

/** |A| - |B|, negated if `negative`; an exact zero is +0 except when rounding down. */
function subtract<T>(negative: bool): u64 {
  const exp = max<i32>(A.exp, B.exp);
  const a = shift_right_sticky(A.sig, exp - A.exp);
  const b = shift_right_sticky(B.sig, exp - B.exp);
  if (a == b) return Mxcsr.rounding() == RC_DOWN ? Format.sign<T>() : 0;
  const difference = a > b ? a - b : b - a;
  const zeros = (clz<u64>(difference) as i32) - 1;
  return round_pack<T>(negative != a < b, exp - zeros, difference << (zeros as u64));
}

/** High 64 bits of a * b; bit 0 also tells whether the low ones are not all zero. */
function product_high_sticky(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const low = a0 * b0;
  const mid = a1 * b0 + (low >> 32);
  const mid2 = a0 * b1 + (mid & 0xffffffff);
  const high = a1 * b1 + (mid >> 32) + (mid2 >> 32);
  return high | (((mid2 << 32) | (low & 0xffffffff)) != 0 ? 1 : 0);
}

function multiply<T>(negative: bool): u64 {
  const exp = A.exp + B.exp;
  const high = product_high_sticky(A.sig << 1, B.sig << 1);
  return high >> 63 ? round_pack<T>(negative, exp + 1, (high >> 1) | (high & 1)) : round_pack<T>(negative, exp, high);
}

function divide<T>(negative: bool): u64 {
  let exp = A.exp - B.exp;
  let remainder = A.sig;
  const divisor = B.sig;
  if (remainder < divisor) {
    remainder <<= 1;
    exp--;
  }
  let quotient: u64 = 0;
  for (let i = 0; i < 63; i++) {
    quotient <<= 1;
    if (remainder >= divisor) {
      remainder -= divisor;
      quotient |= 1;
    }
    remainder <<= 1;
  }
  return round_pack<T>(negative, exp, quotient | (remainder != 0 ? 1 : 0));
}

export function soft_sqrt<T>(x: u64): u64 {
  if (Format.isNan<T>(x)) return propagate_nan<T>(x, x);
  const a = daz<T>(x);
  if (Format.isZero<T>(a)) return a;
  if (Format.isNegative<T>(a)) return invalid<T>();
  if (Format.isInfinity<T>(a)) return a;
  raise_denormal<T>(a, a);
  unpack<T>(a, A);
  const odd = A.exp & 1;
  return round_pack<T>(false, (A.exp - odd) >> 1, root(A.sig << (odd as u64)));
}

/** Square root of x * 2^62 for x of at least 2^62, exact to 57 bits, the rest sticky. */
function root(x: u64): u64 {
  const BITS = 57;
  let radicand = x;
  let remainder: u64 = 0;
  let r: u64 = 0;
  for (let i = 0; i < BITS; i++) {
    remainder = (remainder << 2) | (radicand >> 62);
    radicand <<= 2;
    const trial = (r << 2) | 1;
    r <<= 1;
    if (remainder >= trial) {
      remainder -= trial;
      r |= 1;
    }
  }
  return (r << (63 - BITS)) | (remainder != 0 ? 1 : 0);
}
