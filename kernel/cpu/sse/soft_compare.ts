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

/** Mask of predicate 0..7: EQ LT LE UNORD, and the same negated. */
export function soft_cmp<T>(kind: u32, x: u64, y: u64): u64 {
  const predicate = kind - CMP;
  const basic = predicate & 3;
  const order = soft_order<T>(x, y, basic == 1 || basic == 2);
  let holds = false;
  if (basic == 0) holds = order == EQUAL;
  else if (basic == 1) holds = order == LESS;
  else if (basic == 2) holds = order == LESS || order == EQUAL;
  else holds = order == UNORDERED;
  return holds != predicate > 3 ? ~(0 as u64) : 0;
}

/** MIN or MAX: the second operand unless the first is strictly less or greater. */
export function soft_min_max<T>(kind: u32, x: u64, y: u64): u64 {
  const order = soft_order<T>(x, y, true);
  if (order == UNORDERED) return daz<T>(y);
  return daz<T>(order == (kind == MAX ? GREATER : LESS) ? x : y);
}
