// Comparisons, minimum and maximum of one lane with their flags (SDM volume 2, CMPPD, MINPD): the slow path.
// Operands and results are bits (soft_format.ts).
import { IE, Mxcsr } from './mxcsr.ts';
import { CMP, MAX } from './float_kind.ts';
import { daz, Format, raise_denormal } from './soft_format.ts';

export const LESS: i32 = -1;
export const EQUAL: i32 = 0;
export const GREATER: i32 = 1;
export const UNORDERED: i32 = 2;

/** Orders two values after DAZ; IE for a signaling NaN, for any NaN if `signaling`. */
export function soft_order<T>(x: u64, y: u64, signaling: bool): i32 {
  if (Format.isNan<T>(x) || Format.isNan<T>(y)) {
    if (signaling || Format.isSignaling<T>(x) || Format.isSignaling<T>(y)) Mxcsr.raise(IE);
    return UNORDERED;
  }
  const a = daz<T>(x);
  const b = daz<T>(y);
  raise_denormal<T>(a, b);
  const m = monotone<T>(a);
  const n = monotone<T>(b);
  return m == n ? EQUAL : m < n ? LESS : GREATER;
}

/** An integer that orders as the value does; both zeros give 0. */
function monotone<T>(x: u64): i64 {
  const magnitude = Format.abs<T>(x) as i64;
  return Format.isNegative<T>(x) ? -magnitude : magnitude;
}

/** Per predicate 0..15 the orders in which it holds: bits 0..3 for LESS, EQUAL, GREATER, UNORDERED. */
// biome-ignore format: EQ LT LE UNORD NEQ NLT NLE ORD, EQ_U NGE NGT FALSE NEQ_O GE GT TRUE
const HOLDS: usize = memory.data<u8>([
  0x2, 0x1, 0x3, 0x8, 0xd, 0xe, 0xc, 0x7,
  0xa, 0x9, 0xb, 0x0, 0x5, 0x6, 0x4, 0xf,
]);

/** Mask of predicate 0..31; of the second 16 those signal a quiet NaN whose twin in the first does not, and the reverse. */
export function soft_cmp<T>(kind: u32, x: u64, y: u64): u64 {
  const predicate = kind - CMP;
  const relational = (predicate & 3) == 1 || (predicate & 3) == 2;
  const order = soft_order<T>(x, y, relational != predicate > 15);
  const holds = load<u8>(HOLDS + (predicate & 15)) as u32;
  return (holds >> ((order - LESS) as u32)) & 1 ? ~(0 as u64) : 0;
}

/** MIN or MAX: the second operand unless the first is strictly less or greater. */
export function soft_min_max<T>(kind: u32, x: u64, y: u64): u64 {
  const order = soft_order<T>(x, y, true);
  if (order == UNORDERED) return daz<T>(y);
  return daz<T>(order == (kind == MAX ? GREATER : LESS) ? x : y);
}
