// FCOM, FUCOM, FTST, FXAM: relations and classes of values.
import {
  DE,
  denormalCheck,
  F80,
  IE,
  isDenormal,
  isInfinity,
  isNan,
  isSignallingNan,
  isUnsupported,
  isZero,
  Raised,
} from './float80.ts';
import { normalExp, normalSig } from './unpacked.ts';

// Condition bits of the status word. The relation also maps to ZF (C3), PF (C2), CF (C0) for FCOMI.
export const C0: u32 = 0x100;
export const C2: u32 = 0x400;
export const C3: u32 = 0x4000;

export const RELATION_GREATER: u32 = 0;
export const RELATION_LESS: u32 = C0;
export const RELATION_EQUAL: u32 = C3;
export const RELATION_UNORDERED: u32 = C0 | C2 | C3;

/** Relation of a to b. `quiet`: a quiet NaN is no exception (FUCOM). */
export function f80_compare(a: usize, b: usize, quiet: bool): u32 {
  if (isUnsupported(a) || isUnsupported(b)) {
    Raised.remove(DE);
    Raised.add(IE);
    return RELATION_UNORDERED;
  }
  if (isNan(a) || isNan(b)) {
    Raised.remove(DE);
    if (!quiet || isSignallingNan(a) || isSignallingNan(b)) Raised.add(IE);
    return RELATION_UNORDERED;
  }
  denormalCheck(a, b);
  if (isZero(a) && isZero(b)) return RELATION_EQUAL;
  const signA = F80.sign(a);
  if (signA != F80.sign(b)) return signA ? RELATION_LESS : RELATION_GREATER;
  const order = magnitudeOrder(a, b);
  if (order == 0) return RELATION_EQUAL;
  return order < 0 == (signA == 0) ? RELATION_LESS : RELATION_GREATER;
}

function magnitudeOrder(a: usize, b: usize): i32 {
  if (isZero(a) || isZero(b)) return isZero(a) ? -1 : 1;
  const expA = normalExp(a);
  const expB = normalExp(b);
  if (expA != expB) return expA < expB ? -1 : 1;
  const sigA = normalSig(a);
  const sigB = normalSig(b);
  return sigA < sigB ? -1 : ((sigA > sigB) as i32);
}

/** Class bits C3 C2 C0 of FXAM for a register that is not empty. */
export function f80_class(a: usize): u32 {
  if (isUnsupported(a)) return 0;
  if (isNan(a)) return C0;
  if (isInfinity(a)) return C2 | C0;
  if (isZero(a)) return C3;
  if (isDenormal(a)) return C3 | C2;
  return C2;
}
