// Runs one vector instruction over many machine states in the interpreter: the counterpart of native.c.
import { CPU_BASE, TLB_BASE } from '../../../abi/box.ts';
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
import { INSN_OFF, INSN_OP } from '../../../abi/insn.ts';
import { OP_AVX_LAST, OP_MMX_FIRST, OP_MMX_LAST, OP_SSE_LAST } from '../../../isa/ops.gen.ts';
import { avx_exec } from '../../../kernel/cpu/avx/exec.ts';
import { decode_insn } from '../../../kernel/cpu/decode.ts';
import { flags_get, flags_set } from '../../../kernel/cpu/flags.ts';
import { Mem } from '../../../kernel/cpu/mem.ts';
import { mmx_exec } from '../../../kernel/cpu/mmx/exec.ts';
import { sse_exec } from '../../../kernel/cpu/sse/exec.ts';
import {
  STATE_CODE,
  STATE_FLAGS,
  STATE_MEMORY,
  STATE_MM,
  STATE_MXCSR,
  STATE_RAX,
  STATE_RCX,
  STATE_RDX,
  STATE_SIGNAL,
  STATE_SIZE,
  STATE_TAGS,
  STATE_UPPER,
  STATE_XMM,
} from './state.ts';

/** Room for code, the decoded record, and states; a state's memory lies within one page. */
export const CODE: usize = memory.data(64, 16);
const RECORD: usize = memory.data(32, 16);
export const CAPACITY: u32 = 1048576;
export const STATES: usize = memory.data(1048576, 4096);
const CONTEXT: usize = CPU_BASE;

/** Decodes the instruction at CODE; whether it is a vector instruction of `length` bytes. */
export function decode(length: u32): bool {
  store<u16>(RECORD, 0, INSN_OFF);
  if (decode_insn(CODE, 64, RECORD) != length) return false;
  const op = load<u16>(RECORD, INSN_OP) as i32;
  return op >= OP_MMX_FIRST && op <= OP_AVX_LAST;
}

/** Runs the decoded instruction on the first n states. */
export function run(n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    const s = STATES + (i as usize) * STATE_SIZE;
    enter(s);
    const op = load<u16>(RECORD, INSN_OP) as i32;
    const done = op <= OP_MMX_LAST ? mmx_exec(RECORD) : op <= OP_SSE_LAST ? sse_exec(RECORD) : avx_exec(RECORD);
    leave(s, done);
  }
}

/** Guest addresses are host addresses: the TLB maps the one page of the state's memory onto itself. */
function enter(s: usize): void {
  const page = (s as u64) & ~0xfff;
  const entry = Mem.entry(page);
  store<u64>(entry, page, TLB_BASE);
  store<u64>(entry, page, TLB_BASE + 8);
  store<u32>(entry, 0, TLB_BASE + 16);
  for (let i: usize = 0; i < 3; i++) {
    memory.copy(CONTEXT + CPU_YMM + 32 * i, s + STATE_XMM + 16 * i, 16);
    memory.copy(CONTEXT + CPU_YMM + 32 * i + 16, s + STATE_UPPER + 16 * i, 16);
  }
  store<u64>(CONTEXT + GPR_RAX, load<u64>(s, STATE_RAX));
  store<u64>(CONTEXT + GPR_RCX, load<u64>(s, STATE_RCX));
  store<u64>(CONTEXT + GPR_RDX, load<u64>(s, STATE_RDX));
  store<u64>(CONTEXT + GPR_RBX, (s + STATE_MEMORY) as u64);
  store<u64>(CONTEXT + GPR_RDI, (s + STATE_MEMORY) as u64);
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

function leave(s: usize, done: bool): void {
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
