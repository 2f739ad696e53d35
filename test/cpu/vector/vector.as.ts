// Runs one vector instruction over many machine states in the interpreter: the counterpart of native.c.
import { TLB_BASE } from '../../../abi/box.ts';
import { INSN_OFF, INSN_OP } from '../../../abi/insn.ts';
import { OP_AVX_LAST, OP_MMX_FIRST, OP_MMX_LAST, OP_SSE_LAST } from '../../../isa/ops.gen.ts';
import { avx_exec } from '../../../kernel/cpu/avx/exec.ts';
import { decode_insn } from '../../../kernel/cpu/decode.ts';
import { Mem } from '../../../kernel/cpu/mem.ts';
import { mmx_exec } from '../../../kernel/cpu/mmx/exec.ts';
import { sse_exec } from '../../../kernel/cpu/sse/exec.ts';
import { enter, leave } from './context.as.ts';
import { STATE_MEMORY, STATE_SIZE } from './state.ts';

/** Room for code, the decoded record, and states; a state's memory lies within one page. */
export const CODE: usize = memory.data(64, 16);
const RECORD: usize = memory.data(32, 16);
export const CAPACITY: u32 = 1048576;
export const STATES: usize = memory.data(1048576, 4096);

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
    map(s);
    enter(s, (s + STATE_MEMORY) as u64);
    const op = load<u16>(RECORD, INSN_OP) as i32;
    const done = op <= OP_MMX_LAST ? mmx_exec(RECORD) : op <= OP_SSE_LAST ? sse_exec(RECORD) : avx_exec(RECORD);
    leave(s, done);
  }
}

/** Guest addresses are host addresses: the TLB maps the one page of the state's memory onto itself. */
function map(s: usize): void {
  const page = (s as u64) & ~0xfff;
  const entry = Mem.entry(page);
  store<u64>(entry, page, TLB_BASE);
  store<u64>(entry, page, TLB_BASE + 8);
  store<u32>(entry, 0, TLB_BASE + 16);
}
