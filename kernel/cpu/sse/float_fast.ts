// When the host's arithmetic is already what the CPU would do: MXCSR is plain, no operand is denormal, the result is an ordinary
// number (so no NaN was involved: its bits would be the host's choice), and inexactness is either known to be sticky or excluded.
import { ADD, DIV, MUL, SUB } from './float_kind.ts';
import { Mxcsr } from './mxcsr.ts';

@unmanaged
export class Host {
  @inline static compute<T>(kind: u32, a: T, b: T): T {
    return kind == ADD
      ? ((a + b) as T)
      : kind == SUB
        ? ((a - b) as T)
        : kind == MUL
          ? ((a * b) as T)
          : kind == DIV
            ? ((a / b) as T)
            : sqrt<T>(b);
  }

  /** Bits without the sign, at the top of a u64: integer order is magnitude order for both formats. */
  @inline static magnitude<T>(x: T): u64 {
    return sizeof<T>() == 8 ? reinterpret<u64>(x as f64) << 1 : (reinterpret<u32>(x as f32) as u64) << 33;
  }
  @inline static leastNormal<T>(): u64 {
    return sizeof<T>() == 8 ? 0x0020000000000000 : 0x0100000000000000;
  }
  @inline static infinity<T>(): u64 {
    return sizeof<T>() == 8 ? 0xffe0000000000000 : 0xff00000000000000;
  }
  /** A finite number above the least normal one: what rounds to just that may have been tiny, and underflow. */
  @inline static isNormal<T>(x: T): bool {
    return Host.magnitude<T>(x) - Host.leastNormal<T>() - 1 < Host.infinity<T>() - Host.leastNormal<T>() - 1;
  }
  @inline static isDenormal<T>(x: T): bool {
    return Host.magnitude<T>(x) - 1 < Host.leastNormal<T>() - 1;
  }
  /** Neither NaN nor denormal. */
  @inline static isPlain<T>(x: T): bool {
    return x == x && !Host.isDenormal<T>(x);
  }

  /** r is normal and neither operand denormal. */
  @inline static isOrdinary<T>(a: T, b: T, r: T): bool {
    return Host.isNormal<T>(r) && !Host.isDenormal<T>(a) && !Host.isDenormal<T>(b);
  }

  /** Whether r = a kind b can be taken as it is, kind up to SQRT. */
  @inline static stands<T>(kind: u32, a: T, b: T, r: T): bool {
    if (!Mxcsr.plain() || Host.isDenormal<T>(a) || Host.isDenormal<T>(b)) return false;
    if (!Host.isNormal<T>(r)) {
      // Zeros are exact unless a product or quotient of other numbers sank to it.
      return r == 0 && (kind <= SUB || a == 0 || (kind == MUL && b == 0));
    }
    return Mxcsr.plainInexact() || is_exact<T>(kind, a, b, r);
  }
}

/** Whether the normal r is exactly a kind b; may say no for a few exact ones. */
export function is_exact<T>(kind: u32, a: T, b: T, r: T): bool {
  if (kind <= SUB) {
    const addend = (kind == SUB ? -b : b) as T;
    const part = (r - a) as T;
    return ((a - (r - part) + (addend - part)) as T) == 0;
  }
  if (kind == MUL) return is_product<T>(a, b, r);
  if (kind == DIV) return is_product<T>(r, b, a);
  return is_product<T>(r, r, b);
}

/** Whether a * b is p exactly, for p rounded from it or normal operands that p was divided from. */
function is_product<T>(a: T, b: T, p: T): bool {
  if (sizeof<T>() == 4) return (a as f64) * (b as f64) == (p as f64);
  return significant(reinterpret<u64>(a as f64)) + significant(reinterpret<u64>(b as f64)) <= 53 && ((a * b) as T) == p;
}

/** Bits of the significand up to the last one that is set; x is normal. */
function significant(x: u64): u64 {
  return 53 - ctz<u64>(x | 0x10000000000000);
}

