// 128-bit products and quotients of 64-bit integers.

@unmanaged
export class Wide {
  /** Upper half of the unsigned product. */
  @inline static mulhu(a: u64, b: u64): u64 {
    const a0 = a & 0xffffffff;
    const a1 = a >> 32;
    const b0 = b & 0xffffffff;
    const b1 = b >> 32;
    const low = a0 * b0;
    const mid = a1 * b0 + (low >> 32);
    const mid2 = a0 * b1 + (mid & 0xffffffff);
    return a1 * b1 + (mid >> 32) + (mid2 >> 32);
  }

  /** Upper half of the signed product. */
  @inline static mulhs(a: i64, b: i64): i64 {
    return Wide.mulhu(a as u64, b as u64) - ((a >> 63) & b) - ((b >> 63) & a);
  }
}

/** Quotient of high:low by d, high < d (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D in base 2^32). */
export function divide_wide(high: u64, low: u64, d: u64): u64 {
  if (!high) return low / d;
  const shift = clz<u64>(d);
  d <<= shift;
  const top = shift ? (high << shift) | (low >> (64 - shift)) : high;
  low <<= shift;
  const q1 = digit(top, low >> 32, d);
  const rest = ((top << 32) | (low >> 32)) - q1 * d;
  const q0 = digit(rest, low & 0xffffffff, d);
  return (q1 << 32) | q0;
}

/** One digit of the quotient of top:next by the normalised d. */
function digit(top: u64, next: u64, d: u64): u64 {
  const d1 = d >> 32;
  const d0 = d & 0xffffffff;
  let q = top / d1;
  let r = top - q * d1;
  while (q >> 32 || q * d0 > ((r << 32) | next)) {
    q--;
    r += d1;
    if (r >> 32) break;
  }
  return q;
}
