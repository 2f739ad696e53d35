// Instructions on registers alone: moves, exchanges, constants, comparisons, and the one- and two-operand functions.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_FSW } from '../../../abi/cpu.ts';
import { Flags } from '../flags.ts';
import { f80_sqrt } from './arith.ts';
import { C0, C2, C3, f80_class, f80_compare, RELATION_UNORDERED } from './compare.ts';
import { f80_roundToIntegral } from './convert.ts';
import { C1, EXP_BIAS, F80, IE, INTEGER_BIT, masked, Raised, SF, setZero, setIndefinite } from './float80.ts';
import { OPERAND, pushOperand } from './memory_ops.ts';
import { f80_extract, f80_remainder, f80_scale, NO_QUOTIENT } from './remainder.ts';
import { RC_NEAREST, RC_UP, roundingControl } from './round.ts';
import { clearC1, Fpu, markEmpty, markValid, overflow, pop, push, setConditions, settle, underflow } from './stack.ts';
import {
  angleTooLarge,
  f80_atan2,
  f80_cos,
  f80_exp2m1,
  f80_sin,
  f80_tan,
  f80_ylog2,
  f80_ylog2p1,
} from './transcendental.ts';

const RESULT: usize = memory.data(16, 16);
const SECOND: usize = memory.data(16, 16);

/** FLD ST(i) */
export function loadStack(i: u32): bool {
  Raised.clear();
  if (Fpu.isEmpty(i)) underflow(OPERAND);
  else F80.copy(OPERAND, Fpu.st(i));
  pushOperand();
  return true;
}

/** FST, FSTP ST(i) */
export function storeStack(i: u32, pops: bool): bool {
  Raised.clear();
  if (Fpu.isEmpty(0)) underflow(RESULT);
  else F80.copy(RESULT, Fpu.st(0));
  if (settle()) {
    F80.copy(Fpu.st(i), RESULT);
    markValid(i);
    if (pops) pop();
  }
  return true;
}

/** FSTPNCE ("no check for empty"): an empty ST(0) only makes ST(i) empty. */
export function moveStack(i: u32): bool {
  clearC1();
  if (Fpu.isEmpty(0)) markEmpty(i);
  else {
    F80.copy(Fpu.st(i), Fpu.st(0));
    markValid(i);
  }
  pop();
  return true;
}

/** FXCH ST(i) */
export function exchange(i: u32): bool {
  Raised.clear();
  const emptyTop = Fpu.isEmpty(0);
  const emptyOther = Fpu.isEmpty(i);
  F80.copy(RESULT, Fpu.st(0));
  F80.copy(SECOND, Fpu.st(i));
  if (emptyTop) underflow(RESULT);
  if (emptyOther) underflow(SECOND);
  if (settle()) {
    F80.copy(Fpu.st(0), SECOND);
    F80.copy(Fpu.st(i), RESULT);
    markValid(0);
    markValid(i);
  }
  return true;
}

/** FCMOVcc ST(i): without a stack fault nothing happens to the status word. */
export function moveIf(condition: bool, i: u32): bool {
  Raised.clear();
  if (!Fpu.isEmpty(0) && !Fpu.isEmpty(i)) {
    if (condition) F80.copy(Fpu.st(0), Fpu.st(i));
    return true;
  }
  underflow(RESULT);
  if (settle()) {
    F80.copy(Fpu.st(0), RESULT);
    markValid(0);
  }
  return true;
}

/** FCHS (flip) and FABS (clear). */
export function changeSign(flip: bool): bool {
  Raised.clear();
  if (Fpu.isEmpty(0)) underflow(RESULT);
  else F80.set(RESULT, flip ? F80.sign(Fpu.st(0)) ^ 1 : 0, F80.exp(Fpu.st(0)), F80.sig(Fpu.st(0)));
  if (settle()) {
    F80.copy(Fpu.st(0), RESULT);
    markValid(0);
  }
  return true;
}

/** FLD1: exact. */
export function loadOne(): bool {
  Raised.clear();
  F80.set(OPERAND, 0, EXP_BIAS, INTEGER_BIT);
  pushOperand();
  return true;
}

export function loadZero(): bool {
  Raised.clear();
  setZero(OPERAND, 0);
  pushOperand();
  return true;
}

/** A constant known to more than 64 bits: down is its truncated significand, and nearest may be one above. */
export function loadConstant(exp: i32, down: u64, nearestIsUp: bool): bool {
  Raised.clear();
  const rc = roundingControl();
  const up = rc == RC_UP || (rc == RC_NEAREST && nearestIsUp);
  F80.set(OPERAND, 0, exp, down + (up as u64));
  pushOperand();
  return true;
}

/** FCOM, FUCOM (quiet) with a value; `empty`: one of the operands is missing. Returns whether the comparison took effect. */
export function compareValue(b: usize, quiet: bool, empty: bool): bool {
  let relation: u32 = RELATION_UNORDERED;
  if (empty || Fpu.isEmpty(0)) {
    Raised.clear();
    Raised.add(IE | SF);
  } else relation = f80_compare(Fpu.st(0), b, quiet);
  const effective = settle();
  // An unmasked exception only keeps the operands on the stack.
  setConditions(relation);
  return effective;
}

export function compareStack(i: u32, quiet: bool, pops: u32): bool {
  Raised.clear();
  if (compareValue(Fpu.st(i), quiet, Fpu.isEmpty(i))) {
    if (pops > 0) pop();
    if (pops > 1) pop();
  }
  return true;
}

