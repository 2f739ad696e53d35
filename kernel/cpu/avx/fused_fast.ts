// a * b + c with one rounding by the host's arithmetic, to nearest (Boldo and Melquiond, Emulation of FMA and correctly rounded sums:
// proved algorithms using rounding to odd, 2008). Good for results that are normal; doubles also need operands far from the
// ends of the exponent range, which `fits` says.

@unmanaged
export class FusedFast {
  /** Whether a * b and c are where no part of the computation overflows or underflows. */
  @inline static fits<T>(a: T, b: T, c: T): bool {
    if (sizeof<T>() == 4) return true;
    return middling(a as f64, 400) && middling(b as f64, 400) && (c == 0 || middling(c as f64, 900));
  }
  @inline static of<T>(a: T, b: T, c: T): T {
    return sizeof<T>() == 4
      ? (single(a as f32, b as f32, c as f32) as f32 as T)
      : (double(a as f64, b as f64, c as f64) as f64 as T);
  }
  /** Was the last result rounded? */
  @inline static wasInexact(): bool {
    return load<u32>(INEXACT) != 0;
  }
}

const INEXACT: usize = memory.data(4, 4);

/** Is the exponent of x within `most` of 0? */
function middling(x: f64, most: i32): bool {
  const exponent = ((reinterpret<u64>(x) >> 52) as i32) & 0x7ff;
  return ((exponent - 1023 + most) as u32) <= ((2 * most) as u32);
}

@unmanaged
class Exact {
  /** What rounding a + b to `sum` left out. */
  @inline static sumError(a: f64, b: f64, sum: f64): f64 {
    const part = sum - a;
    return a - (sum - part) + (b - part);
  }
  /** What rounding a * b to `product` left out, by halves of 26 bits (Dekker). */
  @inline static productError(a: f64, b: f64, product: f64): f64 {
    const a1 = Exact.upperHalf(a);
    const b1 = Exact.upperHalf(b);
    const a0 = a - a1;
    const b0 = b - b1;
    return a0 * b0 - (product - a1 * b1 - a1 * b0 - a0 * b1);
  }
  @inline static upperHalf(x: f64): f64 {
    const t = 134217729 * x;
    return t - (t - x);
  }
  /** The sum rounded to odd: an inexact one gets its last bit set, so that rounding again cannot round twice. */
  @inline static odd(sum: f64, error: f64): f64 {
    const bits = reinterpret<u64>(sum);
    if (error == 0 || bits & 1) return sum;
    return reinterpret<f64>(error > 0 == sum > 0 ? bits + 1 : bits - 1);
  }
}

function single(a: f32, b: f32, c: f32): f32 {
  const product = (a as f64) * (b as f64);
  const sum = product + (c as f64);
  const error = Exact.sumError(product, c as f64, sum);
  const r = Exact.odd(sum, error) as f32;
  store<u32>(INEXACT, (error != 0 || (r as f64) != sum) as u32);
  return r;
}

function double(a: f64, b: f64, c: f64): f64 {
  const product = a * b;
  const productLow = Exact.productError(a, b, product);
  const low = c + productLow;
  const lowError = Exact.sumError(c, productLow, low);
  const high = product + low;
  const highError = Exact.sumError(product, low, high);
  const rest = lowError + highError;
  const restError = Exact.sumError(lowError, highError, rest);
  const addend = Exact.odd(rest, restError);
  const r = high + addend;
  store<u32>(INEXACT, (restError != 0 || Exact.sumError(high, addend, r) != 0) as u32);
  return r;
}
