// Dispatch of the x87 instructions on registers alone.
import {
  OP_F2XM1,
  OP_FABS,
  OP_FADDP_STI_ST0,
  OP_FADD_ST0_STI,
  OP_FADD_STI_ST0,
  OP_FCHS,
  OP_FCMOVBE_ST0_STI,
  OP_FCMOVB_ST0_STI,
  OP_FCMOVE_ST0_STI,
  OP_FCMOVNBE_ST0_STI,
  OP_FCMOVNB_ST0_STI,
  OP_FCMOVNE_ST0_STI,
  OP_FCMOVNU_ST0_STI,
  OP_FCMOVU_ST0_STI,
  OP_FCOMIP_ST0_STI,
  OP_FCOMI_ST0_STI,
  OP_FCOMPP,
  OP_FCOMP_STI,
  OP_FCOM_STI,
  OP_FCOS,
  OP_FDECSTP,
  OP_FDIVP_STI_ST0,
  OP_FDIVRP_STI_ST0,
  OP_FDIVR_ST0_STI,
  OP_FDIVR_STI_ST0,
  OP_FDIV_ST0_STI,
  OP_FDIV_STI_ST0,
  OP_FFREEP_STI,
  OP_FFREE_STI,
  OP_FINCSTP,
  OP_FLD1,
  OP_FLDL2E,
  OP_FLDL2T,
  OP_FLDLG2,
  OP_FLDLN2,
  OP_FLDPI,
  OP_FLDZ,
  OP_FLD_STI,
  OP_FMULP_STI_ST0,
  OP_FMUL_ST0_STI,
  OP_FMUL_STI_ST0,
  OP_FPATAN,
  OP_FPREM,
  OP_FPREM1,
  OP_FPTAN,
  OP_FRNDINT,
  OP_FSCALE,
  OP_FSIN,
  OP_FSINCOS,
  OP_FSQRT,
  OP_FSTPNCE_STI,
  OP_FSTP_STI,
  OP_FST_STI,
  OP_FSUBP_STI_ST0,
  OP_FSUBRP_STI_ST0,
  OP_FSUBR_ST0_STI,
  OP_FSUBR_STI_ST0,
  OP_FSUB_ST0_STI,
  OP_FSUB_STI_ST0,
  OP_FTST,
  OP_FUCOMIP_ST0_STI,
  OP_FUCOMI_ST0_STI,
  OP_FUCOMPP,
  OP_FUCOMP_STI,
  OP_FUCOM_STI,
  OP_FXAM,
  OP_FXCH_STI,
  OP_FXTRACT,
  OP_FYL2X,
  OP_FYL2XP1,
} from '../../../isa/ops.gen.ts';
import { INSN_DST, INSN_OP, INSN_SRC } from '../../../abi/insn.ts';
import { raise_ud } from '../fault.ts';
import { flags_get } from '../flags.ts';
import { ADD, arithmeticStack, DIV, DIVR, MUL, SUB, SUBR } from './arithmetic_ops.ts';
import { clearC1, Fpu, markEmpty, pop } from './stack.ts';
import {
  ATAN2,
  binary,
  changeSign,
  COS,
  compareStack,
  compareToFlags,
  EXP2M1,
  EXTRACT,
  examine,
  exchange,
  moveStack,
  loadConstant,
  loadOne,
  loadStack,
  loadZero,
  moveIf,
  REMAINDER,
  REMAINDER_NEAREST,
  ROUND,
  SCALE,
  SIN,
  SINCOS,
  SQRT,
  storeStack,
  TAN,
  test,
  twoResults,
  unary,
  YLOG2,
  YLOG2P1,
} from './stack_ops.ts';

const CF: u32 = 1;
const PF: u32 = 4;
const ZF: u32 = 0x40;
/** CF PF AF ZF SF OF */

/** i of a destination ST(i). */
function destination(ip: usize): u32 {
  return (load<u8>(ip, INSN_DST) >> 3) as u32;
}

/** i of a source ST(i). */
function source(ip: usize): u32 {
  return (load<u8>(ip, INSN_SRC) >> 3) as u32;
}

/** FINCSTP, FDECSTP */
function rotate(by: i32): bool {
  Fpu.setTop(Fpu.top() + by);
  clearC1();
  return true;
}

function free(i: u32, pops: bool): bool {
  markEmpty(i);
  clearC1();
  if (pops) pop();
  return true;
}

