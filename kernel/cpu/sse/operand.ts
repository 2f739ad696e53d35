// Operands of SSE instructions: pointers to the low 16 bytes of a vector register, or to memory.
// Invariant: a pointer of 0 means that the access faulted and the handler must return false at once. A source pointer is only
// read from; stores end with Mem.commit.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_YMM } from '../../../abi/cpu.ts';
import { INSN_DST, INSN_FLAGS, INSN_IMM, INSN_MEM, INSN_SRC, INSN_VEX } from '../../../abi/insn.ts';
import { Ea } from '../ea.ts';
import { raise_gp } from '../fault.ts';
import { Mem } from '../mem.ts';

const GPR_BASE: usize = CPU_BASE;
const XMM_BASE: usize = CPU_BASE + CPU_YMM;

@unmanaged
export class Xmm {
  @inline static dst(ip: usize): usize {
    return XMM_BASE + (load<u8>(ip, INSN_DST) as usize) * 4;
  }
  /** The register of the src field, whatever INSN_MEM says. */
  @inline static src(ip: usize): usize {
    return XMM_BASE + (load<u8>(ip, INSN_SRC) as usize) * 4;
  }
  @inline static zero(): usize {
    return XMM_BASE;
  }
}

@unmanaged
export class Gpr {
  @inline static dst(ip: usize): usize {
    return GPR_BASE + (load<u8>(ip, INSN_DST) as usize);
  }
  @inline static src(ip: usize): usize {
    return GPR_BASE + (load<u8>(ip, INSN_SRC) as usize);
  }
}

@unmanaged
export class Source {
  @inline static inMemory(ip: usize): bool {
    return (load<u8>(ip, INSN_FLAGS) & INSN_MEM) != 0;
  }
  /** 16 bytes that must be aligned in memory, without VEX. */
  @inline static aligned(ip: usize): usize {
    return Source.inMemory(ip) ? memory_aligned(ip) : Xmm.src(ip);
  }
  /** n bytes at any address, or the low n bytes of a register. */
  @inline static any(ip: usize, n: u32): usize {
    return Source.inMemory(ip) ? Mem.r(Ea.of(ip), n) : Xmm.src(ip);
  }
  /** n bytes at any address, or a general register. */
  @inline static gpr(ip: usize, n: u32): usize {
    return Source.inMemory(ip) ? Mem.r(Ea.of(ip), n) : Gpr.src(ip);
  }
}

@unmanaged
export class Imm {
  @inline static byte(ip: usize): u32 {
    return load<u8>(ip, INSN_IMM) as u32;
  }
}

function memory_aligned(ip: usize): usize {
  const va = Ea.of(ip);
  if (va & 15 && !(load<u8>(ip, INSN_FLAGS) & INSN_VEX)) {
    raise_gp();
    return 0;
  }
  return Mem.r(va, 16);
}

/** Where the 16 bytes of an aligned store go, or 0. */
export function store_aligned(ip: usize): usize {
  const va = Ea.of(ip);
  if (va & 15) {
    raise_gp();
    return 0;
  }
  return Mem.w(va, 16);
}
