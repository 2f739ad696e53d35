// Rounding of an exact (or jammed) result to the destination precision: the one place where PE, UE, OE and C1 arise.
// Intel SDM volume 1, 4.8.4 (rounding), 4.9.1.5 (underflow is detected after rounding).
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_FCW } from '../../../abi/cpu.ts';
import { C1, EXP_MAX, F80, INTEGER_BIT, masked, OE, PE, Raised, setInfinity, setZero, UE } from './float80.ts';
import { shiftRightJam, WIDE_LOW } from './wide.ts';

export const RC_NEAREST: u32 = 0;
export const RC_DOWN: u32 = 1;
export const RC_UP: u32 = 2;
export const RC_ZERO: u32 = 3;

/** Exponent correction of an unmasked overflow or underflow. */
const WRAP_BIAS: i32 = 24576;

// Unit in the last place of the kept significand, for each precision.
export const ULP_EXTENDED: u64 = 1;
export const ULP_DOUBLE: u64 = 1 << 11;
export const ULP_SINGLE: u64 = (1 as u64) << 40;

export function roundingControl(): u32 {
  return ((load<u16>(CPU_BASE + CPU_FCW) >> 10) & 3) as u32;
}

/** Unit in the last place that the precision control asks for. */
export function precisionUlp(): u64 {
  const pc = (load<u16>(CPU_BASE + CPU_FCW) >> 8) & 3;
  return pc == 0 ? ULP_SINGLE : pc == 2 ? ULP_DOUBLE : ULP_EXTENDED;
}

/** True when (sig, extra), cut at ulp, is not exact. */
function isInexact(sig: u64, extra: u64, ulp: u64): bool {
  return (sig & (ulp - 1)) != 0 || extra != 0;
}

/** True when the magnitude (sig, extra), cut at ulp, must be incremented by one ulp. */
export function roundsUp(sig: u64, extra: u64, ulp: u64, sign: u32): bool {
  if (!isInexact(sig, extra, ulp)) return false;
  switch (roundingControl()) {
    case RC_DOWN:
      return sign != 0;
    case RC_UP:
      return sign == 0;
    case RC_ZERO:
      return false;
  }
  if (ulp == 1) return extra > INTEGER_BIT || (extra == INTEGER_BIT && (sig & 1) != 0);
  const half = ulp >> 1;
  const rest = sig & (ulp - 1);
  if (rest != half) return rest > half;
  return extra != 0 || (sig & ulp) != 0;
}

/** Rounds sign * (sig, extra) * 2^(exp - bias - 63), sig normalised, to the precision of ulp, and stores it. */
export function roundPack(dst: usize, sign: u32, exp: i32, sig: u64, extra: u64, ulp: u64): void {
  if (exp <= 0) {
    const up = roundsUp(sig, extra, ulp, sign);
    const tiny = exp < 0 || !up || (sig | (ulp - 1)) + 1 != 0;
    if (!tiny || (masked() & UE) != 0) {
      packDenormal(dst, sign, exp, sig, extra, ulp, tiny);
      return;
    }
    Raised.add(UE);
    exp += WRAP_BIAS;
    if (exp <= 0) {
      // Even the wrapped exponent is too small (a scaled result): the unit delivers a zero.
      Raised.add(PE);
      setZero(dst, sign);
      return;
    }
  }
  packNormal(dst, sign, exp, sig, extra, ulp);
}

function packNormal(dst: usize, sign: u32, exp: i32, sig: u64, extra: u64, ulp: u64): void {
  const inexact = isInexact(sig, extra, ulp);
  const up = roundsUp(sig, extra, ulp, sign);
  sig &= ~(ulp - 1);
  if (up) {
    sig += ulp;
    if (sig == 0) {
      sig = INTEGER_BIT;
      exp++;
    }
  }
  if (exp >= EXP_MAX) {
    if ((masked() & OE) != 0) {
      packOverflow(dst, sign, ulp);
      return;
    }
    Raised.add(OE);
    exp -= WRAP_BIAS;
    if (exp >= EXP_MAX) {
      Raised.add(PE | C1);
      setInfinity(dst, sign);
      return;
    }
  }
  if (inexact) Raised.add(up ? PE | C1 : PE);
  F80.set(dst, sign, exp, sig);
}

function packOverflow(dst: usize, sign: u32, ulp: u64): void {
  Raised.add(OE | PE);
  const rc = roundingControl();
  if (rc == RC_NEAREST || rc == (sign != 0 ? RC_DOWN : RC_UP)) {
    Raised.add(C1);
    setInfinity(dst, sign);
  } else F80.set(dst, sign, EXP_MAX - 1, ~(ulp - 1));
}

function packDenormal(dst: usize, sign: u32, exp: i32, sig: u64, extra: u64, ulp: u64, tiny: bool): void {
  sig = shiftRightJam(sig, extra, 1 - exp);
  extra = load<u64>(WIDE_LOW);
  const inexact = isInexact(sig, extra, ulp);
  const up = roundsUp(sig, extra, ulp, sign);
  sig &= ~(ulp - 1);
  if (up) sig += ulp;
  if (inexact) Raised.add((up ? PE | C1 : PE) | (tiny ? UE : 0));
  F80.set(dst, sign, (sig & INTEGER_BIT) != 0 ? 1 : 0, sig);
}
