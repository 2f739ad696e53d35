// Packed moves of elements: unpack, pack, extend and the shuffles without an immediate (SDM volume 1, 11.4.2, 12.6, 12.10).
// Pure functions of two vectors.
import {
  OP_MOVSHDUP,
  OP_MOVSLDUP,
  OP_PACKSSDW,
  OP_PACKSSWB,
  OP_PACKUSDW,
  OP_PACKUSWB,
  OP_PSHUFB,
  OP_PUNPCKHBW,
  OP_PUNPCKHDQ,
  OP_PUNPCKHQDQ,
  OP_PUNPCKHWD,
  OP_PUNPCKLBW,
  OP_PUNPCKLDQ,
  OP_PUNPCKLQDQ,
  OP_PUNPCKLWD,
  OP_UNPCKHPD,
  OP_UNPCKHPS,
  OP_UNPCKLPD,
  OP_UNPCKLPS,
} from '../../../isa/ops.gen.ts';

@unmanaged
export class Shuffle {
  static of(op: u32, a: v128, b: v128): v128 {
    switch (op) {
      case OP_PUNPCKLBW:
        return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      case OP_PUNPCKHBW:
        return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      case OP_PUNPCKLWD:
        return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
      case OP_PUNPCKHWD:
        return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
      case OP_PUNPCKLDQ:
      case OP_UNPCKLPS:
        return v128.shuffle<u32>(a, b, 0, 4, 1, 5);
      case OP_PUNPCKHDQ:
      case OP_UNPCKHPS:
        return v128.shuffle<u32>(a, b, 2, 6, 3, 7);
      case OP_PUNPCKLQDQ:
      case OP_UNPCKLPD:
        return v128.shuffle<u64>(a, b, 0, 2);
      case OP_PUNPCKHQDQ:
      case OP_UNPCKHPD:
        return v128.shuffle<u64>(a, b, 1, 3);
      case OP_PACKSSWB:
        return i8x16.narrow_i16x8_s(a, b);
      case OP_PACKUSWB:
        return i8x16.narrow_i16x8_u(a, b);
      case OP_PACKSSDW:
        return i16x8.narrow_i32x4_s(a, b);
      case OP_PACKUSDW:
        return i16x8.narrow_i32x4_u(a, b);
      case OP_PSHUFB:
        // Bit 7 selects zero, the other bits above 3 do not count: the mask is 0x8f.
        return v128.swizzle(a, v128.and(b, i8x16.splat(-0x71)));
      case OP_MOVSLDUP:
        return v128.shuffle<u32>(b, b, 0, 0, 2, 2);
      case OP_MOVSHDUP:
        return v128.shuffle<u32>(b, b, 1, 1, 3, 3);
      default:
        unreachable();
        return a;
    }
  }
}
