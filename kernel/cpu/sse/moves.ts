// SSE moves: between vector registers, memory and general registers (SDM volume 1, 10.4.1 and 11.4.1).
import { CPU_BASE } from '../../../abi/box.ts';
import { GPR_RDI } from '../../../abi/cpu.ts';
import { INSN_ADDR32, INSN_AUX, INSN_FLAGS } from '../../../abi/insn.ts';
import { Ea } from '../ea.ts';
import { Mem } from '../mem.ts';
import { Gpr, Source, store_aligned, Xmm } from './operand.ts';

@unmanaged
export class Move {
  @inline static aligned(ip: usize): bool {
    const s = Source.aligned(ip);
    if (!s) return false;
    v128.store(Xmm.dst(ip), v128.load(s));
    return true;
  }

  @inline static unaligned(ip: usize): bool {
    const s = Source.any(ip, 16);
    if (!s) return false;
    v128.store(Xmm.dst(ip), v128.load(s));
    return true;
  }

  @inline static storeAligned(ip: usize): bool {
    const p = store_aligned(ip);
    if (!p) return false;
    v128.store(p, v128.load(Xmm.src(ip)));
    Mem.commit(p);
    return true;
  }

  @inline static storeUnaligned(ip: usize): bool {
    const p = Mem.w(Ea.of(ip), 16);
    if (!p) return false;
    v128.store(p, v128.load(Xmm.src(ip)));
    Mem.commit(p);
    return true;
  }

  /** Stores the T at `offset` of the source register. */
  @inline static storePart<T>(ip: usize, offset: usize): bool {
    const p = Mem.w(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    store<T>(p, load<T>(Xmm.src(ip) + offset));
    Mem.commit(p);
    return true;
  }

  /** MOVSS, MOVSD: a register merges into the destination, memory clears what lies above. T is u32 or u64. */
  @inline static scalar<T>(ip: usize): bool {
    const d = Xmm.dst(ip);
    if (Source.inMemory(ip)) {
      const p = Mem.r(Ea.of(ip), sizeof<T>() as u32);
      if (!p) return false;
      store<u64>(d, load<T>(p) as u64);
      store<u64>(d, 0, 8);
    } else store<T>(d, load<T>(Xmm.src(ip)));
    return true;
  }

  /** MOVQ xmm: the low half, the upper half becomes zero. */
  @inline static quad(ip: usize): bool {
    const s = Source.any(ip, 8);
    if (!s) return false;
    const d = Xmm.dst(ip);
    store<u64>(d, load<u64>(s));
    store<u64>(d, 0, 8);
    return true;
  }

  /** MOVD, MOVQ from a general register or memory; T is u32 or u64. */
  @inline static fromGpr<T>(ip: usize): bool {
    const s = Source.gpr(ip, sizeof<T>() as u32);
    if (!s) return false;
    const d = Xmm.dst(ip);
    store<u64>(d, load<T>(s) as u64);
    store<u64>(d, 0, 8);
    return true;
  }

  /** MOVD, MOVQ to a general register or memory; T is u32 or u64. */
  @inline static toGpr<T>(ip: usize): bool {
    if (Source.inMemory(ip)) return Move.storePart<T>(ip, 0);
    store<u64>(Gpr.dst(ip), load<T>(Xmm.src(ip)) as u64);
    return true;
  }

  /** One half of the destination from memory or from one half of a register. */
  @inline static half(ip: usize, to: usize, from: usize): bool {
    let s = Xmm.src(ip) + from;
    if (Source.inMemory(ip)) s = Mem.r(Ea.of(ip), 8);
    if (!s) return false;
    store<u64>(Xmm.dst(ip) + to, load<u64>(s));
    return true;
  }
}

/** MOVDDUP: 8 bytes at any address, twice. */
export function movddup(ip: usize): bool {
  const s = Source.any(ip, 8);
  if (!s) return false;
  v128.store(Xmm.dst(ip), i64x2.splat(load<i64>(s)));
  return true;
}

/** MASKMOVDQU: bytes of dst whose mask byte in src has its top bit set go to [rDI]. */
export function maskmovdqu(ip: usize): bool {
  return store_masked(ip, Xmm.dst(ip), Xmm.src(ip), 16);
}

/** Stores the bytes of `data` selected by `mask` at [rDI]; all n bytes must be writable, the upper half first. */
export function store_masked(ip: usize, data: usize, mask: usize, n: u32): bool {
  let va = load<u64>(CPU_BASE + GPR_RDI);
  if (load<u8>(ip, INSN_FLAGS) & INSN_ADDR32) va &= 0xffffffff;
  va += load<u64>(load<u8>(ip, INSN_AUX) as usize, CPU_BASE);
  if (n == 16 && !Mem.w(va + 8, 8)) return false;
  const p = Mem.w(va, n);
  if (!p) return false;
  for (let i: usize = 0; i < n; i++) {
    if (load<u8>(mask + i) & 0x80) store<u8>(p + i, load<u8>(data + i));
  }
  Mem.commit(p);
  return true;
}
