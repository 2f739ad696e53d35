// What translated code calls: memory that the software TLB does not know, instructions without an emitter, flags.
// Invariant: when one of these says "leave", the task's state in memory is that of an instruction boundary. Whatever may have
// changed the code under a region (a new code epoch) makes it leave, for its next instruction may be another one.
import { CPU_BASE, TRANSLATE_BASE } from '../../abi/box.ts';
import { ACCESS_WRITE, CPU_EXIT, CPU_FLAG_OP, CPU_RIP, EXIT_FAULT, EXIT_NONE, REG_RIP_PAGE } from '../../abi/cpu.ts';
import { INSN_EA_SLOW, INSN_FLAGS, INSN_LEN, INSN_OFF, INSN_SIZE } from '../../abi/insn.ts';
import {
  EXTENT_PRESENT,
  REGION_FLAGS_ADC,
  REGION_FLAGS_ADD,
  REGION_FLAGS_COUNT_SHIFT,
  REGION_FLAGS_DEC,
  REGION_FLAGS_IMUL,
  REGION_FLAGS_INC,
  REGION_FLAGS_LOGIC,
  REGION_FLAGS_ORDER,
  REGION_FLAGS_PRODUCT,
  REGION_FLAGS_SAR,
  REGION_FLAGS_SBB,
  REGION_FLAGS_SHL,
  REGION_FLAGS_SHR,
  REGION_FLAGS_SIZE_SHIFT,
  REGION_FLAGS_SUB,
  STANDS_DOUBLE,
  STANDS_KIND,
  STANDS_SCALAR,
  TRANSLATE_SIDE,
} from '../../abi/translate.ts';
import { Jump } from './code_lookup.ts';
import { cond } from './cond.ts';
import { ea_prepare } from './ea.ts';
import { insn_exec } from './exec.ts';
import { fault_complete } from './fault.ts';
import {
  CF,
  FLAGS_ADC,
  FLAGS_ADD,
  FLAGS_DEC0,
  FLAGS_INC0,
  FLAGS_LOGIC,
  FLAGS_SBB,
  FLAGS_SHIFT,
  FLAGS_SUB,
  Flags,
  flags_arithmetic,
  OF,
} from './flags.ts';
import { BOUNCE, Mem } from './mem.ts';
import { Product } from './muldiv.ts';
import { extent_fill, extent_present } from '../mm/extent.ts';
import { lanes_stand } from './sse/float_fast.ts';

/** Fills the cell with the extent of va. An operand on two pages to be stored to is the interpreter's, which commits it. */
export function wbx_extent(va: u64, n: u32, access: u32, cell: usize): usize {
  const epoch = Jump.epoch();
  const write = (access & ACCESS_WRITE) != 0;
  if (access & EXTENT_PRESENT && !extent_present(va, write)) return 0;
  const p = write ? Mem.w(va, n) : Mem.r(va, n);
  if (!p || (write && p == BOUNCE) || epoch != Jump.epoch()) return leave();
  if (p != BOUNCE) extent_fill(cell, va, write);
  return p;
}

/** The interpreter runs the instruction again, to fault as it does; the end of a slice or a page on its way stand. */
function leave(): usize {
  if (load<u32>(CPU_BASE + CPU_EXIT) == EXIT_FAULT) store<u32>(CPU_BASE + CPU_EXIT, EXIT_NONE);
  store<u32>(TRANSLATE_BASE + TRANSLATE_SIDE, 1);
  return 0;
}

export function wbx_exec(ip: usize): u32 {
  region_flags();
  const epoch = Jump.epoch();
  const rip = load<u64>(CPU_BASE + REG_RIP_PAGE) + load<u16>(ip, INSN_OFF);
  store<u64>(CPU_BASE + CPU_RIP, rip);
  // What OP_PREPARE_EA does in the run loop: its record is kept before this one.
  if (load<u8>(ip, INSN_FLAGS) & INSN_EA_SLOW) ea_prepare(ip - INSN_SIZE);
  if (!insn_exec(ip)) {
    if (load<u32>(CPU_BASE + CPU_EXIT) == EXIT_FAULT) fault_complete(ip, rip);
    return 1;
  }
  if (epoch == Jump.epoch()) return 0;
  store<u64>(CPU_BASE + CPU_RIP, rip + load<u8>(ip, INSN_LEN));
  store<u32>(TRANSLATE_BASE + TRANSLATE_SIDE, 1);
  return 2;
}

