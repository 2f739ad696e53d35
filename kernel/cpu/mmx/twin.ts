// The SSE operation that does to the low half of vectors what an MMX operation does to MMX registers.
import {
  OP_PABSB,
  OP_PABSB_MMX,
  OP_PABSD,
  OP_PABSD_MMX,
  OP_PABSW,
  OP_PABSW_MMX,
  OP_PACKSSDW,
  OP_PACKSSDW_MMX,
  OP_PACKSSWB,
  OP_PACKSSWB_MMX,
  OP_PACKUSWB,
  OP_PACKUSWB_MMX,
  OP_PADDB,
  OP_PADDB_MMX,
  OP_PADDD,
  OP_PADDD_MMX,
  OP_PADDQ,
  OP_PADDQ_MMX,
  OP_PADDSB,
  OP_PADDSB_MMX,
  OP_PADDSW,
  OP_PADDSW_MMX,
  OP_PADDUSB,
  OP_PADDUSB_MMX,
  OP_PADDUSW,
  OP_PADDUSW_MMX,
  OP_PADDW,
  OP_PADDW_MMX,
  OP_PAND,
  OP_PANDN,
  OP_PANDN_MMX,
  OP_PAND_MMX,
  OP_PAVGB,
  OP_PAVGB_MMX,
  OP_PAVGW,
  OP_PAVGW_MMX,
  OP_PCMPEQB,
  OP_PCMPEQB_MMX,
  OP_PCMPEQD,
  OP_PCMPEQD_MMX,
  OP_PCMPEQW,
  OP_PCMPEQW_MMX,
  OP_PCMPGTB,
  OP_PCMPGTB_MMX,
  OP_PCMPGTD,
  OP_PCMPGTD_MMX,
  OP_PCMPGTW,
  OP_PCMPGTW_MMX,
  OP_PHADDD,
  OP_PHADDD_MMX,
  OP_PHADDSW,
  OP_PHADDSW_MMX,
  OP_PHADDW,
  OP_PHADDW_MMX,
  OP_PHSUBD,
  OP_PHSUBD_MMX,
  OP_PHSUBSW,
  OP_PHSUBSW_MMX,
  OP_PHSUBW,
  OP_PHSUBW_MMX,
  OP_PMADDUBSW,
  OP_PMADDUBSW_MMX,
  OP_PMADDWD,
  OP_PMADDWD_MMX,
  OP_PMAXSW,
  OP_PMAXSW_MMX,
  OP_PMAXUB,
  OP_PMAXUB_MMX,
  OP_PMINSW,
  OP_PMINSW_MMX,
  OP_PMINUB,
  OP_PMINUB_MMX,
  OP_PMULHRSW,
  OP_PMULHRSW_MMX,
  OP_PMULHUW,
  OP_PMULHUW_MMX,
  OP_PMULHW,
  OP_PMULHW_MMX,
  OP_PMULLW,
  OP_PMULLW_MMX,
  OP_PMULUDQ,
  OP_PMULUDQ_MMX,
  OP_POR,
  OP_POR_MMX,
  OP_PSADBW,
  OP_PSADBW_MMX,
  OP_PSHUFB,
  OP_PSHUFB_MMX,
  OP_PSIGNB,
  OP_PSIGNB_MMX,
  OP_PSIGND,
  OP_PSIGND_MMX,
  OP_PSIGNW,
  OP_PSIGNW_MMX,
  OP_PSLLD,
  OP_PSLLD_I,
  OP_PSLLD_I_MMX,
  OP_PSLLD_MMX,
  OP_PSLLQ,
  OP_PSLLQ_I,
  OP_PSLLQ_I_MMX,
  OP_PSLLQ_MMX,
  OP_PSLLW,
  OP_PSLLW_I,
  OP_PSLLW_I_MMX,
  OP_PSLLW_MMX,
  OP_PSRAD,
  OP_PSRAD_I,
  OP_PSRAD_I_MMX,
  OP_PSRAD_MMX,
  OP_PSRAW,
  OP_PSRAW_I,
  OP_PSRAW_I_MMX,
  OP_PSRAW_MMX,
  OP_PSRLD,
  OP_PSRLD_I,
  OP_PSRLD_I_MMX,
  OP_PSRLD_MMX,
  OP_PSRLQ,
  OP_PSRLQ_I,
  OP_PSRLQ_I_MMX,
  OP_PSRLQ_MMX,
  OP_PSRLW,
  OP_PSRLW_I,
  OP_PSRLW_I_MMX,
  OP_PSRLW_MMX,
  OP_PSUBB,
  OP_PSUBB_MMX,
  OP_PSUBD,
  OP_PSUBD_MMX,
  OP_PSUBQ,
  OP_PSUBQ_MMX,
  OP_PSUBSB,
  OP_PSUBSB_MMX,
  OP_PSUBSW,
  OP_PSUBSW_MMX,
  OP_PSUBUSB,
  OP_PSUBUSB_MMX,
  OP_PSUBUSW,
  OP_PSUBUSW_MMX,
  OP_PSUBW,
  OP_PSUBW_MMX,
  OP_PUNPCKHBW,
  OP_PUNPCKHBW_MMX,
  OP_PUNPCKHDQ,
  OP_PUNPCKHDQ_MMX,
  OP_PUNPCKHWD,
  OP_PUNPCKHWD_MMX,
  OP_PUNPCKLBW,
  OP_PUNPCKLBW_MMX,
  OP_PUNPCKLDQ,
  OP_PUNPCKLDQ_MMX,
  OP_PUNPCKLWD,
  OP_PUNPCKLWD_MMX,
  OP_PXOR,
  OP_PXOR_MMX,
} from '../../../isa/ops.gen.ts';

