// ADD OR ADC SBB AND SUB XOR CMP TEST, INC DEC NEG NOT: Alu.* are the forms that the run loop inlines, alu_exec serves
// the sizes and forms that compilers seldom emit.
import { INSN_OP } from '../../abi/insn.ts';
import { OP_ADD_RR8 } from '../../isa/ops.gen.ts';
import { Ea } from './ea.ts';
import { FLAGS_ADC, FLAGS_ADD, FLAGS_DEC0, FLAGS_INC0, FLAGS_SBB, FLAGS_SUB, Flags, flag_c } from './flags.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Sx, Zx } from './operand.ts';

// In the order of the opcode map; TEST is not part of that group.
export const ADD = 0;
export const OR = 1;
export const ADC = 2;
export const SBB = 3;
export const AND = 4;
export const SUB = 5;
export const XOR = 6;
export const CMP = 7;
export const TEST = 8;
export const INC = 9;
export const DEC = 10;
export const NEG = 11;
export const NOT = 12;

@unmanaged
export class Alu {
  /** Result of `what`, flags set; operands and result are sign-extended. */
  @inline static of<T>(what: i32, a: i64, b: i64): i64 {
    if (what == ADD) return Alu.arith<T>(FLAGS_ADD, a, b, a + b);
    if (what == SUB || what == CMP) return Alu.arith<T>(FLAGS_SUB, a, b, a - b);
    if (what == AND || what == TEST) return Alu.logic(a & b);
    if (what == OR) return Alu.logic(a | b);
    if (what == XOR) return Alu.logic(a ^ b);
    if (what == ADC) return adc(sizeof<T>(), a, b);
    return sbb(sizeof<T>(), a, b);
  }

  @inline static arith<T>(kind: u32, a: i64, b: i64, result: i64): i64 {
    const r = Sx.cut<T>(result);
    Flags.set(kind, a, b, r);
    return r;
  }

  @inline static logic(r: i64): i64 {
    Flags.logic(r);
    return r;
  }

  @inline static rr<T>(ip: usize, what: i32): void {
    const d = Insn.dst(ip);
    const r = Alu.of<T>(what, Reg.sx<T>(d), Reg.sx<T>(Insn.src(ip)));
    if (what != CMP && what != TEST) Reg.put<T>(d, r);
  }

  @inline static ri<T>(ip: usize, what: i32): void {
    const d = Insn.dst(ip);
    const r = Alu.of<T>(what, Reg.sx<T>(d), Insn.imm(ip));
    if (what != CMP && what != TEST) Reg.put<T>(d, r);
  }

  @inline static rm<T>(ip: usize, what: i32): bool {
    const p = Mem.r(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    const d = Insn.dst(ip);
    const r = Alu.of<T>(what, Reg.sx<T>(d), Sx.load<T>(p));
    if (what != CMP) Reg.put<T>(d, r);
    return true;
  }

  @inline static mr<T>(ip: usize, what: i32): bool {
    return Alu.memory<T>(ip, what, Reg.sx<T>(Insn.src(ip)));
  }

  @inline static mi<T>(ip: usize, what: i32): bool {
    return Alu.memory<T>(ip, what, Insn.imm(ip));
  }

  @inline static memory<T>(ip: usize, what: i32, b: i64): bool {
    if (what == CMP || what == TEST) {
      const p = Mem.r(Ea.of(ip), sizeof<T>() as u32);
      if (!p) return false;
      Alu.of<T>(what, Sx.load<T>(p), b);
      return true;
    }
    const p = Mem.w(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    Zx.store<T>(p, Alu.of<T>(what, Sx.load<T>(p), b));
    Mem.commit(p);
    return true;
  }

  /** One operand: INC DEC NEG NOT. */
  @inline static one<T>(what: i32, a: i64): i64 {
    if (what == INC) return Alu.arith<T>(FLAGS_INC0 + (flag_c() as u32), a, 1, a + 1);
    if (what == DEC) return Alu.arith<T>(FLAGS_DEC0 + (flag_c() as u32), a, 1, a - 1);
    if (what == NEG) return Alu.arith<T>(FLAGS_SUB, 0, a, 0 - a);
    return ~a;
  }

  @inline static r<T>(ip: usize, what: i32): void {
    const d = Insn.dst(ip);
    Reg.put<T>(d, Alu.one<T>(what, Reg.sx<T>(d)));
  }

  @inline static m<T>(ip: usize, what: i32): bool {
    const p = Mem.w(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    Zx.store<T>(p, Alu.one<T>(what, Sx.load<T>(p)));
    Mem.commit(p);
    return true;
  }
}

function cut(size: i32, v: i64): i64 {
  const shift = (64 - 8 * size) as i64;
  return (v << shift) >> shift;
}

function adc(size: i32, a: i64, b: i64): i64 {
  const carry = flag_c() as i64;
  const r = cut(size, a + b + carry);
  Flags.set(FLAGS_ADD + (carry as u32) * (FLAGS_ADC - FLAGS_ADD), a, b, r);
  return r;
}

function sbb(size: i32, a: i64, b: i64): i64 {
  const borrow = flag_c() as i64;
  const r = cut(size, a - b - borrow);
  Flags.set(FLAGS_SUB + (borrow as u32) * (FLAGS_SBB - FLAGS_SUB), a, b, r);
  return r;
}

/** ADD .. CMP: the generator numbers them by operation, then form (RR MR RM RI MI), then size. */
export function alu_exec(ip: usize): bool {
  const k = (load<u16>(ip, INSN_OP) as u32) - OP_ADD_RR8;
  const what = (k / 20) as i32;
  const form = (k % 20) >> 2;
  switch (k & 3) {
    case 0:
      return two<u8>(ip, what, form);
    case 1:
      return two<u16>(ip, what, form);
    case 2:
      return two<u32>(ip, what, form);
    default:
      return two<u64>(ip, what, form);
  }
}

function two<T>(ip: usize, what: i32, form: u32): bool {
  switch (form) {
    case 0:
      Alu.rr<T>(ip, what);
      return true;
    case 1:
      return Alu.mr<T>(ip, what);
    case 2:
      return Alu.rm<T>(ip, what);
    case 3:
      Alu.ri<T>(ip, what);
      return true;
    default:
      return Alu.mi<T>(ip, what);
  }
}

/** INC DEC NEG NOT: by form (R M), then size, from the number `first` on. */
export function alu_one_exec(ip: usize, what: i32, first: u32): bool {
  const k = (load<u16>(ip, INSN_OP) as u32) - first;
  switch (k & 3) {
    case 0:
      return k & 4 ? Alu.m<u8>(ip, what) : register<u8>(ip, what);
    case 1:
      return k & 4 ? Alu.m<u16>(ip, what) : register<u16>(ip, what);
    case 2:
      return k & 4 ? Alu.m<u32>(ip, what) : register<u32>(ip, what);
    default:
      return k & 4 ? Alu.m<u64>(ip, what) : register<u64>(ip, what);
  }
}

function register<T>(ip: usize, what: i32): bool {
  Alu.r<T>(ip, what);
  return true;
}
