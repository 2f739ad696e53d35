// Segments as a 64-bit program sees Linux's descriptor tables (arch/x86/kernel/cpu/common.c gdt_page; SDM volume 3, 3.4.5):
// 0x23 32-bit code, 0x2b data, 0x33 64-bit code, 0x7b the processor's number. CS is 0x33 and SS 0x2b; the others start null.
// UMIP is on: Linux answers SGDT SIDT SLDT STR SMSW with fixed values (arch/x86/kernel/umip.c).
import { CPU_BASE } from '../../abi/box.ts';
import { CPU_EXIT, CPU_SELECTORS, EXIT_FAULT, REG_FS_BASE, REG_GS_BASE } from '../../abi/cpu.ts';
import { INSN_FLAGS, INSN_MEM } from '../../abi/insn.ts';
import { Ea } from './ea.ts';
import { raise, raise_gp, SIGSEGV } from './fault.ts';
import { Flags, flags_arithmetic, ZF } from './flags.ts';
import { Mem } from './mem.ts';
import { Insn, Reg, Zx } from './operand.ts';
import { writeRange } from './range.ts';
import { Canonical } from './transfer.ts';

export const SELECTOR_CS: u32 = 0x33;
export const SELECTOR_SS: u32 = 0x2b;
// Numbers of segment registers, times 8 as the decoder gives them.
const CS: usize = 8;
export const SS: usize = 16;
export const FS: usize = 32;
export const GS: usize = 40;

const SEGV_MAPERR: u32 = 1;
// Access rights as LAR gives them: 32-bit code, data, 64-bit code, read-only data.
const RIGHTS_CODE32: u32 = 0xcffb00;
const RIGHTS_DATA: u32 = 0xcff300;
const RIGHTS_CODE64: u32 = 0xaffb00;
const RIGHTS_CPU: u32 = 0x40f500;
const NO_OPERAND: u32 = 0xffffffff;
// What Linux's emulation of the UMIP instructions shows.
export const DUMMY_GDT: u64 = 0xfffffffffffe0000;
export const DUMMY_IDT: u64 = 0xffffffffffff0000;
export const DUMMY_TSS: u64 = 0x40;
export const DUMMY_CR0: u64 = 0x80050033;
const DUMMY = memory.data(16, 8);

/** Access rights of the segment a selector names, 0 = none that user mode may know of. */
function rights(selector: u32): u32 {
  switch (selector & 0xfffc) {
    case 0x20:
      return RIGHTS_CODE32;
    case 0x28:
      return RIGHTS_DATA;
    case 0x30:
      return RIGHTS_CODE64;
    case 0x78:
      return RIGHTS_CPU;
    default:
      return 0;
  }
}

export function selector_of(segment: usize): u32 {
  if (segment == CS) return SELECTOR_CS;
  return segment == SS ? SELECTOR_SS : (load<u16>(segment >> 2, CPU_BASE + CPU_SELECTORS) as u32);
}

/** MOV and POP to a segment register. Loading FS or GS clears its base. */
export function load_segment(segment: usize, value: u32): bool {
  if (segment == SS) return value == SELECTOR_SS ? true : raise_gp();
  if (value > 3 && !rights(value)) return raise_gp();
  store<u16>(segment >> 2, value as u16, CPU_BASE + CPU_SELECTORS);
  if (segment == FS) store<u64>(CPU_BASE + REG_FS_BASE, 0);
  if (segment == GS) store<u64>(CPU_BASE + REG_GS_BASE, 0);
  return true;
}

/** Rights of the segment that register `reg` or the memory operand names; NO_OPERAND = its memory faults. */
function named(ip: usize, reg: usize): u32 {
  if (!(load<u8>(ip, INSN_FLAGS) & INSN_MEM)) return rights(Reg.zx<u16>(reg) as u32);
  const p = Mem.r(Ea.of(ip), 2);
  return p ? rights(load<u16>(p) as u32) : NO_OPERAND;
}

function zero_flag(set: bool): bool {
  Flags.explicit((flags_arithmetic() & ~ZF) | (set ? ZF : 0));
  return true;
}

/** LAR: the access rights, when the segment is visible. */
export function access_rights<T>(ip: usize): bool {
  const known = named(ip, Insn.src(ip));
  if (known == NO_OPERAND) return false;
  if (known) Reg.put<T>(Insn.dst(ip), known);
  return zero_flag(known != 0);
}

/** LSL: the limit; that of the processor's segment holds its number, which is 0. */
export function segment_limit<T>(ip: usize): bool {
  const known = named(ip, Insn.src(ip));
  if (known == NO_OPERAND) return false;
  if (known) Reg.put<T>(Insn.dst(ip), known == RIGHTS_CPU ? 0 : 0xffffffff);
  return zero_flag(known != 0);
}

/** VERR, VERW: may the segment be read, written? */
export function verify(ip: usize, write: bool): bool {
  const known = named(ip, Insn.dst(ip));
  if (known == NO_OPERAND) return false;
  return zero_flag(write ? known == RIGHTS_DATA : known != 0);
}

/** SLDT STR SMSW to a register: Linux writes as many bytes as the operand has and keeps the others. */
export function dummy_register<T>(ip: usize, value: u64): bool {
  Zx.store<T>(Reg.at(Insn.dst(ip)), value);
  return true;
}

export function dummy_word(ip: usize, value: u64): bool {
  store<u64>(DUMMY, value);
  return store_dummy(Ea.of(ip), 2);
}

/** SGDT and SIDT: limit 0 and the base. */
export function dummy_table(ip: usize, base: u64): bool {
  store<u16>(DUMMY, 0);
  store<u64>(DUMMY + 2, base);
  return store_dummy(Ea.of(ip), 10);
}

/**
 * Whatever is wrong with the destination, Linux's emulation calls it unmapped at its start; all ones is no address to it. The
 * bytes before a page that cannot be written have been copied by then.
 */
function store_dummy(va: u64, n: u32): bool {
  if (va == u64.MAX_VALUE) return raise_gp();
  for (let i: u32 = 0; i < n; i++) {
    if (writeRange(va + i, DUMMY + i, 1)) continue;
    return load<u32>(CPU_BASE + CPU_EXIT) == EXIT_FAULT ? raise(SIGSEGV, SEGV_MAPERR, va) : false;
  }
  return true;
}

/** WRFSBASE and WRGSBASE. */
export function write_base(off: usize, va: u64): bool {
  if (Canonical.not(va)) return raise_gp();
  store<u64>(off, va, CPU_BASE);
  return true;
}
