// SSE4.1 blends, and PALIGNR and INSERTPS, which also join parts of two vectors by an immediate (SDM volume 2).
import {
  OP_BLENDPD,
  OP_BLENDPS,
  OP_BLENDVPD,
  OP_BLENDVPS,
  OP_PALIGNR,
  OP_PBLENDVB,
  OP_PBLENDW,
} from '../../../isa/ops.gen.ts';
import { Imm, Source, Xmm } from './operand.ts';

@unmanaged
export class Blend {
  /** a or, where the mask or immediate says so, b. `signs` is the implicit mask operand, xmm0. */
  static of(op: u32, a: v128, b: v128, signs: v128, imm: u32): v128 {
    switch (op) {
      case OP_PBLENDVB:
        return v128.bitselect(b, a, i8x16.shr_s(signs, 7));
      case OP_BLENDVPS:
        return v128.bitselect(b, a, i32x4.shr_s(signs, 31));
      case OP_BLENDVPD:
        return v128.bitselect(b, a, i64x2.shr_s(signs, 63));
      case OP_BLENDPS:
        return v128.bitselect(b, a, Blend.dwords(imm));
      case OP_BLENDPD:
        return v128.bitselect(b, a, Blend.quads(imm));
      case OP_PBLENDW:
        return v128.bitselect(b, a, Blend.words(imm));
      case OP_PALIGNR:
        return Blend.align(a, b, imm);
      default:
        unreachable();
        return a;
    }
  }

  /** Lanes whose bit is set in imm. */
  @inline static words(imm: u32): v128 {
    const bits = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
    return i16x8.eq(v128.and(i16x8.splat(imm as i16), bits), bits);
  }
  @inline static dwords(imm: u32): v128 {
    const bits = i32x4(1, 2, 4, 8);
    return i32x4.eq(v128.and(i32x4.splat(imm as i32), bits), bits);
  }
  @inline static quads(imm: u32): v128 {
    const bits = i64x2(1, 2);
    return i64x2.eq(v128.and(i64x2.splat(imm as i64), bits), bits);
  }

  /** 16 bytes of a:b, zeros above, from byte imm on. */
  static align(a: v128, b: v128, imm: u32): v128 {
    v128.store(WINDOW, b);
    v128.store(WINDOW, a, 16);
    return v128.load(WINDOW + (min<u32>(imm, 32) as usize));
  }
}

/** 48 bytes: low operand, high operand, zeros. */
const WINDOW: usize = memory.data(48, 16);

export function blend(op: u32, ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  v128.store(d, Blend.of(op, v128.load(d), v128.load(s), v128.load(Xmm.zero()), Imm.byte(ip)));
  return true;
}

/** INSERTPS: one element of src into one of dst, then the elements of the low four bits of imm become zero. */
export function insertps(ip: usize): bool {
  const s = Source.any(ip, 4);
  if (!s) return false;
  const d = Xmm.dst(ip);
  const imm = Imm.byte(ip);
  const element = load<u32>(Source.inMemory(ip) ? s : s + (imm >> 6) * 4);
  store<u32>(d + ((imm >> 4) & 3) * 4, element);
  v128.store(d, v128.andnot(v128.load(d), Blend.dwords(imm)));
  return true;
}
