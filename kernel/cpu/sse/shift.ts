// Packed shifts (SDM volume 1, 11.4.2). Counts of the lane width and more give zeros, or signs in arithmetic shifts; a count
// operand is the whole low quadword.
import {
  OP_PSLLD,
  OP_PSLLD_I,
  OP_PSLLQ,
  OP_PSLLQ_I,
  OP_PSLLW,
  OP_PSLLW_I,
  OP_PSRAD,
  OP_PSRAD_I,
  OP_PSRAW,
  OP_PSRAW_I,
  OP_PSRLD,
  OP_PSRLD_I,
  OP_PSRLQ,
  OP_PSRLQ_I,
  OP_PSRLW,
  OP_PSRLW_I,
} from '../../../isa/ops.gen.ts';

@unmanaged
export class LaneShift {
  static of(op: u32, a: v128, count: u64): v128 {
    const n = count as i32;
    switch (op) {
      case OP_PSLLW:
      case OP_PSLLW_I:
        return count > 15 ? i64x2.splat(0) : i16x8.shl(a, n);
      case OP_PSLLD:
      case OP_PSLLD_I:
        return count > 31 ? i64x2.splat(0) : i32x4.shl(a, n);
      case OP_PSLLQ:
      case OP_PSLLQ_I:
        return count > 63 ? i64x2.splat(0) : i64x2.shl(a, n);
      case OP_PSRLW:
      case OP_PSRLW_I:
        return count > 15 ? i64x2.splat(0) : i16x8.shr_u(a, n);
      case OP_PSRLD:
      case OP_PSRLD_I:
        return count > 31 ? i64x2.splat(0) : i32x4.shr_u(a, n);
      case OP_PSRLQ:
      case OP_PSRLQ_I:
        return count > 63 ? i64x2.splat(0) : i64x2.shr_u(a, n);
      case OP_PSRAW:
      case OP_PSRAW_I:
        return i16x8.shr_s(a, LaneShift.capped(count, 15));
      case OP_PSRAD:
      case OP_PSRAD_I:
        return i32x4.shr_s(a, LaneShift.capped(count, 31));
      default:
        unreachable();
        return a;
    }
  }
  @inline static capped(count: u64, most: u64): i32 {
    return (count < most ? count : most) as i32;
  }
}

/** 48 bytes: zeros, the operand, zeros. */
const WINDOW: usize = memory.data(48, 16);

/** PSLLDQ, PSRLDQ. */
@unmanaged
export class ByteShift {
  static left(a: v128, count: u32): v128 {
    v128.store(WINDOW + 16, a);
    return v128.load(WINDOW + 16 - (min<u32>(count, 16) as usize));
  }
  static right(a: v128, count: u32): v128 {
    v128.store(WINDOW + 16, a);
    return v128.load(WINDOW + 16 + (min<u32>(count, 16) as usize));
  }
}
