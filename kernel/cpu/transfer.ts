// How a handler outside the run loop changes rip: it leaves the loop, whichever tier called it, and cpu_run goes on from there.
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_EXIT, CPU_TRANSFER_VA, EXIT_TRANSFER, REG_RIP_PAGE } from '../../abi/cpu.ts';
import { INSN_LEN, INSN_OFF } from '../../abi/insn.ts';

/** Ends the instruction: the next one is at va. Returns false, as what makes the run loop leave. */
export function transfer(va: u64): bool {
  store<u64>(CPU_BASE + CPU_TRANSFER_VA, va);
  store<u32>(CPU_BASE + CPU_EXIT, EXIT_TRANSFER);
  return false;
}

/** Address of the instruction behind ip. */
export function behind(ip: usize): u64 {
  return load<u64>(CPU_BASE + REG_RIP_PAGE) + ((load<u16>(ip, INSN_OFF) as u32) + (load<u8>(ip, INSN_LEN) as u32));
}

@unmanaged
export class Canonical {
  /** Is bit 47 not repeated in the bits above? Loading such an rip raises #GP. */
  @inline static not(va: u64): bool {
    return (va + 0x800000000000) >> 48 != 0;
  }
}
