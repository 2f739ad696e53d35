// XSAVE and its relatives: state images by component, x87, SSE and AVX (SDM volume 1, chapter 13). XCR0 is 7: all three, always.
//   0  the FXSAVE image      512  XSTATE_BV u64, XCOMP_BV u64, 48 bytes zero      576  upper halves of ymm0..15
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_FCW, CPU_FOP, CPU_FTW, CPU_MXCSR, CPU_YMM, GPR_RAX, GPR_RCX, GPR_RDX } from '../../abi/cpu.ts';
import { Ea } from './ea.ts';
import { raise_gp } from './fault.ts';
import { Reg } from './operand.ts';
import { readRange, writeRange } from './range.ts';
import { Canonical } from './transfer.ts';
import { fxrstor, fxsave } from './x87/save.ts';
import { statusWord } from './x87/stack.ts';

export const XSAVE_SIZE: u32 = 832;
export const XSTATE_BV: usize = 512;
const XCOMP_BV: usize = 520;
const RESERVED: usize = 528;
const HEADER_END: u32 = 576;
const UPPER: usize = 576;

export const X87: u32 = 1;
export const SSE: u32 = 2;
export const AVX: u32 = 4;
const XCR0: u32 = 7;
/** Of XCOMP_BV: components lie one behind the other. Ours do so in either form. */
const COMPACTED: u64 = 0x8000000000000000;

const MXCSR_INIT: u32 = 0x1f80;
const FCW_INIT: u16 = 0x37f;

const IMAGE: usize = memory.data(832, 16);
const FX: usize = memory.data(512, 16);

export function xgetbv(): bool {
  const index = load<u32>(CPU_BASE + GPR_RCX);
  if (index > 1) return raise_gp();
  Reg.put<u64>(GPR_RAX, index ? xstate_in_use() : XCR0);
  Reg.put<u64>(GPR_RDX, 0);
  return true;
}

/** Components that are not as after a reset. A CPU may remember that FNINIT ran and call x87 in use; we look at the values. */
export function xstate_in_use(): u32 {
  return (x87_in_use() ? X87 : 0) | (any_set(0) ? SSE : 0) | (any_set(16) ? AVX : 0);
}

function x87_in_use(): bool {
  return (
    load<u16>(CPU_BASE + CPU_FCW) != FCW_INIT ||
    statusWord() != 0 ||
    load<u8>(CPU_BASE + CPU_FTW) != 0 ||
    load<u16>(CPU_BASE + CPU_FOP) != 0
  );
}

/** Is any bit set in the halves at `offset` of the vector registers? */
function any_set(offset: usize): bool {
  let all = i64x2.splat(0);
  for (let n: usize = 0; n < 512; n += 32) all = v128.or(all, v128.load(n + offset, CPU_BASE + CPU_YMM));
  return v128.any_true(all);
}

/** Components asked for in EDX:EAX. */
function requested(): u32 {
  return load<u32>(CPU_BASE + GPR_RAX) & XCR0;
}

/** XSAVE, and XSAVEOPT, which leaves out what is in its initial state. */
export function xsave_exec(ip: usize, optimised: bool): bool {
  const va = Ea.of(ip);
  if ((va & 63) != 0 && !Canonical.not(va)) return raise_gp();
  const mask = requested();
  const size = mask & AVX ? XSAVE_SIZE : HEADER_END;
  if (!readRange(IMAGE, va, size)) return false;
  const used = xstate_in_use() & mask;
  fill_image(optimised ? used : mask, (mask & (SSE | AVX)) != 0);
  store<u64>(IMAGE, (load<u64>(IMAGE, XSTATE_BV) & ~(mask as u64)) | used, XSTATE_BV);
  return writeRange(va, IMAGE, size);
}

