// The integer instructions that the run loop does not have in place. Families that differ in form and size only are
// runs of numbers (isa/generate/ops.ts), served by one function each; single_exec has the rest.
import { INSN_OP } from '../../abi/insn.ts';
import {
  OP_ADCX_RR32,
  OP_ADD_RR8,
  OP_BSF_RM64,
  OP_BSF_RR16,
  OP_BSR_RM64,
  OP_BSR_RR16,
  OP_BT_MI64,
  OP_BT_MR64,
  OP_BT_RI16,
  OP_BT_RR16,
  OP_BTC_MI64,
  OP_BTC_MR64,
  OP_BTC_RI16,
  OP_BTC_RR16,
  OP_BTR_MI64,
  OP_BTR_MR64,
  OP_BTR_RI16,
  OP_BTR_RR16,
  OP_BTS_MI64,
  OP_BTS_MR64,
  OP_BTS_RI16,
  OP_BTS_RR16,
  OP_CMP_MI64,
  OP_CMPS8,
  OP_CMPS64,
  OP_CMPXCHG16B,
  OP_CMPXCHG8B,
  OP_CMPXCHG_MR64,
  OP_CMPXCHG_RR8,
  OP_CRC32_RM64,
  OP_CRC32_RR8,
  OP_DEC_M64,
  OP_DEC_R8,
  OP_IDIV_M64,
  OP_INC_M64,
  OP_INC_R8,
  OP_LODS8,
  OP_LODS64,
  OP_LZCNT_RM64,
  OP_LZCNT_RR16,
  OP_MOVS8,
  OP_MOVS64,
  OP_MUL_R8,
  OP_NEG_M64,
  OP_NEG_R8,
  OP_NOT_M64,
  OP_NOT_R8,
  OP_POPCNT_RM64,
  OP_POPCNT_RR16,
  OP_ROL_RI8,
  OP_RORX_RMI64,
  OP_SAR_MC64,
  OP_SCAS8,
  OP_SCAS64,
  OP_SHLD_MRC64,
  OP_SHLD_RRI16,
  OP_SHRD_MRC64,
  OP_SHRD_RRI16,
  OP_STOS8,
  OP_STOS64,
  OP_TZCNT_RM64,
  OP_TZCNT_RR16,
  OP_XADD_MR64,
  OP_XADD_RR8,
  OP_XCHG_MR64,
  OP_XCHG_RR8,
} from '../../isa/ops.gen.ts';
import { alu_exec, alu_one_exec, DEC, INC, NEG, NOT } from './alu.ts';
import { cmpxchg_exec, cmpxchg_wide_exec, xadd_exec, xchg_exec } from './atomic.ts';
import { BT, BTC, BTR, BTS, bit_immediate_exec, bit_register_exec, crc32_exec, scan_exec } from './bits.ts';
import { bmi_exec } from './bmi.ts';
import { muldiv_exec } from './muldiv.ts';
import { shift_double_exec, shift_exec } from './shift.ts';
import { single_exec } from './single.ts';
import { cmps_exec, lods_exec, movs_exec, scas_exec, stos_exec } from './string.ts';

@unmanaged
class Op {
  @inline static in(op: i32, first: i32, last: i32): bool {
    return ((op - first) as u32) <= ((last - first) as u32);
  }
}