/** Is r what the CPU makes of a and b, without anything new in MXCSR? `what`: STANDS_* of abi/translate.ts. */
export function wbx_stands(what: u32, a: v128, b: v128, r: v128): u32 {
  const kind = what & STANDS_KIND;
  const scalar = (what & STANDS_SCALAR) != 0;
  const good = what & STANDS_DOUBLE ? lanes_stand<f64>(kind, a, b, r, scalar) : lanes_stand<f32>(kind, a, b, r, scalar);
  return good ? 1 : 0;
}

export function wbx_condition(cc: u32): u32 {
  region_flags();
  return cond(cc) ? 1 : 0;
}

/** CF and OF of a rotation; the other flags stay. An overflow below 0 stays, too. */
export function wbx_rotated(carry: u32, overflow: i32): void {
  region_flags();
  const flags = flags_arithmetic();
  const o: u64 = overflow < 0 ? flags & OF : (overflow as u64) << 11;
  Flags.explicit((flags & ~(CF | OF)) | (carry as u64) | o);
}

/** Makes the kernel's form of flags that a region stored (abi/translate.ts). */
export function region_flags(): void {
  const kind = load<u32>(CPU_BASE + CPU_FLAG_OP);
  if (kind < 1 << REGION_FLAGS_SIZE_SHIFT) return;
  const a = Flags.a();
  const b = Flags.b();
  const r = Flags.r();
  const size = (kind >> REGION_FLAGS_SIZE_SHIFT) & 0xff;
  const n = ((kind >> REGION_FLAGS_COUNT_SHIFT) & 0xff) as i64;
  const up = (64 - size) as i64;
  const sa = (a << up) >> up;
  const sb = (b << up) >> up;
  const sr = (r << up) >> up;
  switch (kind & ((1 << REGION_FLAGS_SIZE_SHIFT) - 1)) {
    case REGION_FLAGS_LOGIC:
      Flags.set(FLAGS_LOGIC, 0, 0, sr);
      return;
    case REGION_FLAGS_ADD:
      Flags.set(FLAGS_ADD, sa, sb, ((sa + sb) << up) >> up);
      return;
    case REGION_FLAGS_SUB:
      Flags.set(FLAGS_SUB, sa, sb, ((sa - sb) << up) >> up);
      return;
    case REGION_FLAGS_INC:
      Flags.set(FLAGS_INC0 + (b as u32), sa, 1, ((sa + 1) << up) >> up);
      return;
    case REGION_FLAGS_DEC:
      Flags.set(FLAGS_DEC0 + (b as u32), sa, 1, ((sa - 1) << up) >> up);
      return;
    case REGION_FLAGS_ADC:
      Flags.set(n ? FLAGS_ADC : FLAGS_ADD, sa, sb, sr);
      return;
    case REGION_FLAGS_SBB:
      Flags.set(n ? FLAGS_SBB : FLAGS_SUB, sa, sb, sr);
      return;
    case REGION_FLAGS_PRODUCT:
      Product.flags(a != 0, sr);
      return;
    case REGION_FLAGS_ORDER:
      Flags.explicit(r as u64);
      return;
    case REGION_FLAGS_IMUL:
      if (size == 64) Product.signed<u64>(sa, sb);
      else if (size == 32) Product.signed<u32>(sa, sb);
      else Product.signed<u16>(sa, sb);
      return;
    default:
      shift_flags(kind, size, n, sa);
  }
}

/** SHL, SHR, SAR of a sign-extended value by a count that is not 0. */
function shift_flags(kind: u32, size: u32, n: i64, a: i64): void {
  const up = (64 - size) as i64;
  const bits = size as i64;
  switch (kind & ((1 << REGION_FLAGS_SIZE_SHIFT) - 1)) {
    case REGION_FLAGS_SHL: {
      const out = n > bits ? 0 : (a as u64) >> ((bits - n) as u64);
      Flags.set(FLAGS_SHIFT, out, ((a ^ (a << 1)) as u64) >> ((bits - 1) as u64), ((a << n) << up) >> up);
      return;
    }
    case REGION_FLAGS_SHR: {
      const z = ((a as u64) << (up as u64)) >> (up as u64);
      Flags.set(
        FLAGS_SHIFT,
        z >> ((n - 1) as u64),
        (a as u64) >> 63,
        (((z >> (n as u64)) << (up as u64)) as i64) >> up,
      );
      return;
    }
    case REGION_FLAGS_SAR:
      Flags.set(FLAGS_SHIFT, a >> (n - 1), 0, a >> n);
  }
}
