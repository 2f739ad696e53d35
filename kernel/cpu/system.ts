// What user mode may ask of the system: time stamp, entropy, segment registers and bases, state images (SDM volume 2).
import { GPR_RAX, GPR_RCX, GPR_RDX } from '../../abi/cpu.ts';
import { clock_monotonic } from '../lib/clock.ts';
import { random_bytes } from '../lib/random.ts';
import { load_segment, selector_of } from './descriptor.ts';
import { Ea } from './ea.ts';
import { raise_gp } from './fault.ts';
import { CF, Flags } from './flags.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Zx } from './operand.ts';
import { readRange, writeRange } from './range.ts';
import { Canonical } from './transfer.ts';
import { FXSAVE_SIZE, fxrstor, fxsave } from './x87/save.ts';

const SCRATCH = memory.data(8, 8);
const IMAGE = memory.data(512, 16);

/** The counter runs at 1 GHz, as CPUID leaf 0x15 says: it is the monotonic clock. */
export function rdtsc(): bool {
  const now = clock_monotonic();
  Reg.put<u64>(GPR_RAX, now & 0xffffffff);
  Reg.put<u64>(GPR_RDX, now >> 32);
  return true;
}

export function rdtscp(): bool {
  Reg.put<u64>(GPR_RCX, 0);
  return rdtsc();
}

/** RDRAND and RDSEED always succeed. */
export function rdrand<T>(ip: usize): bool {
  random_bytes(SCRATCH, 8);
  Reg.put<T>(Insn.dst(ip), load<i64>(SCRATCH));
  Flags.explicit(CF);
  return true;
}

export function read_segment<T>(ip: usize): bool {
  Reg.put<T>(Insn.dst(ip), selector_of(Insn.src(ip)));
  return true;
}

export function store_segment(ip: usize): bool {
  const p = Mem.w(Ea.of(ip), 2);
  if (!p) return false;
  store<u16>(p, selector_of(Insn.src(ip)) as u16);
  Mem.commit(p);
  return true;
}

export function load_segment_memory(ip: usize): bool {
  const p = Mem.r(Ea.of(ip), 2);
  return p ? load_segment(Insn.dst(ip), load<u16>(p) as u32) : false;
}

/** An address that is not canonical comes first, as #SS or #GP. */
function misaligned(va: u64): bool {
  return (va & 15) != 0 && !Canonical.not(va);
}

export function fxsave_exec(ip: usize): bool {
  const va = Ea.of(ip);
  if (misaligned(va)) return raise_gp();
  // Bytes 464.. are the program's own: they are kept.
  if (!readRange(IMAGE, va, FXSAVE_SIZE)) return false;
  fxsave(IMAGE);
  return writeRange(va, IMAGE, FXSAVE_SIZE);
}

export function fxrstor_exec(ip: usize): bool {
  const va = Ea.of(ip);
  if (misaligned(va)) return raise_gp();
  if (!readRange(IMAGE, va, FXSAVE_SIZE)) return false;
  return fxrstor(IMAGE) ? true : raise_gp();
}

/** CLFLUSH has no effect but that of a byte load. */
export function clflush(ip: usize): bool {
  return Mem.r(Ea.of(ip), 1) != 0;
}

/** XLAT: AL = [rBX + AL]. */
export function xlat(va: u64): bool {
  const p = Mem.r(va, 1);
  if (!p) return false;
  Reg.put<u8>(GPR_RAX, Zx.load<u8>(p));
  return true;
}
