// The run loop: fetches decoded instructions and runs them, the frequent ones in place, the others by family.
// Invariants: ip points at the record of the current instruction and the next one lies behind it; f - ip is 32 times the
// fuel left, so sequential instructions cost no counting and a jump from ip to t adds t - ip - 32. Fuel is looked at
// when a control transfer is taken, after charging it. `continue` = next instruction, `break` = the direct branch at ip is
// taken, `return` = leave with the state of the task complete in memory.
import { CPU_BASE, TRANSLATE_BASE } from '../../abi/box.ts';
import {
  CPU_EXIT,
  CPU_RETIRED,
  CPU_RIP,
  CPU_SLICE,
  EXIT_FAULT,
  EXIT_FUEL,
  EXIT_INT80,
  EXIT_NONE,
  EXIT_SYSCALL,
  GPR_R11,
  GPR_RAX,
  GPR_RCX,
  GPR_RDX,
  GPR_RSP,
  REG_RIP_PAGE,
} from '../../abi/cpu.ts';
import {
  INSN_AUX,
  INSN_FLAGS,
  INSN_ADDR32,
  INSN_IMM,
  INSN_LINK,
  INSN_LINK2,
  INSN_OFF,
  INSN_OP,
  INSN_SIZE,
} from '../../abi/insn.ts';
import { OP_REGION, TRANSLATE_SIDE } from '../../abi/translate.ts';
import {
  OP_ADC_MI16,
  OP_ADC_MI32,
  OP_ADC_MI64,
  OP_ADC_MI8,
  OP_ADC_MR16,
  OP_ADC_MR32,
  OP_ADC_MR64,
  OP_ADC_MR8,
  OP_ADC_RI16,
  OP_ADC_RI32,
  OP_ADC_RI64,
  OP_ADC_RI8,
  OP_ADC_RM16,
  OP_ADC_RM32,
  OP_ADC_RM64,
  OP_ADC_RM8,
  OP_ADC_RR16,
  OP_ADC_RR32,
  OP_ADC_RR64,
  OP_ADC_RR8,
  OP_ADD_MI16,
  OP_ADD_MI32,
  OP_ADD_MI64,
  OP_ADD_MI8,
  OP_ADD_MR16,
  OP_ADD_MR32,
  OP_ADD_MR64,
  OP_ADD_MR8,
  OP_ADD_RI16,
  OP_ADD_RI32,
  OP_ADD_RI64,
  OP_ADD_RI8,
  OP_ADD_RM16,
  OP_ADD_RM32,
  OP_ADD_RM64,
  OP_ADD_RM8,
  OP_ADD_RR16,
  OP_ADD_RR32,
  OP_ADD_RR64,
  OP_ADD_RR8,
  OP_AND_MI16,
  OP_AND_MI32,
  OP_AND_MI64,
  OP_AND_MI8,
  OP_AND_MR16,
  OP_AND_MR32,
  OP_AND_MR64,
  OP_AND_MR8,
  OP_AND_RI16,
  OP_AND_RI32,
  OP_AND_RI64,
  OP_AND_RI8,
  OP_AND_RM16,
  OP_AND_RM32,
  OP_AND_RM64,
  OP_AND_RM8,
  OP_AND_RR16,
  OP_AND_RR32,
  OP_AND_RR64,
  OP_AND_RR8,
  OP_BT_MI16,
  OP_BT_MI32,
  OP_BT_MI64,
  OP_BT_MR16,
  OP_BT_MR32,
  OP_BT_MR64,
  OP_BT_RI16,
  OP_BT_RI32,
  OP_BT_RI64,
  OP_BT_RR16,
  OP_BT_RR32,
  OP_BT_RR64,
  OP_CALL,
  OP_CALL_M64,
  OP_CALL_R64,
  OP_CDQ,
  OP_CDQE,
  OP_CMOV_RR32,
  OP_CMOV_RR64,
  OP_CMPXCHG_MR16,
  OP_CMPXCHG_MR32,
  OP_CMPXCHG_MR64,
  OP_CMPXCHG_MR8,
  OP_CMPXCHG_RR16,
  OP_CMPXCHG_RR32,
  OP_CMPXCHG_RR64,
  OP_CMPXCHG_RR8,
  OP_CMP_MI16,
  OP_CMP_MI32,
  OP_CMP_MI64,
  OP_CMP_MI8,
  OP_CMP_MR16,
  OP_CMP_MR32,
  OP_CMP_MR64,
  OP_CMP_MR8,
  OP_CMP_RI16,
  OP_CMP_RI32,
  OP_CMP_RI64,
  OP_CMP_RI8,
  OP_CMP_RM16,
  OP_CMP_RM32,
  OP_CMP_RM64,
  OP_CMP_RM8,
  OP_CMP_RR16,
  OP_CMP_RR32,
  OP_CMP_RR64,
  OP_CMP_RR8,
  OP_CQO,
  OP_CWDE,
  OP_DECODE,
  OP_DEC_M16,
  OP_DEC_M32,
  OP_DEC_M64,
  OP_DEC_M8,
  OP_DEC_R16,
  OP_DEC_R32,
  OP_DEC_R64,
  OP_DEC_R8,
  OP_DIV_M16,
  OP_DIV_M32,
  OP_DIV_M64,
  OP_DIV_M8,
  OP_DIV_R16,
  OP_DIV_R32,
  OP_DIV_R64,
  OP_DIV_R8,
  OP_IDIV_M16,
  OP_IDIV_M32,
  OP_IDIV_M64,
  OP_IDIV_M8,
  OP_IDIV_R16,
  OP_IDIV_R32,
  OP_IDIV_R64,
  OP_IDIV_R8,
  OP_IMUL_M16,
  OP_IMUL_M32,
  OP_IMUL_M64,
  OP_IMUL_M8,
  OP_IMUL_R16,
  OP_IMUL_R32,
  OP_IMUL_R64,
  OP_IMUL_R8,
  OP_IMUL_RM32,
  OP_IMUL_RM64,
  OP_IMUL_RR32,
  OP_IMUL_RR64,
  OP_IMUL_RRI32,
  OP_IMUL_RRI64,
  OP_INC_M16,
  OP_INC_M32,
  OP_INC_M64,
  OP_INC_M8,
  OP_INC_R16,
  OP_INC_R32,
  OP_INC_R64,
  OP_INC_R8,
  OP_INT1,
  OP_INT3,
  OP_INT_I,
  OP_JA,
  OP_JAE,
  OP_JB,
  OP_JBE,
  OP_JE,
  OP_JG,
  OP_JGE,
  OP_JL,
  OP_JLE,
  OP_JMP,
  OP_JMP_M64,
  OP_JMP_R64,
  OP_JNE,
  OP_JNO,
  OP_JNP,
  OP_JNS,
  OP_JO,
  OP_JP,
  OP_JRCXZ,
  OP_JS,
  OP_LEAVE64,
  OP_LEA_RM32,
  OP_LEA_RM64,
  OP_LOOP,
  OP_LOOPE,
  OP_LOOPNE,
  OP_MOVS16,
  OP_MOVS32,
  OP_MOVS64,
  OP_MOVS8,
  OP_MOVSX_RM16_8,
  OP_MOVSX_RM32_16,
  OP_MOVSX_RM32_8,
  OP_MOVSX_RM64_16,
  OP_MOVSX_RM64_32,
  OP_MOVSX_RM64_8,
  OP_MOVSX_RR16_8,
  OP_MOVSX_RR32_16,
  OP_MOVSX_RR32_8,
  OP_MOVSX_RR64_16,
  OP_MOVSX_RR64_32,
  OP_MOVSX_RR64_8,
  OP_MOVZX_RM16_8,
  OP_MOVZX_RM32_16,
  OP_MOVZX_RM32_8,
  OP_MOVZX_RM64_16,
  OP_MOVZX_RM64_8,
  OP_MOVZX_RR16_8,
  OP_MOVZX_RR32_16,
  OP_MOVZX_RR32_8,
  OP_MOVZX_RR64_16,
  OP_MOVZX_RR64_8,
  OP_MOV_MI16,
  OP_MOV_MI32,
  OP_MOV_MI64,
  OP_MOV_MI8,
  OP_MOV_MR16,
  OP_MOV_MR32,
  OP_MOV_MR64,
  OP_MOV_MR8,
  OP_MOV_RI16,
  OP_MOV_RI32,
  OP_MOV_RI64,
  OP_MOV_RI8,
  OP_MOV_RM16,
  OP_MOV_RM32,
  OP_MOV_RM64,
  OP_MOV_RM8,
  OP_MOV_RR16,
  OP_MOV_RR32,
  OP_MOV_RR64,
  OP_MOV_RR8,
  OP_MUL_M16,
  OP_MUL_M32,
  OP_MUL_M64,
  OP_MUL_M8,
  OP_MUL_R16,
  OP_MUL_R32,
  OP_MUL_R64,
  OP_MUL_R8,
  OP_NEG_M16,
  OP_NEG_M32,
  OP_NEG_M64,
  OP_NEG_M8,
  OP_NEG_R16,
  OP_NEG_R32,
  OP_NEG_R64,
  OP_NEG_R8,
  OP_NOP,
  OP_NOT_M16,
  OP_NOT_M32,
  OP_NOT_M64,
  OP_NOT_M8,
  OP_NOT_R16,
  OP_NOT_R32,
  OP_NOT_R64,
  OP_NOT_R8,
  OP_OR_MI16,
  OP_OR_MI32,
  OP_OR_MI64,
  OP_OR_MI8,
  OP_OR_MR16,
  OP_OR_MR32,
  OP_OR_MR64,
  OP_OR_MR8,
  OP_OR_RI16,
  OP_OR_RI32,
  OP_OR_RI64,
  OP_OR_RI8,
  OP_OR_RM16,
  OP_OR_RM32,
  OP_OR_RM64,
  OP_OR_RM8,
  OP_OR_RR16,
  OP_OR_RR32,
  OP_OR_RR64,
  OP_OR_RR8,
  OP_POP_R64,
  OP_PUSH_I64,
  OP_PUSH_R64,
  OP_RCL_MC16,
  OP_RCL_MC32,
  OP_RCL_MC64,
  OP_RCL_MC8,
  OP_RCL_MI16,
  OP_RCL_MI32,
  OP_RCL_MI64,
  OP_RCL_MI8,
  OP_RCL_RC16,
  OP_RCL_RC32,
  OP_RCL_RC64,
  OP_RCL_RC8,
  OP_RCL_RI16,
  OP_RCL_RI32,
  OP_RCL_RI64,
  OP_RCL_RI8,
  OP_RCR_MC16,
  OP_RCR_MC32,
  OP_RCR_MC64,
  OP_RCR_MC8,
  OP_RCR_MI16,
  OP_RCR_MI32,
  OP_RCR_MI64,
  OP_RCR_MI8,
  OP_RCR_RC16,
  OP_RCR_RC32,
  OP_RCR_RC64,
  OP_RCR_RC8,
  OP_RCR_RI16,
  OP_RCR_RI32,
  OP_RCR_RI64,
  OP_RCR_RI8,
  OP_RET,
  OP_RET_I,
  OP_ROL_MC16,
  OP_ROL_MC32,
  OP_ROL_MC64,
  OP_ROL_MC8,
  OP_ROL_MI16,
  OP_ROL_MI32,
  OP_ROL_MI64,
  OP_ROL_MI8,
  OP_ROL_RC16,
  OP_ROL_RC32,
  OP_ROL_RC64,
  OP_ROL_RC8,
  OP_ROL_RI16,
  OP_ROL_RI32,
  OP_ROL_RI64,
  OP_ROL_RI8,
  OP_ROR_MC16,
  OP_ROR_MC32,
  OP_ROR_MC64,
  OP_ROR_MC8,
  OP_ROR_MI16,
  OP_ROR_MI32,
  OP_ROR_MI64,
  OP_ROR_MI8,
  OP_ROR_RC16,
  OP_ROR_RC32,
  OP_ROR_RC64,
  OP_ROR_RC8,
  OP_ROR_RI16,
  OP_ROR_RI32,
  OP_ROR_RI64,
  OP_ROR_RI8,
  OP_SAR_MC16,
  OP_SAR_MC32,
  OP_SAR_MC64,
  OP_SAR_MC8,
  OP_SAR_MI16,
  OP_SAR_MI32,
  OP_SAR_MI64,
  OP_SAR_MI8,
  OP_SAR_RC16,
  OP_SAR_RC32,
  OP_SAR_RC64,
  OP_SAR_RC8,
  OP_SAR_RI16,
  OP_SAR_RI32,
  OP_SAR_RI64,
  OP_SAR_RI8,
  OP_SBB_MI16,
  OP_SBB_MI32,
  OP_SBB_MI64,
  OP_SBB_MI8,
  OP_SBB_MR16,
  OP_SBB_MR32,
  OP_SBB_MR64,
  OP_SBB_MR8,
  OP_SBB_RI16,
  OP_SBB_RI32,
  OP_SBB_RI64,
  OP_SBB_RI8,
  OP_SBB_RM16,
  OP_SBB_RM32,
  OP_SBB_RM64,
  OP_SBB_RM8,
  OP_SBB_RR16,
  OP_SBB_RR32,
  OP_SBB_RR64,
  OP_SBB_RR8,
  OP_SETCC_R8,
  OP_SHL_MC16,
  OP_SHL_MC32,
  OP_SHL_MC64,
  OP_SHL_MC8,
  OP_SHL_MI16,
  OP_SHL_MI32,
  OP_SHL_MI64,
  OP_SHL_MI8,
  OP_SHL_RC16,
  OP_SHL_RC32,
  OP_SHL_RC64,
  OP_SHL_RC8,
  OP_SHL_RI16,
  OP_SHL_RI32,
  OP_SHL_RI64,
  OP_SHL_RI8,
  OP_SHR_MC16,
  OP_SHR_MC32,
  OP_SHR_MC64,
  OP_SHR_MC8,
  OP_SHR_MI16,
  OP_SHR_MI32,
  OP_SHR_MI64,
  OP_SHR_MI8,
  OP_SHR_RC16,
  OP_SHR_RC32,
  OP_SHR_RC64,
  OP_SHR_RC8,
  OP_SHR_RI16,
  OP_SHR_RI32,
  OP_SHR_RI64,
  OP_SHR_RI8,
  OP_STOS16,
  OP_STOS32,
  OP_STOS64,
  OP_STOS8,
  OP_SUB_MI16,
  OP_SUB_MI32,
  OP_SUB_MI64,
  OP_SUB_MI8,
  OP_SUB_MR16,
  OP_SUB_MR32,
  OP_SUB_MR64,
  OP_SUB_MR8,
  OP_SUB_RI16,
  OP_SUB_RI32,
  OP_SUB_RI64,
  OP_SUB_RI8,
  OP_SUB_RM16,
  OP_SUB_RM32,
  OP_SUB_RM64,
  OP_SUB_RM8,
  OP_SUB_RR16,
  OP_SUB_RR32,
  OP_SUB_RR64,
  OP_SUB_RR8,
  OP_SYSCALL,
  OP_TEST_MI16,
  OP_TEST_MI32,
  OP_TEST_MI64,
  OP_TEST_MI8,
  OP_TEST_MR16,
  OP_TEST_MR32,
  OP_TEST_MR64,
  OP_TEST_MR8,
  OP_TEST_RI16,
  OP_TEST_RI32,
  OP_TEST_RI64,
  OP_TEST_RI8,
  OP_TEST_RR16,
  OP_TEST_RR32,
  OP_TEST_RR64,
  OP_TEST_RR8,
  OP_XADD_MR16,
  OP_XADD_MR32,
  OP_XADD_MR64,
  OP_XADD_MR8,
  OP_XADD_RR16,
  OP_XADD_RR32,
  OP_XADD_RR64,
  OP_XADD_RR8,
  OP_XCHG_MR16,
  OP_XCHG_MR32,
  OP_XCHG_MR64,
  OP_XCHG_MR8,
  OP_XCHG_RR16,
  OP_XCHG_RR32,
  OP_XCHG_RR64,
  OP_XCHG_RR8,
  OP_XOR_MI16,
  OP_XOR_MI32,
  OP_XOR_MI64,
  OP_XOR_MI8,
  OP_XOR_MR16,
  OP_XOR_MR32,
  OP_XOR_MR64,
  OP_XOR_MR8,
  OP_XOR_RI16,
  OP_XOR_RI32,
  OP_XOR_RI64,
  OP_XOR_RI8,
  OP_XOR_RM16,
  OP_XOR_RM32,
  OP_XOR_RM64,
  OP_XOR_RM8,
  OP_XOR_RR16,
  OP_XOR_RR32,
  OP_XOR_RR64,
  OP_XOR_RR8,
} from '../../isa/ops.gen.ts';
import { ADC, ADD, alu_exec, alu_one_exec, AND, Alu, CMP, DEC, INC, NEG, NOT, OR, SBB, SUB, TEST, XOR } from './alu.ts';
import { code_cross } from './code_decode.ts';
import { code_branch, code_far, Jump } from './code_lookup.ts';
import { Cond, cond } from './cond.ts';
import { Ea, ea_prepare } from './ea.ts';
import { Exec } from './exec.ts';
import { cmpxchg_exec, xadd_exec, xchg_exec } from './atomic.ts';
import { bit_immediate_exec, bit_register_exec, BT } from './bits.ts';
import { movs_exec, stos_exec } from './string.ts';
import { flag_o, flags_get } from './flags.ts';
import { fault_complete, raise_gate, raise_gp, raise_trap, SI_KERNEL } from './fault.ts';
import {
  OP_CALL_FAR,
  OP_CHAIN,
  OP_CROSS,
  OP_JMP_FAR,
  OP_NEXT_PAGE,
  OP_PREPARE_EA,
  OP_STEPPED,
} from './internal_ops.ts';
import { Heat } from './heat.ts';
import { Mem } from './mem.ts';
import { Move } from './move.ts';
import { mul64, muldiv_exec, Product } from './muldiv.ts';
import { Insn, Reg, Sx } from './operand.ts';
import { region_next, region_run } from './region.ts';
import { ROL, ROR, SAR, SHL, SHR, Shift, shift_exec } from './shift.ts';
import { Stack } from './stack.ts';
import { behind, Canonical } from './transfer.ts';

