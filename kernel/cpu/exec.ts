// One instruction that is no control transfer, by the handler of its family. Exec.rest has those families that the run loop
// does not name; insn_exec, for translated code, also those that it calls directly - but not what only stands in the loop
// itself, which the translator has emitters for (src/translate/emit/).
import { INSN_OP } from '../../abi/insn.ts';
import {
  OP_ADD_RR8,
  OP_AVX_FIRST,
  OP_BT_MI64,
  OP_BT_MR64,
  OP_BT_RI16,
  OP_BT_RR16,
  OP_CMPXCHG_MR64,
  OP_CMPXCHG_RR8,
  OP_CMP_MI64,
  OP_DEC_M64,
  OP_DEC_R8,
  OP_IDIV_M64,
  OP_INC_M64,
  OP_INC_R8,
  OP_MMX_FIRST,
  OP_MOVS64,
  OP_MOVS8,
  OP_MUL_R8,
  OP_NEG_M64,
  OP_NEG_R8,
  OP_NOT_M64,
  OP_NOT_R8,
  OP_ROL_RI8,
  OP_SAR_MC64,
  OP_SSE_FIRST,
  OP_STOS64,
  OP_STOS8,
  OP_X87_FIRST,
  OP_XADD_MR64,
  OP_XADD_RR8,
  OP_XCHG_MR64,
  OP_XCHG_RR8,
} from '../../isa/ops.gen.ts';
import { alu_exec, alu_one_exec, DEC, INC, NEG, NOT } from './alu.ts';
import { cmpxchg_exec, xadd_exec, xchg_exec } from './atomic.ts';
import { avx_exec } from './avx/exec.ts';
import { bit_immediate_exec, bit_register_exec, BT } from './bits.ts';
import { integer_exec } from './integer.ts';
import { mmx_exec } from './mmx/exec.ts';
import { muldiv_exec } from './muldiv.ts';
import { shift_exec } from './shift.ts';
import { sse_exec } from './sse/exec.ts';
import { movs_exec, stos_exec } from './string.ts';
import { x87_exec } from './x87/exec.ts';

@unmanaged
export class Exec {
  @inline static rest(op: i32, ip: usize): bool {
    if (op >= OP_SSE_FIRST) return op < OP_AVX_FIRST ? sse_exec(ip) : avx_exec(ip);
    if (op < OP_X87_FIRST) return integer_exec(ip);
    return op < OP_MMX_FIRST ? x87_exec(ip) : mmx_exec(ip);
  }

  @inline static in(op: i32, first: i32, last: i32): bool {
    return ((op - first) as u32) <= ((last - first) as u32);
  }
}

/** Runs the instruction at ip; false = it faulted or did not end. */
export function insn_exec(ip: usize): bool {
  const op = load<u16>(ip, INSN_OP) as i32;
  if (op >= OP_X87_FIRST) return Exec.rest(op, ip);
  if (Exec.in(op, OP_ADD_RR8, OP_CMP_MI64)) return alu_exec(ip);
  if (Exec.in(op, OP_ROL_RI8, OP_SAR_MC64)) return shift_exec(ip);
  if (Exec.in(op, OP_MUL_R8, OP_IDIV_M64)) return muldiv_exec(ip);
  if (Exec.in(op, OP_XCHG_RR8, OP_XCHG_MR64)) return xchg_exec(ip);
  if (Exec.in(op, OP_CMPXCHG_RR8, OP_CMPXCHG_MR64)) return cmpxchg_exec(ip);
  if (Exec.in(op, OP_XADD_RR8, OP_XADD_MR64)) return xadd_exec(ip);
  if (Exec.in(op, OP_MOVS8, OP_MOVS64)) return movs_exec(ip);
  if (Exec.in(op, OP_STOS8, OP_STOS64)) return stos_exec(ip);
  if (Exec.in(op, OP_INC_R8, OP_INC_M64)) return alu_one_exec(ip, INC, OP_INC_R8);
  if (Exec.in(op, OP_DEC_R8, OP_DEC_M64)) return alu_one_exec(ip, DEC, OP_DEC_R8);
  if (Exec.in(op, OP_NEG_R8, OP_NEG_M64)) return alu_one_exec(ip, NEG, OP_NEG_R8);
  if (Exec.in(op, OP_NOT_R8, OP_NOT_M64)) return alu_one_exec(ip, NOT, OP_NOT_R8);
  if (Exec.in(op, OP_BT_RR16, OP_BT_MR64)) return bit_register_exec(ip, BT, OP_BT_RR16);
  if (Exec.in(op, OP_BT_RI16, OP_BT_MI64)) return bit_immediate_exec(ip, BT, OP_BT_RI16);
  return integer_exec(ip);
}
