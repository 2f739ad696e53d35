// 64 x 64 -> 128 and 128 / 64 bit integer arithmetic for the significands of the x87 unit.
// Second results go to WIDE_LOW: a wasm function of this language returns one value.

/** u64: the low half of the last product, or the remainder of the last division. */
export const WIDE_LOW: usize = memory.data(8, 8);

/** High half of a * b; the low half is in WIDE_LOW. */
export function mulWide(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const p00 = a0 * b0;
  const p01 = a0 * b1;
  const p10 = a1 * b0;
  const middle = (p00 >> 32) + (p01 & 0xffffffff) + (p10 & 0xffffffff);
  store<u64>(WIDE_LOW, (middle << 32) | (p00 & 0xffffffff));
  return a1 * b1 + (p01 >> 32) + (p10 >> 32) + (middle >> 32);
}

/** (hi, lo) / d for hi < d and d with its top bit set; the remainder is in WIDE_LOW. Knuth's algorithm D, base 2^32. */
export function divWide(hi: u64, lo: u64, d: u64): u64 {
  const q1 = digit(hi, lo >> 32, d);
  const r1 = load<u64>(WIDE_LOW);
  const q0 = digit(r1, lo & 0xffffffff, d);
  return (q1 << 32) | q0;
}

/** One base-2^32 quotient digit of (rem, next) / d; leaves the new remainder in WIDE_LOW. */
function digit(rem: u64, next: u64, d: u64): u64 {
  const dHigh = d >> 32;
  const dLow = d & 0xffffffff;
  let q = rem / dHigh;
  let r = rem - q * dHigh;
  while (q >> 32 != 0 || q * dLow > ((r << 32) | next)) {
    q--;
    r += dHigh;
    if (r >> 32 != 0) break;
  }
  store<u64>(WIDE_LOW, ((rem << 32) | next) - q * d);
  return q;
}

/** (hi, lo) >> n with every lost bit or'ed into the lowest one: returns the high half, the low half is in WIDE_LOW. */
export function shiftRightJam(hi: u64, lo: u64, n: u32): u64 {
  if (n == 0) {
    store<u64>(WIDE_LOW, lo);
    return hi;
  }
  if (n < 64) {
    const lost = (lo << (64 - n) != 0) as u64;
    store<u64>(WIDE_LOW, (hi << (64 - n)) | (lo >> n) | lost);
    return hi >> n;
  }
  if (n < 128) {
    const s = n - 64;
    const lost = (lo != 0 || (s != 0 && hi << (64 - s) != 0)) as u64;
    store<u64>(WIDE_LOW, (hi >> s) | lost);
    return 0;
  }
  store<u64>(WIDE_LOW, ((hi | lo) != 0) as u64);
  return 0;
}
