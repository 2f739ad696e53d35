// CPU and memory management of the kernel without tasks and system calls, for tests and benchmarks of instructions.
import { CPU_BASE, HEAT_BASE, TRANSLATE_BASE } from '../../abi/box.ts';
import { CPU_YMM } from '../../abi/cpu.ts';
import { TRANSLATE_MM } from '../../abi/translate.ts';
import { INSN_OFF } from '../../abi/insn.ts';
import { Jump } from '../../kernel/cpu/code_lookup.ts';
import { code_invalidate } from '../../kernel/cpu/code_page.ts';
import { decode_insn } from '../../kernel/cpu/decode.ts';
import { flags_get, flags_set } from '../../kernel/cpu/flags.ts';
import { heat_warm } from '../../kernel/cpu/heat.ts';
import {
  wbx_code_page,
  wbx_free,
  wbx_region_drop,
  wbx_region_install,
  wbx_region_reap,
} from '../../kernel/cpu/region.ts';
import { cpu_set_level } from '../../kernel/cpu/level.ts';
import { cpu_run } from '../../kernel/cpu/run.ts';
import { wbx_condition, wbx_exec, wbx_extent, wbx_rotated, wbx_stands } from '../../kernel/cpu/translated.ts';
import { fxrstor, fxsave } from '../../kernel/cpu/x87/save.ts';
import { kmalloc } from '../../kernel/lib/slab.ts';
import { mm_fault } from '../../kernel/mm/fault.ts';
import { mm_activate, mm_boot, mm_current, mm_new } from '../../kernel/mm/mm.ts';
import { mm_mmap } from '../../kernel/mm/mmap.ts';

export {
  code_invalidate,
  cpu_run,
  cpu_set_level,
  flags_get,
  flags_set,
  wbx_code_page,
  wbx_condition,
  wbx_exec,
  wbx_extent,
  wbx_free,
  wbx_region_drop,
  wbx_region_install,
  wbx_region_reap,
  wbx_rotated,
  wbx_stands,
};

const MAP_PRIVATE_FIXED_ANONYMOUS: i32 = 0x32;
const FXSAVE_SIZE: usize = 512;
/** The FXSAVE image, then the upper halves of the ymm registers. */
const FX: usize = memory.data(768, 16);

/** Room for the bytes that are only decoded and for their record. */
export const CODE: usize = memory.data(4096, 16);
export const RECORD: usize = memory.data(32, 16);

export function decode(code: usize, avail: u32, offset: u32): u32 {
  store<u16>(RECORD, offset, INSN_OFF);
  return decode_insn(code, avail, RECORD);
}

export function boot(): void {
  mm_boot();
  mm_activate(mm_new());
  store<usize>(TRANSLATE_BASE + TRANSLATE_MM, changetype<usize>(mm_current()));
}

/** Maps zeroed pages; 0 = done. */
export function map(va: u64, length: u64, prot: i32): i64 {
  const at = mm_mmap(mm_current(), va, length, prot, MAP_PRIVATE_FIXED_ANONYMOUS, 0, 0);
  return at == (va as i64) ? 0 : at;
}

/** Pointer to the page of va, for which an access (ACCESS_*) is ensured; 0 = it faults. */
export function page(va: u64, access: u32): usize {
  return mm_fault(mm_current(), va, access);
}

/** Where fx_load and fx_save find and leave the registers. */
export function fx_image(): usize {
  return FX;
}

export function fx_load(): bool {
  for (let i: usize = 0; i < 16; i++) memory.copy(upper(i), FX + FXSAVE_SIZE + i * 16, 16);
  return fxrstor(FX);
}

export function fx_save(): void {
  fxsave(FX);
  for (let i: usize = 0; i < 16; i++) memory.copy(FX + FXSAVE_SIZE + i * 16, upper(i), 16);
}

function upper(i: usize): usize {
  return (CPU_BASE as usize) + CPU_YMM + i * 32 + 16;
}

export function wbx_alloc(length: u32): usize {
  return kmalloc(length);
}

/** Offers the code at va to the translator, as if it were reached often enough. */
export function heat(va: u64): void {
  const t = Jump.to(va);
  store<u16>(HEAT_BASE, u16.MAX_VALUE);
  if (t) heat_warm(t, HEAT_BASE as usize);
}
