// The register stack and the status word: TOP, tags, condition codes, and how collected exceptions take effect.
// Invariant: an instruction computes into scratch, then asks settle(); only when that allows is the stack changed.
// Intel SDM volume 1, 8.1 and 8.5-8.7.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_FCW, CPU_FSW, CPU_FTOP, CPU_FTW, CPU_ST } from '../../../abi/cpu.ts';
import { C1, DE, F80, IE, masked, Raised, setIndefinite, SF, ZE } from './float80.ts';

const CONDITION_BITS: u32 = 0x4700;
/** ES and B: an unmasked exception is pending. */
const PENDING: u32 = 0x8080;
/** Exceptions found before anything is computed: unmasked, they suppress the result. */
const BEFORE: u32 = IE | DE | ZE;

@unmanaged
export class Fpu {
  @inline static top(): u32 {
    return load<u8>(CPU_BASE + CPU_FTOP) as u32;
  }
  @inline static setTop(top: u32): void {
    store<u8>(CPU_BASE + CPU_FTOP, (top & 7) as u8);
  }
  /** Pointer of ST(i). */
  @inline static st(i: u32): usize {
    return CPU_BASE + CPU_ST + (((Fpu.top() + i) & 7) << 4);
  }
  @inline static isEmpty(i: u32): bool {
    return ((load<u8>(CPU_BASE + CPU_FTW) >> (((Fpu.top() + i) & 7) as u8)) & 1) == 0;
  }
}

export function markValid(i: u32): void {
  const bit: u32 = 1 << ((Fpu.top() + i) & 7);
  store<u8>(CPU_BASE + CPU_FTW, ((load<u8>(CPU_BASE + CPU_FTW) as u32) | bit) as u8);
}

export function markEmpty(i: u32): void {
  const bit: u32 = 1 << ((Fpu.top() + i) & 7);
  store<u8>(CPU_BASE + CPU_FTW, ((load<u8>(CPU_BASE + CPU_FTW) as u32) & ~bit) as u8);
}

export function pop(): void {
  markEmpty(0);
  Fpu.setTop(Fpu.top() + 1);
}

/** Stores value as the new ST(0). */
export function push(value: usize): void {
  Fpu.setTop(Fpu.top() - 1);
  markValid(0);
  F80.copy(Fpu.st(0), value);
}

/** The status word with TOP in its place. */
export function statusWord(): u32 {
  return ((load<u16>(CPU_BASE + CPU_FSW) as u32) & ~0x3800) | (Fpu.top() << 11);
}

export function setStatusWord(value: u32): void {
  Fpu.setTop(value >> 11);
  store<u16>(CPU_BASE + CPU_FSW, (value & ~0x3800) as u16);
  updatePending();
}

/** ES and B follow from flags and masks, whoever changed them. */
export function updatePending(): void {
  const status = load<u16>(CPU_BASE + CPU_FSW) as u32;
  const pending = (status & ~masked() & 0x3f) != 0;
  store<u16>(CPU_BASE + CPU_FSW, (pending ? status | PENDING : status & ~PENDING) as u16);
}

export function isPending(): bool {
  return ((load<u16>(CPU_BASE + CPU_FSW) as u32) & 0x80) != 0;
}

/** Replaces the condition bits C0..C3. */
export function setConditions(bits: u32): void {
  const status = (load<u16>(CPU_BASE + CPU_FSW) as u32) & ~CONDITION_BITS;
  store<u16>(CPU_BASE + CPU_FSW, (status | bits) as u16);
}

export function clearC1(): void {
  store<u16>(CPU_BASE + CPU_FSW, load<u16>(CPU_BASE + CPU_FSW) & ~(C1 as u16));
}

/** Enters the collected exceptions into the status word. False: an unmasked one forbids the result. */
export function settle(): bool {
  let raised = Raised.get();
  if (raised & ~masked() & BEFORE) raised &= raised & SF ? BEFORE | SF | C1 : BEFORE;
  const status = (load<u16>(CPU_BASE + CPU_FSW) as u32) & ~C1;
  store<u16>(CPU_BASE + CPU_FSW, (status | raised) as u16);
  const unmasked = raised & ~masked() & 0x3f;
  if (unmasked == 0) return true;
  updatePending();
  return (unmasked & BEFORE) == 0;
}

/** True when an exception that arises while a memory operand is stored (overflow, underflow too) is unmasked: it stands alone. */
export function storeForbidden(): bool {
  const raised = Raised.get();
  if (!(raised & ~masked() & 0x1f)) return false;
  if (!(raised & SF)) {
    Raised.clear();
    Raised.add(raised & 0x1f);
  }
  return true;
}

/** Raises a stack underflow, which leaves no room for other exceptions; dst gets the masked response. */
export function underflow(dst: usize): void {
  Raised.clear();
  Raised.add(IE | SF);
  setIndefinite(dst);
}

/** Raises a stack overflow; dst gets the masked response. */
export function overflow(dst: usize): void {
  Raised.add(IE | SF | C1);
  setIndefinite(dst);
}

export function fpuReset(): void {
  store<u16>(CPU_BASE + CPU_FCW, 0x37f);
  store<u16>(CPU_BASE + CPU_FSW, 0);
  store<u8>(CPU_BASE + CPU_FTW, 0);
  Fpu.setTop(0);
}
