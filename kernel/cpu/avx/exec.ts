// Runs one VEX-encoded vector instruction: what is new with AVX here, what SSE has too by its twin (SDM volume 1, chapter 14).
import { INSN_OP } from '../../../abi/insn.ts';
import {
  OP_AVX_FIRST,
  OP_VBLENDVPD,
  OP_VBLENDVPS,
  OP_VBROADCASTI128,
  OP_VCVTPH2PS,
  OP_VCVTPS2PH,
  OP_VCVTPS2PH_ST,
  OP_VEXTRACTI128,
  OP_VEXTRACTI128_ST,
  OP_VDPPS,
  OP_VINSERTI128,
  OP_VMOVAPD,
  OP_VMOVAPD_ST,
  OP_VMOVAPS,
  OP_VMOVAPS_ST,
  OP_VMOVDQA,
  OP_VMOVDQA_ST,
  OP_VMOVDQU,
  OP_VMOVDQU_ST,
  OP_VMOVMSKPD,
  OP_VMOVMSKPS,
  OP_VMOVUPD,
  OP_VMOVUPD_ST,
  OP_VMOVUPS,
  OP_VMOVUPS_ST,
  OP_VPBLENDVB,
  OP_VPBROADCASTB,
  OP_VPBROADCASTD,
  OP_VPBROADCASTQ,
  OP_VPBROADCASTW,
  OP_VPCMPESTRM,
  OP_VPCMPISTRM,
  OP_VPERM2I128,
  OP_VPERMD,
  OP_VPERMILPD,
  OP_VPERMILPD_I,
  OP_VPERMILPS,
  OP_VPERMILPS_I,
  OP_VPERMQ,
  OP_VPGATHERDD,
  OP_VPGATHERDQ,
  OP_VPGATHERQD,
  OP_VPGATHERQQ,
  OP_VPMASKMOVD,
  OP_VPMASKMOVD_ST,
  OP_VPMASKMOVQ,
  OP_VPMASKMOVQ_ST,
  OP_VPMOVMSKB,
  OP_VPSLLVD,
  OP_VPSLLVQ,
  OP_VPSRAVD,
  OP_VPSRLVD,
  OP_VPSRLVQ,
  OP_VPTEST,
  OP_VTESTPD,
  OP_VTESTPS,
  OP_VZEROALL,
  OP_VZEROUPPER,
} from '../../../isa/ops.gen.ts';
import { Imm, Xmm } from '../sse/operand.ts';
import { dot_products, SUM } from '../sse/sse41.ts';
import { fma_exec } from './fma.ts';
import { narrow_singles, narrow_singles_store, widen_halves } from './half.ts';
import { gather, masked_load, masked_store } from './masked.ts';
import {
  broadcast_half,
  extract_half,
  extract_half_store,
  insert_half,
  VexMove,
  VexSigns,
  zero_registers,
} from './moves.ts';
import {
  blend_by_register,
  each_half,
  permute_dwords,
  permute_halves,
  permute_in_halves,
  permute_quads,
} from './permute.ts';
import { SHAPE_FMA, SHAPES } from './shapes.gen.ts';
import { Vex, Ymm } from './operand.ts';
import { test_bits } from './test.ts';
import { twin_exec, twin_plain } from './twin.ts';

