// The six arithmetic operations in all operand forms: stack checks, computation, exceptions, result.
import { f80_add, f80_div, f80_mul, f80_sub } from './arith.ts';
import { F80, Raised } from './float80.ts';
import { Fpu, markValid, pop, settle, underflow } from './stack.ts';

// Operation in the order of ModRM.reg of D8 and DC. The reversed forms swap the operands.
export const ADD: u32 = 0;
export const MUL: u32 = 1;
export const SUB: u32 = 4;
export const SUBR: u32 = 5;
export const DIV: u32 = 6;
export const DIVR: u32 = 7;

const RESULT: usize = memory.data(16, 16);

function compute(operation: u32, a: usize, b: usize): void {
  switch (operation) {
    case ADD:
      f80_add(RESULT, a, b);
      break;
    case MUL:
      f80_mul(RESULT, a, b);
      break;
    case SUB:
      f80_sub(RESULT, a, b);
      break;
    case SUBR:
      f80_sub(RESULT, b, a);
      break;
    case DIV:
      f80_div(RESULT, a, b);
      break;
    default:
      f80_div(RESULT, b, a);
  }
}

/** ST(0) = ST(0) op value. Exceptions of loading the value are already collected. */
export function arithmeticMemory(operation: u32, value: usize): bool {
  if (Fpu.isEmpty(0)) underflow(RESULT);
  else compute(operation, Fpu.st(0), value);
  if (settle()) {
    F80.copy(Fpu.st(0), RESULT);
    markValid(0);
  }
  return true;
}

/** ST(dst) = ST(dst) op ST(src), then pops when asked to. */
export function arithmeticStack(operation: u32, dst: u32, src: u32, pops: bool): bool {
  Raised.clear();
  if (Fpu.isEmpty(dst) || Fpu.isEmpty(src)) underflow(RESULT);
  else compute(operation, Fpu.st(dst), Fpu.st(src));
  if (settle()) {
    F80.copy(Fpu.st(dst), RESULT);
    markValid(dst);
    if (pops) pop();
  }
  return true;
}
