// Exceptions an instruction can raise, in the terms of the signal that Linux makes of them (arch/x86/kernel/traps.c).
// Every raise_* returns false, so that a handler ends with `return raise_ud();`; the run loop adds rip, and for SIGILL and
// SIGFPE the si_addr, which is rip as well.
import { CPU_BASE } from '../../abi/box.ts';
import { INSN_BASE, INSN_FLAGS, INSN_INDEX, INSN_MEM, INSN_OP } from '../../abi/insn.ts';
import {
  OP_CALL_M64,
  OP_MOVS8,
  OP_POP_M16,
  OP_POP_M64,
  OP_PUSH_M16,
  OP_PUSH_M64,
  OP_SCAS64,
  OP_X87_FIRST,
  OP_XLAT,
} from '../../isa/ops.gen.ts';
import {
  CPU_EXIT,
  CPU_FAULT_ACCESS,
  CPU_FAULT_CODE,
  CPU_FAULT_SIG,
  CPU_FAULT_VA,
  EXIT_FAULT,
  GPR_RBP,
  GPR_RSP,
  REG_FS_BASE,
  REG_GS_BASE,
} from '../../abi/cpu.ts';

import { Ea } from './ea.ts';

export const SIGILL: u32 = 4;
export const SIGTRAP: u32 = 5;
export const SIGFPE: u32 = 8;
const SIGKILL: u32 = 9;
export const SIGBUS: u32 = 7;
export const SIGSEGV: u32 = 11;

/** CPU_FAULT_ACCESS of exceptions that are not about memory. */
export const ACCESS_NONE: u32 = 0xffffffff;

export const SI_KERNEL: u32 = 0x80;
const ILL_ILLOPN: u32 = 2;
const FPE_INTDIV: u32 = 1;

export function raise(sig: u32, code: u32, va: u64): bool {
  store<u32>(CPU_BASE + CPU_EXIT, EXIT_FAULT);
  store<u32>(CPU_BASE + CPU_FAULT_SIG, sig);
  store<u32>(CPU_BASE + CPU_FAULT_CODE, code);
  store<u32>(CPU_BASE + CPU_FAULT_ACCESS, ACCESS_NONE);
  store<u64>(CPU_BASE + CPU_FAULT_VA, va);
  return false;
}

/** #UD: not an instruction of this machine. */
export function raise_ud(): bool {
  return raise(SIGILL, ILL_ILLOPN, 0);
}

/** #GP(0): privileged instruction, non-canonical or misaligned operand. */
export function raise_gp(): bool {
  return raise(SIGSEGV, SI_KERNEL, 0);
}

/** #DE: division by zero or quotient too large. */
export function raise_de(): bool {
  return raise(SIGFPE, FPE_INTDIV, 0);
}

/** #BP and #DB: a trap, rip is behind the instruction. */
export function raise_trap(code: u32, va: u64): bool {
  return raise(SIGTRAP, code, va);
}

/** INT n for the vectors that user mode may call: 3 is a breakpoint, 4 the overflow that INTO reported. False: none of them. */
export function raise_gate(vector: i64): bool {
  if (vector != 3 && vector != 4) return false;
  raise(vector == 3 ? SIGTRAP : SIGSEGV, SI_KERNEL, 0);
  return true;
}

/** The kernel has no memory for what the instruction needs; Linux's OOM killer would end the task. */
export function raise_out_of_memory(): bool {
  return raise(SIGKILL, SI_KERNEL, 0);
}

/** Adds to a recorded fault what only the instruction at ip tells. */
export function fault_complete(ip: usize, rip: u64): void {
  const sig = load<u32>(CPU_BASE + CPU_FAULT_SIG);
  if (sig == SIGILL || sig == SIGFPE) store<u64>(CPU_BASE + CPU_FAULT_VA, rip);
  const uncanonical = sig == SIGSEGV && load<u32>(CPU_BASE + CPU_FAULT_CODE) == SI_KERNEL;
  // Through the stack segment such an address raises #SS instead of #GP.
  if (uncanonical && load<u32>(CPU_BASE + CPU_FAULT_ACCESS) != ACCESS_NONE && uses_stack(ip))
    store<u32>(CPU_BASE + CPU_FAULT_SIG, SIGBUS);
}

/** Does the memory operand of the instruction default to SS: based on rSP or rBP, or implied by PUSH and its like? */
function uses_stack(ip: usize): bool {
  const op = load<u16>(ip, INSN_OP) as i32;
  if ((op == OP_POP_M16 || op == OP_POP_M64) && (load<u64>(CPU_BASE + GPR_RSP) + 0x800000000000) >> 48) return true;
  // These read their operand before they push.
  if (op == OP_CALL_M64 || op == OP_PUSH_M16 || op == OP_PUSH_M64) {
    if ((Ea.of(ip) + 0x800000000000) >> 48 == 0) return true;
  }
  if (load<u8>(ip, INSN_FLAGS) & INSN_MEM) {
    const base = load<u8>(ip, INSN_BASE);
    const index = load<u8>(ip, INSN_INDEX);
    return (base == GPR_RSP || base == GPR_RBP) && index != REG_FS_BASE && index != REG_GS_BASE;
  }
  return op < OP_X87_FIRST && op != OP_XLAT && (op < OP_MOVS8 || op > OP_SCAS64);
}
