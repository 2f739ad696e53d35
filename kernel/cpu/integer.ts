// The integer instructions that the run loop neither has in place nor calls directly. Families that differ in form and size only are
// runs of numbers (isa/generate/ops.ts), served by one function each; single_exec has the rest.
import { INSN_OP } from '../../abi/insn.ts';
import {
  OP_ADCX_RR32,
  OP_BSF_RM64,
  OP_BSF_RR16,
  OP_BSR_RM64,
  OP_BSR_RR16,
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
  OP_CMPS8,
  OP_CMPS64,
  OP_CMPXCHG16B,
  OP_CMPXCHG8B,
  OP_CRC32_RM64,
  OP_CRC32_RR8,
  OP_LODS8,
  OP_LODS64,
  OP_LZCNT_RM64,
  OP_LZCNT_RR16,
  OP_POPCNT_RM64,
  OP_POPCNT_RR16,
  OP_RORX_RMI64,
  OP_SCAS8,
  OP_SCAS64,
  OP_SHLD_MRC64,
  OP_SHLD_RRI16,
  OP_SHRD_MRC64,
  OP_SHRD_RRI16,
  OP_TZCNT_RM64,
  OP_TZCNT_RR16,
} from '../../isa/ops.gen.ts';
import { cmpxchg_wide_exec } from './atomic.ts';
import { BTC, BTR, BTS, bit_immediate_exec, bit_register_exec, crc32_exec, scan_exec } from './bits.ts';
import { bmi_exec } from './bmi.ts';
import { shift_double_exec } from './shift.ts';
import { single_exec } from './single.ts';
import { cmps_exec, lods_exec, scas_exec } from './string.ts';

@unmanaged
class Op {
  @inline static in(op: i32, first: i32, last: i32): bool {
    return ((op - first) as u32) <= ((last - first) as u32);
  }
}

/** Runs the integer instruction at ip; false = it faulted. */
export function integer_exec(ip: usize): bool {
  const op = load<u16>(ip, INSN_OP) as i32;
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