/** FCOMI, FUCOMI: sets ZF PF CF by the relation; an unmasked exception only keeps the operand on the stack. */
export function compareToFlags(i: u32, quiet: bool, pops: bool): bool {
  Raised.clear();
  let relation: u32 = RELATION_UNORDERED;
  if (Fpu.isEmpty(0) || Fpu.isEmpty(i)) Raised.add(IE | SF);
  else relation = f80_compare(Fpu.st(0), Fpu.st(i), quiet);
  // C1 only tells about stack faults here.
  const kept = Raised.get() & SF ? 0 : load<u16>(CPU_BASE + CPU_FSW) & (C1 as u16);
  const effective = settle();
  store<u16>(CPU_BASE + CPU_FSW, load<u16>(CPU_BASE + CPU_FSW) | kept);
  // C3 C2 C0 lie as far apart as ZF PF CF.
  Flags.explicit((relation >> 8) as u64);
  if (pops && effective) pop();
  return true;
}

export function test(): bool {
  Raised.clear();
  setZero(OPERAND, 0);
  compareValue(OPERAND, false, false);
  return true;
}

export function examine(): bool {
  const st = Fpu.st(0);
  const sign = F80.sign(st) ? C1 : 0;
  setConditions(sign | (Fpu.isEmpty(0) ? C3 | C0 : f80_class(st)));
  return true;
}

// One-operand functions: ST(0) = f(ST(0)).
export const SQRT: u32 = 0;
export const ROUND: u32 = 1;
export const EXP2M1: u32 = 2;
export const SIN: u32 = 3;
export const COS: u32 = 4;

export function unary(operation: u32): bool {
  Raised.clear();
  const st = Fpu.st(0);
  if (Fpu.isEmpty(0)) underflow(RESULT);
  else if (operation >= SIN && angleTooLarge(st)) {
    refuseAngle();
    return true;
  } else if (operation == SQRT) f80_sqrt(RESULT, st);
  else if (operation == ROUND) f80_roundToIntegral(RESULT, st);
  else if (operation == EXP2M1) f80_exp2m1(RESULT, st);
  else if (operation == SIN) f80_sin(RESULT, st);
  else f80_cos(RESULT, st);
  if (settle()) {
    if (operation >= SIN) clearC2();
    F80.copy(Fpu.st(0), RESULT);
    markValid(0);
  }
  return true;
}

function refuseAngle(): void {
  const status = load<u16>(CPU_BASE + CPU_FSW) & ~(C1 as u16);
  store<u16>(CPU_BASE + CPU_FSW, status | (C2 as u16));
}

function clearC2(): void {
  store<u16>(CPU_BASE + CPU_FSW, load<u16>(CPU_BASE + CPU_FSW) & ~(C2 as u16));
}

// Two-operand functions.
export const REMAINDER: u32 = 0; // ST(0) = ST(0) rem ST(1)
export const REMAINDER_NEAREST: u32 = 1;
export const SCALE: u32 = 2;
export const YLOG2: u32 = 3; // from here on: ST(1) = f(ST(1), ST(0)), pop
export const YLOG2P1: u32 = 4;
export const ATAN2: u32 = 5;

export function binary(operation: u32): bool {
  Raised.clear();
  const x = Fpu.st(0);
  const y = Fpu.st(1);
  let conditions = NO_QUOTIENT;
  if (Fpu.isEmpty(0) || Fpu.isEmpty(1)) underflow(RESULT);
  else if (operation <= REMAINDER_NEAREST) {
    conditions = f80_remainder(RESULT, x, y, operation == REMAINDER_NEAREST);
  } else if (operation == SCALE) f80_scale(RESULT, x, y);
  else if (operation == YLOG2) f80_ylog2(RESULT, x, y);
  else if (operation == YLOG2P1) f80_ylog2p1(RESULT, x, y);
  else f80_atan2(RESULT, y, x);
  const effective = settle();
  if (operation <= REMAINDER_NEAREST && (conditions == NO_QUOTIENT || !effective)) clearC2();
  if (!effective) return true;
  if (operation <= REMAINDER_NEAREST) {
    if (conditions != NO_QUOTIENT) setConditions(conditions | (Raised.get() & C1));
  }
  if (operation >= YLOG2) pop();
  F80.copy(Fpu.st(0), RESULT);
  markValid(0);
  return true;
}

// Functions that leave two values: ST(0) is replaced, then a second one is pushed.
export const EXTRACT: u32 = 0;
export const SINCOS: u32 = 1;
export const TAN: u32 = 2;

export function twoResults(operation: u32): bool {
  Raised.clear();
  const st = Fpu.st(0);
  if (Fpu.isEmpty(0)) {
    underflow(RESULT);
    setIndefinite(SECOND);
  } else if (!Fpu.isEmpty(7)) {
    overflow(RESULT);
    setIndefinite(SECOND);
  } else if (operation == EXTRACT) f80_extract(RESULT, SECOND, st);
  else if (angleTooLarge(st)) {
    refuseAngle();
    return true;
  } else angleResults(operation, st);
  if (!settle()) return true;
  if (operation != EXTRACT) clearC2();
  F80.copy(st, RESULT);
  markValid(0);
  push(SECOND);
  return true;
}

function angleResults(operation: u32, st: usize): void {
  if (operation == TAN) {
    f80_tan(RESULT, st);
    if ((Raised.get() & IE & masked()) != 0 || F80.exp(RESULT) == 0x7fff) F80.copy(SECOND, RESULT);
    else F80.set(SECOND, 0, EXP_BIAS, INTEGER_BIT);
    return;
  }
  f80_cos(SECOND, st);
  f80_sin(RESULT, st);
}