export function twin_of(op: u32): u32 {
  switch (op) {
    case OP_PABSB_MMX:
      return OP_PABSB;
    case OP_PABSD_MMX:
      return OP_PABSD;
    case OP_PABSW_MMX:
      return OP_PABSW;
    case OP_PACKSSDW_MMX:
      return OP_PACKSSDW;
    case OP_PACKSSWB_MMX:
      return OP_PACKSSWB;
    case OP_PACKUSWB_MMX:
      return OP_PACKUSWB;
    case OP_PADDB_MMX:
      return OP_PADDB;
    case OP_PADDD_MMX:
      return OP_PADDD;
    case OP_PADDQ_MMX:
      return OP_PADDQ;
    case OP_PADDSB_MMX:
      return OP_PADDSB;
    case OP_PADDSW_MMX:
      return OP_PADDSW;
    case OP_PADDUSB_MMX:
      return OP_PADDUSB;
    case OP_PADDUSW_MMX:
      return OP_PADDUSW;
    case OP_PADDW_MMX:
      return OP_PADDW;
    case OP_PAND_MMX:
      return OP_PAND;
    case OP_PANDN_MMX:
      return OP_PANDN;
    case OP_PAVGB_MMX:
      return OP_PAVGB;
    case OP_PAVGW_MMX:
      return OP_PAVGW;
    case OP_PCMPEQB_MMX:
      return OP_PCMPEQB;
    case OP_PCMPEQD_MMX:
      return OP_PCMPEQD;
    case OP_PCMPEQW_MMX:
      return OP_PCMPEQW;
    case OP_PCMPGTB_MMX:
      return OP_PCMPGTB;
    case OP_PCMPGTD_MMX:
      return OP_PCMPGTD;
    case OP_PCMPGTW_MMX:
      return OP_PCMPGTW;
    case OP_PHADDD_MMX:
      return OP_PHADDD;
    case OP_PHADDSW_MMX:
      return OP_PHADDSW;
    case OP_PHADDW_MMX:
      return OP_PHADDW;
    case OP_PHSUBD_MMX:
      return OP_PHSUBD;
    case OP_PHSUBSW_MMX:
      return OP_PHSUBSW;
    case OP_PHSUBW_MMX:
      return OP_PHSUBW;
    case OP_PMADDUBSW_MMX:
      return OP_PMADDUBSW;
    case OP_PMADDWD_MMX:
      return OP_PMADDWD;
    case OP_PMAXSW_MMX:
      return OP_PMAXSW;
    case OP_PMAXUB_MMX:
      return OP_PMAXUB;
    case OP_PMINSW_MMX:
      return OP_PMINSW;
    case OP_PMINUB_MMX:
      return OP_PMINUB;
    case OP_PMULHRSW_MMX:
      return OP_PMULHRSW;
    case OP_PMULHUW_MMX:
      return OP_PMULHUW;
    case OP_PMULHW_MMX:
      return OP_PMULHW;
    case OP_PMULLW_MMX:
      return OP_PMULLW;
    case OP_PMULUDQ_MMX:
      return OP_PMULUDQ;
    case OP_POR_MMX:
      return OP_POR;
    case OP_PSADBW_MMX:
      return OP_PSADBW;
    case OP_PSHUFB_MMX:
      return OP_PSHUFB;
    case OP_PSIGNB_MMX:
      return OP_PSIGNB;
    case OP_PSIGND_MMX:
      return OP_PSIGND;
    case OP_PSIGNW_MMX:
      return OP_PSIGNW;
    case OP_PSLLD_MMX:
      return OP_PSLLD;
    case OP_PSLLD_I_MMX:
      return OP_PSLLD_I;
    case OP_PSLLQ_MMX:
      return OP_PSLLQ;
    case OP_PSLLQ_I_MMX:
      return OP_PSLLQ_I;
    case OP_PSLLW_MMX:
      return OP_PSLLW;
    case OP_PSLLW_I_MMX:
      return OP_PSLLW_I;
    case OP_PSRAD_MMX:
      return OP_PSRAD;
    case OP_PSRAD_I_MMX:
      return OP_PSRAD_I;
    case OP_PSRAW_MMX:
      return OP_PSRAW;
    case OP_PSRAW_I_MMX:
      return OP_PSRAW_I;
    case OP_PSRLD_MMX:
      return OP_PSRLD;
    case OP_PSRLD_I_MMX:
      return OP_PSRLD_I;
    case OP_PSRLQ_MMX:
      return OP_PSRLQ;
    case OP_PSRLQ_I_MMX:
      return OP_PSRLQ_I;
    case OP_PSRLW_MMX:
      return OP_PSRLW;
    case OP_PSRLW_I_MMX:
      return OP_PSRLW_I;
    case OP_PSUBB_MMX:
      return OP_PSUBB;
    case OP_PSUBD_MMX:
      return OP_PSUBD;
    case OP_PSUBQ_MMX:
      return OP_PSUBQ;
    case OP_PSUBSB_MMX:
      return OP_PSUBSB;
    case OP_PSUBSW_MMX:
      return OP_PSUBSW;
    case OP_PSUBUSB_MMX:
      return OP_PSUBUSB;
    case OP_PSUBUSW_MMX:
      return OP_PSUBUSW;
    case OP_PSUBW_MMX:
      return OP_PSUBW;
    case OP_PUNPCKHBW_MMX:
      return OP_PUNPCKHBW;
    case OP_PUNPCKHDQ_MMX:
      return OP_PUNPCKHDQ;
    case OP_PUNPCKHWD_MMX:
      return OP_PUNPCKHWD;
    case OP_PUNPCKLBW_MMX:
      return OP_PUNPCKLBW;
    case OP_PUNPCKLDQ_MMX:
      return OP_PUNPCKLDQ;
    case OP_PUNPCKLWD_MMX:
      return OP_PUNPCKLWD;
    case OP_PXOR_MMX:
      return OP_PXOR;
    default:
      unreachable();
      return op;
  }
}
