// Images of the unit in memory: FXSAVE/FXRSTOR (512 bytes, x87 and SSE) and the 28-byte environment of FNSTENV and FNSAVE.
// All pointers are host pointers. Intel SDM volume 1, 8.1.10 and 10.5; volume 2, FXSAVE (64-bit format with REX.W).
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_FCW, CPU_FDP, CPU_FIP, CPU_FOP, CPU_FTW, CPU_MXCSR, CPU_ST, CPU_YMM } from '../../../abi/cpu.ts';
import { F80, isInfinity, isNan, isUnsupported, isZero } from './float80.ts';
import { Fpu, setStatusWord, statusWord, updatePending } from './stack.ts';

export const FXSAVE_SIZE: u32 = 512;
export const ENVIRONMENT_SIZE: u32 = 28;
/** FNSAVE: the environment, then eight 10-byte registers. */
export const STATE_SIZE: u32 = 108;
/** Bits of MXCSR that may be set; FXSAVE reports them. */
export const MXCSR_MASK: u32 = 0xffff;

const REGISTERS: i32 = 8;
const XMM_REGISTERS: i32 = 16;
const RESERVED_HIGH: u32 = 0xffff0000;

export function fxsave(p: usize): void {
  store<u16>(p, load<u16>(CPU_BASE + CPU_FCW));
  store<u16>(p, statusWord() as u16, 2);
  store<u16>(p, load<u8>(CPU_BASE + CPU_FTW) as u16, 4);
  store<u16>(p, load<u16>(CPU_BASE + CPU_FOP), 6);
  store<u64>(p, load<u64>(CPU_BASE + CPU_FIP), 8);
  store<u64>(p, load<u64>(CPU_BASE + CPU_FDP), 16);
  store<u32>(p, load<u32>(CPU_BASE + CPU_MXCSR), 24);
  store<u32>(p, MXCSR_MASK, 28);
  for (let i = 0; i < REGISTERS; i++) {
    const st = Fpu.st(i);
    store<u64>(p + i * 16, load<u64>(st), 32);
    store<u64>(p + i * 16, load<u16>(st, 8) as u64, 40);
  }
  for (let i = 0; i < XMM_REGISTERS; i++) memory.copy(p + 160 + i * 16, CPU_BASE + CPU_YMM + i * 32, 16);
}

/** False when the image asks for reserved MXCSR bits (#GP); nothing is changed then. */
export function fxrstor(p: usize): bool {
  if ((load<u32>(p, 24) & ~MXCSR_MASK) != 0) return false;
  store<u16>(CPU_BASE + CPU_FCW, (load<u16>(p) & 0x1f7f) | 0x40);
  setStatusWord(load<u16>(p, 2) as u32);
  store<u8>(CPU_BASE + CPU_FTW, load<u8>(p, 4));
  store<u16>(CPU_BASE + CPU_FOP, load<u16>(p, 6) & 0x7ff);
  store<u64>(CPU_BASE + CPU_FIP, load<u64>(p, 8));
  store<u64>(CPU_BASE + CPU_FDP, load<u64>(p, 16));
  store<u32>(CPU_BASE + CPU_MXCSR, load<u32>(p, 24));
  for (let i = 0; i < REGISTERS; i++) {
    const st = Fpu.st(i);
    store<u64>(st, load<u64>(p + i * 16, 32));
    store<u64>(st, load<u16>(p + i * 16, 40) as u64, 8);
  }
  for (let i = 0; i < XMM_REGISTERS; i++) memory.copy(CPU_BASE + CPU_YMM + i * 32, p + 160 + i * 16, 16);
  return true;
}

// Two-bit tags of the environment format.
const TAG_VALID: u32 = 0;
const TAG_ZERO: u32 = 1;
const TAG_SPECIAL: u32 = 2;
const TAG_EMPTY: u32 = 3;

function tagOf(physical: i32): u32 {
  if (((load<u8>(CPU_BASE + CPU_FTW) >> (physical as u8)) & 1) == 0) return TAG_EMPTY;
  const p: usize = CPU_BASE + CPU_ST + physical * 16;
  if (isZero(p)) return TAG_ZERO;
  if (F80.exp(p) == 0 || isUnsupported(p) || isNan(p) || isInfinity(p)) return TAG_SPECIAL;
  return TAG_VALID;
}

export function environment_store(p: usize): void {
  let tags: u32 = 0;
  for (let i = 0; i < REGISTERS; i++) tags |= tagOf(i) << (2 * i);
  store<u32>(p, (load<u16>(CPU_BASE + CPU_FCW) as u32) | RESERVED_HIGH);
  store<u32>(p, statusWord() | RESERVED_HIGH, 4);
  store<u32>(p, tags | RESERVED_HIGH, 8);
  store<u32>(p, load<u64>(CPU_BASE + CPU_FIP) as u32, 12);
  store<u32>(p, (load<u16>(CPU_BASE + CPU_FOP) as u32) << 16, 16);
  store<u32>(p, load<u64>(CPU_BASE + CPU_FDP) as u32, 20);
  store<u32>(p, RESERVED_HIGH, 24);
}

export function environment_load(p: usize): void {
  store<u16>(CPU_BASE + CPU_FCW, (load<u16>(p) & 0x1f7f) | 0x40);
  const tags = load<u16>(p, 8) as u32;
  let valid: u32 = 0;
  for (let i = 0; i < REGISTERS; i++) {
    if (((tags >> (2 * i)) & 3) != TAG_EMPTY) valid |= 1 << i;
  }
  store<u8>(CPU_BASE + CPU_FTW, valid as u8);
  setStatusWord(load<u16>(p, 4) as u32);
  store<u64>(CPU_BASE + CPU_FIP, load<u32>(p, 12) as u64);
  store<u16>(CPU_BASE + CPU_FOP, load<u16>(p, 18) & 0x7ff);
  store<u64>(CPU_BASE + CPU_FDP, load<u32>(p, 20) as u64);
  updatePending();
}

/** The eight registers, ST(0) first, as FNSAVE lays them behind the environment. */
export function registers_store(p: usize): void {
  for (let i = 0; i < REGISTERS; i++) {
    const st = Fpu.st(i);
    store<u64>(p + i * 10, load<u64>(st));
    store<u16>(p + i * 10, load<u16>(st, 8), 8);
  }
}

export function registers_load(p: usize): void {
  for (let i = 0; i < REGISTERS; i++) {
    const st = Fpu.st(i);
    store<u64>(st, load<u64>(p + i * 10));
    store<u64>(st, load<u16>(p + i * 10, 8) as u64, 8);
  }
}
