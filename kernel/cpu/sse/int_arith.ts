// Packed integer arithmetic, logic and comparison: dst = dst op src, lane by lane (SDM volume 1, 11.4.2).
// Pure functions of two vectors; for the MMX forms the low halves are the operands and the result.
import {
  OP_ANDNPD,
  OP_ANDNPS,
  OP_ANDPD,
  OP_ANDPS,
  OP_ORPD,
  OP_ORPS,
  OP_PADDB,
  OP_PADDD,
  OP_PADDQ,
  OP_PADDSB,
  OP_PADDSW,
  OP_PADDUSB,
  OP_PADDUSW,
  OP_PADDW,
  OP_PAND,
  OP_PANDN,
  OP_PAVGB,
  OP_PAVGW,
  OP_PCMPEQB,
  OP_PCMPEQD,
  OP_PCMPEQQ,
  OP_PCMPEQW,
  OP_PCMPGTB,
  OP_PCMPGTD,
  OP_PCMPGTQ,
  OP_PCMPGTW,
  OP_PMAXSB,
  OP_PMAXSD,
  OP_PMAXSW,
  OP_PMAXUB,
  OP_PMAXUD,
  OP_PMAXUW,
  OP_PMINSB,
  OP_PMINSD,
  OP_PMINSW,
  OP_PMINUB,
  OP_PMINUD,
  OP_PMINUW,
  OP_POR,
  OP_PSUBB,
  OP_PSUBD,
  OP_PSUBQ,
  OP_PSUBSB,
  OP_PSUBSW,
  OP_PSUBUSB,
  OP_PSUBUSW,
  OP_PSUBW,
  OP_PXOR,
  OP_XORPD,
  OP_XORPS,
} from '../../../isa/ops.gen.ts';
import { Multiply } from './multiply.ts';

@unmanaged
export class IntArith {
  static of(op: u32, a: v128, b: v128): v128 {
    switch (op) {
      case OP_PADDB:
        return i8x16.add(a, b);
      case OP_PADDW:
        return i16x8.add(a, b);
      case OP_PADDD:
        return i32x4.add(a, b);
      case OP_PADDQ:
        return i64x2.add(a, b);
      case OP_PADDSB:
        return i8x16.add_sat_s(a, b);
      case OP_PADDSW:
        return i16x8.add_sat_s(a, b);
      case OP_PADDUSB:
        return i8x16.add_sat_u(a, b);
      case OP_PADDUSW:
        return i16x8.add_sat_u(a, b);
      case OP_PSUBB:
        return i8x16.sub(a, b);
      case OP_PSUBW:
        return i16x8.sub(a, b);
      case OP_PSUBD:
        return i32x4.sub(a, b);
      case OP_PSUBQ:
        return i64x2.sub(a, b);
      case OP_PSUBSB:
        return i8x16.sub_sat_s(a, b);
      case OP_PSUBSW:
        return i16x8.sub_sat_s(a, b);
      case OP_PSUBUSB:
        return i8x16.sub_sat_u(a, b);
      case OP_PSUBUSW:
        return i16x8.sub_sat_u(a, b);
      case OP_PAVGB:
        return i8x16.avgr_u(a, b);
      case OP_PAVGW:
        return i16x8.avgr_u(a, b);
      case OP_PMINUB:
        return i8x16.min_u(a, b);
      case OP_PMINSB:
        return i8x16.min_s(a, b);
      case OP_PMINUW:
        return i16x8.min_u(a, b);
      case OP_PMINSW:
        return i16x8.min_s(a, b);
      case OP_PMINUD:
        return i32x4.min_u(a, b);
      case OP_PMINSD:
        return i32x4.min_s(a, b);
      case OP_PMAXUB:
        return i8x16.max_u(a, b);
      case OP_PMAXSB:
        return i8x16.max_s(a, b);
      case OP_PMAXUW:
        return i16x8.max_u(a, b);
      case OP_PMAXSW:
        return i16x8.max_s(a, b);
      case OP_PMAXUD:
        return i32x4.max_u(a, b);
      case OP_PMAXSD:
        return i32x4.max_s(a, b);
      case OP_PCMPEQB:
        return i8x16.eq(a, b);
      case OP_PCMPEQW:
        return i16x8.eq(a, b);
      case OP_PCMPEQD:
        return i32x4.eq(a, b);
      case OP_PCMPEQQ:
        return i64x2.eq(a, b);
      case OP_PCMPGTB:
        return i8x16.gt_s(a, b);
      case OP_PCMPGTW:
        return i16x8.gt_s(a, b);
      case OP_PCMPGTD:
        return i32x4.gt_s(a, b);
      case OP_PCMPGTQ:
        return i64x2.gt_s(a, b);
      case OP_PAND:
      case OP_ANDPS:
      case OP_ANDPD:
        return v128.and(a, b);
      case OP_PANDN:
      case OP_ANDNPS:
      case OP_ANDNPD:
        return v128.andnot(b, a);
      case OP_POR:
      case OP_ORPS:
      case OP_ORPD:
        return v128.or(a, b);
      case OP_PXOR:
      case OP_XORPS:
      case OP_XORPD:
        return v128.xor(a, b);
      default:
        return Multiply.of(op, a, b);
    }
  }
}
