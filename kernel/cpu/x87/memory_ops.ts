// Loads and stores: memory operands of every format to and from the top of the stack.
import { Ea } from '../ea.ts';
import { Mem } from '../mem.ts';
import {
  f80_fromBcd,
  f80_fromDouble,
  f80_fromInt,
  f80_fromSingle,
  f80_toBcd,
  f80_toDouble,
  f80_toInt,
  f80_toSingle,
} from './convert.ts';
import { F80, isNan, quieted, Raised, SF } from './float80.ts';
import { Fpu, overflow, pop, push, settle, storeForbidden, underflow } from './stack.ts';

// Formats of a memory operand.
export const SINGLE: u32 = 0;
export const DOUBLE: u32 = 1;
export const EXTENDED: u32 = 2;
export const INT16: u32 = 3;
export const INT32: u32 = 4;
export const INT64: u32 = 5;
export const BCD: u32 = 6;

/** The operand of the running instruction in the 80-bit format. */
export const OPERAND: usize = memory.data(16, 16);

function sizeOf(format: u32): u32 {
  switch (format) {
    case SINGLE:
    case INT32:
      return 4;
    case DOUBLE:
    case INT64:
      return 8;
    case INT16:
      return 2;
    default:
      return 10;
  }
}

/** Reads the memory operand into OPERAND and starts collecting exceptions. False: page fault. */
export function loadOperand(ip: usize, format: u32): bool {
  const p = Mem.r(Ea.of(ip), sizeOf(format));
  if (!p) return false;
  Raised.clear();
  switch (format) {
    case SINGLE:
      f80_fromSingle(OPERAND, load<u32>(p));
      break;
    case DOUBLE:
      f80_fromDouble(OPERAND, load<u64>(p));
      break;
    case EXTENDED:
      store<u64>(OPERAND, load<u64>(p));
      store<u64>(OPERAND, load<u16>(p, 8) as u64, 8);
      break;
    case INT16:
      f80_fromInt(OPERAND, load<i16>(p) as i64);
      break;
    case INT32:
      f80_fromInt(OPERAND, load<i32>(p) as i64);
      break;
    case INT64:
      f80_fromInt(OPERAND, load<i64>(p));
      break;
    default:
      f80_fromBcd(OPERAND, p);
  }
  return true;
}

/** FLD, FILD, FBLD */
export function loadMemory(ip: usize, format: u32): bool {
  if (!loadOperand(ip, format)) return false;
  if ((format == SINGLE || format == DOUBLE) && isNan(OPERAND)) quieted(OPERAND, OPERAND);
  pushOperand();
  return true;
}

/** Pushes OPERAND unless the stack is full. */
export function pushOperand(): void {
  // A stack fault leaves no room for other exceptions, and an empty source comes first.
  if (!Fpu.isEmpty(7) && !(Raised.get() & SF)) {
    Raised.clear();
    overflow(OPERAND);
  }
  if (settle()) push(OPERAND);
}

/** FST, FSTP, FIST, FISTP, FISTTP, FBSTP */
export function storeMemory(ip: usize, format: u32, pops: bool, truncate: bool): bool {
  Raised.clear();
  let value = Fpu.st(0);
  if (Fpu.isEmpty(0)) {
    underflow(OPERAND);
    value = OPERAND;
  }
  convertTo(value, format, truncate);
  // An unmasked exception comes before memory is touched.
  if (storeForbidden()) {
    settle();
    return true;
  }
  const p = Mem.w(Ea.of(ip), sizeOf(format));
  if (!p) return false;
  memory.copy(p, CONVERTED, sizeOf(format));
  Mem.commit(p);
  settle();
  if (pops) pop();
  return true;
}

/** Bytes of the value about to be stored. */
export const CONVERTED: usize = memory.data(16, 16);

function convertTo(value: usize, format: u32, truncate: bool): void {
  switch (format) {
    case SINGLE:
      store<u32>(CONVERTED, f80_toSingle(value));
      break;
    case DOUBLE:
      store<u64>(CONVERTED, f80_toDouble(value));
      break;
    case EXTENDED:
      F80.copy(CONVERTED, value);
      break;
    case INT16:
      store<u16>(CONVERTED, f80_toInt(value, 16, truncate) as u16);
      break;
    case INT32:
      store<u32>(CONVERTED, f80_toInt(value, 32, truncate) as u32);
      break;
    case INT64:
      store<u64>(CONVERTED, f80_toInt(value, 64, truncate) as u64);
      break;
    default:
      f80_toBcd(CONVERTED, value);
  }
}
