// The 80-bit extended format: classes of values, NaN rules, and the exceptions an instruction collects.
// A value in memory is 16 bytes: significand u64 with explicit integer bit, then sign and 15-bit exponent u16.
// Intel SDM volume 1, 4.2 and 8.2.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_FCW } from '../../../abi/cpu.ts';

export const EXP_BIAS: i32 = 16383;
export const EXP_MAX: i32 = 0x7fff;
export const INTEGER_BIT: u64 = 0x8000000000000000;
export const QUIET_BIT: u64 = 0x4000000000000000;

// Exception bits, as in the status word, plus the stack fault that accompanies IE.
export const IE: u32 = 1;
export const DE: u32 = 2;
export const ZE: u32 = 4;
export const OE: u32 = 8;
export const UE: u32 = 16;
export const PE: u32 = 32;
export const SF: u32 = 64;
/** Condition bit C1: here "rounded up", or the direction of a stack fault. */
export const C1: u32 = 0x200;

/** u32: exceptions (and C1) of the running instruction. */
const RAISED: usize = memory.data(4, 4);

@unmanaged
export class F80 {
  @inline static sig(p: usize): u64 {
    return load<u64>(p);
  }
  @inline static exp(p: usize): i32 {
    return (load<u16>(p, 8) & 0x7fff) as i32;
  }
  @inline static sign(p: usize): u32 {
    return (load<u16>(p, 8) >> 15) as u32;
  }
  @inline static set(p: usize, sign: u32, exp: i32, sig: u64): void {
    store<u64>(p, sig);
    store<u64>(p, ((sign << 15) | (exp as u32)) as u64, 8);
  }
  @inline static copy(to: usize, from: usize): void {
    store<u64>(to, load<u64>(from));
    store<u64>(to, load<u64>(from, 8), 8);
  }
}

@unmanaged
export class Raised {
  @inline static clear(): void {
    store<u32>(RAISED, 0);
  }
  @inline static add(bits: u32): void {
    store<u32>(RAISED, load<u32>(RAISED) | bits);
  }
  /** For an exception that a more important one hides: DE, which loading a memory operand may have raised. */
  @inline static remove(bits: u32): void {
    store<u32>(RAISED, load<u32>(RAISED) & ~bits);
  }
  @inline static get(): u32 {
    return load<u32>(RAISED);
  }
}

/** Exceptions that the control word masks. */
export function masked(): u32 {
  return (load<u16>(CPU_BASE + CPU_FCW) & 0x3f) as u32;
}

export function isZero(p: usize): bool {
  return F80.exp(p) == 0 && F80.sig(p) == 0;
}

export function isInfinity(p: usize): bool {
  return F80.exp(p) == EXP_MAX && F80.sig(p) == INTEGER_BIT;
}

export function isNan(p: usize): bool {
  return F80.exp(p) == EXP_MAX && F80.sig(p) > INTEGER_BIT;
}

export function isSignallingNan(p: usize): bool {
  return isNan(p) && (F80.sig(p) & QUIET_BIT) == 0;
}

export function isDenormal(p: usize): bool {
  return F80.exp(p) == 0 && F80.sig(p) != 0;
}

/** Unnormals, pseudo-infinities and pseudo-NaNs: encodings the unit has refused since the 387. */
export function isUnsupported(p: usize): bool {
  return F80.exp(p) != 0 && (F80.sig(p) & INTEGER_BIT) == 0;
}

export function setZero(p: usize, sign: u32): void {
  F80.set(p, sign, 0, 0);
}

export function setInfinity(p: usize, sign: u32): void {
  F80.set(p, sign, EXP_MAX, INTEGER_BIT);
}

/** The "real indefinite" value, answer to every masked invalid operation. */
export function setIndefinite(p: usize): void {
  F80.set(p, 1, EXP_MAX, INTEGER_BIT | QUIET_BIT);
}

/** Masked response of an invalid operation. */
export function invalid(dst: usize): void {
  Raised.add(IE);
  setIndefinite(dst);
}

export function quieted(dst: usize, p: usize): void {
  F80.set(dst, F80.sign(p), EXP_MAX, F80.sig(p) | QUIET_BIT);
}

/** Handles a NaN or unsupported operand: true when dst holds the answer. SDM volume 1, table 4-7, x87 column. */
export function nanUnary(dst: usize, a: usize): bool {
  if (isUnsupported(a)) {
    invalid(dst);
    return true;
  }
  if (!isNan(a)) return false;
  if (isSignallingNan(a)) Raised.add(IE);
  quieted(dst, a);
  return true;
}

/** Handles NaN or unsupported operands of a two-operand instruction: true when dst holds the answer. */
export function nanBinary(dst: usize, a: usize, b: usize): bool {
  if (isUnsupported(a) || isUnsupported(b)) {
    Raised.remove(DE);
    invalid(dst);
    return true;
  }
  const nanA = isNan(a);
  const nanB = isNan(b);
  if (!nanA && !nanB) return false;
  Raised.remove(DE);
  const signallingA = isSignallingNan(a);
  const signallingB = isSignallingNan(b);
  if (signallingA || signallingB) Raised.add(IE);
  if (!nanB) quieted(dst, a);
  else if (!nanA) quieted(dst, b);
  else if (signallingA != signallingB) quieted(dst, signallingA ? b : a);
  else quieted(dst, largerNan(a, b));
  return true;
}

function largerNan(a: usize, b: usize): usize {
  const sigA = F80.sig(a);
  const sigB = F80.sig(b);
  if (sigA != sigB) return sigA > sigB ? a : b;
  return F80.sign(a) == 0 ? a : b;
}

/** Raises DE when an operand is denormal. */
export function denormalCheck(a: usize, b: usize): void {
  if (isDenormal(a) || isDenormal(b)) Raised.add(DE);
}
