// Instructions that select elements by an immediate, and those between vector elements and general registers (SDM volume 2).
import { Gpr, Imm, Source, Xmm } from './operand.ts';

@unmanaged
class Select {
  /** Element number (imm >> shift) & 3 of the four T at p. */
  @inline static of<T>(p: usize, imm: u32, shift: u32): T {
    return load<T>(p + (((imm >> shift) & 3) as usize) * sizeof<T>());
  }
  @inline static words(p: usize, imm: u32): u64 {
    return (
      (Select.of<u16>(p, imm, 0) as u64) |
      ((Select.of<u16>(p, imm, 2) as u64) << 16) |
      ((Select.of<u16>(p, imm, 4) as u64) << 32) |
      ((Select.of<u16>(p, imm, 6) as u64) << 48)
    );
  }
}

export function pshufd(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const imm = Imm.byte(ip);
  const low = i32x4(
    Select.of<i32>(s, imm, 0),
    Select.of<i32>(s, imm, 2),
    Select.of<i32>(s, imm, 4),
    Select.of<i32>(s, imm, 6),
  );
  v128.store(Xmm.dst(ip), low);
  return true;
}

/** PSHUFLW (half 0) and PSHUFHW (half 8): the four words of one half, the other half is copied. */
export function pshufw_half(ip: usize, half: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  const words = Select.words(s + half, Imm.byte(ip));
  const other = load<u64>(s + (half ^ 8));
  store<u64>(d + half, words);
  store<u64>(d + (half ^ 8), other);
  return true;
}

/** The four words at p in the order of imm. */
export function shuffled_words(p: usize, imm: u32): u64 {
  return Select.words(p, imm);
}

export function shufps(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  const imm = Imm.byte(ip);
  v128.store(
    d,
    i32x4(Select.of<i32>(d, imm, 0), Select.of<i32>(d, imm, 2), Select.of<i32>(s, imm, 4), Select.of<i32>(s, imm, 6)),
  );
  return true;
}

export function shufpd(ip: usize): bool {
  const s = Source.aligned(ip);
  if (!s) return false;
  const d = Xmm.dst(ip);
  const imm = Imm.byte(ip) as usize;
  v128.store(d, i64x2(load<i64>(d + (imm & 1) * 8), load<i64>(s + ((imm >> 1) & 1) * 8)));
  return true;
}

@unmanaged
export class Element {
  /** PINSRB, PINSRW, PINSRD, PINSRQ: element imm becomes the T of a general register or memory. */
  @inline static insert<T>(ip: usize): bool {
    const s = Source.gpr(ip, sizeof<T>() as u32);
    if (!s) return false;
    store<T>(Xmm.dst(ip) + Element.offset<T>(ip), load<T>(s));
    return true;
  }
  /** PEXTRB, PEXTRW, PEXTRD, PEXTRQ, EXTRACTPS to a general register, zero-extended. */
  @inline static extract<T>(ip: usize): bool {
    store<u64>(Gpr.dst(ip), load<T>(Xmm.src(ip) + Element.offset<T>(ip)) as u64);
    return true;
  }
  @inline static offset<T>(ip: usize): usize {
    return ((Imm.byte(ip) & (16 / (sizeof<T>() as u32) - 1)) as usize) * sizeof<T>();
  }
}

/** MOVMSKPS, MOVMSKPD, PMOVMSKB: the signs of the elements in a general register. */
@unmanaged
export class Signs {
  @inline static bytes(ip: usize): bool {
    store<u64>(Gpr.dst(ip), i8x16.bitmask(v128.load(Xmm.src(ip))) as u32 as u64);
    return true;
  }
  @inline static dwords(ip: usize): bool {
    store<u64>(Gpr.dst(ip), i32x4.bitmask(v128.load(Xmm.src(ip))) as u32 as u64);
    return true;
  }
  @inline static quads(ip: usize): bool {
    store<u64>(Gpr.dst(ip), i64x2.bitmask(v128.load(Xmm.src(ip))) as u32 as u64);
    return true;
  }
}
