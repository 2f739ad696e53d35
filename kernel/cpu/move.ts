// MOV, MOVZX, MOVSX (SDM volume 2).
import { Ea } from './ea.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Sx, Zx } from './operand.ts';

@unmanaged
export class Move {
  @inline static rr<T>(ip: usize): void {
    Reg.put<T>(Insn.dst(ip), Reg.zx<T>(Insn.src(ip)));
  }

  @inline static rm<T>(ip: usize): bool {
    return Move.zx<T, T>(ip);
  }

  @inline static mr<T>(ip: usize): bool {
    return Move.to_memory<T>(ip, Reg.zx<T>(Insn.src(ip)));
  }

  @inline static mi<T>(ip: usize): bool {
    return Move.to_memory<T>(ip, Insn.imm(ip));
  }

  @inline static to_memory<T>(ip: usize, v: i64): bool {
    const p = Mem.w(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    Zx.store<T>(p, v);
    if (sizeof<T>() > 1) Mem.commit(p);
    return true;
  }

  /** Loads an S, zero-extended to a D. */
  @inline static zx<D, S>(ip: usize): bool {
    const p = Mem.r(Ea.of(ip), sizeof<S>() as u32);
    if (!p) return false;
    Reg.put<D>(Insn.dst(ip), Zx.load<S>(p));
    return true;
  }

  /** Loads an S, sign-extended to a D. */
  @inline static sx<D, S>(ip: usize): bool {
    const p = Mem.r(Ea.of(ip), sizeof<S>() as u32);
    if (!p) return false;
    Reg.put<D>(Insn.dst(ip), Sx.load<S>(p));
    return true;
  }
}
