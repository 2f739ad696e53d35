// Shifts and rotates (SDM volume 2, SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR, SHLD/SHRD).
// Invariant: a count of 0 after masking changes no flag. OF, which the manual defines for a count of 1 alone, is on Intel CPUs
// for every count what a count of 1 would have given; AF is cleared by shifts and kept by rotates.
import { GPR_RCX } from '../../abi/cpu.ts';
import { INSN_OP } from '../../abi/insn.ts';
import { OP_ROL_RI8, OP_SHLD_RRI16, OP_SHRD_RRI16 } from '../../isa/ops.gen.ts';
import { Ea } from './ea.ts';
import { CF, FLAGS_SHIFT, Flags, flag_c, flag_o, flags_arithmetic, OF } from './flags.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Sx, Zx } from './operand.ts';

// In the order of the opcode map.
export const ROL = 0;
export const ROR = 1;
export const RCL = 2;
export const RCR = 3;
export const SHL = 4;
export const SHR = 5;
export const SAR = 7;

@unmanaged
export class Shift {
  @inline static mask<T>(): i64 {
    return sizeof<T>() == 8 ? 63 : 31;
  }

  /** SHL, SHR or SAR of a sign-extended value by a masked count that is not 0. */
  @inline static of<T>(what: i32, a: i64, n: i64): i64 {
    const bits = (sizeof<T>() * 8) as i64;
    if (what == SHL) {
      const r = Sx.cut<T>(a << n);
      const out = sizeof<T>() < 4 && n > bits ? 0 : (a as u64) >> ((bits - n) as u64);
      Flags.set(FLAGS_SHIFT, out, ((a ^ (a << 1)) as u64) >> ((bits - 1) as u64), r);
      return r;
    }
    if (what == SHR) {
      const z = Zx.cut<T>(a);
      const r = Sx.cut<T>(z >> n);
      Flags.set(FLAGS_SHIFT, z >> (n - 1), (a as u64) >> 63, r);
      return r;
    }
    const r = a >> n;
    Flags.set(FLAGS_SHIFT, a >> (n - 1), 0, r);
    return r;
  }

  /** ROL or ROR of a value by a masked count that is not 0; the result is not sign-extended. */
  @inline static rotate<T>(what: i32, a: i64, n: i64, immediate: bool): i64 {
    let r: i64;
    if (sizeof<T>() == 8) r = what == ROL ? rotl<i64>(a, n) : rotr<i64>(a, n);
    else if (sizeof<T>() == 4) r = (what == ROL ? rotl<u32>(a as u32, n as u32) : rotr<u32>(a as u32, n as u32)) as i64;
    else {
      const bits: i64 = sizeof<T>() * 8;
      const left = (what == ROL ? n : bits - (n & (bits - 1))) & (bits - 1);
      const z = Zx.cut<T>(a);
      r = (z << left) | (z >> (bits - left));
    }
    rotate_flags(what, sizeof<T>() * 8 - 1, a, r, immediate && n != 1);
    return r;
  }

  @inline static ri<T>(ip: usize, what: i32): void {
    const n = Insn.imm(ip) & Shift.mask<T>();
    const d = Insn.dst(ip);
    if (n)
      Reg.put<T>(d, what < RCL ? Shift.rotate<T>(what, Reg.sx<T>(d), n, true) : Shift.of<T>(what, Reg.sx<T>(d), n));
    else Reg.put<T>(d, Reg.sx<T>(d));
  }

  @inline static rc<T>(ip: usize, what: i32): void {
    const n = Reg.zx<u8>(GPR_RCX) & Shift.mask<T>();
    const d = Insn.dst(ip);
    if (n)
      Reg.put<T>(d, what < RCL ? Shift.rotate<T>(what, Reg.sx<T>(d), n, false) : Shift.of<T>(what, Reg.sx<T>(d), n));
    else Reg.put<T>(d, Reg.sx<T>(d));
  }
}

/** CF: the bit that came around. OF: of the two top bits after one step, or kept: registers by an immediate that is not 1. */
function rotate_flags(what: i32, top: i64, a: i64, r: i64, keepOverflow: bool): void {
  const carry = what == ROL ? r & 1 : (r >> top) & 1;
  const other = what == ROL ? a >> (top - 1) : a;
  set_co(carry, keepOverflow ? flag_o() : ((a >> top) ^ other) & 1);
}

/** Sets CF and OF, keeps the other flags. */
function set_co(carry: u64, overflow: u64): void {
  Flags.explicit((flags_arithmetic() & ~(CF | OF)) | carry | (overflow << 11));
}

/** Any shift or rotate by a masked count. */
function shift<T>(what: i32, a: i64, n: i64, immediate: bool): i64 {
  if (!n) return a;
  switch (what) {
    case ROL:
      return Shift.rotate<T>(ROL, a, n, immediate);
    case ROR:
      return Shift.rotate<T>(ROR, a, n, immediate);
    case RCL:
      return rotate_carry(true, sizeof<T>() * 8, Zx.cut<T>(a), n as i32);
    case RCR:
      return rotate_carry(false, sizeof<T>() * 8, Zx.cut<T>(a), n as i32);
    case SHR:
      return Shift.of<T>(SHR, a, n);
    case SAR:
      return Shift.of<T>(SAR, a, n);
    default:
      return Shift.of<T>(SHL, a, n);
  }
}

