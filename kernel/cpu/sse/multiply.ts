// Packed integer products and sums of neighbours, absolute values and signs (SDM volume 1, 11.4.2, 12.6 and 12.10).
// Pure functions of two vectors.
import {
  OP_PABSB,
  OP_PABSD,
  OP_PABSW,
  OP_PHADDD,
  OP_PHADDSW,
  OP_PHADDW,
  OP_PHMINPOSUW,
  OP_PHSUBD,
  OP_PHSUBSW,
  OP_PHSUBW,
  OP_PMADDUBSW,
  OP_PMADDWD,
  OP_PMULDQ,
  OP_PMULHRSW,
  OP_PMULHUW,
  OP_PMULHW,
  OP_PMULLD,
  OP_PMULLW,
  OP_PMULUDQ,
  OP_PSADBW,
  OP_PSIGNB,
  OP_PSIGND,
  OP_PSIGNW,
} from '../../../isa/ops.gen.ts';
import { Shuffle } from './shuffle.ts';

/** Even and odd elements of the 32 bytes a:b, for sums of neighbours. */
@unmanaged
class Pairs {
  @inline static evenWords(a: v128, b: v128): v128 {
    return v128.shuffle<u16>(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
  }
  @inline static oddWords(a: v128, b: v128): v128 {
    return v128.shuffle<u16>(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
  }
  @inline static evenDwords(a: v128, b: v128): v128 {
    return v128.shuffle<u32>(a, b, 0, 2, 4, 6);
  }
  @inline static oddDwords(a: v128, b: v128): v128 {
    return v128.shuffle<u32>(a, b, 1, 3, 5, 7);
  }
}

@unmanaged
export class Multiply {
  static of(op: u32, a: v128, b: v128): v128 {
    switch (op) {
      case OP_PMULLW:
        return i16x8.mul(a, b);
      case OP_PMULLD:
        return i32x4.mul(a, b);
      case OP_PMULHW:
        return Pairs.oddWords(i32x4.extmul_low_i16x8_s(a, b), i32x4.extmul_high_i16x8_s(a, b));
      case OP_PMULHUW:
        return Pairs.oddWords(i32x4.extmul_low_i16x8_u(a, b), i32x4.extmul_high_i16x8_u(a, b));
      case OP_PMULUDQ:
        return i64x2.extmul_low_i32x4_u(Pairs.evenDwords(a, a), Pairs.evenDwords(b, b));
      case OP_PMULDQ:
        return i64x2.extmul_low_i32x4_s(Pairs.evenDwords(a, a), Pairs.evenDwords(b, b));
      case OP_PMADDWD:
        return i32x4.dot_i16x8_s(a, b);
      case OP_PMADDUBSW:
        return multiply_bytes(a, b);
      case OP_PMULHRSW:
        return multiply_rounded(a, b);
      case OP_PSADBW:
        return sum_of_differences(a, b);
      case OP_PHADDW:
        return i16x8.add(Pairs.evenWords(a, b), Pairs.oddWords(a, b));
      case OP_PHADDD:
        return i32x4.add(Pairs.evenDwords(a, b), Pairs.oddDwords(a, b));
      case OP_PHADDSW:
        return i16x8.add_sat_s(Pairs.evenWords(a, b), Pairs.oddWords(a, b));
      case OP_PHSUBW:
        return i16x8.sub(Pairs.evenWords(a, b), Pairs.oddWords(a, b));
      case OP_PHSUBD:
        return i32x4.sub(Pairs.evenDwords(a, b), Pairs.oddDwords(a, b));
      case OP_PHSUBSW:
        return i16x8.sub_sat_s(Pairs.evenWords(a, b), Pairs.oddWords(a, b));
      case OP_PABSB:
        return i8x16.abs(b);
      case OP_PABSW:
        return i16x8.abs(b);
      case OP_PABSD:
        return i32x4.abs(b);
      case OP_PSIGNB:
        return signed(a, i8x16.lt_s(b, i8x16.splat(0)), i8x16.eq(b, i8x16.splat(0)), i8x16.neg(a));
      case OP_PSIGNW:
        return signed(a, i16x8.lt_s(b, i16x8.splat(0)), i16x8.eq(b, i16x8.splat(0)), i16x8.neg(a));
      case OP_PSIGND:
        return signed(a, i32x4.lt_s(b, i32x4.splat(0)), i32x4.eq(b, i32x4.splat(0)), i32x4.neg(a));
      case OP_PHMINPOSUW:
        return minimum_position(b);
      default:
        return Shuffle.of(op, a, b);
    }
  }
}

/** Lanes of a negated where the other operand was negative, zero where it was zero. */
function signed(a: v128, negative: v128, zero: v128, negated: v128): v128 {
  return v128.andnot(v128.bitselect(negated, a, negative), zero);
}

/** Unsigned bytes of a times signed bytes of b, neighbours added with saturation. */
function multiply_bytes(a: v128, b: v128): v128 {
  const even = i16x8.mul(v128.and(a, i16x8.splat(0xff)), i16x8.shr_s(i16x8.shl(b, 8), 8));
  const odd = i16x8.mul(i16x8.shr_u(a, 8), i16x8.shr_s(b, 8));
  return i16x8.add_sat_s(even, odd);
}

/** (a * b + 0x4000) >> 15; -1 * -1 stays -1 where wasm would saturate. */
function multiply_rounded(a: v128, b: v128): v128 {
  const least = i16x8.splat(-0x8000);
  const overflow = v128.and(i16x8.eq(a, least), i16x8.eq(b, least));
  return v128.xor(i16x8.q15mulr_sat_s(a, b), overflow);
}

/** Per half: the sum of the absolute differences of its eight bytes. */
function sum_of_differences(a: v128, b: v128): v128 {
  const difference = i8x16.sub(i8x16.max_u(a, b), i8x16.min_u(a, b));
  const sums = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(difference));
  return v128.and(i64x2.add(sums, i64x2.shr_u(sums, 32)), i64x2.splat(0xffff));
}

function minimum_position(b: v128): v128 {
  // Value in the upper, position in the lower half: one unsigned minimum over all finds both.
  const low = v128.or(i32x4.shl(i32x4.extend_low_i16x8_u(b), 16), i32x4(0, 1, 2, 3));
  const high = v128.or(i32x4.shl(i32x4.extend_high_i16x8_u(b), 16), i32x4(4, 5, 6, 7));
  let m = i32x4.min_u(low, high);
  m = i32x4.min_u(m, v128.shuffle<u32>(m, m, 2, 3, 0, 1));
  m = i32x4.min_u(m, v128.shuffle<u32>(m, m, 1, 0, 3, 2));
  const found = i32x4.extract_lane(m, 0) as u32;
  return i64x2(((found >> 16) | (found << 16)) as u64 as i64, 0);
}
