// AVX moves: whole registers, broadcasts, 128-bit parts, signs (SDM volume 2).
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_YMM } from '../../../abi/cpu.ts';
import { INSN_DST, INSN_IMM } from '../../../abi/insn.ts';
import { Ea } from '../ea.ts';
import { Mem } from '../mem.ts';
import { aligned, Vex, Ymm } from './operand.ts';

@unmanaged
export class VexMove {
  @inline static load(ip: usize): bool {
    const s = Vex.source(ip, Vex.size(ip));
    return s ? Ymm.put(ip, v128.load(s), Vex.upper(ip, s)) : false;
  }
  @inline static loadAligned(ip: usize): bool {
    const s = Vex.inMemory(ip) ? aligned(ip, false) : Ymm.src(ip);
    return s ? Ymm.put(ip, v128.load(s), Vex.upper(ip, s)) : false;
  }
  @inline static store(ip: usize): bool {
    return put_memory(ip, Mem.w(Ea.of(ip), Vex.size(ip)));
  }
  @inline static storeAligned(ip: usize): bool {
    return put_memory(ip, aligned(ip, true));
  }

  /** VPBROADCASTB and its kin: the T at the source in every lane. */
  @inline static broadcast<T>(ip: usize): bool {
    const s = Vex.source(ip, sizeof<T>() as u32);
    if (!s) return false;
    const x =
      sizeof<T>() == 1
        ? v128.load8_splat(s)
        : sizeof<T>() == 2
          ? v128.load16_splat(s)
          : sizeof<T>() == 4
            ? v128.load32_splat(s)
            : v128.load64_splat(s);
    return Ymm.put(ip, x, x);
  }
}

function put_memory(ip: usize, p: usize): bool {
  if (!p) return false;
  const s = Ymm.src(ip);
  v128.store(p, v128.load(s));
  if (Vex.wide(ip)) v128.store(p, v128.load(s, 16), 16);
  Mem.commit(p);
  return true;
}

/** VBROADCASTF128, VBROADCASTI128. */
export function broadcast_half(ip: usize): bool {
  const s = Mem.r(Ea.of(ip), 16);
  if (!s) return false;
  const x = v128.load(s);
  return Ymm.put(ip, x, x);
}

/** VINSERTF128, VINSERTI128. */
export function insert_half(ip: usize): bool {
  const s = Vex.source(ip, 16);
  if (!s) return false;
  const a = Ymm.vvvv(ip);
  const x = v128.load(s);
  return load<u8>(ip, INSN_IMM) & 1 ? Ymm.put(ip, v128.load(a), x) : Ymm.put(ip, x, v128.load(a, 16));
}

/** VEXTRACTF128, VEXTRACTI128 to a register. */
export function extract_half(ip: usize): bool {
  return Ymm.put(ip, chosen_half(ip), i64x2.splat(0));
}

export function extract_half_store(ip: usize): bool {
  const p = Mem.w(Ea.of(ip), 16);
  if (!p) return false;
  v128.store(p, chosen_half(ip));
  Mem.commit(p);
  return true;
}

function chosen_half(ip: usize): v128 {
  return v128.load(Ymm.src(ip) + (((load<u8>(ip, INSN_IMM) as usize) & 1) << 4));
}

/** VZEROUPPER, VZEROALL. */
export function zero_registers(all: bool): bool {
  if (all) memory.fill(CPU_BASE + CPU_YMM, 0, 512);
  else for (let n: usize = 0; n < 128; n += 8) v128.store(Ymm.at(n), i64x2.splat(0), 16);
  return true;
}

/** VPMOVMSKB, VMOVMSKPS, VMOVMSKPD: signs of the elements, those of the upper half in the bits above. */
@unmanaged
export class VexSigns {
  @inline static of<T>(ip: usize): bool {
    const s = Ymm.src(ip);
    let bits = VexSigns.half<T>(v128.load(s));
    if (Vex.wide(ip)) bits |= VexSigns.half<T>(v128.load(s, 16)) << (16 / (sizeof<T>() as u32));
    store<u64>(load<u8>(ip, INSN_DST) as usize, bits as u64, CPU_BASE);
    return true;
  }
  @inline static half<T>(x: v128): u32 {
    return (sizeof<T>() == 1 ? i8x16.bitmask(x) : sizeof<T>() == 4 ? i32x4.bitmask(x) : i64x2.bitmask(x)) as u32;
  }
}
