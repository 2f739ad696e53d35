// MXCSR: rounding, denormals and the sticky exception flags of SSE arithmetic (SDM volume 1, 10.2.3 and 11.5).
// Invariant: a handler that leaves the fast path calls Mxcsr.begin, computes all lanes (each adds its flags with Mxcsr.raise)
// and writes its destination only when settle() returned true.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_MXCSR } from '../../../abi/cpu.ts';
import { Ea } from '../ea.ts';
import { raise, raise_gp, SIGFPE } from '../fault.ts';
import { Mem } from '../mem.ts';

export const IE: u32 = 1;
export const DE: u32 = 2;
export const ZE: u32 = 4;
export const OE: u32 = 8;
export const UE: u32 = 16;
export const PE: u32 = 32;

export const RC_NEAREST: u32 = 0;
export const RC_DOWN: u32 = 1;
export const RC_UP: u32 = 2;
export const RC_ZERO: u32 = 3;

const DAZ: u32 = 0x40;
const FTZ: u32 = 0x8000;
const MASK_SHIFT: u32 = 7;
const RC_SHIFT: u32 = 13;
const ALL_FLAGS: u32 = 0x3f;
/** Found out from the operands, before anything is computed: when one of them is unmasked the others are not looked at. */
const BEFORE_COMPUTATION: u32 = IE | DE | ZE;
const RESERVED: u32 = 0xffff0000;

const FPE_FLTDIV: u32 = 3;
const FPE_FLTOVF: u32 = 4;
const FPE_FLTUND: u32 = 5;
const FPE_FLTRES: u32 = 6;
const FPE_FLTINV: u32 = 7;

/** u32: flags of the instruction being computed. */
const PENDING: usize = memory.data(4, 4);
/** u32: 1 while the halves of one instruction are computed: their flags add up and are settled by release(). */
const HELD: usize = memory.data(4, 4);

@unmanaged
export class Mxcsr {
  @inline static get(): u32 {
    return load<u32>(CPU_BASE + CPU_MXCSR);
  }
  /** Round to nearest, everything masked, denormals honoured: what the host's arithmetic does. */
  @inline static plain(): bool {
    return (Mxcsr.get() & 0xffc0) == 0x1f80;
  }
  /** plain, and PE is already set, so that inexactness need not be found out. */
  @inline static plainInexact(): bool {
    return (Mxcsr.get() & 0xffe0) == 0x1fa0;
  }
  @inline static has(flag: u32): bool {
    return (Mxcsr.get() & flag) != 0;
  }
  @inline static masked(flag: u32): bool {
    return (Mxcsr.get() & (flag << MASK_SHIFT)) != 0;
  }
  @inline static rounding(): u32 {
    return (Mxcsr.get() >> RC_SHIFT) & 3;
  }
  @inline static denormalsAreZero(): bool {
    return (Mxcsr.get() & DAZ) != 0;
  }
  @inline static flushToZero(): bool {
    return (Mxcsr.get() & FTZ) != 0;
  }

  @inline static begin(): void {
    if (!load<u32>(HELD)) store<u32>(PENDING, 0);
  }
  @inline static hold(): void {
    store<u32>(PENDING, 0);
    store<u32>(HELD, 1);
  }
  /** Ends hold; false = #XM. */
  @inline static release(): bool {
    store<u32>(HELD, 0);
    return load<u32>(PENDING) ? settle() : true;
  }
  @inline static raise(flags: u32): void {
    store<u32>(PENDING, load<u32>(PENDING) | flags);
  }
}

/** Makes the pending flags sticky; false when one of them is unmasked, then #XM is raised. */
export function settle(): bool {
  if (load<u32>(HELD)) return true;
  const mxcsr = Mxcsr.get();
  const unmasked = ~(mxcsr >> MASK_SHIFT) & ALL_FLAGS;
  let flags = load<u32>(PENDING);
  if (flags & unmasked & BEFORE_COMPUTATION) flags &= BEFORE_COMPUTATION;
  store<u32>(CPU_BASE + CPU_MXCSR, mxcsr | flags);
  return flags & unmasked ? raise_xm((mxcsr | flags) & unmasked) : true;
}

/** #XM with the si_code that Linux derives from the unmasked flags (fpu__exception_code). */
function raise_xm(flags: u32): bool {
  let code = FPE_FLTRES;
  if (flags & IE) code = FPE_FLTINV;
  else if (flags & ZE) code = FPE_FLTDIV;
  else if (flags & OE) code = FPE_FLTOVF;
  else if (flags & (UE | DE)) code = FPE_FLTUND;
  return raise(SIGFPE, code, 0);
}

export function ldmxcsr(ip: usize): bool {
  const p = Mem.r(Ea.of(ip), 4);
  if (!p) return false;
  const value = load<u32>(p);
  if (value & RESERVED) return raise_gp();
  store<u32>(CPU_BASE + CPU_MXCSR, value);
  return true;
}

export function stmxcsr(ip: usize): bool {
  const p = Mem.w(Ea.of(ip), 4);
  if (!p) return false;
  store<u32>(p, Mxcsr.get());
  Mem.commit(p);
  return true;
}
