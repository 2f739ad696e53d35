// Bit instructions: BT BTS BTR BTC, BSF BSR, POPCNT TZCNT LZCNT, BSWAP MOVBE, CRC32 (SDM volume 2).
import { INSN_OP } from '../../abi/insn.ts';
import {
  OP_BSF_RR16,
  OP_BSR_RR16,
  OP_CRC32_RR8,
  OP_LZCNT_RR16,
  OP_POPCNT_RR16,
  OP_TZCNT_RR16,
} from '../../isa/ops.gen.ts';
import { Ea, ea_beyond } from './ea.ts';
import { CF, Flags, flags_arithmetic, Parity, ZF } from './flags.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Sx, Zx } from './operand.ts';

export const BT = 0;
export const BTS = 1;
export const BTR = 2;
export const BTC = 3;

/** CF becomes the bit, the rest is kept; returns the operand with the bit as `what` leaves it. */
function bit_of(what: i32, a: u64, n: u64): u64 {
  Flags.explicit((flags_arithmetic() & ~CF) | ((a >> n) & 1));
  const mask = (1 as u64) << n;
  switch (what) {
    case BTS:
      return a | mask;
    case BTR:
      return a & ~mask;
    case BTC:
      return a ^ mask;
    default:
      return a;
  }
}

function bit_register<T>(ip: usize, what: i32, n: i64): bool {
  const d = Insn.dst(ip);
  const r = bit_of(what, Reg.zx<T>(d), n & (sizeof<T>() * 8 - 1));
  if (what != BT) Reg.put<T>(d, r);
  return true;
}

/** A bit number in a register reaches beyond the operand: the memory operand is a bit string. */
function bit_memory<T>(ip: usize, what: i32, n: i64): bool {
  const va = ea_beyond(ip, (n >> (sizeof<T>() == 8 ? 6 : sizeof<T>() == 4 ? 5 : 4)) * sizeof<T>());
  const p = what == BT ? Mem.r(va, sizeof<T>() as u32) : Mem.w(va, sizeof<T>() as u32);
  if (!p) return false;
  const r = bit_of(what, Zx.load<T>(p), n & (sizeof<T>() * 8 - 1));
  if (what == BT) return true;
  Zx.store<T>(p, r);
  Mem.commit(p);
  return true;
}

/** BT BTS BTR BTC with a register: by form (RR MR), then size. */
export function bit_register_exec(ip: usize, what: i32, first: u32): bool {
  const k = (load<u16>(ip, INSN_OP) as u32) - first;
  const s = Insn.src(ip);
  switch (k) {
    case 0:
      return bit_register<u16>(ip, what, Reg.sx<u16>(s));
    case 1:
      return bit_register<u32>(ip, what, Reg.sx<u32>(s));
    case 2:
      return bit_register<u64>(ip, what, Reg.sx<u64>(s));
    case 3:
      return bit_memory<u16>(ip, what, Reg.sx<u16>(s));
    case 4:
      return bit_memory<u32>(ip, what, Reg.sx<u32>(s));
    default:
      return bit_memory<u64>(ip, what, Reg.sx<u64>(s));
  }
}

/** BT BTS BTR BTC with an immediate: by form (RI MI), then size. The number wraps within the operand. */
export function bit_immediate_exec(ip: usize, what: i32, first: u32): bool {
  const k = (load<u16>(ip, INSN_OP) as u32) - first;
  const n = Insn.imm(ip);
  switch (k) {
    case 0:
      return bit_register<u16>(ip, what, n);
    case 1:
      return bit_register<u32>(ip, what, n);
    case 2:
      return bit_register<u64>(ip, what, n);
    case 3:
      return bit_memory<u16>(ip, what, n & 15);
    case 4:
      return bit_memory<u32>(ip, what, n & 31);
    default:
      return bit_memory<u64>(ip, what, n & 63);
  }
}

