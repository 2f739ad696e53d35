// Floating-point state between the CPU context and the FXSAVE image that signal frames hold (SDM volume 1, 10.5).
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
  CPU_YMM,
} from '../../abi/cpu.ts';
import {
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
  FX_XMM,
} from '../../abi/linux/sigframe.ts';

const MXCSR_MASK: u32 = 0xffff;

/** Writes FX_SIZE bytes at p. */
export function fxstate_save(p: usize): void {
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
export function fxstate_restore(p: usize): void {
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

/** A handler starts with a clean x87 and default MXCSR, as after FNINIT. */
export function fxstate_init(): void {
  store<u16>(CPU_BASE, 0x37f, CPU_FCW);
  store<u16>(CPU_BASE, 0, CPU_FSW);
  store<u8>(CPU_BASE, 0, CPU_FTOP);
  store<u8>(CPU_BASE, 0, CPU_FTW);
  store<u32>(CPU_BASE, 0x1f80, CPU_MXCSR);
}

/** Physical x87 register of number n modulo 8. */
function st(n: u32): usize {
  return (CPU_BASE as usize) + CPU_ST + ((n & 7) as usize) * 16;
}

function xmm(n: u32): usize {
  return (CPU_BASE as usize) + CPU_YMM + (n as usize) * 32;
}
