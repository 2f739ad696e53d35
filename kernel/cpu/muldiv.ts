// MUL IMUL DIV IDIV (SDM volume 2). CF and OF of a product say that its upper half matters; SF and PF follow its lower
// half, ZF and AF are 0, as Intel CPUs give these undefined flags. A division leaves the flags alone.
import { GPR_RAX, GPR_RDX } from '../../abi/cpu.ts';
import { INSN_OP } from '../../abi/insn.ts';
import { OP_IDIV_R8, OP_IDIV_R64, OP_DIV_R8, OP_IMUL_R8, OP_MUL_R8 } from '../../isa/ops.gen.ts';
import { Ea } from './ea.ts';
import { raise_de } from './fault.ts';
import { CF, FLAGS_SHIFT, Flags, OF, PF } from './flags.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Sx, Zx } from './operand.ts';
import { divide_wide, Wide } from './wide.ts';

@unmanaged
export class Product {
  /** Truncated signed product with flags: the two- and three-operand IMUL. */
  @inline static signed<T>(a: i64, b: i64): i64 {
    const full = a * b;
    const r = Sx.cut<T>(full);
    const lost = sizeof<T>() == 8 ? Wide.mulhs(a, b) != full >> 63 : r != full;
    Product.flags(lost, r);
    return r;
  }

  @inline static flags(lost: bool, r: i64): void {
    if (r) Flags.set(FLAGS_SHIFT, lost ? 1 : 0, lost ? 1 : 0, r);
    else Flags.explicit(PF | (lost ? CF | OF : 0));
  }
}

/** MUL and IMUL of rAX by b: 64 bits. */
export function mul64(b: u64): void {
  const a = Reg.zx<u64>(GPR_RAX);
  const low = a * b;
  const high = Wide.mulhu(a, b);
  Reg.put<u64>(GPR_RAX, low);
  Reg.put<u64>(GPR_RDX, high);
  Product.flags(high != 0, low);
}

function imul64(b: i64): void {
  const a = Reg.sx<u64>(GPR_RAX);
  const low = a * b;
  const high = Wide.mulhs(a, b);
  Reg.put<u64>(GPR_RAX, low);
  Reg.put<u64>(GPR_RDX, high);
  Product.flags(high != low >> 63, low);
}

/** Stores a product of up to 64 bits in AX or rDX:rAX. */
function put_product<T>(full: i64): void {
  if (sizeof<T>() == 1) {
    Reg.put<u16>(GPR_RAX, full);
    return;
  }
  Reg.put<T>(GPR_RAX, full);
  Reg.put<T>(GPR_RDX, (full as u64) >> (sizeof<T>() * 8));
}

function multiply<T>(signed: bool, b: i64): bool {
  if (sizeof<T>() == 8) {
    if (signed) imul64(b);
    else mul64(b);
    return true;
  }
  const full = signed ? Reg.sx<T>(GPR_RAX) * b : Reg.zx<T>(GPR_RAX) * Zx.cut<T>(b);
  const r = Sx.cut<T>(full);
  put_product<T>(full);
  Product.flags(signed ? r != full : Zx.cut<T>(full) != full, r);
  return true;
}

/** Dividend of 16, 32 or 64 bits, zero-extended. */
function dividend<T>(): u64 {
  if (sizeof<T>() == 1) return Reg.zx<u16>(GPR_RAX);
  return Reg.zx<T>(GPR_RAX) | (Reg.zx<T>(GPR_RDX) << (sizeof<T>() * 8));
}

function put_quotient<T>(q: i64, r: i64): bool {
  if (sizeof<T>() == 1) Reg.put<u8>(GPR_RAX + 1, r);
  else Reg.put<T>(GPR_RDX, r);
  Reg.put<T>(GPR_RAX, q);
  return true;
}

function divide<T>(signed: bool, d: i64): bool {
  if (!d) return raise_de();
  if (sizeof<T>() == 8) return signed ? idiv64(d) : div64(d);
  const n = dividend<T>();
  if (!signed) {
    const divisor = Zx.cut<T>(d);
    const q = n / divisor;
    return Zx.cut<T>(q) == q ? put_quotient<T>(q, n - q * divisor) : raise_de();
  }
  const spare: i64 = 64 - sizeof<T>() * 16;
  const s = ((n as i64) << spare) >> spare;
  // The one quotient that does not even fit 64 bits would trap the wasm division.
  if (d == -1 && s == i64.MIN_VALUE) return raise_de();
  const q = s / d;
  return Sx.cut<T>(q) == q ? put_quotient<T>(q, s - q * d) : raise_de();
}

export function div64(d: u64): bool {
  const high = Reg.zx<u64>(GPR_RDX);
  const low = Reg.zx<u64>(GPR_RAX);
  if (high >= d) return raise_de();
  const q = divide_wide(high, low, d);
  return put_quotient<u64>(q, low - q * d);
}

export function idiv64(d: i64): bool {
  let high = Reg.sx<u64>(GPR_RDX);
  let low = Reg.sx<u64>(GPR_RAX);
  const negative = high < 0;
  if (negative) {
    low = -low;
    high = ~high + (low ? 0 : 1);
  }
  const magnitude: u64 = d < 0 ? -d : d;
  if ((high as u64) >= magnitude) return raise_de();
  const q = divide_wide(high, low, magnitude);
  const minus = negative != d < 0;
  // A quotient of exactly -2^63 fits, +2^63 does not.
  if (q > (i64.MAX_VALUE as u64) + (minus ? 1 : 0)) return raise_de();
  const r = low - q * magnitude;
  return put_quotient<u64>(minus ? -q : q, negative ? -r : r);
}

/** MUL, IMUL, DIV, IDIV with one operand: numbered by operation, then form (R M), then size. */
export function muldiv_exec(ip: usize): bool {
  const k = (load<u16>(ip, INSN_OP) as u32) - OP_MUL_R8;
  const memory = (k & 4) != 0;
  switch (k & 3) {
    case 0:
      return one<u8>(ip, k >> 3, memory);
    case 1:
      return one<u16>(ip, k >> 3, memory);
    case 2:
      return one<u32>(ip, k >> 3, memory);
    default:
      return one<u64>(ip, k >> 3, memory);
  }
}

function one<T>(ip: usize, what: u32, memory: bool): bool {
  let v: i64;
  if (memory) {
    const p = Mem.r(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    v = Sx.load<T>(p);
  } else v = Reg.sx<T>(Insn.dst(ip));
  const signed = (what & 1) != 0;
  return what < 2 ? multiply<T>(signed, v) : divide<T>(signed, v);
}