/** The same for vectors: a lane is all ones where the statement holds. */
@unmanaged
export class Lanes {
  @inline static abs<T>(x: v128): v128 {
    return sizeof<T>() == 8 ? v128.and(x, i64x2.splat(0x7fffffffffffffff)) : v128.and(x, i32x4.splat(0x7fffffff));
  }
  @inline static isNormal<T>(x: v128): v128 {
    const m = Lanes.abs<T>(x);
    return sizeof<T>() == 8
      ? v128.and(i64x2.gt_s(m, i64x2.splat(0x0010000000000000)), i64x2.lt_s(m, i64x2.splat(0x7ff0000000000000)))
      : v128.and(i32x4.gt_s(m, i32x4.splat(0x00800000)), i32x4.lt_s(m, i32x4.splat(0x7f800000)));
  }
  @inline static isDenormal<T>(x: v128): v128 {
    const m = Lanes.abs<T>(x);
    return sizeof<T>() == 8
      ? v128.and(i64x2.gt_s(m, i64x2.splat(0)), i64x2.lt_s(m, i64x2.splat(0x0010000000000000)))
      : v128.and(i32x4.gt_s(m, i32x4.splat(0)), i32x4.lt_s(m, i32x4.splat(0x00800000)));
  }
  @inline static isZero<T>(x: v128): v128 {
    return sizeof<T>() == 8 ? f64x2.eq(x, f64x2.splat(0)) : f32x4.eq(x, f32x4.splat(0));
  }
  @inline static isNan<T>(x: v128): v128 {
    return sizeof<T>() == 8 ? f64x2.ne(x, x) : f32x4.ne(x, x);
  }
  /** No lane is NaN or denormal. */
  @inline static allPlain<T>(a: v128, b: v128): bool {
    const odd = v128.or(
      v128.or(Lanes.isNan<T>(a), Lanes.isNan<T>(b)),
      v128.or(Lanes.isDenormal<T>(a), Lanes.isDenormal<T>(b)),
    );
    return !v128.any_true(odd);
  }

  @inline static compute<T>(kind: u32, a: v128, b: v128): v128 {
    if (kind == ADD) return sizeof<T>() == 8 ? f64x2.add(a, b) : f32x4.add(a, b);
    if (kind == SUB) return sizeof<T>() == 8 ? f64x2.sub(a, b) : f32x4.sub(a, b);
    if (kind == MUL) return sizeof<T>() == 8 ? f64x2.mul(a, b) : f32x4.mul(a, b);
    if (kind == DIV) return sizeof<T>() == 8 ? f64x2.div(a, b) : f32x4.div(a, b);
    return sizeof<T>() == 8 ? f64x2.sqrt(b) : f32x4.sqrt(b);
  }

  /** Host.stands for every lane; exactness is not examined: PE must be sticky. */
  @inline static stand<T>(kind: u32, a: v128, b: v128, r: v128): bool {
    if (!Mxcsr.plainInexact()) return false;
    let zero = Lanes.isZero<T>(r);
    if (kind == MUL) zero = v128.and(zero, v128.or(Lanes.isZero<T>(a), Lanes.isZero<T>(b)));
    if (kind == DIV) zero = v128.and(zero, Lanes.isZero<T>(a));
    const denormal = v128.or(Lanes.isDenormal<T>(a), Lanes.isDenormal<T>(b));
    const good = v128.andnot(v128.or(Lanes.isNormal<T>(r), zero), denormal);
    return sizeof<T>() == 8 ? i64x2.all_true(good) : i32x4.all_true(good);
  }
}

/** Host.stands for every lane, or for the low one; slower than Lanes.stand, and right about zeros and exact results. */
export function lanes_stand<T>(kind: u32, a: v128, b: v128, r: v128, scalar: bool): bool {
  if (sizeof<T>() == 8) return double_stands(kind, a, b, r, 0) && (scalar || double_stands(kind, a, b, r, 1));
  if (!single_stands(kind, a, b, r)) return false;
  for (let i = 1; i < 4 && !scalar; i++) {
    a = v128.shuffle<u32>(a, a, 1, 2, 3, 0);
    b = v128.shuffle<u32>(b, b, 1, 2, 3, 0);
    r = v128.shuffle<u32>(r, r, 1, 2, 3, 0);
    if (!single_stands(kind, a, b, r)) return false;
  }
  return true;
}

function double_stands(kind: u32, a: v128, b: v128, r: v128, lane: u32): bool {
  return lane
    ? Host.stands<f64>(kind, f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1), f64x2.extract_lane(r, 1))
    : Host.stands<f64>(kind, f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0), f64x2.extract_lane(r, 0));
}

function single_stands(kind: u32, a: v128, b: v128, r: v128): bool {
  return Host.stands<f32>(kind, f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0), f32x4.extract_lane(r, 0));
}
