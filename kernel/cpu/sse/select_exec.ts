// Runs shifts and the instructions that select elements; what it does not know goes to the two-operand integer families.
import {
  OP_EXTRACTPS,
  OP_EXTRACTPS_ST,
  OP_PEXTRB,
  OP_PEXTRB_ST,
  OP_PEXTRD,
  OP_PEXTRD_ST,
  OP_PEXTRQ,
  OP_PEXTRQ_ST,
  OP_PEXTRW,
  OP_PEXTRW_ST,
  OP_PINSRB,
  OP_PINSRD,
  OP_PINSRQ,
  OP_PINSRW,
  OP_PSHUFHW,
  OP_PSHUFLW,
  OP_PSLLD,
  OP_PSLLDQ,
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
  OP_PSRLDQ,
  OP_PSRLD_I,
  OP_PSRLQ,
  OP_PSRLQ_I,
  OP_PSRLW,
  OP_PSRLW_I,
  OP_SHUFPD,
  OP_SHUFPS,
} from '../../../isa/ops.gen.ts';
import { Move } from './moves.ts';
import { packed, shift_by_immediate, shift_by_operand, shift_bytes } from './packed.ts';
import { Element, pshufw_half, shufpd, shufps } from './select.ts';

export function select_exec(op: u32, ip: usize): bool {
  switch (op) {
    case OP_PSHUFLW:
      return pshufw_half(ip, 0);
    case OP_PSHUFHW:
      return pshufw_half(ip, 8);
    case OP_SHUFPS:
      return shufps(ip);
    case OP_SHUFPD:
      return shufpd(ip);
    case OP_PINSRB:
      return Element.insert<u8>(ip);
    case OP_PEXTRB:
      return Element.extract<u8>(ip);
    case OP_PEXTRB_ST:
      return Move.storePart<u8>(ip, Element.offset<u8>(ip));
    case OP_PINSRW:
      return Element.insert<u16>(ip);
    case OP_PEXTRW:
      return Element.extract<u16>(ip);
    case OP_PEXTRW_ST:
      return Move.storePart<u16>(ip, Element.offset<u16>(ip));
    case OP_PINSRD:
      return Element.insert<u32>(ip);
    case OP_PEXTRD:
    case OP_EXTRACTPS:
      return Element.extract<u32>(ip);
    case OP_PEXTRD_ST:
    case OP_EXTRACTPS_ST:
      return Move.storePart<u32>(ip, Element.offset<u32>(ip));
    case OP_PINSRQ:
      return Element.insert<u64>(ip);
    case OP_PEXTRQ:
      return Element.extract<u64>(ip);
    case OP_PEXTRQ_ST:
      return Move.storePart<u64>(ip, Element.offset<u64>(ip));
    case OP_PSLLW_I:
    case OP_PSLLD_I:
    case OP_PSLLQ_I:
    case OP_PSRLW_I:
    case OP_PSRLD_I:
    case OP_PSRLQ_I:
    case OP_PSRAW_I:
    case OP_PSRAD_I:
      return shift_by_immediate(op, ip);
    case OP_PSLLW:
    case OP_PSLLD:
    case OP_PSLLQ:
    case OP_PSRLW:
    case OP_PSRLD:
    case OP_PSRLQ:
    case OP_PSRAW:
    case OP_PSRAD:
      return shift_by_operand(op, ip);
    case OP_PSLLDQ:
      return shift_bytes(ip, true);
    case OP_PSRLDQ:
      return shift_bytes(ip, false);
    default:
      return packed(op, ip);
  }
}