/** Runs from the record ip; CPU_EXIT is EXIT_NONE, CPU_SLICE is fuel. Called by cpu_run (run.ts) alone. */
export function run_loop(ip: usize, fuel: i32): i32 {
  let f: i32 = (fuel << 5) + (ip as i32);
  let t: usize = 0;
  while (true) {
    switch (load<u16>(ip, INSN_OP) as i32) {
      // Records that are no instructions.
      case OP_DECODE:
        t = Jump.to(load<u64>(CPU_BASE + REG_RIP_PAGE) + load<u16>(ip, INSN_OFF));
        if (!t) return left(f - (ip as i32));
        f += (t - ip) as i32;
        ip = t;
        continue;
      case OP_CHAIN:
        t = load<usize>(ip, INSN_LINK);
        // Code that was decoded later may flow back into earlier: of a loop's transfers that one may be the only one backwards.
        if (t <= ip) Heat.note(t);
        f += (t - ip) as i32;
        ip = t;
        continue;
      case OP_NEXT_PAGE:
        t = Jump.to(load<u64>(CPU_BASE + REG_RIP_PAGE) + load<u16>(ip, INSN_OFF));
        if (!t) return left(f - (ip as i32));
        f += (t - ip) as i32;
        ip = t;
        continue;
      case OP_CROSS:
        t = load<u32>(ip, INSN_LINK2) == Jump.epoch() ? load<usize>(ip, INSN_LINK) : code_cross(ip);
        if (!t) return stop(ip, f);
        f += (t - ip) as i32;
        ip = t;
        continue;
      case OP_STEPPED:
        return spent(ip, f);
      case OP_PREPARE_EA:
        ea_prepare(ip);
        f += INSN_SIZE;
        ip += INSN_SIZE;
        continue;
      // Control transfers.
      case OP_JMP:
        break;
      case OP_JMP_FAR:
        t = load<u32>(ip, INSN_LINK2) == Jump.epoch() ? Far.to(ip) : code_far(ip);
        if (!t) return left(f - (ip as i32) - INSN_SIZE);
        Heat.note(t);
        f += (t - ip - INSN_SIZE) as i32;
        ip = t;
        if (f - (ip as i32) < 0) return spent(ip, f);
        continue;
      case OP_CALL:
        if (!Stack.push<u64>(behind(ip))) return stop(ip, f);
        break;
      case OP_CALL_FAR:
        if (!Stack.push<u64>(behind(ip))) return stop(ip, f);
        t = load<u32>(ip, INSN_LINK2) == Jump.epoch() ? Far.to(ip) : code_far(ip);
        if (!t) return left(f - (ip as i32) - INSN_SIZE);
        Heat.note(t);
        f += (t - ip - INSN_SIZE) as i32;
        ip = t;
        if (f - (ip as i32) < 0) return spent(ip, f);
        continue;
      case OP_RET: {
        const p = Stack.top<u64>();
        if (!p) return stop(ip, f);
        const va = load<u64>(p);
        if (Canonical.not(va)) return general_protection(ip, f);
        Stack.drop(8);
        t = Jump.to(va);
        if (!t) return left(f - (ip as i32) - INSN_SIZE);
        Heat.note(t);
        f += (t - ip - INSN_SIZE) as i32;
        ip = t;
        if (f - (ip as i32) < 0) return spent(ip, f);
        continue;
      }
      case OP_RET_I: {
        const p = Stack.top<u64>();
        if (!p) return stop(ip, f);
        const va = load<u64>(p);
        if (Canonical.not(va)) return general_protection(ip, f);
        Stack.drop(8 + Insn.imm(ip));
        t = Jump.to(va);
        if (!t) return left(f - (ip as i32) - INSN_SIZE);
        Heat.note(t);
        f += (t - ip - INSN_SIZE) as i32;
        ip = t;
        if (f - (ip as i32) < 0) return spent(ip, f);
        continue;
      }
      case OP_JMP_R64:
      case OP_JMP_M64:
      case OP_CALL_R64:
      case OP_CALL_M64: {
        const op = load<u16>(ip, INSN_OP) as i32;
        let va: u64;
        if (op == OP_JMP_R64 || op == OP_CALL_R64) va = Reg.zx<u64>(Insn.dst(ip));
        else {
          const p = Mem.r(Ea.of(ip), 8);
          if (!p) return stop(ip, f);
          va = load<u64>(p);
        }
        if (op == OP_CALL_R64 || op == OP_CALL_M64) {
          if (!Stack.push<u64>(behind(ip))) return stop(ip, f);
          // The CPU, too, has written the return address by then, but not moved rSP.
          if (Canonical.not(va)) Stack.drop(8);
        }
        if (Canonical.not(va)) return general_protection(ip, f);
        t = Jump.to(va);
        if (!t) return left(f - (ip as i32) - INSN_SIZE);
        Heat.note(t);
        f += (t - ip - INSN_SIZE) as i32;
        ip = t;
        if (f - (ip as i32) < 0) return spent(ip, f);
        continue;
      }
      case OP_LOOP:
        if (count_down(ip)) break;
        ip += INSN_SIZE;
        continue;
      case OP_LOOPE:
        if (count_down(ip) && Cond.e()) break;
        ip += INSN_SIZE;
        continue;
      case OP_LOOPNE:
        if (count_down(ip) && !Cond.e()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JRCXZ:
        if (!(load<u8>(ip, INSN_FLAGS) & INSN_ADDR32 ? Reg.zx<u32>(GPR_RCX) : Reg.zx<u64>(GPR_RCX))) break;
        ip += INSN_SIZE;
        continue;
      case OP_SYSCALL:
        system_call(ip);
        return exit(EXIT_SYSCALL, f - (ip as i32) - INSN_SIZE);
      case OP_INT_I:
        if (Insn.imm(ip) != 0x80) {
          if (!raise_gate(Insn.imm(ip))) return general_protection(ip, f);
          store<u64>(CPU_BASE + CPU_RIP, behind(ip));
          return left(f - (ip as i32) - INSN_SIZE);
        }
        store<u64>(CPU_BASE + CPU_RIP, behind(ip));
        return exit(EXIT_INT80, f - (ip as i32) - INSN_SIZE);
      case OP_INT3:
        raise_trap(SI_KERNEL, 0);
        store<u64>(CPU_BASE + CPU_RIP, behind(ip));
        return left(f - (ip as i32) - INSN_SIZE);
      case OP_INT1:
        raise_trap(TRAP_BRKPT, behind(ip));
        store<u64>(CPU_BASE + CPU_RIP, behind(ip));
        return left(f - (ip as i32) - INSN_SIZE);
      // Everything else goes on behind itself or faults.
      case OP_ADD_RR32:
        Alu.rr<u32>(ip, ADD);
        ip += INSN_SIZE;
        continue;
      case OP_ADD_RI32:
        Alu.ri<u32>(ip, ADD);
        ip += INSN_SIZE;
        continue;
      case OP_ADD_RM32:
        if (!Alu.rm<u32>(ip, ADD)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_ADD_MR32:
        if (!Alu.mr<u32>(ip, ADD)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_ADD_MI32:
        if (!Alu.mi<u32>(ip, ADD)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_ADD_RR64:
        Alu.rr<u64>(ip, ADD);
        ip += INSN_SIZE;
        continue;
      case OP_ADD_RI64:
        Alu.ri<u64>(ip, ADD);
        ip += INSN_SIZE;
        continue;
      case OP_ADD_RM64:
        if (!Alu.rm<u64>(ip, ADD)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_ADD_MR64:
        if (!Alu.mr<u64>(ip, ADD)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_ADD_MI64:
        if (!Alu.mi<u64>(ip, ADD)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_ADD_RR8:
        Alu.rr<u8>(ip, ADD);
        ip += INSN_SIZE;
        continue;
      case OP_ADD_RI8:
        Alu.ri<u8>(ip, ADD);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_RR32:
        Alu.rr<u32>(ip, SUB);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_RI32:
        Alu.ri<u32>(ip, SUB);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_RM32:
        if (!Alu.rm<u32>(ip, SUB)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_MR32:
        if (!Alu.mr<u32>(ip, SUB)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_MI32:
        if (!Alu.mi<u32>(ip, SUB)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_RR64:
        Alu.rr<u64>(ip, SUB);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_RI64:
        Alu.ri<u64>(ip, SUB);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_RM64:
        if (!Alu.rm<u64>(ip, SUB)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_MR64:
        if (!Alu.mr<u64>(ip, SUB)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_MI64:
        if (!Alu.mi<u64>(ip, SUB)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_RR8:
        Alu.rr<u8>(ip, SUB);
        ip += INSN_SIZE;
        continue;
      case OP_SUB_RI8:
        Alu.ri<u8>(ip, SUB);
        ip += INSN_SIZE;
        continue;
      case OP_AND_RR32:
        Alu.rr<u32>(ip, AND);
        ip += INSN_SIZE;
        continue;
      case OP_AND_RI32:
        Alu.ri<u32>(ip, AND);
        ip += INSN_SIZE;
        continue;
      case OP_AND_RM32:
        if (!Alu.rm<u32>(ip, AND)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_AND_MR32:
        if (!Alu.mr<u32>(ip, AND)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_AND_MI32:
        if (!Alu.mi<u32>(ip, AND)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_AND_RR64:
        Alu.rr<u64>(ip, AND);
        ip += INSN_SIZE;
        continue;
      case OP_AND_RI64:
        Alu.ri<u64>(ip, AND);
        ip += INSN_SIZE;
        continue;
      case OP_AND_RM64:
        if (!Alu.rm<u64>(ip, AND)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_AND_MR64:
        if (!Alu.mr<u64>(ip, AND)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_AND_MI64:
        if (!Alu.mi<u64>(ip, AND)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_AND_RR8:
        Alu.rr<u8>(ip, AND);
        ip += INSN_SIZE;
        continue;
      case OP_AND_RI8:
        Alu.ri<u8>(ip, AND);
        ip += INSN_SIZE;
        continue;
      case OP_OR_RR32:
        Alu.rr<u32>(ip, OR);
        ip += INSN_SIZE;
        continue;
      case OP_OR_RI32:
        Alu.ri<u32>(ip, OR);
        ip += INSN_SIZE;
        continue;
      case OP_OR_RM32:
        if (!Alu.rm<u32>(ip, OR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_OR_MR32:
        if (!Alu.mr<u32>(ip, OR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_OR_MI32:
        if (!Alu.mi<u32>(ip, OR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_OR_RR64:
        Alu.rr<u64>(ip, OR);
        ip += INSN_SIZE;
        continue;
      case OP_OR_RI64:
        Alu.ri<u64>(ip, OR);
        ip += INSN_SIZE;
        continue;
      case OP_OR_RM64:
        if (!Alu.rm<u64>(ip, OR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_OR_MR64:
        if (!Alu.mr<u64>(ip, OR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_OR_MI64:
        if (!Alu.mi<u64>(ip, OR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_OR_RR8:
        Alu.rr<u8>(ip, OR);
        ip += INSN_SIZE;
        continue;
      case OP_OR_RI8:
        Alu.ri<u8>(ip, OR);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_RR32:
        Alu.rr<u32>(ip, XOR);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_RI32:
        Alu.ri<u32>(ip, XOR);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_RM32:
        if (!Alu.rm<u32>(ip, XOR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_MR32:
        if (!Alu.mr<u32>(ip, XOR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_MI32:
        if (!Alu.mi<u32>(ip, XOR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_RR64:
        Alu.rr<u64>(ip, XOR);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_RI64:
        Alu.ri<u64>(ip, XOR);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_RM64:
        if (!Alu.rm<u64>(ip, XOR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_MR64:
        if (!Alu.mr<u64>(ip, XOR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_MI64:
        if (!Alu.mi<u64>(ip, XOR)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_RR8:
        Alu.rr<u8>(ip, XOR);
        ip += INSN_SIZE;
        continue;
      case OP_XOR_RI8:
        Alu.ri<u8>(ip, XOR);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RR8:
        Alu.rr<u8>(ip, CMP);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RI8:
        Alu.ri<u8>(ip, CMP);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RM8:
        if (!Alu.rm<u8>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_MR8:
        if (!Alu.mr<u8>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_MI8:
        if (!Alu.mi<u8>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RR16:
        Alu.rr<u16>(ip, CMP);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RI16:
        Alu.ri<u16>(ip, CMP);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RM16:
        if (!Alu.rm<u16>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_MR16:
        if (!Alu.mr<u16>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_MI16:
        if (!Alu.mi<u16>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RR32:
        Alu.rr<u32>(ip, CMP);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RI32:
        Alu.ri<u32>(ip, CMP);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RM32:
        if (!Alu.rm<u32>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_MR32:
        if (!Alu.mr<u32>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_MI32:
        if (!Alu.mi<u32>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RR64:
        Alu.rr<u64>(ip, CMP);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RI64:
        Alu.ri<u64>(ip, CMP);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_RM64:
        if (!Alu.rm<u64>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_MR64:
        if (!Alu.mr<u64>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMP_MI64:
        if (!Alu.mi<u64>(ip, CMP)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_ADC_RR32:
        Alu.rr<u32>(ip, ADC);
        ip += INSN_SIZE;
        continue;
      case OP_ADC_RI32:
        Alu.ri<u32>(ip, ADC);
        ip += INSN_SIZE;
        continue;
      case OP_ADC_RR64:
        Alu.rr<u64>(ip, ADC);
        ip += INSN_SIZE;
        continue;
      case OP_ADC_RI64:
        Alu.ri<u64>(ip, ADC);
        ip += INSN_SIZE;
        continue;
      case OP_SBB_RR32:
        Alu.rr<u32>(ip, SBB);
        ip += INSN_SIZE;
        continue;
      case OP_SBB_RI32:
        Alu.ri<u32>(ip, SBB);
        ip += INSN_SIZE;
        continue;
      case OP_SBB_RR64:
        Alu.rr<u64>(ip, SBB);
        ip += INSN_SIZE;
        continue;
      case OP_SBB_RI64:
        Alu.ri<u64>(ip, SBB);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_RR8:
        Alu.rr<u8>(ip, TEST);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_RI8:
        Alu.ri<u8>(ip, TEST);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_MR8:
        if (!Alu.mr<u8>(ip, TEST)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_MI8:
        if (!Alu.mi<u8>(ip, TEST)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_RR16:
        Alu.rr<u16>(ip, TEST);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_RI16:
        Alu.ri<u16>(ip, TEST);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_MR16:
        if (!Alu.mr<u16>(ip, TEST)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_MI16:
        if (!Alu.mi<u16>(ip, TEST)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_RR32:
        Alu.rr<u32>(ip, TEST);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_RI32:
        Alu.ri<u32>(ip, TEST);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_MR32:
        if (!Alu.mr<u32>(ip, TEST)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_MI32:
        if (!Alu.mi<u32>(ip, TEST)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_RR64:
        Alu.rr<u64>(ip, TEST);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_RI64:
        Alu.ri<u64>(ip, TEST);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_MR64:
        if (!Alu.mr<u64>(ip, TEST)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_TEST_MI64:
        if (!Alu.mi<u64>(ip, TEST)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_INC_R32:
        Alu.r<u32>(ip, INC);
        ip += INSN_SIZE;
        continue;
      case OP_INC_R64:
        Alu.r<u64>(ip, INC);
        ip += INSN_SIZE;
        continue;
      case OP_DEC_R32:
        Alu.r<u32>(ip, DEC);
        ip += INSN_SIZE;
        continue;
      case OP_DEC_R64:
        Alu.r<u64>(ip, DEC);
        ip += INSN_SIZE;
        continue;
      case OP_NEG_R32:
        Alu.r<u32>(ip, NEG);
        ip += INSN_SIZE;
        continue;
      case OP_NEG_R64:
        Alu.r<u64>(ip, NEG);
        ip += INSN_SIZE;
        continue;
      case OP_NOT_R32:
        Alu.r<u32>(ip, NOT);
        ip += INSN_SIZE;
        continue;
      case OP_NOT_R64:
        Alu.r<u64>(ip, NOT);
        ip += INSN_SIZE;
        continue;
      case OP_SHL_RI32:
        Shift.ri<u32>(ip, SHL);
        ip += INSN_SIZE;
        continue;
      case OP_SHL_RC32:
        Shift.rc<u32>(ip, SHL);
        ip += INSN_SIZE;
        continue;
      case OP_SHL_RI64:
        Shift.ri<u64>(ip, SHL);
        ip += INSN_SIZE;
        continue;
      case OP_SHL_RC64:
        Shift.rc<u64>(ip, SHL);
        ip += INSN_SIZE;
        continue;
      case OP_SHR_RI32:
        Shift.ri<u32>(ip, SHR);
        ip += INSN_SIZE;
        continue;
      case OP_SHR_RC32:
        Shift.rc<u32>(ip, SHR);
        ip += INSN_SIZE;
        continue;
      case OP_SHR_RI64:
        Shift.ri<u64>(ip, SHR);
        ip += INSN_SIZE;
        continue;
      case OP_SHR_RC64:
        Shift.rc<u64>(ip, SHR);
        ip += INSN_SIZE;
        continue;
      case OP_SAR_RI32:
        Shift.ri<u32>(ip, SAR);
        ip += INSN_SIZE;
        continue;
      case OP_SAR_RC32:
        Shift.rc<u32>(ip, SAR);
        ip += INSN_SIZE;
        continue;
      case OP_SAR_RI64:
        Shift.ri<u64>(ip, SAR);
        ip += INSN_SIZE;
        continue;
      case OP_SAR_RC64:
        Shift.rc<u64>(ip, SAR);
        ip += INSN_SIZE;
        continue;
      case OP_ROL_RI32:
        Shift.ri<u32>(ip, ROL);
        ip += INSN_SIZE;
        continue;
      case OP_ROL_RC32:
        Shift.rc<u32>(ip, ROL);
        ip += INSN_SIZE;
        continue;
      case OP_ROL_RI64:
        Shift.ri<u64>(ip, ROL);
        ip += INSN_SIZE;
        continue;
      case OP_ROL_RC64:
        Shift.rc<u64>(ip, ROL);
        ip += INSN_SIZE;
        continue;
      case OP_ROR_RI32:
        Shift.ri<u32>(ip, ROR);
        ip += INSN_SIZE;
        continue;
      case OP_ROR_RC32:
        Shift.rc<u32>(ip, ROR);
        ip += INSN_SIZE;
        continue;
      case OP_ROR_RI64:
        Shift.ri<u64>(ip, ROR);
        ip += INSN_SIZE;
        continue;
      case OP_ROR_RC64:
        Shift.rc<u64>(ip, ROR);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RR8:
        Move.rr<u8>(ip);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RI8:
        Reg.put<u8>(Insn.dst(ip), Insn.imm(ip));
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RM8:
        if (!Move.rm<u8>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_MR8:
        if (!Move.mr<u8>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_MI8:
        if (!Move.mi<u8>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RR16:
        Move.rr<u16>(ip);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RI16:
        Reg.put<u16>(Insn.dst(ip), Insn.imm(ip));
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RM16:
        if (!Move.rm<u16>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_MR16:
        if (!Move.mr<u16>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_MI16:
        if (!Move.mi<u16>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RR32:
        Move.rr<u32>(ip);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RI32:
        Reg.put<u32>(Insn.dst(ip), Insn.imm(ip));
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RM32:
        if (!Move.rm<u32>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_MR32:
        if (!Move.mr<u32>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_MI32:
        if (!Move.mi<u32>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RR64:
        Move.rr<u64>(ip);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RI64:
        Reg.put<u64>(Insn.dst(ip), Insn.imm(ip));
        ip += INSN_SIZE;
        continue;
      case OP_MOV_RM64:
        if (!Move.rm<u64>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_MR64:
        if (!Move.mr<u64>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOV_MI64:
        if (!Move.mi<u64>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVZX_RR32_8:
        Reg.put<u32>(Insn.dst(ip), Reg.zx<u8>(Insn.src(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_MOVZX_RM32_8:
        if (!Move.zx<u32, u8>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RR32_8:
        Reg.put<u32>(Insn.dst(ip), Reg.sx<u8>(Insn.src(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RM32_8:
        if (!Move.sx<u32, u8>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVZX_RR64_8:
        Reg.put<u64>(Insn.dst(ip), Reg.zx<u8>(Insn.src(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_MOVZX_RM64_8:
        if (!Move.zx<u64, u8>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RR64_8:
        Reg.put<u64>(Insn.dst(ip), Reg.sx<u8>(Insn.src(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RM64_8:
        if (!Move.sx<u64, u8>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVZX_RR16_8:
        Reg.put<u16>(Insn.dst(ip), Reg.zx<u8>(Insn.src(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_MOVZX_RM16_8:
        if (!Move.zx<u16, u8>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RR16_8:
        Reg.put<u16>(Insn.dst(ip), Reg.sx<u8>(Insn.src(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RM16_8:
        if (!Move.sx<u16, u8>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVZX_RR32_16:
        Reg.put<u32>(Insn.dst(ip), Reg.zx<u16>(Insn.src(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_MOVZX_RM32_16:
        if (!Move.zx<u32, u16>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RR32_16:
        Reg.put<u32>(Insn.dst(ip), Reg.sx<u16>(Insn.src(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RM32_16:
        if (!Move.sx<u32, u16>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVZX_RR64_16:
        Reg.put<u64>(Insn.dst(ip), Reg.zx<u16>(Insn.src(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_MOVZX_RM64_16:
        if (!Move.zx<u64, u16>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RR64_16:
        Reg.put<u64>(Insn.dst(ip), Reg.sx<u16>(Insn.src(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RM64_16:
        if (!Move.sx<u64, u16>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RR64_32:
        Reg.put<u64>(Insn.dst(ip), Reg.sx<u32>(Insn.src(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_MOVSX_RM64_32:
        if (!Move.sx<u64, u32>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_LEA_RM32:
        Reg.put<u32>(Insn.dst(ip), Ea.of(ip));
        ip += INSN_SIZE;
        continue;
      case OP_LEA_RM64:
        Reg.put<u64>(Insn.dst(ip), Ea.of(ip));
        ip += INSN_SIZE;
        continue;
      case OP_CDQE:
        Reg.put<u64>(GPR_RAX, Reg.sx<u32>(GPR_RAX));
        ip += INSN_SIZE;
        continue;
      case OP_CWDE:
        Reg.put<u32>(GPR_RAX, Reg.sx<u16>(GPR_RAX));
        ip += INSN_SIZE;
        continue;
      case OP_CDQ:
        Reg.put<u32>(GPR_RDX, Reg.sx<u32>(GPR_RAX) >> 63);
        ip += INSN_SIZE;
        continue;
      case OP_CQO:
        Reg.put<u64>(GPR_RDX, Reg.sx<u64>(GPR_RAX) >> 63);
        ip += INSN_SIZE;
        continue;
      case OP_IMUL_RR32:
        Reg.put<u32>(Insn.dst(ip), Product.signed<u32>(Reg.sx<u32>(Insn.dst(ip)), Reg.sx<u32>(Insn.src(ip))));
        ip += INSN_SIZE;
        continue;
      case OP_IMUL_RRI32:
        Reg.put<u32>(Insn.dst(ip), Product.signed<u32>(Reg.sx<u32>(Insn.src(ip)), Insn.imm(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_IMUL_RR64:
        Reg.put<u64>(Insn.dst(ip), Product.signed<u64>(Reg.sx<u64>(Insn.dst(ip)), Reg.sx<u64>(Insn.src(ip))));
        ip += INSN_SIZE;
        continue;
      case OP_IMUL_RRI64:
        Reg.put<u64>(Insn.dst(ip), Product.signed<u64>(Reg.sx<u64>(Insn.src(ip)), Insn.imm(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_IMUL_RM32:
        if (!multiply_memory<u32>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_IMUL_RM64:
        if (!multiply_memory<u64>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MUL_R64:
        mul64(Reg.zx<u64>(Insn.dst(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_PUSH_R64:
        if (!Stack.push<u64>(Reg.zx<u64>(Insn.src(ip)))) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_PUSH_I64:
        if (!Stack.push<u64>(Insn.imm(ip))) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_POP_R64:
        if (!Stack.pop_register<u64>(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_LEAVE64:
        if (!Stack.leave<u64>()) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMOV_RR32:
        Reg.put<u32>(Insn.dst(ip), Reg.zx<u32>(cond(load<u8>(ip, INSN_AUX)) ? Insn.src(ip) : Insn.dst(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_CMOV_RR64:
        Reg.put<u64>(Insn.dst(ip), Reg.zx<u64>(cond(load<u8>(ip, INSN_AUX)) ? Insn.src(ip) : Insn.dst(ip)));
        ip += INSN_SIZE;
        continue;
      case OP_SETCC_R8:
        store<u8>(Insn.dst(ip), cond(load<u8>(ip, INSN_AUX)) as u8, CPU_BASE);
        ip += INSN_SIZE;
        continue;
      case OP_NOP:
        ip += INSN_SIZE;
        continue;
      case OP_JO:
        if (flag_o() != 0) break;
        ip += INSN_SIZE;
        continue;
      case OP_JNO:
        if (flag_o() == 0) break;
        ip += INSN_SIZE;
        continue;
      case OP_JB:
        if (Cond.b()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JAE:
        if (!Cond.b()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JE:
        if (Cond.e()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JNE:
        if (!Cond.e()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JBE:
        if (Cond.be()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JA:
        if (!Cond.be()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JS:
        if (Cond.s()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JNS:
        if (!Cond.s()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JP:
        if (Cond.p()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JNP:
        if (!Cond.p()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JL:
        if (Cond.l()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JGE:
        if (!Cond.l()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JLE:
        if (Cond.le()) break;
        ip += INSN_SIZE;
        continue;
      case OP_JG:
        if (!Cond.le()) break;
        ip += INSN_SIZE;
        continue;
      case OP_ADD_RR16:
      case OP_ADD_MR8:
      case OP_ADD_MR16:
      case OP_ADD_RM8:
      case OP_ADD_RM16:
      case OP_ADD_RI16:
      case OP_ADD_MI8:
      case OP_ADD_MI16:
      case OP_OR_RR16:
      case OP_OR_MR8:
      case OP_OR_MR16:
      case OP_OR_RM8:
      case OP_OR_RM16:
      case OP_OR_RI16:
      case OP_OR_MI8:
      case OP_OR_MI16:
      case OP_ADC_RR8:
      case OP_ADC_RR16:
      case OP_ADC_MR8:
      case OP_ADC_MR16:
      case OP_ADC_MR32:
      case OP_ADC_MR64:
      case OP_ADC_RM8:
      case OP_ADC_RM16:
      case OP_ADC_RM32:
      case OP_ADC_RM64:
      case OP_ADC_RI8:
      case OP_ADC_RI16:
      case OP_ADC_MI8:
      case OP_ADC_MI16:
      case OP_ADC_MI32:
      case OP_ADC_MI64:
      case OP_SBB_RR8:
      case OP_SBB_RR16:
      case OP_SBB_MR8:
      case OP_SBB_MR16:
      case OP_SBB_MR32:
      case OP_SBB_MR64:
      case OP_SBB_RM8:
      case OP_SBB_RM16:
      case OP_SBB_RM32:
      case OP_SBB_RM64:
      case OP_SBB_RI8:
      case OP_SBB_RI16:
      case OP_SBB_MI8:
      case OP_SBB_MI16:
      case OP_SBB_MI32:
      case OP_SBB_MI64:
      case OP_AND_RR16:
      case OP_AND_MR8:
      case OP_AND_MR16:
      case OP_AND_RM8:
      case OP_AND_RM16:
      case OP_AND_RI16:
      case OP_AND_MI8:
      case OP_AND_MI16:
      case OP_SUB_RR16:
      case OP_SUB_MR8:
      case OP_SUB_MR16:
      case OP_SUB_RM8:
      case OP_SUB_RM16:
      case OP_SUB_RI16:
      case OP_SUB_MI8:
      case OP_SUB_MI16:
      case OP_XOR_RR16:
      case OP_XOR_MR8:
      case OP_XOR_MR16:
      case OP_XOR_RM8:
      case OP_XOR_RM16:
      case OP_XOR_RI16:
      case OP_XOR_MI8:
      case OP_XOR_MI16:
        if (!alu_exec(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_ROL_RI8:
      case OP_ROL_RI16:
      case OP_ROL_MI8:
      case OP_ROL_MI16:
      case OP_ROL_MI32:
      case OP_ROL_MI64:
      case OP_ROL_RC8:
      case OP_ROL_RC16:
      case OP_ROL_MC8:
      case OP_ROL_MC16:
      case OP_ROL_MC32:
      case OP_ROL_MC64:
      case OP_ROR_RI8:
      case OP_ROR_RI16:
      case OP_ROR_MI8:
      case OP_ROR_MI16:
      case OP_ROR_MI32:
      case OP_ROR_MI64:
      case OP_ROR_RC8:
      case OP_ROR_RC16:
      case OP_ROR_MC8:
      case OP_ROR_MC16:
      case OP_ROR_MC32:
      case OP_ROR_MC64:
      case OP_RCL_RI8:
      case OP_RCL_RI16:
      case OP_RCL_RI32:
      case OP_RCL_RI64:
      case OP_RCL_MI8:
      case OP_RCL_MI16:
      case OP_RCL_MI32:
      case OP_RCL_MI64:
      case OP_RCL_RC8:
      case OP_RCL_RC16:
      case OP_RCL_RC32:
      case OP_RCL_RC64:
      case OP_RCL_MC8:
      case OP_RCL_MC16:
      case OP_RCL_MC32:
      case OP_RCL_MC64:
      case OP_RCR_RI8:
      case OP_RCR_RI16:
      case OP_RCR_RI32:
      case OP_RCR_RI64:
      case OP_RCR_MI8:
      case OP_RCR_MI16:
      case OP_RCR_MI32:
      case OP_RCR_MI64:
      case OP_RCR_RC8:
      case OP_RCR_RC16:
      case OP_RCR_RC32:
      case OP_RCR_RC64:
      case OP_RCR_MC8:
      case OP_RCR_MC16:
      case OP_RCR_MC32:
      case OP_RCR_MC64:
      case OP_SHL_RI8:
      case OP_SHL_RI16:
      case OP_SHL_MI8:
      case OP_SHL_MI16:
      case OP_SHL_MI32:
      case OP_SHL_MI64:
      case OP_SHL_RC8:
      case OP_SHL_RC16:
      case OP_SHL_MC8:
      case OP_SHL_MC16:
      case OP_SHL_MC32:
      case OP_SHL_MC64:
      case OP_SHR_RI8:
      case OP_SHR_RI16:
      case OP_SHR_MI8:
      case OP_SHR_MI16:
      case OP_SHR_MI32:
      case OP_SHR_MI64:
      case OP_SHR_RC8:
      case OP_SHR_RC16:
      case OP_SHR_MC8:
      case OP_SHR_MC16:
      case OP_SHR_MC32:
      case OP_SHR_MC64:
      case OP_SAR_RI8:
      case OP_SAR_RI16:
      case OP_SAR_MI8:
      case OP_SAR_MI16:
      case OP_SAR_MI32:
      case OP_SAR_MI64:
      case OP_SAR_RC8:
      case OP_SAR_RC16:
      case OP_SAR_MC8:
      case OP_SAR_MC16:
      case OP_SAR_MC32:
      case OP_SAR_MC64:
        if (!shift_exec(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MUL_R8:
      case OP_MUL_R16:
      case OP_MUL_R32:
      case OP_MUL_M8:
      case OP_MUL_M16:
      case OP_MUL_M32:
      case OP_MUL_M64:
      case OP_IMUL_R8:
      case OP_IMUL_R16:
      case OP_IMUL_R32:
      case OP_IMUL_R64:
      case OP_IMUL_M8:
      case OP_IMUL_M16:
      case OP_IMUL_M32:
      case OP_IMUL_M64:
      case OP_DIV_R8:
      case OP_DIV_R16:
      case OP_DIV_R32:
      case OP_DIV_R64:
      case OP_DIV_M8:
      case OP_DIV_M16:
      case OP_DIV_M32:
      case OP_DIV_M64:
      case OP_IDIV_R8:
      case OP_IDIV_R16:
      case OP_IDIV_R32:
      case OP_IDIV_R64:
      case OP_IDIV_M8:
      case OP_IDIV_M16:
      case OP_IDIV_M32:
      case OP_IDIV_M64:
        if (!muldiv_exec(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_XCHG_RR8:
      case OP_XCHG_RR16:
      case OP_XCHG_RR32:
      case OP_XCHG_RR64:
      case OP_XCHG_MR8:
      case OP_XCHG_MR16:
      case OP_XCHG_MR32:
      case OP_XCHG_MR64:
        if (!xchg_exec(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_CMPXCHG_RR8:
      case OP_CMPXCHG_RR16:
      case OP_CMPXCHG_RR32:
      case OP_CMPXCHG_RR64:
      case OP_CMPXCHG_MR8:
      case OP_CMPXCHG_MR16:
      case OP_CMPXCHG_MR32:
      case OP_CMPXCHG_MR64:
        if (!cmpxchg_exec(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_XADD_RR8:
      case OP_XADD_RR16:
      case OP_XADD_RR32:
      case OP_XADD_RR64:
      case OP_XADD_MR8:
      case OP_XADD_MR16:
      case OP_XADD_MR32:
      case OP_XADD_MR64:
        if (!xadd_exec(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_MOVS8:
      case OP_MOVS16:
      case OP_MOVS32:
      case OP_MOVS64:
        if (!movs_exec(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_STOS8:
      case OP_STOS16:
      case OP_STOS32:
      case OP_STOS64:
        if (!stos_exec(ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_INC_R8:
      case OP_INC_R16:
      case OP_INC_M8:
      case OP_INC_M16:
      case OP_INC_M32:
      case OP_INC_M64:
        if (!alu_one_exec(ip, INC, OP_INC_R8)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_DEC_R8:
      case OP_DEC_R16:
      case OP_DEC_M8:
      case OP_DEC_M16:
      case OP_DEC_M32:
      case OP_DEC_M64:
        if (!alu_one_exec(ip, DEC, OP_DEC_R8)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_NEG_R8:
      case OP_NEG_R16:
      case OP_NEG_M8:
      case OP_NEG_M16:
      case OP_NEG_M32:
      case OP_NEG_M64:
        if (!alu_one_exec(ip, NEG, OP_NEG_R8)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_NOT_R8:
      case OP_NOT_R16:
      case OP_NOT_M8:
      case OP_NOT_M16:
      case OP_NOT_M32:
      case OP_NOT_M64:
        if (!alu_one_exec(ip, NOT, OP_NOT_R8)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_BT_RR16:
      case OP_BT_RR32:
      case OP_BT_RR64:
      case OP_BT_MR16:
      case OP_BT_MR32:
      case OP_BT_MR64:
        if (!bit_register_exec(ip, BT, OP_BT_RR16)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      case OP_BT_RI16:
      case OP_BT_RI32:
      case OP_BT_RI64:
      case OP_BT_MI16:
      case OP_BT_MI32:
      case OP_BT_MI64:
        if (!bit_immediate_exec(ip, BT, OP_BT_RI16)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      default: {
        const op = load<u16>(ip, INSN_OP) as i32;
        if (op >= OP_REGION) {
          const fuel = region_run(ip, (f - (ip as i32)) >> 5);
          if (load<u32>(CPU_BASE + CPU_EXIT) != EXIT_NONE) return left(fuel << 5);
          const transfer = !load<u32>(TRANSLATE_BASE + TRANSLATE_SIDE);
          ip = region_next();
          if (!ip) return left(fuel << 5);
          f = (fuel << 5) + (ip as i32);
          if (transfer && fuel < 0) return spent(ip, f);
          continue;
        }
        if (!Exec.rest(op, ip)) return stop(ip, f);
        ip += INSN_SIZE;
        continue;
      }
    }
    // The direct branch at ip is taken.
    t = load<usize>(ip, INSN_LINK);
    if (!t) {
      t = code_branch(ip);
      if (!t) return left(f - (ip as i32) - INSN_SIZE);
    }
    if (t <= ip || load<u16>(ip, INSN_OP) == OP_CALL) Heat.note(t);
    f += (t - ip - INSN_SIZE) as i32;
    ip = t;
    if (f - (ip as i32) < 0) return spent(ip, f);
  }
}

const TRAP_BRKPT: u32 = 1;

@unmanaged
class Far {
  /** Target in another page, found before and still valid. */
  @inline static to(ip: usize): usize {
    const va = load<u64>(CPU_BASE + REG_RIP_PAGE) + load<u64>(ip, INSN_IMM);
    store<u64>(CPU_BASE + REG_RIP_PAGE, va & ~0xfff);
    return load<usize>(ip, INSN_LINK);
  }
}

/** LOOP's counter; is it not zero yet? */
function count_down(ip: usize): bool {
  if (load<u8>(ip, INSN_FLAGS) & INSN_ADDR32) {
    Reg.put<u32>(GPR_RCX, Reg.zx<u32>(GPR_RCX) - 1);
    return Reg.zx<u32>(GPR_RCX) != 0;
  }
  Reg.put<u64>(GPR_RCX, Reg.zx<u64>(GPR_RCX) - 1);
  return Reg.zx<u64>(GPR_RCX) != 0;
}

function multiply_memory<T>(ip: usize): bool {
  const p = Mem.r(Ea.of(ip), sizeof<T>() as u32);
  if (!p) return false;
  const d = Insn.dst(ip);
  Reg.put<T>(d, Product.signed<T>(Reg.sx<T>(d), Sx.load<T>(p)));
  return true;
}

function system_call(ip: usize): void {
  const rip = behind(ip);
  store<u64>(CPU_BASE + GPR_RCX, rip);
  store<u64>(CPU_BASE + GPR_R11, flags_get());
  store<u64>(CPU_BASE + CPU_RIP, rip);
}

/** Leaves before the instruction at ip, which did not complete: CPU_EXIT says why. */
function stop(ip: usize, f: i32): i32 {
  const rip = load<u64>(CPU_BASE + REG_RIP_PAGE) + load<u16>(ip, INSN_OFF);
  store<u64>(CPU_BASE + CPU_RIP, rip);
  if (load<u32>(CPU_BASE + CPU_EXIT) == EXIT_FAULT) fault_complete(ip, rip);
  return left(f - (ip as i32));
}

function general_protection(ip: usize, f: i32): i32 {
  raise_gp();
  return stop(ip, f);
}

/** Leaves because the fuel is spent; ip is next. */
function spent(ip: usize, f: i32): i32 {
  store<u64>(CPU_BASE + CPU_RIP, load<u64>(CPU_BASE + REG_RIP_PAGE) + load<u16>(ip, INSN_OFF));
  return exit(EXIT_FUEL, f - (ip as i32));
}

function exit(reason: i32, fuel: i32): i32 {
  store<i32>(CPU_BASE + CPU_EXIT, reason);
  return left(fuel);
}

/** Leaves with CPU_EXIT and rip in place; fuel = 32 times what is left. */
function left(fuel: i32): i32 {
  const used = load<i32>(CPU_BASE + CPU_SLICE) - (fuel >> 5);
  store<u64>(CPU_BASE + CPU_RETIRED, load<u64>(CPU_BASE + CPU_RETIRED) + (used as i64));
  return load<i32>(CPU_BASE + CPU_EXIT);
}
