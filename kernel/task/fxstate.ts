// Floating-point state between the CPU context and signal frames: an FXSAVE image, behind it, on a CPU with AVX, what XSAVE adds
// (SDM volume 1, 10.5 and 13.4; arch/x86/kernel/fpu/signal.c).
import { CPU_BASE } from '../../abi/box.ts';
import {
  CPU_FCW,
  CPU_FDP,
  CPU_FIP,
  CPU_FOP,
  CPU_FSW,
  CPU_FTOP,
  CPU_FTW,
  CPU_MXCSR,
  CPU_ST,
  CPU_CONTEXT_SIZE,
  CPU_YMM,
} from '../../abi/cpu.ts';
import {
  FP_XSTATE_MAGIC1,
  FP_XSTATE_MAGIC2,
  FX_FCW,
  FX_FDP,
  FX_FIP,
  FX_FOP,
  FX_FSW,
  FX_FTW,
  FX_MXCSR,
  FX_MXCSR_MASK,
  FX_SIZE,
  FX_ST,
  FX_SW_EXTENDED_SIZE,
  FX_SW_MAGIC1,
  FX_SW_XFEATURES,
  FX_SW_XSTATE_SIZE,
  FX_XMM,
  XSTATE_BV,
  XSTATE_FRAME_SIZE,
  XSTATE_SIZE,
  XSTATE_YMM,
} from '../../abi/linux/sigframe.ts';
import { cpu_level } from '../cpu/level.ts';
import { AVX, SSE, upper_clear, upper_restore, upper_save, X87, xstate_in_use } from '../cpu/xsave.ts';

const MXCSR_MASK: u32 = 0xffff;
const MXCSR_INIT: u32 = 0x1f80;
const FCW_INIT: u16 = 0x37f;

/** Has the CPU more state than FXSAVE saves? */
export function has_xstate(): bool {
  return cpu_level() >= 3;
}

/** Bytes of a signal frame that hold the floating-point state. */
export function fpstate_size(): u32 {
  return has_xstate() ? XSTATE_FRAME_SIZE : FX_SIZE;
}

/** Writes fpstate_size() bytes at p. */
export function fpstate_save(p: usize): void {
  fxstate_save(p);
  if (!has_xstate()) return;
  memory.fill(p + FX_SIZE, 0, XSTATE_FRAME_SIZE - FX_SIZE);
  store<u32>(p, FP_XSTATE_MAGIC1, FX_SW_MAGIC1);
  store<u32>(p, XSTATE_FRAME_SIZE, FX_SW_EXTENDED_SIZE);
  store<u64>(p, X87 | SSE | AVX, FX_SW_XFEATURES);
  store<u32>(p, XSTATE_SIZE, FX_SW_XSTATE_SIZE);
  // Handlers that know nothing of XSAVE change the FXSAVE part: it always counts.
  store<u64>(p, X87 | SSE | (xstate_in_use() & AVX), XSTATE_BV);
  upper_save(p + XSTATE_YMM);
  store<u32>(p, FP_XSTATE_MAGIC2, XSTATE_SIZE);
}

/** Does the frame at p, of which the FXSAVE part is there, say that an XSAVE image of our size follows? */
export function claims_xstate(p: usize): bool {
  return (
    has_xstate() &&
    load<u32>(p, FX_SW_MAGIC1) == FP_XSTATE_MAGIC1 &&
    load<u32>(p, FX_SW_XSTATE_SIZE) == XSTATE_SIZE &&
    load<i32>(p, FX_SW_EXTENDED_SIZE) >= XSTATE_SIZE
  );
}

/** Takes over what lies at p: an XSAVE image if `extended` and it is complete, else an FXSAVE image and no AVX state. */
export function fpstate_restore(p: usize, extended: bool): void {
  const whole = extended && load<u32>(p, XSTATE_SIZE) == FP_XSTATE_MAGIC2;
  const features = whole ? load<u32>(p, XSTATE_BV) & load<u32>(p, FX_SW_XFEATURES) : X87 | SSE;
  if ((features & (X87 | SSE)) != (X87 | SSE)) initial_parts(p, features);
  fxstate_restore(p);
  if (features & AVX) upper_restore(p + XSTATE_YMM);
  else upper_clear();
}

