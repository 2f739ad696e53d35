// Scalar conversions between integers, single and double precision (SDM volume 1, 11.4.1.6).
// The truncating and the default-rounding scalar forms have a path on the host's arithmetic; everything else is soft_convert.ts.
import { Host } from './float_fast.ts';
import { Mxcsr, RC_ZERO, settle } from './mxcsr.ts';
import { Gpr, Source, Xmm } from './operand.ts';
import { soft_from_int, soft_narrow, soft_to_int, soft_widen } from './soft_convert.ts';
import { Format } from './soft_format.ts';

@unmanaged
export class Convert {
  /** CVTSI2SD, CVTSI2SS: I (i32, i64) from a register or memory to T. */
  @inline static fromInt<T, I>(ip: usize): bool {
    const s = Source.gpr(ip, sizeof<I>() as u32);
    if (!s) return false;
    const v = load<I>(s);
    const r = v as T;
    const exact = (sizeof<I>() == 4 && sizeof<T>() == 8) || Convert.isSmall<T>(v as i64);
    if (!exact && !Mxcsr.plainInexact()) return from_int_slow<T>(Xmm.dst(ip), v as i64);
    store<T>(Xmm.dst(ip), r);
    return true;
  }
  @inline static isSmall<T>(v: i64): bool {
    const limit: i64 = sizeof<T>() == 8 ? 0x10000000000000 : 0x800000;
    return v <= limit && v >= -limit;
  }

  /** CVTTSD2SI, CVTTSS2SI: T truncated to I in a general register. */
  @inline static truncate<T, I>(ip: usize): bool {
    const s = Source.any(ip, sizeof<T>() as u32);
    if (!s) return false;
    const x = load<T>(s);
    const r = trunc<T>(x);
    if (!Convert.fits<T, I>(r) || !(r == x || Mxcsr.plainInexact()))
      return to_int_slow<T, I>(Gpr.dst(ip), Format.load<T>(s), RC_ZERO);
    Convert.put<I>(Gpr.dst(ip), r as I);
    return true;
  }
  /** CVTSD2SI, CVTSS2SI: rounded as MXCSR says. */
  @inline static rounded<T, I>(ip: usize): bool {
    const s = Source.any(ip, sizeof<T>() as u32);
    if (!s) return false;
    const r = nearest<T>(load<T>(s));
    if (!Convert.fits<T, I>(r) || !Mxcsr.plainInexact())
      return to_int_slow<T, I>(Gpr.dst(ip), Format.load<T>(s), Mxcsr.rounding());
    Convert.put<I>(Gpr.dst(ip), r as I);
    return true;
  }
  /** The integral x lies well within I. */
  @inline static fits<T, I>(x: T): bool {
    return abs<T>(x) < (sizeof<I>() == 8 ? (9.2e18 as T) : (2.1e9 as T));
  }
  @inline static put<I>(p: usize, v: I): void {
    store<u64>(p, sizeof<I>() == 8 ? (v as u64) : (v as u32 as u64));
  }
}

function from_int_slow<T>(d: usize, v: i64): bool {
  Mxcsr.begin();
  const r = soft_from_int<T>(v);
  if (!settle()) return false;
  Format.store<T>(d, r);
  return true;
}

function to_int_slow<T, I>(d: usize, x: u64, rounding: u32): bool {
  Mxcsr.begin();
  const v = soft_to_int<T, I>(x, rounding);
  if (!settle()) return false;
  Convert.put<I>(d, v);
  return true;
}

/** CVTSD2SS. */
export function cvtsd2ss(ip: usize): bool {
  const s = Source.any(ip, 8);
  if (!s) return false;
  const x = load<f64>(s);
  const r = x as f32;
  const d = Xmm.dst(ip);
  if (Mxcsr.plain() && Host.isNormal<f32>(r) && (Mxcsr.plainInexact() || (r as f64) == x)) {
    store<f32>(d, r);
    return true;
  }
  Mxcsr.begin();
  const bits = soft_narrow(load<u64>(s)) as u32;
  if (!settle()) return false;
  store<u32>(d, bits);
  return true;
}

/** CVTSS2SD. */
export function cvtss2sd(ip: usize): bool {
  const s = Source.any(ip, 4);
  if (!s) return false;
  const x = load<f32>(s);
  const d = Xmm.dst(ip);
  if (Host.isPlain<f32>(x)) {
    store<f64>(d, x as f64);
    return true;
  }
  Mxcsr.begin();
  const bits = soft_widen(load<u32>(s) as u64);
  if (!settle()) return false;
  store<u64>(d, bits);
  return true;
}
