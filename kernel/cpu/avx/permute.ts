// AVX permutations, shifts by a count of each element, and the blends whose mask is a register of its own (SDM volume 2).
import { INSN_IMM } from '../../../abi/insn.ts';
import {
  OP_BLENDVPD,
  OP_BLENDVPS,
  OP_PBLENDVB,
  OP_VBLENDVPD,
  OP_VBLENDVPS,
  OP_VPERMILPD,
  OP_VPERMILPS,
  OP_VPSLLVD,
  OP_VPSLLVQ,
  OP_VPSRAVD,
  OP_VPSRLVD,
} from '../../../isa/ops.gen.ts';
import { Blend } from '../sse/blend.ts';
import { Vex, Ymm } from './operand.ts';

/** 32 bytes: what is read by index while the destination, which may be the same register, is written. */
const TABLE: usize = memory.data(32, 16);

@unmanaged
class Lane {
  @inline static shift<T>(op: u32, x: T, count: u64): T {
    const bits: u64 = sizeof<T>() * 8;
    if (op == OP_VPSRAVD) return ((x as i32) >> (min<u64>(count, 31) as i32)) as T;
    if (count >= bits) return 0;
    return op == OP_VPSLLVD || op == OP_VPSLLVQ ? ((x << (count as T)) as T) : ((x >> (count as T)) as T);
  }
}

/** Operations of two vectors that take each element of one half by the same element of the other. */
export function each_half(op: u32, ip: usize): bool {
  const s = Vex.source(ip, Vex.size(ip));
  if (!s) return false;
  const a = Ymm.vvvv(ip);
  const low = half(op, a, s);
  const high = Vex.wide(ip) ? half(op, a + 16, s + 16) : low;
  return Ymm.put(ip, low, high);
}

function half(op: u32, a: usize, s: usize): v128 {
  const t = TABLE;
  switch (op) {
    case OP_VPERMILPS:
      for (let i: usize = 0; i < 16; i += 4) store<u32>(t + i, load<u32>(a + (((load<u32>(s + i) as usize) & 3) << 2)));
      break;
    case OP_VPERMILPD:
      for (let i: usize = 0; i < 16; i += 8) store<u64>(t + i, load<u64>(a + (((load<u32>(s + i) as usize) & 2) << 2)));
      break;
    case OP_VPSLLVD:
    case OP_VPSRLVD:
    case OP_VPSRAVD:
      for (let i: usize = 0; i < 16; i += 4) store<u32>(t + i, Lane.shift<u32>(op, load<u32>(a + i), load<u32>(s + i)));
      break;
    default:
      for (let i: usize = 0; i < 16; i += 8) store<u64>(t + i, Lane.shift<u64>(op, load<u64>(a + i), load<u64>(s + i)));
  }
  return v128.load(t);
}

/** VPERMILPS, VPERMILPD by an immediate, which has a bit for each double but the same two for the singles of both halves. */
export function permute_in_halves(ip: usize, double: bool): bool {
  const s = Vex.source(ip, Vex.size(ip));
  if (!s) return false;
  const imm = load<u8>(ip, INSN_IMM) as u32;
  const low = double ? doubles(s, imm) : singles(s, imm);
  const high = !Vex.wide(ip) ? low : double ? doubles(s + 16, imm >> 2) : singles(s + 16, imm);
  return Ymm.put(ip, low, high);
}

function doubles(p: usize, imm: u32): v128 {
  return i64x2(load<i64>(p + ((imm & 1) << 3)), load<i64>(p + (((imm >> 1) & 1) << 3)));
}

function singles(p: usize, imm: u32): v128 {
  for (let i: u32 = 0; i < 4; i++) store<u32>(TABLE + i * 4, load<u32>(p + (((imm >> (2 * i)) & 3) << 2)));
  return v128.load(TABLE);
}

/** VPERMD, VPERMPS: any dword of the source for each index in vvvv. */
export function permute_dwords(ip: usize): bool {
  const s = Vex.source(ip, 32);
  if (!s) return false;
  const indices = Ymm.vvvv(ip);
  for (let i: usize = 0; i < 32; i += 4) {
    store<u32>(TABLE + i, load<u32>(s + (((load<u32>(indices + i) as usize) & 7) << 2)));
  }
  return Ymm.put(ip, v128.load(TABLE), v128.load(TABLE, 16));
}

/** VPERMQ, VPERMPD: any quadword of the source for each two bits of the immediate. */
export function permute_quads(ip: usize): bool {
  const s = Vex.source(ip, 32);
  if (!s) return false;
  const imm = load<u8>(ip, INSN_IMM) as usize;
  for (let i: usize = 0; i < 4; i++) store<u64>(TABLE + i * 8, load<u64>(s + (((imm >> (2 * i)) & 3) << 3)));
  return Ymm.put(ip, v128.load(TABLE), v128.load(TABLE, 16));
}

/** VPERM2F128, VPERM2I128: one of four halves, or zeros, for each nibble of the immediate. */
export function permute_halves(ip: usize): bool {
  const s = Vex.source(ip, 32);
  if (!s) return false;
  const a = Ymm.vvvv(ip);
  const imm = load<u8>(ip, INSN_IMM) as u32;
  return Ymm.put(ip, nibble_half(a, s, imm), nibble_half(a, s, imm >> 4));
}

function nibble_half(a: usize, s: usize, nibble: u32): v128 {
  if (nibble & 8) return i64x2.splat(0);
  return v128.load((nibble & 2 ? s : a) + ((nibble & 1) << 4));
}

/** VBLENDVPS, VBLENDVPD, VPBLENDVB: the mask register stands in the immediate. */
export function blend_by_register(op: u32, ip: usize): bool {
  const s = Vex.source(ip, Vex.size(ip));
  if (!s) return false;
  const twin = op == OP_VBLENDVPS ? OP_BLENDVPS : op == OP_VBLENDVPD ? OP_BLENDVPD : OP_PBLENDVB;
  const a = Ymm.vvvv(ip);
  const mask = Ymm.at(((load<u8>(ip, INSN_IMM) as usize) >> 4) << 3);
  const low = Blend.of(twin, v128.load(a), v128.load(s), v128.load(mask), 0);
  const high = Vex.wide(ip) ? Blend.of(twin, v128.load(a, 16), v128.load(s, 16), v128.load(mask, 16), 0) : low;
  return Ymm.put(ip, low, high);
}
