// Operands of VEX instructions: pointers to 32-byte registers, or to memory (0 = the access faulted, leave at once).
// Invariant: whoever writes a register writes all 32 bytes of it, since VEX forms clear what they do not compute.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_YMM } from '../../../abi/cpu.ts';
import { INSN_AUX, INSN_DST, INSN_FLAGS, INSN_L, INSN_MEM, INSN_SRC } from '../../../abi/insn.ts';
import { Ea } from '../ea.ts';
import { raise_gp } from '../fault.ts';
import { Mem } from '../mem.ts';

const YMM_BASE: usize = CPU_BASE + CPU_YMM;

@unmanaged
export class Ymm {
  /** Register whose number times 8 is given. */
  @inline static at(n: usize): usize {
    return YMM_BASE + n * 4;
  }
  @inline static dst(ip: usize): usize {
    return Ymm.at(load<u8>(ip, INSN_DST) as usize);
  }
  @inline static src(ip: usize): usize {
    return Ymm.at(load<u8>(ip, INSN_SRC) as usize);
  }
  @inline static vvvv(ip: usize): usize {
    return Ymm.at(load<u8>(ip, INSN_AUX) as usize);
  }
  /** 32 bytes from p to the destination, of which those above 16 become zero without VEX.L. */
  @inline static put(ip: usize, low: v128, high: v128): bool {
    const d = Ymm.dst(ip);
    v128.store(d, low);
    v128.store(d, Vex.wide(ip) ? high : i64x2.splat(0), 16);
    return true;
  }
}

@unmanaged
export class Vex {
  @inline static wide(ip: usize): bool {
    return (load<u8>(ip, INSN_FLAGS) & INSN_L) != 0;
  }
  /** Bytes of a whole operand. */
  @inline static size(ip: usize): u32 {
    return Vex.wide(ip) ? 32 : 16;
  }
  @inline static inMemory(ip: usize): bool {
    return (load<u8>(ip, INSN_FLAGS) & INSN_MEM) != 0;
  }
  /** n bytes in memory, or a register. */
  @inline static source(ip: usize, n: u32): usize {
    return Vex.inMemory(ip) ? Mem.r(Ea.of(ip), n) : Ymm.src(ip);
  }
  /** The upper half of a source of which memory may hold only 16 bytes. */
  @inline static upper(ip: usize, s: usize): v128 {
    return Vex.wide(ip) ? v128.load(s, 16) : i64x2.splat(0);
  }
}

/** Pointer to a whole operand in memory that must be aligned, or 0. */
export function aligned(ip: usize, store: bool): usize {
  const va = Ea.of(ip);
  const n = Vex.size(ip);
  if (va & ((n - 1) as u64)) {
    raise_gp();
    return 0;
  }
  return store ? Mem.w(va, n) : Mem.r(va, n);
}
