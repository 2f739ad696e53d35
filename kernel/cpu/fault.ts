// Exceptions an instruction can raise, in the terms of the signal that Linux makes of them (arch/x86/kernel/traps.c).
// Every raise_* returns false, so that a handler ends with `return raise_ud();`; the run loop adds rip, and for SIGILL and
// SIGFPE the si_addr, which is rip as well.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_EXIT, CPU_FAULT_CODE, CPU_FAULT_SIG, CPU_FAULT_VA, EXIT_FAULT } from '../../abi/cpu.ts';

export const SIGILL: u32 = 4;
export const SIGTRAP: u32 = 5;
export const SIGFPE: u32 = 8;
const SIGKILL: u32 = 9;
export const SIGSEGV: u32 = 11;

const SI_KERNEL: u32 = 0x80;
const ILL_ILLOPN: u32 = 2;
const FPE_INTDIV: u32 = 1;

export function raise(sig: u32, code: u32, va: u64): bool {
  store<u32>(CPU_BASE + CPU_EXIT, EXIT_FAULT);
  store<u32>(CPU_BASE + CPU_FAULT_SIG, sig);
  store<u32>(CPU_BASE + CPU_FAULT_CODE, code);
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

/** The kernel has no memory for what the instruction needs; Linux's OOM killer would end the task. */
export function raise_out_of_memory(): bool {
  return raise(SIGKILL, SI_KERNEL, 0);
}
