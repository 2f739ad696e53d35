// PUSH, POP, CALL, RET, LEAVE, ENTER, PUSHF, POPF (SDM volume 2).
// Invariant: rSP changes only when the memory access has succeeded.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_EFLAGS, GPR_RBP, GPR_RSP } from '../../abi/cpu.ts';
import { Ea } from './ea.ts';
import { flags_get, flags_set, TF } from './flags.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Zx } from './operand.ts';
import { behind, transfer } from './transfer.ts';

@unmanaged
export class Stack {
  @inline static push<T>(v: i64): bool {
    const rsp = load<u64>(CPU_BASE + GPR_RSP) - sizeof<T>();
    const p = Mem.w(rsp, sizeof<T>() as u32);
    if (!p) return false;
    Zx.store<T>(p, v);
    Mem.commit(p);
    store<u64>(CPU_BASE + GPR_RSP, rsp);
    return true;
  }

  /** Pointer to the top of the stack, or 0. */
  @inline static top<T>(): usize {
    return Mem.r(load<u64>(CPU_BASE + GPR_RSP), sizeof<T>() as u32);
  }

  @inline static drop(bytes: u64): void {
    store<u64>(CPU_BASE + GPR_RSP, load<u64>(CPU_BASE + GPR_RSP) + bytes);
  }

  /** POP rSP keeps the popped value, hence the order. */
  @inline static pop_register<T>(ip: usize): bool {
    const p = Stack.top<T>();
    if (!p) return false;
    const v = Zx.load<T>(p);
    Stack.drop(sizeof<T>());
    Reg.put<T>(Insn.dst(ip), v);
    return true;
  }

  @inline static pop_memory<T>(ip: usize): bool {
    const from = Stack.top<T>();
    if (!from) return false;
    const v = Zx.load<T>(from);
    const p = Mem.w(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    Zx.store<T>(p, v);
    Mem.commit(p);
    Stack.drop(sizeof<T>());
    return true;
  }

  @inline static push_memory<T>(ip: usize): bool {
    const p = Mem.r(Ea.of(ip), sizeof<T>() as u32);
    return p ? Stack.push<T>(Zx.load<T>(p)) : false;
  }

  @inline static leave<T>(): bool {
    const rbp = load<u64>(CPU_BASE + GPR_RBP);
    const p = Mem.r(rbp, sizeof<T>() as u32);
    if (!p) return false;
    Reg.put<T>(GPR_RBP, Zx.load<T>(p));
    store<u64>(CPU_BASE + GPR_RSP, rbp + sizeof<T>());
    return true;
  }

  /** Setting TF leaves the run loop, since cpu_run looks at it. */
  @inline static pop_flags<T>(ip: usize): bool {
    const p = Stack.top<T>();
    if (!p) return false;
    const v = Zx.load<T>(p);
    flags_set(sizeof<T>() == 2 ? (flags_get() & ~0xffff) | v : v);
    Stack.drop(sizeof<T>());
    return load<u64>(CPU_BASE + CPU_EFLAGS) & TF ? transfer(behind(ip)) : true;
  }
}

/** ENTER: imm = size of the frame, nesting level in bits 16..20. */
export function enter<T>(ip: usize): bool {
  const imm = Insn.imm(ip) as u32;
  const level = (imm >> 16) & 31;
  const rsp = load<u64>(CPU_BASE + GPR_RSP);
  const rbp = load<u64>(CPU_BASE + GPR_RBP);
  const done = enter_frame<T>(level, rbp) && touch(load<u64>(CPU_BASE + GPR_RSP) - (imm & 0xffff));
  if (!done) {
    store<u64>(CPU_BASE + GPR_RSP, rsp);
    return false;
  }
  Reg.put<T>(GPR_RBP, rsp - sizeof<T>());
  store<u64>(CPU_BASE + GPR_RSP, load<u64>(CPU_BASE + GPR_RSP) - (imm & 0xffff));
  return true;
}

/** Pushes rBP and the display of outer frames. */
function enter_frame<T>(level: u32, rbp: u64): bool {
  if (!Stack.push<T>(rbp)) return false;
  const frame = load<u64>(CPU_BASE + GPR_RSP);
  for (let i: u32 = 1; i < level; i++) {
    const p = Mem.r(rbp - i * sizeof<T>(), sizeof<T>() as u32);
    if (!p || !Stack.push<T>(Zx.load<T>(p))) return false;
  }
  return level ? Stack.push<T>(frame) : true;
}

/** The CPU checks that the new top of the stack can be written. */
function touch(va: u64): bool {
  return Mem.w(va, 1) != 0;
}
