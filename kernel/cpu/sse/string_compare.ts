// PCMPESTRI, PCMPESTRM, PCMPISTRI, PCMPISTRM (SDM volume 1, 12.12, and volume 2, 4.1).
// Bit masks stand for the arrays of the manual: bit j belongs to element j of the second operand.
import { CPU_BASE } from '../../../abi/box.ts';
import { GPR_RAX, GPR_RCX, GPR_RDX } from '../../../abi/cpu.ts';
import { INSN_FLAGS, INSN_W } from '../../../abi/insn.ts';
import { CF, Flags, OF, SF, ZF } from '../flags.ts';
import { Imm, Source, Xmm } from './operand.ts';

const WORDS: u32 = 1;
const SIGNED: u32 = 2;
const EQUAL_ANY: u32 = 0;
const RANGES: u32 = 1;
const EQUAL_EACH: u32 = 2;
const NEGATE: u32 = 0x10;
/** With NEGATE: only valid elements of the second operand are negated. */
const MASKED: u32 = 0x20;
/** Index form: the last element instead of the first. Mask form: elements instead of bits. */
const OUTPUT: u32 = 0x40;

@unmanaged
class Elements {
  @inline static count(imm: u32): u32 {
    return imm & WORDS ? 8 : 16;
  }
  /** Element i of the vector at p, in every lane. */
  @inline static splat(p: usize, i: u32, imm: u32): v128 {
    return imm & WORDS ? i16x8.splat(load<i16>(p + 2 * (i as usize))) : i8x16.splat(load<i8>(p + (i as usize)));
  }
  @inline static equal(a: v128, b: v128, imm: u32): u32 {
    return (imm & WORDS ? i16x8.bitmask(i16x8.eq(a, b)) : i8x16.bitmask(i8x16.eq(a, b))) as u32;
  }
  /** Lanes in which a <= b. */
  @inline static ordered(a: v128, b: v128, imm: u32): u32 {
    if (imm & WORDS) return i16x8.bitmask(imm & SIGNED ? i16x8.le_s(a, b) : i16x8.le_u(a, b)) as u32;
    return i8x16.bitmask(imm & SIGNED ? i8x16.le_s(a, b) : i8x16.le_u(a, b)) as u32;
  }
}

/** Elements before the first zero. */
function implicit_length(p: usize, imm: u32): u32 {
  return ctz<u32>(Elements.equal(v128.load(p), i64x2.splat(0), imm) | (1 << Elements.count(imm)));
}

/** The magnitude of EAX or EDX (with REX.W of RAX or RDX), at most the number of elements. */
function explicit_length(register: usize, ip: usize, imm: u32): u32 {
  let n = load<i64>(register);
  if (!(load<u8>(ip, INSN_FLAGS) & INSN_W)) n = n as i32 as i64;
  const magnitude = (n < 0 ? -n : n) as u64;
  return min<u64>(magnitude, Elements.count(imm) as u64) as u32;
}

/** The four comparisons of volume 2, table 4-6, for na and nb valid elements. */
function aggregate(a: usize, na: u32, b: usize, nb: u32, imm: u32): u32 {
  const count = Elements.count(imm);
  const all: u32 = (1 << count) - 1;
  const validB: u32 = (1 << nb) - 1;
  const text = v128.load(b);
  const kind = (imm >> 2) & 3;
  if (kind == EQUAL_EACH) {
    const validA: u32 = (1 << na) - 1;
    return (Elements.equal(v128.load(a), text, imm) & validA & validB) | (all & ~(validA | validB));
  }
  let result: u32 = 0;
  if (kind == EQUAL_ANY) {
    for (let i: u32 = 0; i < na; i++) result |= Elements.equal(Elements.splat(a, i, imm), text, imm);
    return result & validB;
  }
  if (kind == RANGES) {
    for (let i: u32 = 0; i + 1 < na; i += 2) {
      const least = Elements.ordered(Elements.splat(a, i, imm), text, imm);
      result |= least & Elements.ordered(text, Elements.splat(a, i + 1, imm), imm);
    }
    return result & validB;
  }
  result = all;
  for (let i: u32 = 0; i < na; i++) {
    const equal = Elements.equal(Elements.splat(a, i, imm), text, imm) & validB;
    result &= (equal >> i) | (all << (count - i));
  }
  return result & all;
}

/** Common part: compares and sets the flags; the result of comparison, or -1 when the operand faulted. */
function compare_strings(ip: usize, explicit: bool): i32 {
  const b = Source.any(ip, 16);
  if (!b) return -1;
  const a = Xmm.dst(ip);
  const imm = Imm.byte(ip);
  const count = Elements.count(imm);
  const na = explicit ? explicit_length(CPU_BASE + GPR_RAX, ip, imm) : implicit_length(a, imm);
  const nb = explicit ? explicit_length(CPU_BASE + GPR_RDX, ip, imm) : implicit_length(b, imm);
  let result = aggregate(a, na, b, nb, imm);
  if (imm & NEGATE) result ^= (1 << (imm & MASKED ? nb : count)) - 1;
  let flags: u64 = result ? CF : 0;
  if (nb < count) flags |= ZF;
  if (na < count) flags |= SF;
  if (result & 1) flags |= OF;
  Flags.explicit(flags);
  return result as i32;
}

/** PCMPESTRI, PCMPISTRI: ECX is the first or last element found, or the number of elements. */
export function string_index(ip: usize, explicit: bool): bool {
  const result = compare_strings(ip, explicit);
  if (result < 0) return false;
  const imm = Imm.byte(ip);
  let index = Elements.count(imm);
  if (result) index = imm & OUTPUT ? 31 - clz<u32>(result as u32) : ctz<u32>(result as u32);
  store<u64>(CPU_BASE + GPR_RCX, index as u64);
  return true;
}

/** PCMPESTRM, PCMPISTRM: xmm0 is the result as bits or as elements of ones. */
export function string_mask(ip: usize, explicit: bool): bool {
  const result = compare_strings(ip, explicit);
  if (result < 0) return false;
  const imm = Imm.byte(ip);
  v128.store(Xmm.zero(), imm & OUTPUT ? spread(result as u32, imm) : i32x4(result, 0, 0, 0));
  return true;
}

function spread(bits: u32, imm: u32): v128 {
  if (imm & WORDS) {
    const each = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
    return i16x8.eq(v128.and(i16x8.splat(bits as i16), each), each);
  }
  const each = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const bytes = i64x2((bits as i64 & 0xff) * 0x0101010101010101, ((bits >> 8) as i64) * 0x0101010101010101);
  return i8x16.eq(v128.and(bytes, each), each);
}
