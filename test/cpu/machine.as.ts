// CPU and memory management of the kernel without tasks and system calls, for tests and benchmarks of instructions.
import { code_invalidate } from '../../kernel/cpu/code_page.ts';
import { flags_get, flags_set } from '../../kernel/cpu/flags.ts';
import { cpu_run } from '../../kernel/cpu/run.ts';
import { fxrstor, fxsave } from '../../kernel/cpu/x87/save.ts';
import { mm_fault } from '../../kernel/mm/fault.ts';
import { mm_activate, mm_boot, mm_current, mm_new } from '../../kernel/mm/mm.ts';
import { mm_mmap } from '../../kernel/mm/mmap.ts';

export { code_invalidate, cpu_run, flags_get, flags_set };

const MAP_PRIVATE_FIXED_ANONYMOUS: i32 = 0x32;
const FX: usize = memory.data(512, 16);

export function boot(): void {
  mm_boot();
  mm_activate(mm_new());
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

/** Where fx_load and fx_save find and leave the FXSAVE image. */
export function fx_image(): usize {
  return FX;
}

export function fx_load(): bool {
  return fxrstor(FX);
}

export function fx_save(): void {
  fxsave(FX);
}
