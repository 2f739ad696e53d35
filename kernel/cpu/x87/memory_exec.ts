// Dispatch of the x87 instructions with a numeric memory operand.
import {
  OP_FADD_M32,
  OP_FADD_M64,
  OP_FBLD_M80,
  OP_FBSTP_M80,
  OP_FCOMP_M32,
  OP_FCOMP_M64,
  OP_FCOM_M32,
  OP_FCOM_M64,
  OP_FDIVR_M32,
  OP_FDIVR_M64,
  OP_FDIV_M32,
  OP_FDIV_M64,
  OP_FIADD_M16,
  OP_FIADD_M32,
  OP_FICOMP_M16,
  OP_FICOMP_M32,
  OP_FICOM_M16,
  OP_FICOM_M32,
  OP_FIDIVR_M16,
  OP_FIDIVR_M32,
  OP_FIDIV_M16,
  OP_FIDIV_M32,
  OP_FILD_M16,
  OP_FILD_M32,
  OP_FILD_M64,
  OP_FIMUL_M16,
  OP_FIMUL_M32,
  OP_FISTP_M16,
  OP_FISTP_M32,
  OP_FISTP_M64,
  OP_FISTTP_M16,
  OP_FISTTP_M32,
  OP_FISTTP_M64,
  OP_FIST_M16,
  OP_FIST_M32,
  OP_FISUBR_M16,
  OP_FISUBR_M32,
  OP_FISUB_M16,
  OP_FISUB_M32,
  OP_FLD_M32,
  OP_FLD_M64,
  OP_FLD_M80,
  OP_FMUL_M32,
  OP_FMUL_M64,
  OP_FSTP_M32,
  OP_FSTP_M64,
  OP_FSTP_M80,
  OP_FST_M32,
  OP_FST_M64,
  OP_FSUBR_M32,
  OP_FSUBR_M64,
  OP_FSUB_M32,
  OP_FSUB_M64,
} from '../../../isa/ops.gen.ts';
import { INSN_OP } from '../../../abi/insn.ts';
import { raise_ud } from '../fault.ts';
import { ADD, arithmeticMemory, DIV, DIVR, MUL, SUB, SUBR } from './arithmetic_ops.ts';
import {
  BCD,
  DOUBLE,
  EXTENDED,
  INT16,
  INT32,
  INT64,
  loadMemory,
  loadOperand,
  OPERAND,
  SINGLE,
  storeMemory,
} from './memory_ops.ts';
import { pop } from './stack.ts';
import { compareValue } from './stack_ops.ts';

function memoryArithmetic(ip: usize, operation: u32, format: u32): bool {
  return loadOperand(ip, format) && arithmeticMemory(operation, OPERAND);
}

function memoryCompare(ip: usize, format: u32, pops: bool): bool {
  if (!loadOperand(ip, format)) return false;
  if (compareValue(OPERAND, false, false) && pops) pop();
  return true;
}

