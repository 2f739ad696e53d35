// Runs VEX forms of SSE instructions: the SSE handler on each half, with the first source in place of the destination (shapes.gen.ts).
// Invariant: handlers work on CPU_VEX_RESULT; the destination is written only when no half raised an exception.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_VEX_RESULT, CPU_VEX_SOURCE, CPU_YMM } from '../../../abi/cpu.ts';
import { INSN_DST, INSN_FLAGS, INSN_IMM, INSN_MEM, INSN_OP, INSN_SRC, INSN_VEX } from '../../../abi/insn.ts';
import { sse_exec } from '../sse/exec.ts';
import { Mxcsr } from '../sse/mxcsr.ts';
import { Vex, Ymm } from './operand.ts';
import { SHAPE_COUNT, SHAPE_GROUP, SHAPE_NARROW, SHAPE_ONCE, SHAPE_PLAIN, SHAPE_WIDEN } from './shapes.gen.ts';

const RESULT: usize = CPU_BASE + CPU_VEX_RESULT;
const SOURCE: usize = CPU_BASE + CPU_VEX_SOURCE;
/** RESULT as a register operand of a record. */
const RESULT_REGISTER: u32 = (CPU_VEX_RESULT - CPU_YMM) / 4;
/** The upper half of a register, as an operand. */
const UPPER: u32 = 4;

/** The record that the SSE handler sees. */
const RECORD: usize = memory.data(32, 16);

/** word: the instruction's entry of SHAPES. */
export function twin_exec(ip: usize, word: u32): bool {
  const shape = (word >> 16) & 15;
  if (shape == SHAPE_PLAIN) return twin_plain(ip, word);
  prepare(ip, word);
  const first = shape == SHAPE_GROUP ? Ymm.src(ip) : Ymm.vvvv(ip);
  store<u8>(RECORD, RESULT_REGISTER, INSN_DST);
  v128.store(RESULT, v128.load(first));
  if (Vex.wide(ip) && shape != SHAPE_ONCE) return both_halves(ip, shape, word >> 24, first);
  if (!sse_exec(RECORD)) return false;
  const d = Ymm.dst(ip);
  v128.store(d, v128.load(RESULT));
  v128.store(d, i64x2.splat(0), 16);
  return true;
}

/** The twin itself, for what writes no vector register. */
export function twin_plain(ip: usize, word: u32): bool {
  prepare(ip, word);
  return sse_exec(RECORD);
}

function prepare(ip: usize, word: u32): void {
  v128.store(RECORD, v128.load(ip));
  v128.store(RECORD, v128.load(ip, 16), 16);
  store<u16>(RECORD, word as u16, INSN_OP);
  store<u8>(RECORD, (load<u8>(ip, INSN_FLAGS) as u32) | INSN_VEX, INSN_FLAGS);
}

function both_halves(ip: usize, shape: u32, parameter: u32, first: usize): bool {
  const source = second_source(ip, shape, parameter);
  if (!source) return false;
  v128.store(RESULT, v128.load(first, 16), 16);
  const register = ((source - (CPU_BASE + CPU_YMM)) as u32) >> 2;
  store<u8>(RECORD, load<u8>(RECORD, INSN_FLAGS) & ~INSN_MEM, INSN_FLAGS);
  store<u8>(RECORD, register, INSN_SRC);
  Mxcsr.hold();
  sse_exec(RECORD);
  store<u8>(RECORD, RESULT_REGISTER + UPPER, INSN_DST);
  if (shape != SHAPE_COUNT) store<u8>(RECORD, register + UPPER, INSN_SRC);
  if (shape != SHAPE_WIDEN) store<u8>(RECORD, load<u8>(RECORD, INSN_IMM) >> (parameter as u8), INSN_IMM);
  sse_exec(RECORD);
  if (!Mxcsr.release()) return false;
  if (shape == SHAPE_NARROW) {
    store<u64>(RESULT, load<u64>(RESULT, 16), 8);
    v128.store(RESULT, i64x2.splat(0), 16);
  }
  const d = Ymm.dst(ip);
  v128.store(d, v128.load(RESULT));
  v128.store(d, v128.load(RESULT, 16), 16);
  return true;
}

/** The register that holds the second source, brought from memory or spread over the halves where that is needed; 0 = it faulted. */
function second_source(ip: usize, shape: u32, bytes: u32): usize {
  const size: u32 = shape == SHAPE_WIDEN ? 2 * bytes : shape == SHAPE_COUNT ? 16 : 32;
  const s = Vex.source(ip, size);
  if (!s) return 0;
  if (shape == SHAPE_WIDEN) {
    // Not in place: s may be the register whose upper half is not wanted.
    const low = bytes == 2 ? v128.load32_zero(s) : v128.load64_zero(s);
    v128.store(SOURCE, bytes == 8 ? v128.load64_zero(s, 8) : i64x2.shr_u(low, (8 * bytes) as i32), 16);
    v128.store(SOURCE, low);
    return SOURCE;
  }
  if (!Vex.inMemory(ip)) return s;
  v128.store(SOURCE, v128.load(s));
  if (size == 32) v128.store(SOURCE, v128.load(s, 16), 16);
  return SOURCE;
}