function scan<T>(what: i32, d: usize, a: u64): void {
  const bits = (sizeof<T>() * 8) as u64;
  let r: u64;
  switch (what) {
    case OP_BSF_RR16:
    case OP_BSR_RR16:
      // A zero source leaves the destination alone. PF follows the index, the flags besides ZF are cleared.
      r = a ? (what == OP_BSF_RR16 ? ctz<u64>(a) : 63 - clz<u64>(a)) : 0;
      Flags.explicit((a ? 0 : ZF) | (Parity.of(r) << 2));
      if (a) Reg.put<T>(d, r);
      return;
    case OP_POPCNT_RR16:
      Flags.explicit(a ? 0 : ZF);
      Reg.put<T>(d, popcnt<u64>(a));
      return;
    case OP_TZCNT_RR16:
      r = a ? ctz<u64>(a) : bits;
      break;
    default:
      r = clz<u64>(a) - (64 - bits);
  }
  Flags.explicit((a ? 0 : CF) | (r ? 0 : ZF));
  Reg.put<T>(d, r);
}

function scan_operand<T>(ip: usize, what: i32, memory: bool): bool {
  if (!memory) {
    scan<T>(what, Insn.dst(ip), Reg.zx<T>(Insn.src(ip)));
    return true;
  }
  const p = Mem.r(Ea.of(ip), sizeof<T>() as u32);
  if (!p) return false;
  scan<T>(what, Insn.dst(ip), Zx.load<T>(p));
  return true;
}

/** BSF BSR POPCNT TZCNT LZCNT, named by their first number: by form (RR RM), then size. */
export function scan_exec(ip: usize, what: i32): bool {
  const k = (load<u16>(ip, INSN_OP) as i32) - what;
  switch (k % 3) {
    case 0:
      return scan_operand<u16>(ip, what, k >= 3);
    case 1:
      return scan_operand<u32>(ip, what, k >= 3);
    default:
      return scan_operand<u64>(ip, what, k >= 3);
  }
}

/** CRC32C of the polynomial 0x11EDC6F41, bit-reflected, as CRC32 defines it. */
function crc32c(crc: u32, v: u64, bytes: u32): u32 {
  for (let i: u32 = 0; i < bytes; i++) {
    crc ^= (v as u32) & 0xff;
    v >>= 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82f63b78 & (0 - (crc & 1)));
  }
  return crc;
}

/** CRC32: by form (RR RM), then size of the source. */
export function crc32_exec(ip: usize): bool {
  const k = (load<u16>(ip, INSN_OP) as u32) - OP_CRC32_RR8;
  const bytes = 1 << (k & 3);
  let v: u64;
  if (k & 4) {
    const p = Mem.r(Ea.of(ip), bytes);
    if (!p) return false;
    v = bytes == 1 ? load<u8>(p) : bytes == 2 ? load<u16>(p) : bytes == 4 ? load<u32>(p) : load<u64>(p);
  } else v = load<u64>(Reg.at(Insn.src(ip)));
  const d = Insn.dst(ip);
  Reg.put<u64>(d, crc32c(Reg.zx<u32>(d) as u32, v, bytes) as u64);
  return true;
}

@unmanaged
export class Swap {
  @inline static of<T>(v: u64): i64 {
    if (sizeof<T>() == 2) return bswap<u16>(v as u16) as i64;
    if (sizeof<T>() == 4) return bswap<u32>(v as u32) as i64;
    return bswap<u64>(v);
  }

  @inline static register<T>(ip: usize): bool {
    const d = Insn.dst(ip);
    Reg.put<T>(d, Swap.of<T>(Reg.zx<T>(d)));
    return true;
  }

  /** MOVBE from memory. */
  @inline static load<T>(ip: usize): bool {
    const p = Mem.r(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    Reg.put<T>(Insn.dst(ip), Swap.of<T>(Zx.load<T>(p)));
    return true;
  }

  /** MOVBE to memory. */
  @inline static store<T>(ip: usize): bool {
    const p = Mem.w(Ea.of(ip), sizeof<T>() as u32);
    if (!p) return false;
    Zx.store<T>(p, Swap.of<T>(Reg.zx<T>(Insn.src(ip))));
    Mem.commit(p);
    return true;
  }
}
