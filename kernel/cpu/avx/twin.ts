// Runs VEX forms of SSE instructions: the SSE handler on each half, with the first source in place of the destination (shapes.gen.ts).
// Invariant: the destination is as it was when an exception is raised; halves work on CPU_VEX_RESULT.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_VEX_RESULT, CPU_VEX_SOURCE, CPU_YMM } from '../../../abi/cpu.ts';
import { INSN_DST, INSN_FLAGS, INSN_IMM, INSN_MEM, INSN_SRC } from '../../../abi/insn.ts';
import { sse_run } from '../sse/exec.ts';
import { IntArith } from '../sse/int_arith.ts';
import { Mxcsr } from '../sse/mxcsr.ts';
import { Vex, Ymm } from './operand.ts';
import {
  SHAPE_COUNT,
  SHAPE_GROUP,
  SHAPE_NARROW,
  SHAPE_ONCE,
  SHAPE_PLAIN,
  SHAPE_PURE,
  SHAPE_WIDEN,
} from './shapes.gen.ts';

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
  if (shape == SHAPE_PURE) return pure(ip, word & 0xffff);
  if (shape == SHAPE_PLAIN) return twin_plain(ip, word);
  const first = shape == SHAPE_GROUP ? Ymm.src(ip) : Ymm.vvvv(ip);
  if (Vex.wide(ip) && shape != SHAPE_ONCE) return both_halves(ip, word, first);
  const d = Ymm.dst(ip);
  if (d == Ymm.src(ip) && d != first) return once_apart(ip, word, first);
  const before = v128.load(d);
  v128.store(d, v128.load(first));
  if (!sse_run(word & 0xffff, ip)) {
    v128.store(d, before);
    return false;
  }
  v128.store(d, i64x2.splat(0), 16);
  return true;
}

/** The destination is also the second source: the result is computed elsewhere. */
function once_apart(ip: usize, word: u32, first: usize): bool {
  prepare(ip);
  v128.store(RESULT, v128.load(first));
  if (!sse_run(word & 0xffff, RECORD)) return false;
  const d = Ymm.dst(ip);
  v128.store(d, v128.load(RESULT));
  v128.store(d, i64x2.splat(0), 16);
  return true;
}

function pure(ip: usize, twin: u32): bool {
  const s = Vex.source(ip, Vex.size(ip));
  if (!s) return false;
  const a = Ymm.vvvv(ip);
  const low = IntArith.of(twin, v128.load(a), v128.load(s));
  if (!Vex.wide(ip)) return Ymm.put(ip, low, low);
  return Ymm.put(ip, low, IntArith.of(twin, v128.load(a, 16), v128.load(s, 16)));
}

/** The twin itself, for what writes no vector register. */
export function twin_plain(ip: usize, word: u32): bool {
  return sse_run(word & 0xffff, ip);
}

/** Makes RECORD the instruction at ip with RESULT as destination. */
function prepare(ip: usize): void {
  v128.store(RECORD, v128.load(ip));
  v128.store(RECORD, v128.load(ip, 16), 16);
  store<u8>(RECORD, RESULT_REGISTER, INSN_DST);
}

function both_halves(ip: usize, word: u32, first: usize): bool {
  const shape = (word >> 16) & 15;
  const parameter = word >> 24;
  const twin = word & 0xffff;
  const source = second_source(ip, shape, parameter);
  if (!source) return false;
  prepare(ip);
  v128.store(RESULT, v128.load(first));
  v128.store(RESULT, v128.load(first, 16), 16);
  const register = ((source - (CPU_BASE + CPU_YMM)) as u32) >> 2;
  store<u8>(RECORD, load<u8>(RECORD, INSN_FLAGS) & ~INSN_MEM, INSN_FLAGS);
  store<u8>(RECORD, register, INSN_SRC);
  Mxcsr.hold();
  sse_run(twin, RECORD);
  store<u8>(RECORD, RESULT_REGISTER + UPPER, INSN_DST);
  if (shape != SHAPE_COUNT) store<u8>(RECORD, register + UPPER, INSN_SRC);
  if (shape != SHAPE_WIDEN) store<u8>(RECORD, load<u8>(RECORD, INSN_IMM) >> (parameter as u8), INSN_IMM);
  sse_run(twin, RECORD);
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