export function register_exec(ip: usize): bool {
  switch (load<u16>(ip, INSN_OP) as u32) {
    case OP_FADD_ST0_STI:
      return arithmeticStack(ADD, 0, source(ip), false);
    case OP_FMUL_ST0_STI:
      return arithmeticStack(MUL, 0, source(ip), false);
    case OP_FCOM_STI:
      return compareStack(destination(ip), false, 0);
    case OP_FCOMP_STI:
      return compareStack(destination(ip), false, 1);
    case OP_FSUB_ST0_STI:
      return arithmeticStack(SUB, 0, source(ip), false);
    case OP_FSUBR_ST0_STI:
      return arithmeticStack(SUBR, 0, source(ip), false);
    case OP_FDIV_ST0_STI:
      return arithmeticStack(DIV, 0, source(ip), false);
    case OP_FDIVR_ST0_STI:
      return arithmeticStack(DIVR, 0, source(ip), false);
    case OP_FLD_STI:
      return loadStack(destination(ip));
    case OP_FXCH_STI:
      return exchange(destination(ip));
    case OP_FSTPNCE_STI:
      return moveStack(destination(ip));
    case OP_FSTP_STI:
      return storeStack(destination(ip), true);
    case OP_FCHS:
      return changeSign(true);
    case OP_FABS:
      return changeSign(false);
    case OP_FTST:
      return test();
    case OP_FXAM:
      return examine();
    case OP_FLD1:
      return loadOne();
    case OP_FLDL2T:
      return loadConstant(0x4000, 0xd49a784bcd1b8afe, false);
    case OP_FLDL2E:
      return loadConstant(0x3fff, 0xb8aa3b295c17f0bb, true);
    case OP_FLDPI:
      return loadConstant(0x4000, 0xc90fdaa22168c234, true);
    case OP_FLDLG2:
      return loadConstant(0x3ffd, 0x9a209a84fbcff798, true);
    case OP_FLDLN2:
      return loadConstant(0x3ffe, 0xb17217f7d1cf79ab, true);
    case OP_FLDZ:
      return loadZero();
    case OP_F2XM1:
      return unary(EXP2M1);
    case OP_FYL2X:
      return binary(YLOG2);
    case OP_FPTAN:
      return twoResults(TAN);
    case OP_FPATAN:
      return binary(ATAN2);
    case OP_FXTRACT:
      return twoResults(EXTRACT);
    case OP_FPREM1:
      return binary(REMAINDER_NEAREST);
    case OP_FDECSTP:
      return rotate(-1);
    case OP_FINCSTP:
      return rotate(1);
    case OP_FPREM:
      return binary(REMAINDER);
    case OP_FYL2XP1:
      return binary(YLOG2P1);
    case OP_FSQRT:
      return unary(SQRT);
    case OP_FSINCOS:
      return twoResults(SINCOS);
    case OP_FRNDINT:
      return unary(ROUND);
    case OP_FSCALE:
      return binary(SCALE);
    case OP_FSIN:
      return unary(SIN);
    case OP_FCOS:
      return unary(COS);
    case OP_FCMOVB_ST0_STI:
      return moveIf(((flags_get() as u32) & CF) != 0, source(ip));
    case OP_FCMOVE_ST0_STI:
      return moveIf(((flags_get() as u32) & ZF) != 0, source(ip));
    case OP_FCMOVBE_ST0_STI:
      return moveIf(((flags_get() as u32) & (CF | ZF)) != 0, source(ip));
    case OP_FCMOVU_ST0_STI:
      return moveIf(((flags_get() as u32) & PF) != 0, source(ip));
    case OP_FUCOMPP:
      return compareStack(1, true, 2);
    case OP_FCMOVNB_ST0_STI:
      return moveIf(((flags_get() as u32) & CF) == 0, source(ip));
    case OP_FCMOVNE_ST0_STI:
      return moveIf(((flags_get() as u32) & ZF) == 0, source(ip));
    case OP_FCMOVNBE_ST0_STI:
      return moveIf(((flags_get() as u32) & (CF | ZF)) == 0, source(ip));
    case OP_FCMOVNU_ST0_STI:
      return moveIf(((flags_get() as u32) & PF) == 0, source(ip));
    case OP_FUCOMI_ST0_STI:
      return compareToFlags(source(ip), true, false);
    case OP_FCOMI_ST0_STI:
      return compareToFlags(source(ip), false, false);
    case OP_FADD_STI_ST0:
      return arithmeticStack(ADD, destination(ip), 0, false);
    case OP_FMUL_STI_ST0:
      return arithmeticStack(MUL, destination(ip), 0, false);
    case OP_FSUBR_STI_ST0:
      return arithmeticStack(SUBR, destination(ip), 0, false);
    case OP_FSUB_STI_ST0:
      return arithmeticStack(SUB, destination(ip), 0, false);
    case OP_FDIVR_STI_ST0:
      return arithmeticStack(DIVR, destination(ip), 0, false);
    case OP_FDIV_STI_ST0:
      return arithmeticStack(DIV, destination(ip), 0, false);
    case OP_FFREE_STI:
      return free(destination(ip), false);
    case OP_FST_STI:
      return storeStack(destination(ip), false);
    case OP_FUCOM_STI:
      return compareStack(destination(ip), true, 0);
    case OP_FUCOMP_STI:
      return compareStack(destination(ip), true, 1);
    case OP_FADDP_STI_ST0:
      return arithmeticStack(ADD, destination(ip), 0, true);
    case OP_FMULP_STI_ST0:
      return arithmeticStack(MUL, destination(ip), 0, true);
    case OP_FSUBRP_STI_ST0:
      return arithmeticStack(SUBR, destination(ip), 0, true);
    case OP_FSUBP_STI_ST0:
      return arithmeticStack(SUB, destination(ip), 0, true);
    case OP_FDIVRP_STI_ST0:
      return arithmeticStack(DIVR, destination(ip), 0, true);
    case OP_FDIVP_STI_ST0:
      return arithmeticStack(DIV, destination(ip), 0, true);
    case OP_FCOMPP:
      return compareStack(1, false, 2);
    case OP_FFREEP_STI:
      return free(destination(ip), true);
    case OP_FUCOMIP_ST0_STI:
      return compareToFlags(source(ip), true, true);
    case OP_FCOMIP_ST0_STI:
      return compareToFlags(source(ip), false, true);
    default:
      return raise_ud();
  }
}
