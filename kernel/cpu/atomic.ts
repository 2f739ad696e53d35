// Read-modify-write instructions that exchange: XCHG XADD CMPXCHG CMPXCHG8B CMPXCHG16B (SDM volume 2).
// Invariant: one guest thread runs at a time and is preempted only between instructions, so LOCK needs nothing.
import { GPR_RAX, GPR_RBX, GPR_RCX, GPR_RDX } from '../../abi/cpu.ts';
import { INSN_OP } from '../../abi/insn.ts';
import { OP_CMPXCHG16B, OP_CMPXCHG_RR8, OP_XADD_RR8, OP_XCHG_RR8 } from '../../isa/ops.gen.ts';
import { ADD, Alu, CMP } from './alu.ts';
import { Ea } from './ea.ts';
import { raise_gp } from './fault.ts';
import { Flags, flags_arithmetic, ZF } from './flags.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Sx, Zx } from './operand.ts';

const XCHG = 0;
const XADD = 1;
const CMPXCHG = 2;

/** What the destination becomes; the source register or rAX takes its old value where the instruction says so. */
@unmanaged
class Exchange {
  @inline static of<T>(what: i32, ip: usize, old: i64): i64 {
    const s = Insn.src(ip);
    const v = Reg.sx<T>(s);
    if (what == CMPXCHG) {
      const rax = Reg.sx<T>(GPR_RAX);
      Alu.of<T>(CMP, rax, old);
      if (rax == old) return v;
      Reg.put<T>(GPR_RAX, old);
      return old;
    }
    Reg.put<T>(s, old);
    return what == XADD ? Alu.of<T>(ADD, old, v) : v;
  }
}

function exchange<T>(ip: usize, what: i32, memory: bool): bool {
  if (!memory) {
    const d = Insn.dst(ip);
    const old = Reg.sx<T>(d);
    const r = Exchange.of<T>(what, ip, old);
    // A failed comparison leaves the register alone, its upper half too.
    if (what != CMPXCHG || Flags.r() == 0) Reg.put<T>(d, r);
    return true;
  }
  const p = Mem.w(Ea.of(ip), sizeof<T>() as u32);
  if (!p) return false;
  Zx.store<T>(p, Exchange.of<T>(what, ip, Sx.load<T>(p)));
  Mem.commit(p);
  return true;
}

function sized(ip: usize, what: i32, first: u32): bool {
  const k = (load<u16>(ip, INSN_OP) as u32) - first;
  const memory = (k & 4) != 0;
  switch (k & 3) {
    case 0:
      return exchange<u8>(ip, what, memory);
    case 1:
      return exchange<u16>(ip, what, memory);
    case 2:
      return exchange<u32>(ip, what, memory);
    default:
      return exchange<u64>(ip, what, memory);
  }
}

export function xchg_exec(ip: usize): bool {
  return sized(ip, XCHG, OP_XCHG_RR8);
}

export function xadd_exec(ip: usize): bool {
  return sized(ip, XADD, OP_XADD_RR8);
}

export function cmpxchg_exec(ip: usize): bool {
  return sized(ip, CMPXCHG, OP_CMPXCHG_RR8);
}

/** CMPXCHG8B and CMPXCHG16B. */
export function cmpxchg_wide_exec(ip: usize): bool {
  if (load<u16>(ip, INSN_OP) != OP_CMPXCHG16B) return pair<u32>(ip);
  return Ea.of(ip) & 15 ? raise_gp() : pair<u64>(ip);
}

function pair<T>(ip: usize): bool {
  const p = Mem.w(Ea.of(ip), 2 * (sizeof<T>() as u32));
  if (!p) return false;
  const low = Zx.load<T>(p);
  const high = Zx.load<T>(p + sizeof<T>());
  const equal = low == Reg.zx<T>(GPR_RAX) && high == Reg.zx<T>(GPR_RDX);
  if (equal) {
    Zx.store<T>(p, Reg.zx<T>(GPR_RBX));
    Zx.store<T>(p + sizeof<T>(), Reg.zx<T>(GPR_RCX));
  } else {
    Reg.put<T>(GPR_RAX, low);
    Reg.put<T>(GPR_RDX, high);
  }
  Mem.commit(p);
  Flags.explicit((flags_arithmetic() & ~ZF) | (equal ? ZF : 0));
  return true;
}
