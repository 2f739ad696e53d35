// MMX registers: the mantissas of the x87 registers (SDM volume 1, 9.2 and 9.6).
// Invariant: whatever writes or reads one first calls Mmx.enter, which turns the x87 stack into eight valid registers with top 0.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_FSW, CPU_FTOP, CPU_FTW, CPU_ST } from '../../../abi/cpu.ts';
import { INSN_DST, INSN_SRC } from '../../../abi/insn.ts';
import { raise, SIGFPE } from '../fault.ts';

const ST_BASE: usize = CPU_BASE + CPU_ST;
/** FSW: an unmasked x87 exception is pending. */
const FSW_ES: u32 = 0x80;
const ALL_VALID: u8 = 0xff;

@unmanaged
export class Mmx {
  @inline static dst(ip: usize): usize {
    return ST_BASE + (load<u8>(ip, INSN_DST) as usize) * 2;
  }
  @inline static src(ip: usize): usize {
    return ST_BASE + (load<u8>(ip, INSN_SRC) as usize) * 2;
  }
  /** Sets the quadword of a register; sign and exponent become ones. */
  @inline static put(register: usize, value: u64): void {
    store<u64>(register, value);
    store<u16>(register, 0xffff, 8);
  }
}

/** Start of every MMX instruction; false when a pending x87 exception is due first. */
export function mmx_ready(): bool {
  return load<u16>(CPU_BASE + CPU_FSW) & FSW_ES ? raise_mf() : true;
}

/** Enters MMX mode; called once nothing of the instruction can fault any more. */
export function mmx_enter(): void {
  store<u8>(CPU_BASE + CPU_FTOP, 0);
  store<u8>(CPU_BASE + CPU_FTW, ALL_VALID);
}

/** #MF with the si_code of the pending exception. */
function raise_mf(): bool {
  return raise(SIGFPE, 0, 0);
}
