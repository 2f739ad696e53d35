// Arithmetic flags, kept lazily: the last flag-setting instruction's kind and operands (SDM volume 1, 3.4.3.1).
// Invariant: A, B and the result R are sign-extended from the operand size, so ZF, SF and PF depend on R alone - except in
// FLAGS_EXPLICIT, where A holds the six flags at their places in RFLAGS.
//
//   kind      CF                OF                       AF
//   LOGIC     0                 0                        0
//   ADD ADC   R < A, R <= A     (A ^ R) & (B ^ R) < 0    A ^ B ^ R bit 4      ADC, SBB: the incoming carry was 1
//   SUB SBB   A < B, A <= B     (A ^ B) & (A ^ R) < 0    the same
//   INC0 INC1 0, 1 (kept)       as ADD                   as ADD               DEC0, DEC1: as SUB
//   SHIFT     A bit 0           B bit 0                  0
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_EFLAGS, CPU_FLAG_A, CPU_FLAG_B, CPU_FLAG_OP, CPU_FLAG_R } from '../../abi/cpu.ts';

export const FLAGS_EXPLICIT: u32 = 0;
export const FLAGS_LOGIC: u32 = 1;
export const FLAGS_ADD: u32 = 2;
export const FLAGS_ADC: u32 = 3;
export const FLAGS_SUB: u32 = 4;
export const FLAGS_SBB: u32 = 5;
export const FLAGS_INC0: u32 = 6;
export const FLAGS_INC1: u32 = 7;
export const FLAGS_DEC0: u32 = 8;
export const FLAGS_DEC1: u32 = 9;
export const FLAGS_SHIFT: u32 = 10;

export const CF: u64 = 0x1;
export const PF: u64 = 0x4;
export const AF: u64 = 0x10;
export const ZF: u64 = 0x40;
export const SF: u64 = 0x80;
export const TF: u64 = 0x100;
export const DF: u64 = 0x400;
export const OF: u64 = 0x800;
export const NT: u64 = 0x4000;
export const ARITHMETIC: u64 = 0x8d5;
/** What POPF changes in user mode besides the arithmetic flags: TF DF NT AC ID. IF is always 1, IOPL 0. */
const USER_FLAGS: u64 = 0x244500;
const ALWAYS: u64 = 0x202;

@unmanaged
export class Flags {
  @inline static kind(): u32 {
    return load<u32>(CPU_BASE + CPU_FLAG_OP);
  }
  @inline static a(): i64 {
    return load<i64>(CPU_BASE + CPU_FLAG_A);
  }
  @inline static b(): i64 {
    return load<i64>(CPU_BASE + CPU_FLAG_B);
  }
  @inline static r(): i64 {
    return load<i64>(CPU_BASE + CPU_FLAG_R);
  }

  @inline static set(kind: u32, a: i64, b: i64, r: i64): void {
    store<u32>(CPU_BASE + CPU_FLAG_OP, kind);
    store<i64>(CPU_BASE + CPU_FLAG_A, a);
    store<i64>(CPU_BASE + CPU_FLAG_B, b);
    store<i64>(CPU_BASE + CPU_FLAG_R, r);
  }

  @inline static logic(r: i64): void {
    store<u32>(CPU_BASE + CPU_FLAG_OP, FLAGS_LOGIC);
    store<i64>(CPU_BASE + CPU_FLAG_R, r);
  }

  /** All six arithmetic flags at once. */
  @inline static explicit(bits: u64): void {
    store<u32>(CPU_BASE + CPU_FLAG_OP, FLAGS_EXPLICIT);
    store<u64>(CPU_BASE + CPU_FLAG_A, bits);
  }
}

/** CF, 0 or 1. */
export function flag_c(): u64 {
  const a = Flags.a() as u64;
  switch (Flags.kind()) {
    case FLAGS_ADD:
      return (Flags.r() as u64) < a ? 1 : 0;
    case FLAGS_ADC:
      return (Flags.r() as u64) <= a ? 1 : 0;
    case FLAGS_SUB:
      return a < (Flags.b() as u64) ? 1 : 0;
    case FLAGS_SBB:
      return a <= (Flags.b() as u64) ? 1 : 0;
    case FLAGS_INC1:
    case FLAGS_DEC1:
      return 1;
    case FLAGS_EXPLICIT:
    case FLAGS_SHIFT:
      return a & 1;
    default:
      return 0;
  }
}

/** OF, 0 or 1. */
export function flag_o(): u64 {
  const a = Flags.a();
  const b = Flags.b();
  const r = Flags.r();
  switch (Flags.kind()) {
    case FLAGS_ADD:
    case FLAGS_ADC:
    case FLAGS_INC0:
    case FLAGS_INC1:
      return (((a ^ r) & (b ^ r)) as u64) >> 63;
    case FLAGS_SUB:
    case FLAGS_SBB:
    case FLAGS_DEC0:
    case FLAGS_DEC1:
      return (((a ^ b) & (a ^ r)) as u64) >> 63;
    case FLAGS_EXPLICIT:
      return ((a as u64) >> 11) & 1;
    case FLAGS_SHIFT:
      return b & 1;
    default:
      return 0;
  }
}

/** PF of a result: even number of ones in the low byte. */
@unmanaged
export class Parity {
  @inline static of(r: i64): u64 {
    return ~popcnt<u64>((r as u64) & 0xff) & 1;
  }
}

/** The six arithmetic flags at their places in RFLAGS. */
export function flags_arithmetic(): u64 {
  const kind = Flags.kind();
  if (kind == FLAGS_EXPLICIT) return Flags.a() & ARITHMETIC;
  const r = Flags.r();
  let bits = flag_c() | (flag_o() << 11) | (Parity.of(r) << 2) | (((r as u64) >> 56) & SF);
  if (r == 0) bits |= ZF;
  if (kind != FLAGS_LOGIC && kind != FLAGS_SHIFT) bits |= (Flags.a() ^ Flags.b() ^ r) & AF;
  return bits;
}

/** RFLAGS as PUSHF shows it. */
export function flags_get(): u64 {
  return flags_arithmetic() | (load<u64>(CPU_BASE + CPU_EFLAGS) & USER_FLAGS) | ALWAYS;
}

/** Sets every flag that user mode may change: CF PF AF ZF SF TF DF OF NT AC ID. */
export function flags_set(rflags: u64): void {
  Flags.explicit(rflags & ARITHMETIC);
  store<u64>(CPU_BASE + CPU_EFLAGS, (rflags & USER_FLAGS) | ALWAYS);
}
