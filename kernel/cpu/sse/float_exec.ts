// Runs the packed floating-point instructions, conversions and comparisons; what it does not know goes to select_exec.
import {
  OP_ADDPD,
  OP_ADDPS,
  OP_ADDSUBPD,
  OP_ADDSUBPS,
  OP_CMPPD,
  OP_CMPPS,
  OP_CMPSD,
  OP_CMPSS,
  OP_CVTDQ2PD,
  OP_CVTDQ2PS,
  OP_CVTPD2DQ,
  OP_CVTPD2PI,
  OP_CVTPD2PS,
  OP_CVTPI2PD,
  OP_CVTPI2PS,
  OP_CVTPS2DQ,
  OP_CVTPS2PD,
  OP_CVTPS2PI,
  OP_CVTTPD2DQ,
  OP_CVTTPD2PI,
  OP_CVTTPS2DQ,
  OP_CVTTPS2PI,
  OP_DIVPD,
  OP_DIVPS,
  OP_DPPD,
  OP_DPPS,
  OP_HADDPD,
  OP_HADDPS,
  OP_HSUBPD,
  OP_HSUBPS,
  OP_LDMXCSR,
  OP_MAXPD,
  OP_MAXPS,
  OP_MINPD,
  OP_MINPS,
  OP_MULPD,
  OP_MULPS,
  OP_RCPPS,
  OP_RCPSS,
  OP_ROUNDPD,
  OP_ROUNDPS,
  OP_ROUNDSD,
  OP_ROUNDSS,
  OP_RSQRTPS,
  OP_RSQRTSS,
  OP_SQRTPD,
  OP_SQRTPS,
  OP_STMXCSR,
  OP_SUBPD,
  OP_SUBPS,
} from '../../../isa/ops.gen.ts';
import { convert_to_pair, cvtpi2pd, cvtpi2ps } from '../mmx/transfer.ts';
import { Estimate } from './estimate.ts';
import { dot_product } from './sse41.ts';
import { cvtdq2pd, cvtdq2ps, cvtpd2ps, cvtps2pd, to_dwords } from './convert_packed.ts';
import { Arith, addsub, horizontal } from './float_arith.ts';
import { compare, round } from './float_mask.ts';
import { ADD, DIV, MAX, MIN, MUL, SQRT, SUB } from './float_kind.ts';
import { Mxcsr, RC_ZERO, ldmxcsr, stmxcsr } from './mxcsr.ts';
import { select_exec } from './select_exec.ts';

export function float_exec(op: u32, ip: usize): bool {
  switch (op) {
    case OP_LDMXCSR:
      return ldmxcsr(ip);
    case OP_STMXCSR:
      return stmxcsr(ip);
    case OP_ADDPS:
      return Arith.packed<f32>(ADD, ip);
    case OP_ADDPD:
      return Arith.packed<f64>(ADD, ip);
    case OP_SUBPS:
      return Arith.packed<f32>(SUB, ip);
    case OP_SUBPD:
      return Arith.packed<f64>(SUB, ip);
    case OP_MULPS:
      return Arith.packed<f32>(MUL, ip);
    case OP_MULPD:
      return Arith.packed<f64>(MUL, ip);
    case OP_DIVPS:
      return Arith.packed<f32>(DIV, ip);
    case OP_DIVPD:
      return Arith.packed<f64>(DIV, ip);
    case OP_SQRTPS:
      return Arith.packed<f32>(SQRT, ip);
    case OP_SQRTPD:
      return Arith.packed<f64>(SQRT, ip);
    case OP_MINPS:
      return Arith.packedMinMax<f32>(MIN, ip);
    case OP_MINPD:
      return Arith.packedMinMax<f64>(MIN, ip);
    case OP_MAXPS:
      return Arith.packedMinMax<f32>(MAX, ip);
    case OP_MAXPD:
      return Arith.packedMinMax<f64>(MAX, ip);
    case OP_ADDSUBPS:
      return addsub<f32>(ip);
    case OP_ADDSUBPD:
      return addsub<f64>(ip);
    case OP_HADDPS:
      return horizontal<f32>(ADD, ip);
    case OP_HSUBPS:
      return horizontal<f32>(SUB, ip);
    case OP_HADDPD:
      return horizontal<f64>(ADD, ip);
    case OP_HSUBPD:
      return horizontal<f64>(SUB, ip);
    case OP_CMPSS:
      return compare<f32>(ip, 4);
    case OP_CMPSD:
      return compare<f64>(ip, 8);
    case OP_CMPPS:
      return compare<f32>(ip, 16);
    case OP_CMPPD:
      return compare<f64>(ip, 16);
    case OP_ROUNDSS:
      return round<f32>(ip, 4);
    case OP_ROUNDSD:
      return round<f64>(ip, 8);
    case OP_ROUNDPS:
      return round<f32>(ip, 16);
    case OP_ROUNDPD:
      return round<f64>(ip, 16);
    case OP_CVTPS2PD:
      return cvtps2pd(ip);
    case OP_CVTPD2PS:
      return cvtpd2ps(ip);
    case OP_CVTDQ2PD:
      return cvtdq2pd(ip);
    case OP_CVTDQ2PS:
      return cvtdq2ps(ip);
    case OP_CVTPS2DQ:
      return to_dwords<f32>(ip, Mxcsr.rounding());
    case OP_CVTTPS2DQ:
      return to_dwords<f32>(ip, RC_ZERO);
    case OP_CVTPD2DQ:
      return to_dwords<f64>(ip, Mxcsr.rounding());
    case OP_CVTTPD2DQ:
      return to_dwords<f64>(ip, RC_ZERO);
    case OP_RCPSS:
      return Estimate.scalar(ip, false);
    case OP_RSQRTSS:
      return Estimate.scalar(ip, true);
    case OP_RCPPS:
      return Estimate.packed(ip, false);
    case OP_RSQRTPS:
      return Estimate.packed(ip, true);
    case OP_DPPS:
      return dot_product<f32>(ip);
    case OP_DPPD:
      return dot_product<f64>(ip);
    case OP_CVTPI2PS:
      return cvtpi2ps(ip);
    case OP_CVTPI2PD:
      return cvtpi2pd(ip);
    case OP_CVTPS2PI:
      return convert_to_pair<f32>(ip, Mxcsr.rounding());
    case OP_CVTTPS2PI:
      return convert_to_pair<f32>(ip, RC_ZERO);
    case OP_CVTPD2PI:
      return convert_to_pair<f64>(ip, Mxcsr.rounding());
    case OP_CVTTPD2PI:
      return convert_to_pair<f64>(ip, RC_ZERO);
    default:
      return select_exec(op, ip);
  }
}
