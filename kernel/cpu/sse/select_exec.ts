// Runs shifts, the instructions that select elements, string comparison and cryptography; what it does not know goes to the two-operand integer families.
import {
  OP_AESDEC,
  OP_AESDECLAST,
  OP_AESENC,
  OP_AESENCLAST,
  OP_AESIMC,
  OP_AESKEYGENASSIST,
  OP_BLENDPD,
  OP_BLENDPS,
  OP_BLENDVPD,
  OP_BLENDVPS,
  OP_EXTRACTPS,
  OP_EXTRACTPS_ST,
  OP_INSERTPS,
  OP_MOVDQ2Q,
  OP_MOVQ2DQ,
  OP_MPSADBW,
  OP_PALIGNR,
  OP_PBLENDVB,
  OP_PBLENDW,
  OP_PCLMULQDQ,
  OP_PCMPESTRI,
  OP_PCMPESTRM,
  OP_PCMPISTRI,
  OP_PCMPISTRM,
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
  OP_PTEST,
  OP_SHA1MSG1,
  OP_SHA1MSG2,
  OP_SHA1NEXTE,
  OP_SHA1RNDS4,
  OP_SHA256MSG1,
  OP_SHA256MSG2,
  OP_SHA256RNDS2,
  OP_SHUFPD,
  OP_SHUFPS,
} from '../../../isa/ops.gen.ts';
import { movdq2q, movq2dq } from '../mmx/transfer.ts';
import { aes, aeskeygenassist } from './aes.ts';
import { blend, insertps } from './blend.ts';
import { extend } from './extend.ts';
import { Move } from './moves.ts';
import { packed, shift_by_immediate, shift_by_operand, shift_bytes } from './packed.ts';
import { Element, pshufw_half, shufpd, shufps } from './select.ts';

import { pclmulqdq } from './pclmul.ts';
import { mpsadbw, ptest } from './sse41.ts';
import { sha1rnds4, sha256rnds2, sha_schedule } from './sha.ts';
import { string_index, string_mask } from './string_compare.ts';

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
    case OP_PBLENDVB:
    case OP_BLENDVPS:
    case OP_BLENDVPD:
    case OP_BLENDPS:
    case OP_BLENDPD:
    case OP_PBLENDW:
    case OP_PALIGNR:
      return blend(op, ip);
    case OP_INSERTPS:
      return insertps(ip);
    case OP_PMOVSXBW:
    case OP_PMOVSXWD:
    case OP_PMOVSXDQ:
    case OP_PMOVZXBW:
    case OP_PMOVZXWD:
    case OP_PMOVZXDQ:
      return extend<u64>(op, ip);
    case OP_PMOVSXBD:
    case OP_PMOVSXWQ:
    case OP_PMOVZXBD:
    case OP_PMOVZXWQ:
      return extend<u32>(op, ip);
    case OP_PMOVSXBQ:
    case OP_PMOVZXBQ:
      return extend<u16>(op, ip);
    case OP_PTEST:
      return ptest(ip);
    case OP_MPSADBW:
      return mpsadbw(ip);
    case OP_PCMPESTRI:
      return string_index(ip, true);
    case OP_PCMPISTRI:
      return string_index(ip, false);
    case OP_PCMPESTRM:
      return string_mask(ip, true);
    case OP_PCMPISTRM:
      return string_mask(ip, false);
    case OP_PCLMULQDQ:
      return pclmulqdq(ip);
    case OP_AESENC:
    case OP_AESENCLAST:
    case OP_AESDEC:
    case OP_AESDECLAST:
    case OP_AESIMC:
      return aes(op, ip);
    case OP_AESKEYGENASSIST:
      return aeskeygenassist(ip);
    case OP_SHA1NEXTE:
    case OP_SHA1MSG1:
    case OP_SHA1MSG2:
    case OP_SHA256MSG1:
    case OP_SHA256MSG2:
      return sha_schedule(op, ip);
    case OP_SHA256RNDS2:
      return sha256rnds2(ip);
    case OP_SHA1RNDS4:
      return sha1rnds4(ip);
    case OP_MOVQ2DQ:
      return movq2dq(ip);
    case OP_MOVDQ2Q:
      return movdq2q(ip);
    default:
      return packed(op, ip);
  }
}
