// MOVS STOS LODS CMPS SCAS with REP, REPE, REPNE (SDM volume 1, 7.3.9; volume 2, REP).
// Invariant: rSI, rDI and rCX are written back after every stretch, so a fault or the end of the time slice leaves them as
// the CPU does and the instruction is simply started again. A stretch is what lies within one page of each operand.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_EFLAGS, CPU_EXIT, CPU_WORK, EXIT_FUEL, GPR_RAX, GPR_RCX, GPR_RDI, GPR_RSI } from '../../abi/cpu.ts';
import { INSN_ADDR32, INSN_AUX, INSN_FLAGS, INSN_OP, INSN_REP, INSN_REPNE } from '../../abi/insn.ts';
import { OP_CMPS8, OP_LODS8, OP_MOVS8, OP_SCAS8, OP_STOS8 } from '../../isa/ops.gen.ts';
import { Alu, CMP } from './alu.ts';
import { DF } from './flags.ts';
import { Mem } from './mem.ts';
import { Reg, Sx, Zx } from './operand.ts';

@unmanaged
class Rep {
  /** Address in rSI or rDI. */
  @inline static address(ip: usize, off: usize): u64 {
    return load<u8>(ip, INSN_FLAGS) & INSN_ADDR32 ? Reg.zx<u32>(off) : Reg.zx<u64>(off);
  }

  /** Address of the source, with its segment's base. */
  @inline static source(ip: usize): u64 {
    return Rep.address(ip, GPR_RSI) + load<u64>(load<u8>(ip, INSN_AUX) as usize, CPU_BASE);
  }

  @inline static move(ip: usize, off: usize, bytes: i64): void {
    const v = Reg.sx<u64>(off) + bytes;
    if (load<u8>(ip, INSN_FLAGS) & INSN_ADDR32) Reg.put<u32>(off, v);
    else Reg.put<u64>(off, v);
  }

  @inline static repeated(ip: usize): bool {
    return (load<u8>(ip, INSN_FLAGS) & (INSN_REP | INSN_REPNE)) != 0;
  }

  /** Elements to go: 1 without a REP prefix. The CPU writes a 32-bit count back even before the first element. */
  @inline static count(ip: usize): u64 {
    if (!Rep.repeated(ip)) return 1;
    const n = Rep.address(ip, GPR_RCX);
    Reg.put<u64>(GPR_RCX, n);
    return n;
  }

  @inline static done(ip: usize, n: u64): void {
    if (Rep.repeated(ip)) Rep.move(ip, GPR_RCX, 0 - n);
  }

  /** Elements that this slice may still touch. */
  @inline static budget(): u64 {
    return max<i64>(0, load<i64>(CPU_BASE + CPU_WORK)) as u64;
  }

  /** Ends an instruction that has left this much of the budget. */
  @inline static spent(budget: u64): bool {
    store<u64>(CPU_BASE + CPU_WORK, budget);
    return true;
  }

  @inline static backwards(): bool {
    return (load<u64>(CPU_BASE + CPU_EFLAGS) & DF) != 0;
  }

  @inline static step<T>(): i64 {
    return Rep.backwards() ? -(sizeof<T>() as i64) : (sizeof<T>() as i64);
  }

  /** Elements of T from va upwards within its page; 0 when the first one crosses it. */
  @inline static room<T>(va: u64): u64 {
    return (0x1000 - (va & 0xfff)) / sizeof<T>();
  }
}

/** Ends the time slice in the middle of a long instruction. */
function pause(): bool {
  store<u32>(CPU_BASE + CPU_EXIT, EXIT_FUEL);
  return false;
}

/** One MOVS; loads before it asks for the destination, since a page-crossing operand has only one buffer. */
function movs_one<T>(ip: usize): bool {
  const from = Mem.r(Rep.source(ip), sizeof<T>() as u32);
  if (!from) return false;
  const v = Zx.load<T>(from);
  const to = Mem.w(Rep.address(ip, GPR_RDI), sizeof<T>() as u32);
  if (!to) return false;
  Zx.store<T>(to, v);
  Mem.commit(to);
  Rep.move(ip, GPR_RSI, Rep.step<T>());
  Rep.move(ip, GPR_RDI, Rep.step<T>());
  Rep.done(ip, 1);
  return true;
}

function movs<T>(ip: usize): bool {
  let budget = Rep.budget();
  for (let n = Rep.count(ip); n; n = Rep.repeated(ip) ? Rep.count(ip) : 0) {
    if (!budget--) return pause();
    const src = Rep.source(ip);
    const dst = Rep.address(ip, GPR_RDI);
    const m = min<u64>(min<u64>(n, budget), min<u64>(Rep.room<T>(src), Rep.room<T>(dst)));
    if (m < 2 || Rep.backwards()) {
      if (!movs_one<T>(ip)) return false;
      continue;
    }
    if (!Mem.r(src, 1)) return false;
    const to = Mem.w(dst, 1);
    if (!to) return false;
    // Asked again: making the destination writable may have moved the source.
    copy_up<T>(to, Mem.r(src, 1), m as usize);
    Rep.move(ip, GPR_RSI, m * sizeof<T>());
    Rep.move(ip, GPR_RDI, m * sizeof<T>());
    Rep.done(ip, m);
    budget -= m - 1;
  }
  return Rep.spent(budget);
}