/** Runs the decoded instruction at ip, OP_AVX_FIRST..OP_AVX_LAST; false = it faulted and changed nothing. */
export function avx_exec(ip: usize): bool {
  const op = load<u16>(ip, INSN_OP) as u32;
  switch (op) {
    case OP_VMOVUPS:
    case OP_VMOVUPD:
    case OP_VMOVDQU:
      return VexMove.load(ip);
    case OP_VMOVUPS_ST:
    case OP_VMOVUPD_ST:
    case OP_VMOVDQU_ST:
      return VexMove.store(ip);
    case OP_VMOVAPS:
    case OP_VMOVAPD:
    case OP_VMOVDQA:
      return VexMove.loadAligned(ip);
    case OP_VMOVAPS_ST:
    case OP_VMOVAPD_ST:
    case OP_VMOVDQA_ST:
      return VexMove.storeAligned(ip);
    case OP_VZEROUPPER:
      return zero_registers(false);
    case OP_VZEROALL:
      return zero_registers(true);
    case OP_VPMOVMSKB:
      return VexSigns.of<u8>(ip);
    case OP_VMOVMSKPS:
      return VexSigns.of<u32>(ip);
    case OP_VMOVMSKPD:
      return VexSigns.of<u64>(ip);
    case OP_VPBROADCASTB:
      return VexMove.broadcast<u8>(ip);
    case OP_VPBROADCASTW:
      return VexMove.broadcast<u16>(ip);
    case OP_VPBROADCASTD:
      return VexMove.broadcast<u32>(ip);
    case OP_VPBROADCASTQ:
      return VexMove.broadcast<u64>(ip);
    case OP_VBROADCASTI128:
      return broadcast_half(ip);
    case OP_VINSERTI128:
      return insert_half(ip);
    case OP_VEXTRACTI128:
      return extract_half(ip);
    case OP_VEXTRACTI128_ST:
      return extract_half_store(ip);
    case OP_VPERMILPS:
    case OP_VPERMILPD:
    case OP_VPSLLVD:
    case OP_VPSLLVQ:
    case OP_VPSRLVD:
    case OP_VPSRLVQ:
    case OP_VPSRAVD:
      return each_half(op, ip);
    case OP_VPERMILPS_I:
      return permute_in_halves(ip, false);
    case OP_VPERMILPD_I:
      return permute_in_halves(ip, true);
    case OP_VPERMD:
      return permute_dwords(ip);
    case OP_VPERMQ:
      return permute_quads(ip);
    case OP_VPERM2I128:
      return permute_halves(ip);
    case OP_VBLENDVPS:
    case OP_VBLENDVPD:
    case OP_VPBLENDVB:
      return blend_by_register(op, ip);
    case OP_VPTEST:
      return test_bits(ip, 0xffffffffffffffff);
    case OP_VTESTPS:
      return test_bits(ip, 0x8000000080000000);
    case OP_VTESTPD:
      return test_bits(ip, 0x8000000000000000);
    case OP_VPMASKMOVD:
      return masked_load<i32>(ip);
    case OP_VPMASKMOVQ:
      return masked_load<i64>(ip);
    case OP_VPMASKMOVD_ST:
      return masked_store<i32>(ip);
    case OP_VPMASKMOVQ_ST:
      return masked_store<i64>(ip);
    case OP_VPGATHERDD:
      return gather<i32, i32>(ip);
    case OP_VPGATHERDQ:
      return gather<i64, i32>(ip);
    case OP_VPGATHERQD:
      return gather<i32, i64>(ip);
    case OP_VPGATHERQQ:
      return gather<i64, i64>(ip);
    case OP_VDPPS:
      return vdpps(ip);
    case OP_VCVTPH2PS:
      return widen_halves(ip);
    case OP_VCVTPS2PH:
      return narrow_singles(ip);
    case OP_VCVTPS2PH_ST:
      return narrow_singles_store(ip);
    case OP_VPCMPESTRM:
    case OP_VPCMPISTRM:
      return string_mask_exec(ip);
    default: {
      const word = shape_of(op);
      return ((word >> 16) & 15) == SHAPE_FMA ? fma_exec(ip, word >> 24) : twin_exec(ip, word);
    }
  }
}

function shape_of(op: u32): u32 {
  return load<u32>(SHAPES + ((op - OP_AVX_FIRST) << 2));
}

function vdpps(ip: usize): bool {
  const n = Vex.size(ip);
  const s = Vex.source(ip, n);
  if (!s || !dot_products<f32>(Ymm.vvvv(ip), s, Imm.byte(ip), n)) return false;
  return Ymm.put(ip, v128.load(SUM), v128.load(SUM, 16));
}

/** VPCMPESTRM, VPCMPISTRM: the result is the whole of ymm0. */
function string_mask_exec(ip: usize): bool {
  if (!twin_plain(ip, shape_of(load<u16>(ip, INSN_OP) as u32))) return false;
  v128.store(Xmm.zero(), i64x2.splat(0), 16);
  return true;
}
