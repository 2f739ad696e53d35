// One slice of guest code: the run loop, or, with TF set, one instruction and the trap behind it (SDM volume 3, 18.3.1.4).
// Invariant: whoever sets TF leaves the run loop at once (stack.ts, far.ts, signal frames), so it needs to be looked at only here.
import { CPU_BASE } from '../../abi/box.ts';
import {
  CPU_EFLAGS,
  CPU_EXIT,
  CPU_RETIRED,
  CPU_RIP,
  CPU_SLICE,
  CPU_TRANSFER_VA,
  CPU_WORK,
  EXIT_FUEL,
  EXIT_NONE,
  EXIT_TRANSFER,
  GPR_RCX,
  WORK_SLICE,
} from '../../abi/cpu.ts';
import { INSN_ADDR32, INSN_FLAGS, INSN_OP, INSN_REP, INSN_REPNE } from '../../abi/insn.ts';
import { OP_CMPS64, OP_CMPS8, OP_MOVS8, OP_SCAS64, OP_SCAS8 } from '../../isa/ops.gen.ts';
import { code_single } from './code_decode.ts';
import { Jump } from './code_lookup.ts';
import { Cond } from './cond.ts';
import { raise_trap } from './fault.ts';
import { TF } from './flags.ts';
import { run_loop } from './interp.ts';

const TRAP_TRACE: u32 = 2;

/** Runs the task whose context is at CPU_BASE for about `fuel` (< 2^26) instructions; returns EXIT_* (also in CPU_EXIT). */
export function cpu_run(fuel: i32): i32 {
  store<u32>(CPU_BASE + CPU_EXIT, EXIT_NONE);
  store<i64>(CPU_BASE + CPU_WORK, WORK_SLICE);
  if (load<u64>(CPU_BASE + CPU_EFLAGS) & TF) return step();
  return go(Jump.to(load<u64>(CPU_BASE + CPU_RIP)), fuel);
}

/** Runs from a record; 0 = fetching it has faulted. */
function go(ip: usize, fuel: i32): i32 {
  if (!ip) return load<i32>(CPU_BASE + CPU_EXIT);
  store<i32>(CPU_BASE + CPU_SLICE, fuel);
  const exit = run_loop(ip, fuel);
  if (exit != EXIT_TRANSFER) return exit;
  store<u64>(CPU_BASE + CPU_RIP, load<u64>(CPU_BASE + CPU_TRANSFER_VA));
  store<u64>(CPU_BASE + CPU_RETIRED, load<u64>(CPU_BASE + CPU_RETIRED) + 1);
  store<u32>(CPU_BASE + CPU_EXIT, EXIT_FUEL);
  return EXIT_FUEL;
}

function step(): i32 {
  const rip = load<u64>(CPU_BASE + CPU_RIP);
  const before = load<u64>(CPU_BASE + CPU_RETIRED);
  const ip = code_single(rip);
  const exit = ip && repeats(ip) ? step_repeated(ip, rip) : go(ip, 0);
  // Not retired: the slice's allowance of work was used up by a page fault.
  if (exit != EXIT_FUEL || load<u64>(CPU_BASE + CPU_RETIRED) == before) return exit;
  raise_trap(TRAP_TRACE, load<u64>(CPU_BASE + CPU_RIP));
  return load<i32>(CPU_BASE + CPU_EXIT);
}

function repeats(ip: usize): bool {
  const op = load<u16>(ip, INSN_OP) as i32;
  if (op < OP_MOVS8 || op > OP_SCAS64) return false;
  return (load<u8>(ip, INSN_FLAGS) & (INSN_REP | INSN_REPNE)) != 0 && counter(ip) > 1;
}

/** The count of a repeated string instruction. */
function counter(ip: usize): u64 {
  const rcx = load<u64>(CPU_BASE + GPR_RCX);
  return load<u8>(ip, INSN_FLAGS) & INSN_ADDR32 ? rcx & 0xffffffff : rcx;
}

/** One element of a string instruction: the trap comes between elements, with rip still at the instruction. */
function step_repeated(ip: usize, rip: u64): i32 {
  const count = counter(ip);
  const before = load<u64>(CPU_BASE + CPU_RETIRED);
  store<u64>(CPU_BASE + GPR_RCX, 1);
  const exit = go(ip, 0);
  const done = load<u64>(CPU_BASE + CPU_RETIRED) != before;
  store<u64>(CPU_BASE + GPR_RCX, done ? count - 1 : count);
  if (done && exit == EXIT_FUEL && !found(ip)) store<u64>(CPU_BASE + CPU_RIP, rip);
  return exit;
}

/** Does ZF end a CMPS or SCAS before its count does? */
function found(ip: usize): bool {
  const op = load<u16>(ip, INSN_OP) as i32;
  const compares = (op >= OP_CMPS8 && op <= OP_CMPS64) || op >= OP_SCAS8;
  return compares && Cond.e() == ((load<u8>(ip, INSN_FLAGS) & INSN_REPNE) != 0);
}
