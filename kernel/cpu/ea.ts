// Effective address of a decoded instruction's memory operand (SDM volume 1, 3.7.5).
// Invariant: the run loop has replaced base and index of an INSN_EA_SLOW operand (what the four fields cannot say) by the
// slot REG_EA, which the OP_PREPARE_EA record before it fills, so one formula serves all.
import { CPU_BASE } from '../../abi/box.ts';
import { REG_EA, REG_FS_BASE, REG_GS_BASE } from '../../abi/cpu.ts';
import {
  EA_FAR,
  EA_FS,
  EA_GS,
  EA_MOFFS,
  EA_SCALE,
  INSN_ADDR32,
  INSN_BASE,
  INSN_DISP,
  INSN_FLAGS,
  INSN_IMM,
  INSN_INDEX,
  INSN_SCALE,
  INSN_SIZE,
} from '../../abi/insn.ts';

@unmanaged
export class Ea {
  @inline static of(ip: usize): u64 {
    return (
      load<u64>(load<u8>(ip, INSN_BASE) as usize, CPU_BASE) +
      (load<u64>(load<u8>(ip, INSN_INDEX) as usize, CPU_BASE) << (load<u8>(ip, INSN_SCALE) as u64)) +
      (load<i32>(ip, INSN_DISP) as i64 as u64)
    );
  }
}

/** Effective address moved by some bytes; with 32-bit addresses the sum wraps before the segment base is added. */
export function ea_beyond(ip: usize, bytes: i64): u64 {
  const va = Ea.of(ip) + bytes;
  if (!(load<u8>(ip, INSN_FLAGS) & INSN_ADDR32)) return va;
  // The record before ip still has the operand as it was decoded.
  const segment = segment_base(load<u8>(ip - INSN_SIZE, INSN_SCALE) as u32);
  return ((va - segment) & 0xffffffff) + segment;
}

function segment_base(how: u32): u64 {
  if (how & EA_FS) return load<u64>(CPU_BASE + REG_FS_BASE);
  return how & EA_GS ? load<u64>(CPU_BASE + REG_GS_BASE) : 0;
}

/** Computes the INSN_EA_SLOW operand of the record ip into REG_EA. */
export function ea_prepare(ip: usize): void {
  const how = load<u8>(ip, INSN_SCALE) as u32;
  let va: u64;
  if (how & EA_MOFFS) va = load<u64>(ip, INSN_IMM);
  else {
    va =
      load<u64>(load<u8>(ip, INSN_BASE) as usize, CPU_BASE) +
      (load<u64>(load<u8>(ip, INSN_INDEX) as usize, CPU_BASE) << ((how & EA_SCALE) as u64)) +
      (load<i32>(ip, INSN_DISP) as i64 as u64);
    if (how & EA_FAR) va += 0x100000000;
  }
  if (load<u8>(ip, INSN_FLAGS) & INSN_ADDR32) va &= 0xffffffff;
  store<u64>(CPU_BASE + REG_EA, va + segment_base(how));
}
