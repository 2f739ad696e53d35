// SSE4.1 instructions of their own kind: PTEST, dot products, MPSADBW (SDM volume 2).
import { Flags, CF, ZF } from '../flags.ts';
import { Blend } from './blend.ts';
import { slow_lanes } from './float_arith.ts';
import { ADD, MUL } from './float_kind.ts';
import { Imm, Source, Xmm } from './operand.ts';

/** 32 bytes each: sums of dot products, and the same with lanes exchanged. */
export const SUM: usize = memory.data(32, 16);
const SWAPPED: usize = memory.data(32, 16);

/** ZF: src & dst is zero. CF: src & ~dst is zero. */
export function ptest(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const a = v128.load(Xmm.dst(ip));
  const b = v128.load(s);
  let flags: u64 = v128.any_true(v128.and(b, a)) ? 0 : ZF;
  if (!v128.any_true(v128.andnot(b, a))) flags |= CF;
  Flags.explicit(flags);
  return true;
}

/**
 * DPPS, DPPD: products of the lanes in imm 7:4, summed, to the lanes in imm 3:0. Every lane adds in an order of its own, as
 * the CPU does, which shows when several products are NaNs: doubles itself and its neighbour; singles the neighbour and
 * itself, then the other pair's sum.
 */
export function dot_product<T>(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  if (!dot_products<T>(d, s, Imm.byte(ip), 16)) return false;
  v128.store(d, v128.load(SUM));
  return true;
}

/** The dot products of n bytes, 16 apart from each other, into SUM. Every step is done for all before one of them can fault. */
export function dot_products<T>(a: usize, b: usize, imm: u32, n: usize): bool {
  const chosen = sizeof<T>() == 8 ? Blend.quads(imm >> 4) : Blend.dwords(imm >> 4);
  for (let i: usize = 0; i < n; i += 16) {
    v128.store(SUM + i, v128.and(v128.load(a + i), chosen));
    v128.store(SWAPPED + i, v128.and(v128.load(b + i), chosen));
  }
  if (!slow_lanes<T>(MUL, SUM, SWAPPED, SUM, n)) return false;
  for (let i: usize = 0; i < n; i += 16) {
    const products = v128.load(SUM + i);
    v128.store(
      SWAPPED + i,
      sizeof<T>() == 8
        ? v128.shuffle<u64>(products, products, 1, 0)
        : v128.shuffle<u32>(products, products, 1, 0, 3, 2),
    );
  }
  if (sizeof<T>() == 8) {
    if (!slow_lanes<T>(ADD, SUM, SWAPPED, SUM, n)) return false;
  } else if (!slow_lanes<T>(ADD, SWAPPED, SUM, SUM, n) || !add_pairs(n)) return false;
  const kept = sizeof<T>() == 8 ? Blend.quads(imm) : Blend.dwords(imm);
  for (let i: usize = 0; i < n; i += 16) v128.store(SUM + i, v128.and(v128.load(SUM + i), kept));
  return true;
}

/** Sums of two products become sums of four. */
function add_pairs(n: usize): bool {
  for (let i: usize = 0; i < n; i += 16) {
    const pairs = v128.load(SUM + i);
    v128.store(SWAPPED + i, v128.shuffle<u32>(pairs, pairs, 2, 3, 0, 1));
  }
  return slow_lanes<f32>(ADD, SUM, SWAPPED, SUM, n);
}

/** MPSADBW: for each of eight places in dst, the sum of absolute differences to four bytes of src. */
export function mpsadbw(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  const imm = Imm.byte(ip);
  const window = d + ((imm >> 2) & 1) * 4;
  const block = load<u32>(s + (imm & 3) * 4);
  let sums = i16x8.splat(0);
  for (let i: u32 = 0; i < 4; i++) {
    const places = i16x8.extend_low_i8x16_u(v128.load64_zero(window + i));
    const byte = i16x8.splat(((block >> (8 * i)) & 0xff) as i16);
    sums = i16x8.add(sums, i16x8.abs(i16x8.sub(places, byte)));
  }
  v128.store(d, sums);
  return true;
}
