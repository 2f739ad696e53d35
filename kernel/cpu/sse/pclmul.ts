// PCLMULQDQ: product of two quadwords as polynomials over GF(2) (SDM volume 2).
import { Imm, Source, Xmm } from './operand.ts';

/** Bit 0 of imm chooses the quadword of dst, bit 4 that of src. */
export function pclmulqdq(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  const imm = Imm.byte(ip);
  let x = load<u64>(d + (imm & 1) * 8);
  const y = load<u64>(s + ((imm >> 4) & 1) * 8);
  let low: u64 = 0;
  let high: u64 = 0;
  while (x) {
    const n = ctz<u64>(x);
    low ^= y << n;
    // In two steps, since a shift by 64 would be one by 0.
    high ^= (y >> 1) >> (63 - n);
    x &= x - 1;
  }
  v128.store(d, i64x2(low as i64, high as i64));
  return true;
}
