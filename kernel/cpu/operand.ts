// Operands of integer instructions. T is u8, u16, u32 or u64: the operand size.
// Invariant: a value in flight is 64 bits, sign-extended from its operand size (sx) unless a name says zx; the order of signed
// and of unsigned values survives that, so flags and conditions need not know the size.
import { CPU_BASE } from '../../abi/box.ts';
import { INSN_DST, INSN_IMM, INSN_SRC } from '../../abi/insn.ts';

@unmanaged
export class Sx {
  /** v cut to T's size and sign-extended again. */
  @inline static cut<T>(v: i64): i64 {
    if (sizeof<T>() == 1) return v as i8 as i64;
    if (sizeof<T>() == 2) return v as i16 as i64;
    if (sizeof<T>() == 4) return v as i32 as i64;
    return v;
  }

  @inline static load<T>(p: usize): i64 {
    if (sizeof<T>() == 1) return i64.load8_s(p);
    if (sizeof<T>() == 2) return i64.load16_s(p);
    if (sizeof<T>() == 4) return i64.load32_s(p);
    return i64.load(p);
  }
}

@unmanaged
export class Zx {
  @inline static cut<T>(v: i64): u64 {
    if (sizeof<T>() == 1) return v & 0xff;
    if (sizeof<T>() == 2) return v & 0xffff;
    if (sizeof<T>() == 4) return v & 0xffffffff;
    return v;
  }

  @inline static load<T>(p: usize): u64 {
    if (sizeof<T>() == 1) return i64.load8_u(p);
    if (sizeof<T>() == 2) return i64.load16_u(p);
    if (sizeof<T>() == 4) return i64.load32_u(p);
    return i64.load(p);
  }

  /** Stores the low bits of v at a pointer into guest memory. */
  @inline static store<T>(p: usize, v: i64): void {
    if (sizeof<T>() == 1) i64.store8(p, v);
    else if (sizeof<T>() == 2) i64.store16(p, v);
    else if (sizeof<T>() == 4) i64.store32(p, v);
    else i64.store(p, v);
  }
}

/** Registers by their offset in the CPU context. */
@unmanaged
export class Reg {
  @inline static sx<T>(off: usize): i64 {
    if (sizeof<T>() == 1) return i64.load8_s(off, CPU_BASE);
    if (sizeof<T>() == 2) return i64.load16_s(off, CPU_BASE);
    if (sizeof<T>() == 4) return i64.load32_s(off, CPU_BASE);
    return i64.load(off, CPU_BASE);
  }

  @inline static zx<T>(off: usize): u64 {
    if (sizeof<T>() == 1) return i64.load8_u(off, CPU_BASE);
    if (sizeof<T>() == 2) return i64.load16_u(off, CPU_BASE);
    if (sizeof<T>() == 4) return i64.load32_u(off, CPU_BASE);
    return i64.load(off, CPU_BASE);
  }

  /** Pointer to a register. */
  @inline static at(off: usize): usize {
    return (CPU_BASE as usize) + off;
  }

  /** Writes a register as an instruction does: 32 bits clear the upper half, 8 and 16 keep the rest. */
  @inline static put<T>(off: usize, v: i64): void {
    if (sizeof<T>() == 1) i64.store8(off, v, CPU_BASE);
    else if (sizeof<T>() == 2) i64.store16(off, v, CPU_BASE);
    else if (sizeof<T>() == 4) i64.store(off, v & 0xffffffff, CPU_BASE);
    else i64.store(off, v, CPU_BASE);
  }
}

/** Fields of the decoded instruction. */
@unmanaged
export class Insn {
  @inline static dst(ip: usize): usize {
    return load<u8>(ip, INSN_DST) as usize;
  }

  @inline static src(ip: usize): usize {
    return load<u8>(ip, INSN_SRC) as usize;
  }

  @inline static imm(ip: usize): i64 {
    return load<i64>(ip, INSN_IMM);
  }
}
