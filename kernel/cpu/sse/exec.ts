// Runs one SSE instruction: moves, scalar arithmetic and the packed operations of string functions here, the rest one switch further.
import { INSN_OP } from '../../../abi/insn.ts';
import {
  OP_ADDSD,
  OP_ADDSS,
  OP_ANDPD,
  OP_ANDPS,
  OP_COMISD,
  OP_COMISS,
  OP_CVTSD2SI_R32,
  OP_CVTSD2SI_R64,
  OP_CVTSD2SS,
  OP_CVTSI2SD_R32,
  OP_CVTSI2SD_R64,
  OP_CVTSI2SS_R32,
  OP_CVTSI2SS_R64,
  OP_CVTSS2SD,
  OP_CVTSS2SI_R32,
  OP_CVTSS2SI_R64,
  OP_CVTTSD2SI_R32,
  OP_CVTTSD2SI_R64,
  OP_CVTTSS2SI_R32,
  OP_CVTTSS2SI_R64,
  OP_DIVSD,
  OP_DIVSS,
  OP_MASKMOVDQU,
  OP_MAXSD,
  OP_MAXSS,
  OP_MINSD,
  OP_MINSS,
  OP_MOVAPD,
  OP_MOVAPD_ST,
  OP_MOVAPS,
  OP_MOVAPS_ST,
  OP_MOVDDUP,
  OP_MOVDQA,
  OP_MOVDQA_ST,
  OP_MOVDQU,
  OP_MOVDQU_ST,
  OP_MOVD_R32_X,
  OP_MOVD_X_R32,
  OP_MOVHLPS,
  OP_MOVHPD,
  OP_MOVHPD_ST,
  OP_MOVHPS,
  OP_MOVHPS_ST,
  OP_MOVLHPS,
  OP_MOVLPD,
  OP_MOVLPD_ST,
  OP_MOVLPS,
  OP_MOVLPS_ST,
  OP_MOVMSKPD,
  OP_MOVMSKPS,
  OP_MOVQ_R64_X,
  OP_MOVQ_ST,
  OP_MOVQ_X,
  OP_MOVQ_X_R64,
  OP_MOVSD,
  OP_MOVSD_ST,
  OP_MOVSS,
  OP_MOVSS_ST,
  OP_MOVUPD,
  OP_MOVUPD_ST,
  OP_MOVUPS,
  OP_MOVUPS_ST,
  OP_MULSD,
  OP_MULSS,
  OP_ORPD,
  OP_ORPS,
  OP_PAND,
  OP_PCMPEQB,
  OP_PMINUB,
  OP_PMOVMSKB,
  OP_POR,
  OP_PSHUFD,
  OP_PXOR,
  OP_SQRTSD,
  OP_SQRTSS,
  OP_SUBSD,
  OP_SUBSS,
  OP_UCOMISD,
  OP_UCOMISS,
  OP_XORPD,
  OP_XORPS,
} from '../../../isa/ops.gen.ts';
import { Comis } from './comis.ts';
import { Convert, cvtsd2ss, cvtss2sd } from './convert.ts';
import { Arith } from './float_arith.ts';
import { float_exec } from './float_exec.ts';
import { ADD, DIV, MAX, MIN, MUL, SQRT, SUB } from './float_kind.ts';
import { Move, maskmovdqu, movddup } from './moves.ts';
import { Packed } from './packed.ts';
import { Signs, pshufd } from './select.ts';

/** Runs the decoded instruction at ip, OP_SSE_FIRST..OP_SSE_LAST; false = it faulted and changed nothing. */
export function sse_exec(ip: usize): bool {
  return sse_run(load<u16>(ip, INSN_OP) as u32, ip);
}

