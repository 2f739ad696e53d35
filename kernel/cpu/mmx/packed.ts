// MMX arithmetic by way of the SSE operation of the same name (twin.ts) on vectors whose low halves are the operands.
import {
  OP_PACKSSDW,
  OP_PACKSSWB,
  OP_PACKUSWB,
  OP_PALIGNR_MMX,
  OP_PHADDD,
  OP_PHADDSW,
  OP_PHADDW,
  OP_PHSUBD,
  OP_PHSUBSW,
  OP_PHSUBW,
  OP_PSHUFB,
  OP_PSHUFW,
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
  OP_PUNPCKHBW,
  OP_PUNPCKHDQ,
  OP_PUNPCKHWD,
  OP_PUNPCKLBW,
  OP_PUNPCKLDQ,
  OP_PUNPCKLWD,
} from '../../../isa/ops.gen.ts';
import { IntArith } from '../sse/int_arith.ts';
import { Imm } from '../sse/operand.ts';
import { shuffled_words } from '../sse/select.ts';
import { ByteShift, LaneShift } from '../sse/shift.ts';
import { Mmx } from './registers.ts';
import { twin_of } from './twin.ts';

export function mmx_packed(op: u32, ip: usize): bool {
  if (op == OP_PSHUFW || op == OP_PALIGNR_MMX) return with_immediate(op, ip);
  const twin = twin_of(op);
  const d = Mmx.dst(ip);
  if (is_shift_by_immediate(twin)) {
    Mmx.put(ip, Low.of(LaneShift.of(twin, v128.load64_zero(d), Imm.byte(ip) as u64)));
    return true;
  }
  const s = Mmx.source(ip, is_unpack_low(twin) ? 4 : 8);
  if (!s) return false;
  const b = is_unpack_low(twin) ? v128.load32_zero(s) : v128.load64_zero(s);
  Mmx.put(ip, Low.compute(twin, v128.load64_zero(d), b));
  return true;
}

@unmanaged
class Low {
  @inline static of(x: v128): u64 {
    return i64x2.extract_lane(x, 0) as u64;
  }
  @inline static joined(a: v128, b: v128): v128 {
    return v128.shuffle<u64>(a, b, 0, 2);
  }

  static compute(op: u32, a: v128, b: v128): u64 {
    switch (op) {
      case OP_PSLLW:
      case OP_PSLLD:
      case OP_PSLLQ:
      case OP_PSRLW:
      case OP_PSRLD:
      case OP_PSRLQ:
      case OP_PSRAW:
      case OP_PSRAD:
        return Low.of(LaneShift.of(op, a, Low.of(b)));
      case OP_PUNPCKHBW:
        return Low.upperOf(OP_PUNPCKLBW, a, b);
      case OP_PUNPCKHWD:
        return Low.upperOf(OP_PUNPCKLWD, a, b);
      case OP_PUNPCKHDQ:
        return Low.upperOf(OP_PUNPCKLDQ, a, b);
      case OP_PACKSSWB:
      case OP_PACKUSWB:
      case OP_PACKSSDW:
      case OP_PHADDW:
      case OP_PHADDD:
      case OP_PHADDSW:
      case OP_PHSUBW:
      case OP_PHSUBD:
      case OP_PHSUBSW:
        return Low.of(IntArith.of(op, Low.joined(a, b), Low.joined(a, b)));
      case OP_PSHUFB:
        return Low.of(IntArith.of(op, a, v128.and(b, i8x16.splat(-0x79))));
      default:
        return Low.of(IntArith.of(op, a, b));
    }
  }

  /** The upper halves of the operands interleave to what the vector operation on the low ones leaves above. */
  static upperOf(op: u32, a: v128, b: v128): u64 {
    return i64x2.extract_lane(IntArith.of(op, a, b), 1) as u64;
  }
}

function is_shift_by_immediate(op: u32): bool {
  switch (op) {
    case OP_PSLLW_I:
    case OP_PSLLD_I:
    case OP_PSLLQ_I:
    case OP_PSRLW_I:
    case OP_PSRLD_I:
    case OP_PSRLQ_I:
    case OP_PSRAW_I:
    case OP_PSRAD_I:
      return true;
    default:
      return false;
  }
}

/** Their memory operand has just the 32 bits that are used. */
function is_unpack_low(op: u32): bool {
  return op == OP_PUNPCKLBW || op == OP_PUNPCKLWD || op == OP_PUNPCKLDQ;
}

/** PSHUFW, PALIGNR. */
function with_immediate(op: u32, ip: usize): bool {
  const s = Mmx.source(ip, 8);
  if (!s) return false;
  const imm = Imm.byte(ip);
  if (op == OP_PSHUFW) Mmx.put(ip, shuffled_words(s, imm));
  else Mmx.put(ip, Low.of(ByteShift.right(i64x2(load<i64>(s), load<i64>(Mmx.dst(ip))), imm)));
  return true;
}
