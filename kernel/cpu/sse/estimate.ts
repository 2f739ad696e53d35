// RCPSS, RSQRTSS and the packed forms: estimates of 12 bits as Intel's processors give them. They round the value at the middle of
// an interval of the argument to a multiple of 2^-13; no flags, no influence of MXCSR, denormals count as zeros (SDM volume 2).
import { Source, Xmm } from './operand.ts';
import { Format } from './soft_format.ts';

@unmanaged
export class Estimate {
  @inline static scalar(ip: usize, root: bool): bool {
    const s = Source.any(ip, 4);
    if (!s) return false;
    store<u32>(Xmm.dst(ip), estimate(load<u32>(s), root));
    return true;
  }
  @inline static packed(ip: usize, root: bool): bool {
    const s = Source.aligned(ip);
    if (!s) return false;
    const d = Xmm.dst(ip);
    for (let i: usize = 0; i < 16; i += 4) store<u32>(d + i, estimate(load<u32>(s + i), root));
    return true;
  }
}

function estimate(x: u32, root: bool): u32 {
  const sign = x & 0x80000000;
  const magnitude = x ^ sign;
  if (magnitude > 0x7f800000) return x | 0x400000;
  if (magnitude < 0x800000) return sign | 0x7f800000;
  if (root) return sign ? (Format.defaultNan<f32>() as u32) : magnitude == 0x7f800000 ? 0 : root_estimate(x);
  return magnitude == 0x7f800000 ? sign : sign | reciprocal_estimate(magnitude);
}

/** The interval is given by 11 bits of the significand; results below the normal numbers are zero. */
function reciprocal_estimate(x: u32): u32 {
  const middle = reinterpret<f32>((x & 0x7ff000) | 0x3f800800) as f64;
  const r = Estimate13.of(1 / middle) as f32;
  const bits = (reinterpret<u32>(r) as i32) + ((127 - ((x >> 23) as i32)) << 23);
  return bits < 0x800000 ? 0 : (bits as u32);
}

/** The interval is given by 10 bits of the significand and the lowest of the exponent. */
function root_estimate(x: u32): u32 {
  const exponent = (x >> 23) as i32;
  const odd = (exponent & 1) ^ 1;
  const middle = reinterpret<f32>((x & 0x7fe000) | (((127 + odd) as u32) << 23) | 0x1000) as f64;
  const r = Estimate13.of(1 / sqrt<f64>(middle)) as f32;
  return reinterpret<u32>(r) + (((127 + odd - exponent) >> 1) << 23);
}

@unmanaged
class Estimate13 {
  @inline static of(x: f64): f64 {
    return floor<f64>(x * 8192 + 0.5) / 8192;
  }
}
