// a * b + c in integers, rounded once, with every flag (SDM volume 1, 14.5.3 for NaNs): the slow path of fma.ts.
// Sums are computed on 128 bits high:low with bit 126 leading, which hold a product exactly.
import { Wide } from '../wide.ts';
import { IE, Mxcsr, RC_DOWN } from '../sse/mxcsr.ts';
import { A, B, daz, Format, invalid, raise_denormal, round_pack, unpack, Unpacked } from '../sse/soft_format.ts';

const C: Unpacked = changetype<Unpacked>(memory.data(16, 8));

/** The product, then the sum. Layout: high u64, low u64, exp i32 (value = high:low * 2^(exp - 126)). */
@unmanaged
class Sum {
  high: u64;
  low: u64;
  exp: i32;
}

const P: Sum = changetype<Sum>(memory.data(24, 8));
const Q: Sum = changetype<Sum>(memory.data(24, 8));

/** x * y + z on bits; the signs of product and addend are turned where asked, but not those of NaNs. */
export function soft_fma<T>(x: u64, y: u64, z: u64, turnProduct: bool, turnAddend: bool): u64 {
  const a = daz<T>(x) ^ (turnProduct ? Format.sign<T>() : 0);
  const b = daz<T>(y);
  const c = daz<T>(z) ^ (turnAddend ? Format.sign<T>() : 0);
  const timesInfinity = is_zero_by_infinity<T>(a, b);
  if (Format.isNan<T>(x) || Format.isNan<T>(y) || Format.isNan<T>(z)) return first_nan<T>(x, y, z);
  if (timesInfinity) return invalid<T>();
  const sign = (a ^ b) & Format.sign<T>();
  if (Format.isInfinity<T>(a) || Format.isInfinity<T>(b)) {
    if (Format.isInfinity<T>(c) && sign != (c & Format.sign<T>())) return invalid<T>();
    raise_denormals<T>(a, b, c);
    return sign | Format.infinity<T>();
  }
  raise_denormals<T>(a, b, c);
  if (Format.isInfinity<T>(c)) return c;
  return fuse<T>(a, b, c, sign != 0);
}

function is_zero_by_infinity<T>(a: u64, b: u64): bool {
  return (Format.isZero<T>(a) && Format.isInfinity<T>(b)) || (Format.isInfinity<T>(a) && Format.isZero<T>(b));
}

function raise_denormals<T>(a: u64, b: u64, c: u64): void {
  raise_denormal<T>(a, b);
  raise_denormal<T>(c, c);
}

function first_nan<T>(x: u64, y: u64, z: u64): u64 {
  if (Format.isSignaling<T>(x) || Format.isSignaling<T>(y) || Format.isSignaling<T>(z)) Mxcsr.raise(IE);
  return (Format.isNan<T>(x) ? x : Format.isNan<T>(y) ? y : z) | Format.quiet<T>();
}

/** Finite operands. */
function fuse<T>(a: u64, b: u64, c: u64, negative: bool): u64 {
  unpack<T>(c, C);
  const differ = negative != Format.isNegative<T>(c);
  if (Format.isZero<T>(a) || Format.isZero<T>(b)) {
    if (C.sig) return round_pack<T>(Format.isNegative<T>(c), C.exp, C.sig);
    return (differ ? Mxcsr.rounding() == RC_DOWN : negative) ? Format.sign<T>() : 0;
  }
  unpack<T>(a, A);
  unpack<T>(b, B);
  set_product();
  if (!C.sig) return packed_sum<T>(negative);
  Q.high = C.sig;
  Q.low = 0;
  Q.exp = C.exp;
  if (P.exp >= Q.exp) align(Q, P.exp);
  else align(P, Q.exp);
  if (!differ) add();
  else if (!subtract()) return Mxcsr.rounding() == RC_DOWN ? Format.sign<T>() : 0;
  else if (Q.high) negative = !negative;
  return packed_sum<T>(negative);
}

/** P = A * B; the lowest bits of a product are zero, so moving it by one place loses nothing. */
function set_product(): void {
  const a = A.sig << 1;
  const b = B.sig << 1;
  P.high = Wide.mulhu(a, b);
  P.low = a * b;
  P.exp = A.exp + B.exp;
  if (P.high >> 63) {
    P.low = (P.low >> 1) | (P.high << 63);
    P.high >>= 1;
    P.exp++;
  }
}

/** Shifts s right to the greater exponent; the lowest bit keeps whether anything was lost. */
function align(s: Sum, exp: i32): void {
  let n = exp - s.exp;
  s.exp = exp;
  if (n > 127) n = 127;
  let lost: u64 = 0;
  if (n > 63) {
    lost = s.low;
    s.low = s.high;
    s.high = 0;
    n -= 64;
  }
  if (n) {
    const shift = n as u64;
    lost |= s.low << (64 - shift);
    s.low = (s.low >> shift) | (s.high << (64 - shift));
    s.high >>= shift;
  }
  if (lost) s.low |= 1;
}

/** P += Q. */
function add(): void {
  const low = P.low + Q.low;
  const high = P.high + Q.high + (low < P.low ? 1 : 0);
  if (high >> 63) {
    P.low = (low >> 1) | (low & 1) | (high << 63);
    P.high = high >> 1;
    P.exp++;
  } else {
    P.low = low;
    P.high = high;
  }
}

/** P = |P - Q|, Q.high = whether Q was greater; false when nothing is left. */
function subtract(): bool {
  const less = P.high < Q.high || (P.high == Q.high && P.low < Q.low);
  const low = less ? Q.low - P.low : P.low - Q.low;
  const borrow: u64 = (less ? Q.low < P.low : P.low < Q.low) ? 1 : 0;
  P.high = (less ? Q.high - P.high : P.high - Q.high) - borrow;
  P.low = low;
  Q.high = less ? 1 : 0;
  return (P.high | P.low) != 0;
}

function packed_sum<T>(negative: bool): u64 {
  if (!P.high) {
    P.high = P.low >> 1;
    P.low <<= 63;
    P.exp -= 63;
  }
  const n = clz<u64>(P.high) - 1;
  const high = n ? (P.high << n) | (P.low >> (64 - n)) : P.high;
  const low = P.low << n;
  return round_pack<T>(negative, P.exp - (n as i32), high | (low ? 1 : 0));
}