/** Runs the operation `op` on the operands of the record at ip. */
export function sse_run(op: u32, ip: usize): bool {
  switch (op) {
    case OP_MOVAPS:
    case OP_MOVAPD:
    case OP_MOVDQA:
      return Move.aligned(ip);
    case OP_MOVUPS:
    case OP_MOVUPD:
    case OP_MOVDQU:
      return Move.unaligned(ip);
    case OP_MOVAPS_ST:
    case OP_MOVAPD_ST:
    case OP_MOVDQA_ST:
      return Move.storeAligned(ip);
    case OP_MOVUPS_ST:
    case OP_MOVUPD_ST:
    case OP_MOVDQU_ST:
      return Move.storeUnaligned(ip);
    case OP_MOVSS:
      return Move.scalar<u32>(ip);
    case OP_MOVSD:
      return Move.scalar<u64>(ip);
    case OP_MOVSS_ST:
      return Move.storePart<u32>(ip, 0);
    case OP_MOVSD_ST:
    case OP_MOVLPS_ST:
    case OP_MOVLPD_ST:
    case OP_MOVQ_ST:
      return Move.storePart<u64>(ip, 0);
    case OP_MOVHPS_ST:
    case OP_MOVHPD_ST:
      return Move.storePart<u64>(ip, 8);
    case OP_MOVQ_X:
      return Move.quad(ip);
    case OP_MOVD_X_R32:
      return Move.fromGpr<u32>(ip);
    case OP_MOVQ_X_R64:
      return Move.fromGpr<u64>(ip);
    case OP_MOVD_R32_X:
      return Move.toGpr<u32>(ip);
    case OP_MOVQ_R64_X:
      return Move.toGpr<u64>(ip);
    case OP_MOVLPS:
    case OP_MOVLPD:
      return Move.half(ip, 0, 0);
    case OP_MOVHLPS:
      return Move.half(ip, 0, 8);
    case OP_MOVHPS:
    case OP_MOVHPD:
    case OP_MOVLHPS:
      return Move.half(ip, 8, 0);
    case OP_MOVDDUP:
      return movddup(ip);
    case OP_MASKMOVDQU:
      return maskmovdqu(ip);
    case OP_ADDSS:
      return Arith.scalar<f32>(ADD, ip);
    case OP_ADDSD:
      return Arith.scalar<f64>(ADD, ip);
    case OP_SUBSS:
      return Arith.scalar<f32>(SUB, ip);
    case OP_SUBSD:
      return Arith.scalar<f64>(SUB, ip);
    case OP_MULSS:
      return Arith.scalar<f32>(MUL, ip);
    case OP_MULSD:
      return Arith.scalar<f64>(MUL, ip);
    case OP_DIVSS:
      return Arith.scalar<f32>(DIV, ip);
    case OP_DIVSD:
      return Arith.scalar<f64>(DIV, ip);
    case OP_SQRTSS:
      return Arith.scalar<f32>(SQRT, ip);
    case OP_SQRTSD:
      return Arith.scalar<f64>(SQRT, ip);
    case OP_MINSS:
      return Arith.scalarMinMax<f32>(MIN, ip);
    case OP_MINSD:
      return Arith.scalarMinMax<f64>(MIN, ip);
    case OP_MAXSS:
      return Arith.scalarMinMax<f32>(MAX, ip);
    case OP_MAXSD:
      return Arith.scalarMinMax<f64>(MAX, ip);
    case OP_UCOMISS:
      return Comis.run<f32>(ip, false);
    case OP_COMISS:
      return Comis.run<f32>(ip, true);
    case OP_UCOMISD:
      return Comis.run<f64>(ip, false);
    case OP_COMISD:
      return Comis.run<f64>(ip, true);
    case OP_CVTSI2SS_R32:
      return Convert.fromInt<f32, i32>(ip);
    case OP_CVTTSS2SI_R32:
      return Convert.truncate<f32, i32>(ip);
    case OP_CVTSS2SI_R32:
      return Convert.rounded<f32, i32>(ip);
    case OP_CVTSI2SD_R32:
      return Convert.fromInt<f64, i32>(ip);
    case OP_CVTTSD2SI_R32:
      return Convert.truncate<f64, i32>(ip);
    case OP_CVTSD2SI_R32:
      return Convert.rounded<f64, i32>(ip);
    case OP_CVTSI2SS_R64:
      return Convert.fromInt<f32, i64>(ip);
    case OP_CVTTSS2SI_R64:
      return Convert.truncate<f32, i64>(ip);
    case OP_CVTSS2SI_R64:
      return Convert.rounded<f32, i64>(ip);
    case OP_CVTSI2SD_R64:
      return Convert.fromInt<f64, i64>(ip);
    case OP_CVTTSD2SI_R64:
      return Convert.truncate<f64, i64>(ip);
    case OP_CVTSD2SI_R64:
      return Convert.rounded<f64, i64>(ip);
    case OP_CVTSD2SS:
      return cvtsd2ss(ip);
    case OP_CVTSS2SD:
      return cvtss2sd(ip);
    case OP_PSHUFD:
      return pshufd(ip);
    case OP_PMOVMSKB:
      return Signs.bytes(ip);
    case OP_MOVMSKPS:
      return Signs.dwords(ip);
    case OP_MOVMSKPD:
      return Signs.quads(ip);
    case OP_PXOR:
    case OP_XORPS:
    case OP_XORPD:
      return Packed.xor(ip);
    case OP_POR:
    case OP_ORPS:
    case OP_ORPD:
      return Packed.or(ip);
    case OP_PAND:
    case OP_ANDPS:
    case OP_ANDPD:
      return Packed.and(ip);
    case OP_PCMPEQB:
      return Packed.equalBytes(ip);
    case OP_PMINUB:
      return Packed.minBytes(ip);
    default:
      return float_exec(op, ip);
  }
}
