// Far transfers and loads of far pointers (SDM volume 2): within a 64-bit program they lead to the same code segment.
// Selector 0x23 would switch to 32-bit code, which this machine does not have: #GP, as for a selector without a segment.
// Invariant: rSP and rip change only when all memory was there and all checks have passed.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_EFLAGS, GPR_RSP } from '../../abi/cpu.ts';
import { load_segment, SELECTOR_CS, SELECTOR_SS } from './descriptor.ts';
import { Ea } from './ea.ts';
import { raise_gp } from './fault.ts';
import { flags_get, flags_set, NT } from './flags.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Zx } from './operand.ts';
import { behind, Canonical, transfer } from './transfer.ts';

/** One of the values that IRET and RETF pop, n slots above rSP. */
@unmanaged
class Slot {
  @inline static at<T>(n: u64): usize {
    return Mem.r(load<u64>(CPU_BASE + GPR_RSP) + n * sizeof<T>(), sizeof<T>() as u32);
  }
  /** Of a selector the two bytes that count are read. */
  @inline static selector<T>(n: u64): usize {
    return Mem.r(load<u64>(CPU_BASE + GPR_RSP) + n * sizeof<T>(), 2);
  }
}

export function far_return<T>(ip: usize): bool {
  const q = Slot.selector<T>(1);
  if (!q) return false;
  const cs = load<u16>(q) as u32;
  const p = Slot.at<T>(0);
  if (!p) return false;
  const va = Zx.load<T>(p);
  if (cs != SELECTOR_CS || Canonical.not(va)) return raise_gp();
  store<u64>(CPU_BASE + GPR_RSP, load<u64>(CPU_BASE + GPR_RSP) + 2 * sizeof<T>() + Insn.imm(ip));
  return transfer(va);
}

/** IRET of user mode: to the same privilege, with flags and stack. */
export function interrupt_return<T>(): bool {
  if (load<u64>(CPU_BASE + CPU_EFLAGS) & NT) return raise_gp();
  // The CPU reads the flags first.
  let p = Slot.at<T>(2);
  if (!p) return false;
  const rflags = Zx.load<T>(p);
  p = Slot.at<T>(0);
  if (!p) return false;
  const va = Zx.load<T>(p);
  p = Slot.at<T>(1);
  if (!p) return false;
  if (load<u16>(p) != SELECTOR_CS) return raise_gp();
  p = Slot.at<T>(3);
  if (!p) return false;
  const rsp = Zx.load<T>(p);
  p = Slot.at<T>(4);
  if (!p) return false;
  if (load<u16>(p) != SELECTOR_SS || Canonical.not(va)) return raise_gp();
  flags_set(sizeof<T>() == 2 ? (flags_get() & ~0xffff) | rflags : rflags);
  store<u64>(CPU_BASE + GPR_RSP, rsp);
  return transfer(va);
}

/** The far pointer in memory at the operand: its offset, or its selector in the next two bytes; 0 = fault. */
@unmanaged
class Pointer {
  @inline static offset<T>(ip: usize): usize {
    return Mem.r(Ea.of(ip), sizeof<T>() as u32);
  }
  @inline static selector<T>(ip: usize): usize {
    return Mem.r(Ea.of(ip) + sizeof<T>(), 2);
  }
}

export function far_jump<T>(ip: usize, call: bool): bool {
  const p = Pointer.offset<T>(ip);
  if (!p) return false;
  const va = Zx.load<T>(p);
  const q = Pointer.selector<T>(ip);
  if (!q) return false;
  // The privilege asked for does not matter.
  if ((load<u16>(q) | 3) != SELECTOR_CS) return raise_gp();
  if (call && !push_far<T>(behind(ip), va)) return false;
  return Canonical.not(va) ? raise_gp() : transfer(va);
}

function push_far<T>(rip: u64, target: u64): bool {
  const rsp = load<u64>(CPU_BASE + GPR_RSP) - 2 * sizeof<T>();
  let p = Mem.w(rsp + sizeof<T>(), sizeof<T>() as u32);
  if (!p) return false;
  p = Mem.w(rsp, 2 * (sizeof<T>() as u32));
  if (!p) return false;
  if (Canonical.not(target)) return raise_gp();
  Zx.store<T>(p, rip);
  Zx.store<T>(p + sizeof<T>(), SELECTOR_CS);
  Mem.commit(p);
  store<u64>(CPU_BASE + GPR_RSP, rsp);
  return true;
}

/** LSS LFS LGS. */
export function load_far<T>(ip: usize, segment: usize): bool {
  const p = Pointer.offset<T>(ip);
  if (!p) return false;
  const offset = Zx.load<T>(p);
  const q = Pointer.selector<T>(ip);
  if (!q || !load_segment(segment, load<u16>(q) as u32)) return false;
  Reg.put<T>(Insn.dst(ip), offset);
  return true;
}
