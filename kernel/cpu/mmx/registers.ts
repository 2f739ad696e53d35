// MMX registers: the mantissas of the x87 registers (SDM volume 1, 9.2 and 9.6).
// Invariant: an instruction starts with Mmx.ready and, once its source is there, turns the x87 stack into eight valid
// registers with Mmx.enter; a register that is written gets a sign and exponent of ones.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_FTOP, CPU_FTW, CPU_ST } from '../../../abi/cpu.ts';
import { INSN_DST, INSN_FLAGS, INSN_MEM, INSN_SRC } from '../../../abi/insn.ts';
import { Ea } from '../ea.ts';
import { Mem } from '../mem.ts';
import { raisePending } from '../x87/exec.ts';
import { isPending } from '../x87/stack.ts';

const ST_BASE: usize = CPU_BASE + CPU_ST;
const ALL_VALID: u8 = 0xff;

@unmanaged
export class Mmx {
  /** False when a pending x87 exception comes first. */
  @inline static ready(): bool {
    return isPending() ? raisePending() : true;
  }
  /** TOP is 0 from then on, even if the store still faults. */
  @inline static begin(): void {
    store<u8>(CPU_BASE + CPU_FTOP, 0);
  }
  @inline static enter(): void {
    store<u8>(CPU_BASE + CPU_FTOP, 0);
    store<u8>(CPU_BASE + CPU_FTW, ALL_VALID);
  }
  @inline static dst(ip: usize): usize {
    return ST_BASE + (load<u8>(ip, INSN_DST) as usize) * 2;
  }
  @inline static src(ip: usize): usize {
    return ST_BASE + (load<u8>(ip, INSN_SRC) as usize) * 2;
  }
  /** n bytes of memory, or a register; 0 = faulted. */
  @inline static source(ip: usize, n: u32): usize {
    return load<u8>(ip, INSN_FLAGS) & INSN_MEM ? Mem.r(Ea.of(ip), n) : Mmx.src(ip);
  }
  /** Enters MMX mode and sets the destination register. */
  @inline static put(ip: usize, value: u64): void {
    Mmx.enter();
    store<u64>(Mmx.dst(ip), value);
    store<u16>(Mmx.dst(ip), 0xffff, 8);
  }
}
