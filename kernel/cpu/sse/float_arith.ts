// Floating-point arithmetic, scalar and packed: the host's arithmetic where it stands (float_fast.ts), exact integer arithmetic otherwise.
import { ADD, ADDSUB, DIV, MAX, MIN, ROUND, SQRT, SUB } from './float_kind.ts';
import { Host, Lanes, lanes_stand } from './float_fast.ts';
import { Mxcsr, settle } from './mxcsr.ts';
import { Source, Xmm } from './operand.ts';
import { soft_arith, soft_sqrt } from './soft_arith.ts';
import { soft_cmp, soft_min_max } from './soft_compare.ts';
import { soft_round } from './soft_convert.ts';
import { Format } from './soft_format.ts';

/** 32 bytes: results of slow lanes, until it is known that none of them faults. */
const RESULT: usize = memory.data(32, 16);
/** 16 bytes each: operands of horizontal operations. */
const LEFT: usize = memory.data(16, 16);
const RIGHT: usize = memory.data(16, 16);

@unmanaged
export class Arith {
  /** ADDSD and its kin: kind is ADD, SUB, MUL, DIV or SQRT. */
  @inline static scalar<T>(kind: u32, ip: usize): bool {
    const s = Source.any(ip, sizeof<T>() as u32);
    if (!s) return false;
    const d = Xmm.dst(ip);
    const b = load<T>(s);
    const a = kind == SQRT ? b : load<T>(d);
    const r = Host.compute<T>(kind, a, b);
    if (!Mxcsr.plainInexact() || !Host.isOrdinary<T>(a, b, r)) return slow_scalar<T>(kind, d, s);
    store<T>(d, r);
    return true;
  }

  /** ADDPD and its kin. */
  @inline static packed<T>(kind: u32, ip: usize): bool {
    const s = Source.aligned(ip);
    return s ? Arith.vector<T>(kind, Xmm.dst(ip), s, Xmm.dst(ip)) : false;
  }

  @inline static vector<T>(kind: u32, left: usize, right: usize, d: usize): bool {
    const b = v128.load(right);
    const a = kind == SQRT ? b : v128.load(left);
    const r = Lanes.compute<T>(kind, a, b);
    if (!Lanes.stand<T>(kind, a, b, r) && !lanes_stand<T>(kind, a, b, r, false)) {
      return slow_lanes<T>(kind, left, right, d, 16);
    }
    v128.store(d, r);
    return true;
  }

  @inline static scalarMinMax<T>(kind: u32, ip: usize): bool {
    const s = Source.any(ip, sizeof<T>() as u32);
    if (!s) return false;
    const d = Xmm.dst(ip);
    const a = load<T>(d);
    const b = load<T>(s);
    if (!Host.isPlain<T>(a) || !Host.isPlain<T>(b)) return slow_lanes<T>(kind, d, s, d, sizeof<T>());
    store<T>(d, (kind == MIN ? a < b : a > b) ? a : b);
    return true;
  }

  @inline static packedMinMax<T>(kind: u32, ip: usize): bool {
    const s = Source.aligned(ip);
    if (!s) return false;
    const d = Xmm.dst(ip);
    const a = v128.load(d);
    const b = v128.load(s);
    if (!Lanes.allPlain<T>(a, b)) return slow_lanes<T>(kind, d, s, d, 16);
    if (sizeof<T>() == 8) v128.store(d, kind == MIN ? f64x2.pmin(b, a) : f64x2.pmax(b, a));
    else v128.store(d, kind == MIN ? f32x4.pmin(b, a) : f32x4.pmax(b, a));
    return true;
  }
}

/** A scalar result that may be zero or set PE for the first time, or needs everything. */
function slow_scalar<T>(kind: u32, d: usize, s: usize): bool {
  const b = load<T>(s);
  const a = kind == SQRT ? b : load<T>(d);
  const r = Host.compute<T>(kind, a, b);
  if (!Host.stands<T>(kind, a, b, r)) return slow_lanes<T>(kind, d, s, d, sizeof<T>());
  store<T>(d, r);
  return true;
}

/** Computes n (<= 32) bytes of lanes of left and right into d, unless one of them raises an unmasked exception. */
export function slow_lanes<T>(kind: u32, left: usize, right: usize, d: usize, n: usize): bool {
  Mxcsr.begin();
  for (let i: usize = 0; i < n; i += sizeof<T>()) {
    const laneKind = kind == ADDSUB ? (i & sizeof<T>() ? ADD : SUB) : kind;
    Format.store<T>(RESULT + i, lane<T>(laneKind, Format.load<T>(left + i), Format.load<T>(right + i)));
  }
  if (!settle()) return false;
  memory.copy(d, RESULT, n);
  return true;
}

/** One lane, on bits. */
export function lane<T>(kind: u32, a: u64, b: u64): u64 {
  if (kind <= DIV) return soft_arith<T>(kind, a, b);
  if (kind == SQRT) return soft_sqrt<T>(b);
  if (kind == MIN || kind == MAX) return soft_min_max<T>(kind, a, b);
  return kind >= ROUND ? soft_round<T>(kind - ROUND, b) : soft_cmp<T>(kind, a, b);
}

/** ADDSUBPD, ADDSUBPS. */
export function addsub<T>(ip: usize): bool {
  const s = Source.aligned(ip);
  return s ? slow_lanes<T>(ADDSUB, Xmm.dst(ip), s, Xmm.dst(ip), 16) : false;
}

/** HADDPD and its kin: the neighbours of dst, then those of src, are added or subtracted. */
export function horizontal<T>(kind: u32, ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  const a = v128.load(d);
  const b = v128.load(s);
  if (sizeof<T>() == 8) {
    v128.store(LEFT, v128.shuffle<u64>(a, b, 0, 2));
    v128.store(RIGHT, v128.shuffle<u64>(a, b, 1, 3));
  } else {
    v128.store(LEFT, v128.shuffle<u32>(a, b, 0, 2, 4, 6));
    v128.store(RIGHT, v128.shuffle<u32>(a, b, 1, 3, 5, 7));
  }
  return kind == ADD ? Arith.vector<T>(ADD, LEFT, RIGHT, d) : Arith.vector<T>(SUB, LEFT, RIGHT, d);
}
