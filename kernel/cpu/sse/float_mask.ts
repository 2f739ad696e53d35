// CMPPD, ROUNDPD and their kin: the host's operations where no lane is NaN or denormal, slow_lanes otherwise.
import { slow_lanes } from './float_arith.ts';
import { INSN_FLAGS, INSN_VEX } from '../../../abi/insn.ts';
import { Lanes } from './float_fast.ts';
import { CMP, ROUND } from './float_kind.ts';
import { Mxcsr, RC_DOWN, RC_NEAREST, RC_UP } from './mxcsr.ts';
import { Imm, Source, Xmm } from './operand.ts';

const EQ: u32 = 0;
const LT: u32 = 1;
const LE: u32 = 2;
const NEGATED: u32 = 4;
/** ROUNDPD: the mode is that of MXCSR; PE is not raised. */
const MODE_OF_MXCSR: u32 = 4;
const NO_PRECISION: u32 = 8;

@unmanaged
class Part {
  /** The low n bytes at p; zeros above. */
  @inline static load(p: usize, n: usize): v128 {
    return n == 16 ? v128.load(p) : n == 8 ? v128.load64_zero(p) : v128.load32_zero(p);
  }
  @inline static store(p: usize, x: v128, n: usize): void {
    if (n == 16) v128.store(p, x);
    else if (n == 8) v128.store64_lane(p, x, 0);
    else v128.store32_lane(p, x, 0);
  }
  @inline static source(ip: usize, n: usize): usize {
    return n == 16 ? Source.aligned(ip) : Source.any(ip, n as u32);
  }

  /** EQ LT LE UNORD, and negated NEQ NLT NLE ORD, of ordered lanes; the predicates of VEX differ from these only for NaNs. */
  @inline static compare<T>(predicate: u32, a: v128, b: v128): v128 {
    const basic = predicate & 3;
    let mask = i64x2.splat(0);
    if (basic == EQ) mask = sizeof<T>() == 8 ? f64x2.eq(a, b) : f32x4.eq(a, b);
    else if (basic == LT) mask = sizeof<T>() == 8 ? f64x2.lt(a, b) : f32x4.lt(a, b);
    else if (basic == LE) mask = sizeof<T>() == 8 ? f64x2.le(a, b) : f32x4.le(a, b);
    return predicate & NEGATED ? v128.not(mask) : mask;
  }

  @inline static round<T>(rounding: u32, x: v128): v128 {
    if (rounding == RC_NEAREST) return sizeof<T>() == 8 ? f64x2.nearest(x) : f32x4.nearest(x);
    if (rounding == RC_DOWN) return sizeof<T>() == 8 ? f64x2.floor(x) : f32x4.floor(x);
    if (rounding == RC_UP) return sizeof<T>() == 8 ? f64x2.ceil(x) : f32x4.ceil(x);
    return sizeof<T>() == 8 ? f64x2.trunc(x) : f32x4.trunc(x);
  }
}

/** CMPPD, CMPPS, CMPSD, CMPSS over n bytes; only the low three bits of the predicate count, with VEX five. */
export function compare<T>(ip: usize, n: usize): bool {
  const s = Part.source(ip, n);
  if (!s) return false;
  const d = Xmm.dst(ip);
  const predicate = Imm.byte(ip) & (load<u8>(ip, INSN_FLAGS) & INSN_VEX ? 31 : 7);
  const a = Part.load(d, n);
  const b = Part.load(s, n);
  if (!Lanes.allPlain<T>(a, b)) return slow_lanes<T>(CMP + predicate, d, s, d, n);
  Part.store(d, Part.compare<T>(predicate, a, b), n);
  return true;
}

/** ROUNDPD, ROUNDPS, ROUNDSD, ROUNDSS over n bytes. */
export function round<T>(ip: usize, n: usize): bool {
  const s = Part.source(ip, n);
  if (!s) return false;
  const d = Xmm.dst(ip);
  const control = Imm.byte(ip) & 15;
  const x = Part.load(s, n);
  const quiet = (control & NO_PRECISION) != 0 || Mxcsr.plainInexact();
  if (!quiet || !Lanes.allPlain<T>(x, x)) return slow_lanes<T>(ROUND + control, d, s, d, n);
  Part.store(d, Part.round<T>(control & MODE_OF_MXCSR ? Mxcsr.rounding() : control & 3, x), n);
  return true;
}
