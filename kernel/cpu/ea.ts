// Effective address of a decoded instruction's memory operand.
// Invariant: the run loop has replaced base and index of an INSN_EA_SLOW operand (segment besides base and index, 32-bit
// address size) by the slot CPU_EA that a preceding internal instruction filled, so one formula serves all.
import { CPU_BASE } from '../../abi/box.ts';
import { INSN_BASE, INSN_DISP, INSN_INDEX, INSN_SCALE } from '../../abi/insn.ts';

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
