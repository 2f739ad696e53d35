// PMOVSX, PMOVZX: the low elements of the source widened (SDM volume 2). Memory operands have just the size that is used.
import {
  OP_PMOVSXBD,
  OP_PMOVSXBQ,
  OP_PMOVSXBW,
  OP_PMOVSXDQ,
  OP_PMOVSXWD,
  OP_PMOVSXWQ,
  OP_PMOVZXBD,
  OP_PMOVZXBQ,
  OP_PMOVZXBW,
  OP_PMOVZXDQ,
  OP_PMOVZXWD,
  OP_PMOVZXWQ,
} from '../../../isa/ops.gen.ts';
import { Source, Xmm } from './operand.ts';

@unmanaged
export class Extend {
  /** x holds the source elements in its low part. */
  static of(op: u32, x: v128): v128 {
    switch (op) {
      case OP_PMOVSXBW:
        return i16x8.extend_low_i8x16_s(x);
      case OP_PMOVSXBD:
        return i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(x));
      case OP_PMOVSXBQ:
        return i64x2.extend_low_i32x4_s(i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(x)));
      case OP_PMOVSXWD:
        return i32x4.extend_low_i16x8_s(x);
      case OP_PMOVSXWQ:
        return i64x2.extend_low_i32x4_s(i32x4.extend_low_i16x8_s(x));
      case OP_PMOVSXDQ:
        return i64x2.extend_low_i32x4_s(x);
      case OP_PMOVZXBW:
        return i16x8.extend_low_i8x16_u(x);
      case OP_PMOVZXBD:
        return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(x));
      case OP_PMOVZXBQ:
        return i64x2.extend_low_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(x)));
      case OP_PMOVZXWD:
        return i32x4.extend_low_i16x8_u(x);
      case OP_PMOVZXWQ:
        return i64x2.extend_low_i32x4_u(i32x4.extend_low_i16x8_u(x));
      case OP_PMOVZXDQ:
        return i64x2.extend_low_i32x4_u(x);
      default:
        unreachable();
        return x;
    }
  }
}

/** T is the integer that holds all source elements. */
export function extend<T>(op: u32, ip: usize): bool {
  const s = Source.any(ip, sizeof<T>() as u32);
  if (!s) return false;
  v128.store(Xmm.dst(ip), Extend.of(op, i64x2(load<T>(s) as i64, 0)));
  return true;
}
