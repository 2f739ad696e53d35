// A finite, non-zero operand taken apart: significand with its top bit set, exponent unbounded below.
// Invariant: value = significand * 2^(exponent - EXP_BIAS - 63).
import { F80 } from './float80.ts';

/** Exponent of p after normalisation (a denormal's goes below 1). */
export function normalExp(p: usize): i32 {
  const exp = F80.exp(p);
  return exp != 0 ? exp : 1 - (clz<u64>(F80.sig(p)) as i32);
}

/** Significand of p shifted so that its top bit is set. */
export function normalSig(p: usize): u64 {
  const sig = F80.sig(p);
  return sig << clz<u64>(sig);
}
