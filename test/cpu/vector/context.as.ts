// Takes a state (state.ts) into the CPU context and out of it.
import { CPU_BASE } from '../../../abi/box.ts';
import {
  CPU_EXIT,
  CPU_FAULT_CODE,
  CPU_FAULT_SIG,
  CPU_FSW,
  CPU_FTOP,
  CPU_FTW,
  CPU_MXCSR,
  CPU_ST,
  CPU_YMM,
  EXIT_NONE,
  GPR_RAX,
  GPR_RBX,
  GPR_RCX,
  GPR_RDI,
  GPR_RDX,
} from '../../../abi/cpu.ts';
import { flags_get, flags_set } from '../../../kernel/cpu/flags.ts';
import {
  STATE_CODE,
  STATE_FLAGS,
  STATE_MM,
  STATE_MXCSR,
  STATE_RAX,
  STATE_RCX,
  STATE_RDX,
  STATE_SIGNAL,
  STATE_TAGS,
  STATE_UPPER,
  STATE_XMM,
} from './state.ts';

const CONTEXT: usize = CPU_BASE;

/** The state's memory is at the guest address `data`. */
export function enter(s: usize, data: u64): void {
  for (let i: usize = 0; i < 3; i++) {
    memory.copy(CONTEXT + CPU_YMM + 32 * i, s + STATE_XMM + 16 * i, 16);
    memory.copy(CONTEXT + CPU_YMM + 32 * i + 16, s + STATE_UPPER + 16 * i, 16);
  }
  store<u64>(CONTEXT + GPR_RAX, load<u64>(s, STATE_RAX));
  store<u64>(CONTEXT + GPR_RCX, load<u64>(s, STATE_RCX));
  store<u64>(CONTEXT + GPR_RDX, load<u64>(s, STATE_RDX));
  store<u64>(CONTEXT + GPR_RBX, data);
  store<u64>(CONTEXT + GPR_RDI, data);
  store<u32>(CONTEXT + CPU_MXCSR, load<u32>(s, STATE_MXCSR));
  for (let i: usize = 0; i < 3; i++) {
    store<u64>(CONTEXT + CPU_ST + 16 * i, load<u64>(s + STATE_MM + 8 * i));
    store<u16>(CONTEXT + CPU_ST + 16 * i + 8, 0xffff);
  }
  store<u8>(CONTEXT + CPU_FTW, 0);
  store<u8>(CONTEXT + CPU_FTOP, 0);
  store<u16>(CONTEXT + CPU_FSW, 0);
  store<u32>(CONTEXT + CPU_EXIT, EXIT_NONE);
  flags_set(load<u64>(s, STATE_FLAGS));
}

/** Its counterpart; unless the instruction is done it has faulted. */
export function leave(s: usize, done: bool): void {
  for (let i: usize = 0; i < 3; i++) {
    memory.copy(s + STATE_XMM + 16 * i, CONTEXT + CPU_YMM + 32 * i, 16);
    memory.copy(s + STATE_UPPER + 16 * i, CONTEXT + CPU_YMM + 32 * i + 16, 16);
  }
  store<u64>(s, load<u64>(CONTEXT + GPR_RAX), STATE_RAX);
  store<u64>(s, load<u64>(CONTEXT + GPR_RCX), STATE_RCX);
  store<u64>(s, load<u64>(CONTEXT + GPR_RDX), STATE_RDX);
  store<u32>(s, load<u32>(CONTEXT + CPU_MXCSR), STATE_MXCSR);
  for (let i: usize = 0; i < 3; i++) store<u64>(s + STATE_MM + 8 * i, load<u64>(CONTEXT + CPU_ST + 16 * i));
  store<u32>(s, load<u8>(CONTEXT + CPU_FTW), STATE_TAGS);
  store<u64>(s, flags_get(), STATE_FLAGS);
  if (done) return;
  store<u32>(s, load<u32>(CONTEXT + CPU_FAULT_SIG), STATE_SIGNAL);
  store<u32>(s, load<u32>(CONTEXT + CPU_FAULT_CODE), STATE_CODE);
}