/** RCL and RCR, a bit at a time: the carry is one more bit of the ring. */
function rotate_carry(left: bool, bits: i32, a: u64, n: i32): u64 {
  const top = (bits - 1) as u64;
  n %= bits + 1;
  if (!n) return a;
  let carry = flag_c();
  const overflow = ((a >> top) ^ (left ? a >> (top - 1) : carry)) & 1;
  for (; n; n--) {
    const out = (left ? a >> top : a) & 1;
    a = left ? (a << 1) | carry : (a >> 1) | (carry << top);
    carry = out;
  }
  set_co(carry, overflow);
  return a;
}

/** SHLD or SHRD of sign-extended values by a masked count that is not 0. */
function shift_double<T>(left: bool, a: i64, b: i64, n: i64): i64 {
  const bits: i64 = sizeof<T>() * 8;
  let r: i64;
  let out: i64;
  if (sizeof<T>() == 2) {
    // By more than 16 the source comes round: dst:src:dst, as Intel CPUs do what the manual leaves undefined.
    const ring = (Zx.cut<T>(a) << 32) | (Zx.cut<T>(b) << 16) | Zx.cut<T>(a);
    r = left ? (ring << n) >> 32 : ring >> n;
    out = left ? ring >> (48 - n) : ring >> (n - 1);
  } else if (left) {
    r = (a << n) | (Zx.cut<T>(b) >> (bits - n));
    out = (a as u64) >> ((bits - n) as u64);
  } else {
    r = (Zx.cut<T>(a) >> n) | (b << (bits - n));
    out = a >> (n - 1);
  }
  r = Sx.cut<T>(r);
  Flags.set(FLAGS_SHIFT, out, left ? (a ^ (a << 1)) >> (bits - 1) : (a >> (bits - 1)) ^ b, r);
  return r;
}

@unmanaged
class Double {
  @inline static run<T>(ip: usize, left: bool, n: i64, memory: bool): bool {
    const b = Reg.sx<T>(Insn.src(ip));
    n &= Shift.mask<T>();
    if (!memory) {
      const d = Insn.dst(ip);
      const a = Reg.sx<T>(d);
      Reg.put<T>(d, n ? shift_double<T>(left, a, b, n) : a);
      return true;
    }
    const p = Mem.w(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    if (n) Zx.store<T>(p, shift_double<T>(left, Sx.load<T>(p), b, n));
    Mem.commit(p);
    return true;
  }

  @inline static sized(ip: usize, size: u32, left: bool, n: i64, memory: bool): bool {
    if (size == 0) return Double.run<u16>(ip, left, n, memory);
    if (size == 1) return Double.run<u32>(ip, left, n, memory);
    return Double.run<u64>(ip, left, n, memory);
  }
}

function memory_form<T>(ip: usize, what: i32, n: i64): bool {
  const p = Mem.w(Ea.of(ip), sizeof<T>() as u32);
  if (!p) return false;
  Zx.store<T>(p, shift<T>(what, Sx.load<T>(p), n & Shift.mask<T>(), false));
  Mem.commit(p);
  return true;
}

function register_form<T>(ip: usize, what: i32, n: i64, immediate: bool): bool {
  const d = Insn.dst(ip);
  Reg.put<T>(d, shift<T>(what, Reg.sx<T>(d), n & Shift.mask<T>(), immediate));
  return true;
}

/** Every shift and rotate: the generator numbers them by operation, then form (RI MI RC MC), then size. */
export function shift_exec(ip: usize): bool {
  const k = (load<u16>(ip, INSN_OP) as u32) - OP_ROL_RI8;
  const immediate = (k & 8) == 0;
  const n = immediate ? Insn.imm(ip) : Reg.zx<u8>(GPR_RCX);
  const group = (k >> 4) as i32;
  const what = group == 6 ? SAR : group; // the encoding's SHL twin has no number of its own
  const memory = (k & 4) != 0;
  switch (k & 3) {
    case 0:
      return memory ? memory_form<u8>(ip, what, n) : register_form<u8>(ip, what, n, immediate);
    case 1:
      return memory ? memory_form<u16>(ip, what, n) : register_form<u16>(ip, what, n, immediate);
    case 2:
      return memory ? memory_form<u32>(ip, what, n) : register_form<u32>(ip, what, n, immediate);
    default:
      return memory ? memory_form<u64>(ip, what, n) : register_form<u64>(ip, what, n, immediate);
  }
}

/** SHLD (OP_SHLD_RRI16 .. MRC64) and SHRD. */
export function shift_double_exec(ip: usize, left: bool): bool {
  const k = (load<u16>(ip, INSN_OP) as u32) - (left ? OP_SHLD_RRI16 : OP_SHRD_RRI16);
  const n = k >= 6 ? Reg.zx<u8>(GPR_RCX) : Insn.imm(ip);
  return Double.sized(ip, k % 3, left, n, k % 6 >= 3);
}
