// What user mode may ask of the system: time stamp, entropy, segment registers and bases, state images (SDM volume 2).
// The descriptor tables are Linux's: cs 0x33, ss 0x2b, the others null; UMIP is on, so SGDT and its like raise #GP.
import { CPU_BASE } from '../../abi/box.ts';
import { GPR_RAX, GPR_RCX, GPR_RDX, REG_FS_BASE, REG_GS_BASE } from '../../abi/cpu.ts';
import { INSN_OP } from '../../abi/insn.ts';
import { clock_monotonic } from '../lib/clock.ts';
import { random_bytes } from '../lib/random.ts';
import { Ea } from './ea.ts';
import { raise_gp } from './fault.ts';
import { CF, Flags, flags_arithmetic, ZF } from './flags.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Zx } from './operand.ts';
import { readRange, writeRange } from './range.ts';
import { FXSAVE_SIZE, fxrstor, fxsave } from './x87/save.ts';

const SELECTOR_CS: u32 = 0x33;
const SELECTOR_SS: u32 = 0x2b;
// Numbers of segment registers, times 8 as the decoder gives them.
const CS: usize = 8;
const SS: usize = 16;
const FS: usize = 32;
const GS: usize = 40;

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

function selector(segment: usize): u32 {
  return segment == CS ? SELECTOR_CS : segment == SS ? SELECTOR_SS : 0;
}

export function read_segment<T>(ip: usize): bool {
  Reg.put<T>(Insn.dst(ip), selector(Insn.src(ip)));
  return true;
}

export function store_segment(ip: usize): bool {
  const p = Mem.w(Ea.of(ip), 2);
  if (!p) return false;
  store<u16>(p, selector(Insn.src(ip)) as u16);
  Mem.commit(p);
  return true;
}

export function load_segment_memory(ip: usize): bool {
  const p = Mem.r(Ea.of(ip), 2);
  return p ? load_segment(Insn.dst(ip), load<u16>(p) as u32) : false;
}

/** Loading FS or GS with a null selector clears its base. */
export function load_segment(segment: usize, value: u32): bool {
  if (segment == SS ? value != SELECTOR_SS : value > 3 && value != SELECTOR_SS) return raise_gp();
  if (segment == FS) store<u64>(CPU_BASE + REG_FS_BASE, 0);
  if (segment == GS) store<u64>(CPU_BASE + REG_GS_BASE, 0);
  return true;
}

/** LAR LSL VERR VERW: no selector is told anything about, as for an invalid one. */
export function invisible_selector(): bool {
  Flags.explicit(flags_arithmetic() & ~ZF);
  return true;
}

export function fxsave_exec(ip: usize): bool {
  const va = Ea.of(ip);
  if (va & 15) return raise_gp();
  // Bytes 464.. are the program's own: they are kept.
  if (!readRange(IMAGE, va, FXSAVE_SIZE)) return false;
  fxsave(IMAGE);
  return writeRange(va, IMAGE, FXSAVE_SIZE);
}

export function fxrstor_exec(ip: usize): bool {
  const va = Ea.of(ip);
  if (va & 15) return raise_gp();
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