/** XSAVEC: only what is in use, and MXCSR counts as SSE. */
export function xsavec_exec(ip: usize): bool {
  const va = Ea.of(ip);
  if ((va & 63) != 0 && !Canonical.not(va)) return raise_gp();
  const mask = requested();
  let used = xstate_in_use() & mask;
  if (mask & SSE && load<u32>(CPU_BASE + CPU_MXCSR) != MXCSR_INIT) used |= SSE;
  const size = mask & AVX ? XSAVE_SIZE : HEADER_END;
  if (!readRange(IMAGE, va, size)) return false;
  fill_image(used, (used & SSE) != 0);
  store<u64>(IMAGE, used, XSTATE_BV);
  store<u64>(IMAGE, COMPACTED | mask, XCOMP_BV);
  return writeRange(va, IMAGE, size);
}

/** Copies components of the CPU into IMAGE. */
function fill_image(components: u32, withMxcsr: bool): void {
  fxsave(FX);
  copy_legacy(IMAGE, FX, components, withMxcsr);
  if (components & AVX) upper_save(IMAGE + UPPER);
}

function copy_legacy(to: usize, from: usize, components: u32, withMxcsr: bool): void {
  if (components & X87) {
    memory.copy(to, from, 24);
    memory.copy(to + 32, from + 32, 128);
  }
  if (withMxcsr) store<u64>(to, load<u64>(from, 24), 24);
  if (components & SSE) memory.copy(to + 160, from + 160, 256);
}

/** Where the upper half of vector register n is. */
function upper_half(n: usize): usize {
  return n * 32 + (CPU_BASE + CPU_YMM + 16);
}

/** Writes the upper halves of the vector registers, 256 bytes. */
export function upper_save(p: usize): void {
  for (let n: usize = 0; n < 16; n++) memory.copy(p + n * 16, upper_half(n), 16);
}

export function upper_restore(p: usize): void {
  for (let n: usize = 0; n < 16; n++) memory.copy(upper_half(n), p + n * 16, 16);
}

export function upper_clear(): void {
  for (let n: usize = 0; n < 16; n++) memory.fill(upper_half(n), 0, 16);
}

/** XRSTOR: requested components are loaded where XSTATE_BV has them, else become initial. */
export function xrstor_exec(ip: usize): bool {
  const va = Ea.of(ip);
  if ((va & 63) != 0 && !Canonical.not(va)) return raise_gp();
  if (!readRange(IMAGE, va, HEADER_END)) return false;
  if (!is_valid_header()) return raise_gp();
  const mask = requested();
  const present = load<u32>(IMAGE, XSTATE_BV);
  const compacted = load<u64>(IMAGE, XCOMP_BV) != 0;
  if (mask & present & AVX && !readRange(IMAGE + UPPER, va + UPPER, XSAVE_SIZE - HEADER_END)) return false;
  fxsave(FX);
  if (mask & ~present & X87) initial_x87();
  if (mask & ~present & SSE) memory.fill(FX + 160, 0, 256);
  copy_legacy(FX, IMAGE, mask & present, takes_mxcsr(mask, present, compacted));
  if (compacted && mask & ~present & SSE) store<u32>(FX, MXCSR_INIT, 24);
  if (!fxrstor(FX)) return raise_gp();
  if (mask & present & AVX) upper_restore(IMAGE + UPPER);
  else if (mask & AVX) upper_clear();
  return true;
}

/** In the standard form MXCSR comes with SSE or AVX whether they are present or not. */
function takes_mxcsr(mask: u32, present: u32, compacted: bool): bool {
  return compacted ? (mask & present & SSE) != 0 : (mask & (SSE | AVX)) != 0;
}

function initial_x87(): void {
  memory.fill(FX, 0, 24);
  memory.fill(FX + 32, 0, 128);
  store<u16>(FX, FCW_INIT);
}

function is_valid_header(): bool {
  const present = load<u64>(IMAGE, XSTATE_BV);
  const layout = load<u64>(IMAGE, XCOMP_BV);
  const known = layout & COMPACTED ? layout & ~COMPACTED : (XCR0 as u64);
  if (layout && !(layout & COMPACTED)) return false;
  if (known & ~(XCR0 as u64) || present & ~known) return false;
  const end: usize = layout & COMPACTED ? (HEADER_END as usize) : RESERVED + 8;
  for (let at = RESERVED; at < end; at += 8) if (load<u64>(IMAGE + at)) return false;
  return true;
}