export function memory_exec(ip: usize): bool {
  switch (load<u16>(ip, INSN_OP) as u32) {
    case OP_FADD_M32:
      return memoryArithmetic(ip, ADD, SINGLE);
    case OP_FMUL_M32:
      return memoryArithmetic(ip, MUL, SINGLE);
    case OP_FCOM_M32:
      return memoryCompare(ip, SINGLE, false);
    case OP_FCOMP_M32:
      return memoryCompare(ip, SINGLE, true);
    case OP_FSUB_M32:
      return memoryArithmetic(ip, SUB, SINGLE);
    case OP_FSUBR_M32:
      return memoryArithmetic(ip, SUBR, SINGLE);
    case OP_FDIV_M32:
      return memoryArithmetic(ip, DIV, SINGLE);
    case OP_FDIVR_M32:
      return memoryArithmetic(ip, DIVR, SINGLE);
    case OP_FLD_M32:
      return loadMemory(ip, SINGLE);
    case OP_FST_M32:
      return storeMemory(ip, SINGLE, false, false);
    case OP_FSTP_M32:
      return storeMemory(ip, SINGLE, true, false);
    case OP_FIADD_M32:
      return memoryArithmetic(ip, ADD, INT32);
    case OP_FIMUL_M32:
      return memoryArithmetic(ip, MUL, INT32);
    case OP_FICOM_M32:
      return memoryCompare(ip, INT32, false);
    case OP_FICOMP_M32:
      return memoryCompare(ip, INT32, true);
    case OP_FISUB_M32:
      return memoryArithmetic(ip, SUB, INT32);
    case OP_FISUBR_M32:
      return memoryArithmetic(ip, SUBR, INT32);
    case OP_FIDIV_M32:
      return memoryArithmetic(ip, DIV, INT32);
    case OP_FIDIVR_M32:
      return memoryArithmetic(ip, DIVR, INT32);
    case OP_FILD_M32:
      return loadMemory(ip, INT32);
    case OP_FISTTP_M32:
      return storeMemory(ip, INT32, true, true);
    case OP_FIST_M32:
      return storeMemory(ip, INT32, false, false);
    case OP_FISTP_M32:
      return storeMemory(ip, INT32, true, false);
    case OP_FLD_M80:
      return loadMemory(ip, EXTENDED);
    case OP_FSTP_M80:
      return storeMemory(ip, EXTENDED, true, false);
    case OP_FADD_M64:
      return memoryArithmetic(ip, ADD, DOUBLE);
    case OP_FMUL_M64:
      return memoryArithmetic(ip, MUL, DOUBLE);
    case OP_FCOM_M64:
      return memoryCompare(ip, DOUBLE, false);
    case OP_FCOMP_M64:
      return memoryCompare(ip, DOUBLE, true);
    case OP_FSUB_M64:
      return memoryArithmetic(ip, SUB, DOUBLE);
    case OP_FSUBR_M64:
      return memoryArithmetic(ip, SUBR, DOUBLE);
    case OP_FDIV_M64:
      return memoryArithmetic(ip, DIV, DOUBLE);
    case OP_FDIVR_M64:
      return memoryArithmetic(ip, DIVR, DOUBLE);
    case OP_FLD_M64:
      return loadMemory(ip, DOUBLE);
    case OP_FISTTP_M64:
      return storeMemory(ip, INT64, true, true);
    case OP_FST_M64:
      return storeMemory(ip, DOUBLE, false, false);
    case OP_FSTP_M64:
      return storeMemory(ip, DOUBLE, true, false);
    case OP_FIADD_M16:
      return memoryArithmetic(ip, ADD, INT16);
    case OP_FIMUL_M16:
      return memoryArithmetic(ip, MUL, INT16);
    case OP_FICOM_M16:
      return memoryCompare(ip, INT16, false);
    case OP_FICOMP_M16:
      return memoryCompare(ip, INT16, true);
    case OP_FISUB_M16:
      return memoryArithmetic(ip, SUB, INT16);
    case OP_FISUBR_M16:
      return memoryArithmetic(ip, SUBR, INT16);
    case OP_FIDIV_M16:
      return memoryArithmetic(ip, DIV, INT16);
    case OP_FIDIVR_M16:
      return memoryArithmetic(ip, DIVR, INT16);
    case OP_FILD_M16:
      return loadMemory(ip, INT16);
    case OP_FISTTP_M16:
      return storeMemory(ip, INT16, true, true);
    case OP_FIST_M16:
      return storeMemory(ip, INT16, false, false);
    case OP_FISTP_M16:
      return storeMemory(ip, INT16, true, false);
    case OP_FBLD_M80:
      return loadMemory(ip, BCD);
    case OP_FILD_M64:
      return loadMemory(ip, INT64);
    case OP_FBSTP_M80:
      return storeMemory(ip, BCD, true, false);
    case OP_FISTP_M64:
      return storeMemory(ip, INT64, true, false);
    default:
      return raise_ud();
  }
}