/** Puts initial state where the image has no x87 or SSE state. */
function initial_parts(p: usize, features: u32): void {
  if (!(features & X87)) {
    memory.fill(p, 0, FX_MXCSR);
    memory.fill(p + FX_ST, 0, FX_XMM - FX_ST);
    store<u16>(p, FCW_INIT, FX_FCW);
  }
  if (!(features & SSE)) memory.fill(p + FX_XMM, 0, 256);
}

/** Writes FX_SIZE bytes at p. */
function fxstate_save(p: usize): void {
  memory.fill(p, 0, FX_SIZE);
  const top = load<u8>(CPU_BASE, CPU_FTOP) as u32;
  store<u16>(p, load<u16>(CPU_BASE, CPU_FCW), FX_FCW);
  store<u16>(p, ((load<u16>(CPU_BASE, CPU_FSW) as u32) & ~0x3800) | (top << 11), FX_FSW);
  store<u8>(p, load<u8>(CPU_BASE, CPU_FTW), FX_FTW);
  store<u16>(p, load<u16>(CPU_BASE, CPU_FOP), FX_FOP);
  store<u64>(p, load<u64>(CPU_BASE, CPU_FIP), FX_FIP);
  store<u64>(p, load<u64>(CPU_BASE, CPU_FDP), FX_FDP);
  store<u32>(p, load<u32>(CPU_BASE, CPU_MXCSR), FX_MXCSR);
  store<u32>(p, MXCSR_MASK, FX_MXCSR_MASK);
  for (let i: u32 = 0; i < 8; i++) memory.copy(p + FX_ST + i * 16, st(top + i), 16);
  for (let i: u32 = 0; i < 16; i++) memory.copy(p + FX_XMM + i * 16, xmm(i), 16);
}

/** Takes FX_SIZE bytes at p over; bits of MXCSR that do not exist are dropped. */
function fxstate_restore(p: usize): void {
  const fsw = load<u16>(p, FX_FSW) as u32;
  const top = (fsw >> 11) & 7;
  store<u16>(CPU_BASE, load<u16>(p, FX_FCW), CPU_FCW);
  store<u16>(CPU_BASE, fsw & ~0x3800, CPU_FSW);
  store<u8>(CPU_BASE, top, CPU_FTOP);
  store<u8>(CPU_BASE, load<u8>(p, FX_FTW), CPU_FTW);
  store<u16>(CPU_BASE, load<u16>(p, FX_FOP), CPU_FOP);
  store<u64>(CPU_BASE, load<u64>(p, FX_FIP), CPU_FIP);
  store<u64>(CPU_BASE, load<u64>(p, FX_FDP), CPU_FDP);
  store<u32>(CPU_BASE, load<u32>(p, FX_MXCSR) & MXCSR_MASK, CPU_MXCSR);
  for (let i: u32 = 0; i < 8; i++) {
    memory.copy(st(top + i), p + FX_ST + i * 16, 10);
    store<u32>(st(top + i), 0, 12);
    store<u16>(st(top + i), 0, 10);
  }
  for (let i: u32 = 0; i < 16; i++) memory.copy(xmm(i), p + FX_XMM + i * 16, 16);
}

/** A handler starts with the state of a new program. */
export function fpstate_init(): void {
  memory.fill(CPU_BASE + CPU_FCW, 0, CPU_CONTEXT_SIZE - CPU_FCW);
  store<u16>(CPU_BASE, FCW_INIT, CPU_FCW);
  store<u32>(CPU_BASE, MXCSR_INIT, CPU_MXCSR);
}

/** Physical x87 register of number n modulo 8. */
function st(n: u32): usize {
  return (CPU_BASE as usize) + CPU_ST + ((n & 7) as usize) * 16;
}

function xmm(n: u32): usize {
  return (CPU_BASE as usize) + CPU_YMM + (n as usize) * 32;
}