/** Runs the integer instruction at ip; false = it faulted. */
export function integer_exec(ip: usize): bool {
  const op = load<u16>(ip, INSN_OP) as i32;
  if (Op.in(op, OP_ADD_RR8, OP_CMP_MI64)) return alu_exec(ip);
  if (Op.in(op, OP_ROL_RI8, OP_SAR_MC64)) return shift_exec(ip);
  if (Op.in(op, OP_MUL_R8, OP_IDIV_M64)) return muldiv_exec(ip);
  if (Op.in(op, OP_XCHG_RR8, OP_XCHG_MR64)) return xchg_exec(ip);
  if (Op.in(op, OP_CMPXCHG_RR8, OP_CMPXCHG_MR64)) return cmpxchg_exec(ip);
  if (Op.in(op, OP_XADD_RR8, OP_XADD_MR64)) return xadd_exec(ip);
  if (Op.in(op, OP_MOVS8, OP_MOVS64)) return movs_exec(ip);
  if (Op.in(op, OP_STOS8, OP_STOS64)) return stos_exec(ip);
  if (Op.in(op, OP_INC_R8, OP_INC_M64)) return alu_one_exec(ip, INC, OP_INC_R8);
  if (Op.in(op, OP_DEC_R8, OP_DEC_M64)) return alu_one_exec(ip, DEC, OP_DEC_R8);
  if (Op.in(op, OP_NEG_R8, OP_NEG_M64)) return alu_one_exec(ip, NEG, OP_NEG_R8);
  if (Op.in(op, OP_NOT_R8, OP_NOT_M64)) return alu_one_exec(ip, NOT, OP_NOT_R8);
  if (Op.in(op, OP_BT_RR16, OP_BT_MR64)) return bit_register_exec(ip, BT, OP_BT_RR16);
  if (Op.in(op, OP_BT_RI16, OP_BT_MI64)) return bit_immediate_exec(ip, BT, OP_BT_RI16);
  return seldom(ip, op);
}

function seldom(ip: usize, op: i32): bool {
  if (Op.in(op, OP_BSF_RR16, OP_BSF_RM64)) return scan_exec(ip, OP_BSF_RR16);
  if (Op.in(op, OP_BSR_RR16, OP_BSR_RM64)) return scan_exec(ip, OP_BSR_RR16);
  if (Op.in(op, OP_TZCNT_RR16, OP_TZCNT_RM64)) return scan_exec(ip, OP_TZCNT_RR16);
  if (Op.in(op, OP_LZCNT_RR16, OP_LZCNT_RM64)) return scan_exec(ip, OP_LZCNT_RR16);
  if (Op.in(op, OP_POPCNT_RR16, OP_POPCNT_RM64)) return scan_exec(ip, OP_POPCNT_RR16);
  if (Op.in(op, OP_BTS_RR16, OP_BTS_MR64)) return bit_register_exec(ip, BTS, OP_BTS_RR16);
  if (Op.in(op, OP_BTS_RI16, OP_BTS_MI64)) return bit_immediate_exec(ip, BTS, OP_BTS_RI16);
  if (Op.in(op, OP_BTR_RR16, OP_BTR_MR64)) return bit_register_exec(ip, BTR, OP_BTR_RR16);
  if (Op.in(op, OP_BTR_RI16, OP_BTR_MI64)) return bit_immediate_exec(ip, BTR, OP_BTR_RI16);
  if (Op.in(op, OP_BTC_RR16, OP_BTC_MR64)) return bit_register_exec(ip, BTC, OP_BTC_RR16);
  if (Op.in(op, OP_BTC_RI16, OP_BTC_MI64)) return bit_immediate_exec(ip, BTC, OP_BTC_RI16);
  if (Op.in(op, OP_SHLD_RRI16, OP_SHLD_MRC64)) return shift_double_exec(ip, true);
  if (Op.in(op, OP_SHRD_RRI16, OP_SHRD_MRC64)) return shift_double_exec(ip, false);
  if (Op.in(op, OP_CMPS8, OP_CMPS64)) return cmps_exec(ip);
  if (Op.in(op, OP_SCAS8, OP_SCAS64)) return scas_exec(ip);
  if (Op.in(op, OP_LODS8, OP_LODS64)) return lods_exec(ip);
  if (Op.in(op, OP_CMPXCHG8B, OP_CMPXCHG16B)) return cmpxchg_wide_exec(ip);
  if (Op.in(op, OP_CRC32_RR8, OP_CRC32_RM64)) return crc32_exec(ip);
  if (Op.in(op, OP_ADCX_RR32, OP_RORX_RMI64)) return bmi_exec(ip);
  return single_exec(ip);
}