/** Copies element by element in effect: a destination shortly behind the source repeats what lies between. */
function copy_up<T>(to: usize, from: usize, n: usize): void {
  const bytes = n * sizeof<T>();
  if (to <= from || to >= from + bytes) {
    memory.copy(to, from, bytes);
    return;
  }
  for (let i: usize = 0; i < bytes; i += sizeof<T>()) Zx.store<T>(to + i, Zx.load<T>(from + i));
}

function stos<T>(ip: usize): bool {
  let budget = Rep.budget();
  const v = Reg.zx<T>(GPR_RAX);
  for (let n = Rep.count(ip); n; n = Rep.repeated(ip) ? Rep.count(ip) : 0) {
    if (!budget--) return pause();
    const dst = Rep.address(ip, GPR_RDI);
    let m = Rep.backwards() ? 1 : min<u64>(min<u64>(n, budget), Rep.room<T>(dst));
    if (m < 2) {
      m = 1;
      const p = Mem.w(dst, sizeof<T>() as u32);
      if (!p) return false;
      Zx.store<T>(p, v);
      Mem.commit(p);
      Rep.move(ip, GPR_RDI, Rep.step<T>());
    } else {
      const p = Mem.w(dst, 1);
      if (!p) return false;
      fill<T>(p, v, m as usize);
      Rep.move(ip, GPR_RDI, m * sizeof<T>());
    }
    Rep.done(ip, m);
    budget -= m - 1;
  }
  return Rep.spent(budget);
}

function fill<T>(p: usize, v: u64, n: usize): void {
  if (sizeof<T>() == 1 || v == 0) memory.fill(p, v as u8, n * sizeof<T>());
  else for (const end = p + n * sizeof<T>(); p < end; p += sizeof<T>()) Zx.store<T>(p, v);
}

function lods<T>(ip: usize): bool {
  let budget = Rep.budget();
  for (let n = Rep.count(ip); n; n = Rep.repeated(ip) ? Rep.count(ip) : 0) {
    if (!budget--) return pause();
    const p = Mem.r(Rep.source(ip), sizeof<T>() as u32);
    if (!p) return false;
    Reg.put<T>(GPR_RAX, Zx.load<T>(p));
    Rep.move(ip, GPR_RSI, Rep.step<T>());
    Rep.done(ip, 1);
  }
  return Rep.spent(budget);
}

/** CMPS (with a source) and SCAS (against rAX): REP goes on while equal, REPNE while different. */
function compare<T>(ip: usize, strings: bool): bool {
  let budget = Rep.budget();
  let a: i64 = 0;
  let b: i64 = 0;
  if (!Rep.count(ip)) return true;
  for (let n = Rep.count(ip); n; n = Rep.repeated(ip) ? Rep.count(ip) : 0) {
    if (!budget--) return pause();
    // CMPS looks at rDI first: its fault wins.
    const q = Mem.r(Rep.address(ip, GPR_RDI), sizeof<T>() as u32);
    if (!q) return false;
    b = Sx.load<T>(q);
    if (!strings) a = Reg.sx<T>(GPR_RAX);
    else {
      const p = Mem.r(Rep.source(ip), sizeof<T>() as u32);
      if (!p) return false;
      a = Sx.load<T>(p);
    }
    if (strings) Rep.move(ip, GPR_RSI, Rep.step<T>());
    Rep.move(ip, GPR_RDI, Rep.step<T>());
    Rep.done(ip, 1);
    if ((a == b) != ((load<u8>(ip, INSN_FLAGS) & INSN_REP) != 0)) break;
  }
  // Only here: a fault half-way leaves the flags as they were.
  Alu.of<T>(CMP, a, b);
  return Rep.spent(budget);
}

export function movs_exec(ip: usize): bool {
  switch ((load<u16>(ip, INSN_OP) as u32) - OP_MOVS8) {
    case 0:
      return movs<u8>(ip);
    case 1:
      return movs<u16>(ip);
    case 2:
      return movs<u32>(ip);
    default:
      return movs<u64>(ip);
  }
}

export function stos_exec(ip: usize): bool {
  switch ((load<u16>(ip, INSN_OP) as u32) - OP_STOS8) {
    case 0:
      return stos<u8>(ip);
    case 1:
      return stos<u16>(ip);
    case 2:
      return stos<u32>(ip);
    default:
      return stos<u64>(ip);
  }
}

export function lods_exec(ip: usize): bool {
  switch ((load<u16>(ip, INSN_OP) as u32) - OP_LODS8) {
    case 0:
      return lods<u8>(ip);
    case 1:
      return lods<u16>(ip);
    case 2:
      return lods<u32>(ip);
    default:
      return lods<u64>(ip);
  }
}

export function cmps_exec(ip: usize): bool {
  switch ((load<u16>(ip, INSN_OP) as u32) - OP_CMPS8) {
    case 0:
      return compare<u8>(ip, true);
    case 1:
      return compare<u16>(ip, true);
    case 2:
      return compare<u32>(ip, true);
    default:
      return compare<u64>(ip, true);
  }
}

export function scas_exec(ip: usize): bool {
  switch ((load<u16>(ip, INSN_OP) as u32) - OP_SCAS8) {
    case 0:
      return compare<u8>(ip, false);
    case 1:
      return compare<u16>(ip, false);
    case 2:
      return compare<u32>(ip, false);
    default:
      return compare<u64>(ip, false);
  }
}
