// The x86-64 psABI level of the CPU that programs see: what CPUID says and what raises #UD. Set once, before anything is decoded.
import { TRANSLATE_BASE } from '../../abi/box.ts';
import { TRANSLATE_CPU_WITHHELD } from '../../abi/translate.ts';

const WITHHELD: usize = TRANSLATE_BASE + TRANSLATE_CPU_WITHHELD;
const HIGHEST: u32 = 3;

/** 1, 2 or 3. */
export function cpu_level(): u32 {
  return HIGHEST - load<u32>(WITHHELD);
}

/** level: 1, 2 or 3; anything else means the highest. */
export function cpu_set_level(level: u32): void {
  store<u32>(WITHHELD, level - 1 < HIGHEST ? HIGHEST - level : 0);
}
