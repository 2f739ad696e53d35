// Packed conversions between integers, single and double precision (SDM volume 1, 11.4.1.6): the host's operations where they
// stand, soft_convert.ts otherwise.
import { Lanes } from './float_fast.ts';
import { Mxcsr, RC_ZERO, settle } from './mxcsr.ts';
import { Source, Xmm } from './operand.ts';
import { soft_from_int, soft_narrow, soft_to_int, soft_widen } from './soft_convert.ts';
import { Format } from './soft_format.ts';

/** 16 bytes: results, until it is known that none of them faults. */
const RESULT: usize = memory.data(16, 16);

@unmanaged
class Finish {
  /** Writes RESULT to d unless an unmasked exception is pending. */
  @inline static at(d: usize): bool {
    if (!settle()) return false;
    v128.store(d, v128.load(RESULT));
    return true;
  }
  @inline static start(): void {
    Mxcsr.begin();
    v128.store(RESULT, i64x2.splat(0));
  }
}

@unmanaged
class InRange {
  /** No lane is NaN or near the ends of i32. */
  @inline static all<T>(x: v128): bool {
    return sizeof<T>() == 8
      ? i64x2.all_true(f64x2.lt(f64x2.abs(x), f64x2.splat(2147483647)))
      : i32x4.all_true(f32x4.lt(f32x4.abs(x), f32x4.splat(2147483520)));
  }
  /** Under a plain MXCSR, where what is not truncated is rounded to nearest. */
  @inline static convert<T>(x: v128, rounding: u32): v128 {
    if (sizeof<T>() == 8) return i32x4.trunc_sat_f64x2_s_zero(rounding == RC_ZERO ? x : f64x2.nearest(x));
    return i32x4.trunc_sat_f32x4_s(rounding == RC_ZERO ? x : f32x4.nearest(x));
  }
}

/** CVTPS2PD: the two low singles. */
export function cvtps2pd(ip: usize): bool {
  const s = Source.any(ip, 8);
  if (!s) return false;
  const x = v128.load64_zero(s);
  if (Lanes.allPlain<f32>(x, x)) {
    v128.store(Xmm.dst(ip), f64x2.promote_low_f32x4(x));
    return true;
  }
  Finish.start();
  store<u64>(RESULT, soft_widen(load<u32>(s) as u64));
  store<u64>(RESULT, soft_widen(load<u32>(s, 4) as u64), 8);
  return Finish.at(Xmm.dst(ip));
}

/** CVTPD2PS: into the low half, the upper becomes zero. */
export function cvtpd2ps(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const x = v128.load(s);
  const r = f32x4.demote_f64x2_zero(x);
  const good = i32x4.bitmask(Lanes.isNormal<f32>(r)) | i64x2.bitmask(Lanes.isZero<f64>(x));
  if (Mxcsr.plainInexact() && (good & 3) == 3) {
    v128.store(Xmm.dst(ip), r);
    return true;
  }
  Finish.start();
  store<u32>(RESULT, soft_narrow(load<u64>(s)) as u32);
  store<u32>(RESULT, soft_narrow(load<u64>(s, 8)) as u32, 4);
  return Finish.at(Xmm.dst(ip));
}

/** CVTDQ2PD: the two low integers, exact. */
export function cvtdq2pd(ip: usize): bool {
  const s = Source.any(ip, 8);
  if (!s) return false;
  v128.store(Xmm.dst(ip), f64x2.convert_low_i32x4_s(i64x2.splat(load<i64>(s))));
  return true;
}

/** CVTDQ2PS. */
export function cvtdq2ps(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  if (Mxcsr.plainInexact()) {
    v128.store(Xmm.dst(ip), f32x4.convert_i32x4_s(v128.load(s)));
    return true;
  }
  Finish.start();
  for (let i: usize = 0; i < 16; i += 4) store<u32>(RESULT + i, soft_from_int<f32>(load<i32>(s + i) as i64) as u32);
  return Finish.at(Xmm.dst(ip));
}

/** CVTPS2DQ, CVTTPS2DQ (T = f32, four lanes), CVTPD2DQ, CVTTPD2DQ (T = f64, two lanes, the upper half becomes zero). */
export function to_dwords<T>(ip: usize, rounding: u32): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const x = v128.load(s);
  if (Mxcsr.plainInexact() && InRange.all<T>(x)) {
    v128.store(Xmm.dst(ip), InRange.convert<T>(x, rounding));
    return true;
  }
  Finish.start();
  for (let i: usize = 0; i < 16 / sizeof<T>(); i++) {
    store<i32>(RESULT + 4 * i, soft_to_int<T, i32>(Format.load<T>(s + i * sizeof<T>()), rounding));
  }
  return Finish.at(Xmm.dst(ip));
}
