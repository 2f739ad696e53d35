// SHL SHR SAR ROL ROR. A count of 0 after masking changes no flag.
import * as T from '../../../abi/translate.ts';
import { DYNAMIC, pendingFlags, type Rotation } from '../flags-state.ts';
import type { Insn } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import { define } from './row.ts';

const RCX = 8;

interface Shift {
  name: string;
  op32: number;
  op64: number;
  flags: number;
  signed: boolean;
}

const SHIFTS: Shift[] = [
  { name: 'SAR', op32: W.I32_SHR_S, op64: W.I64_SHR_S, flags: T.REGION_FLAGS_SAR, signed: true },
  { name: 'SHL', op32: W.I32_SHL, op64: W.I64_SHL, flags: T.REGION_FLAGS_SHL, signed: false },
  { name: 'SHR', op32: W.I32_SHR_U, op64: W.I64_SHR_U, flags: T.REGION_FLAGS_SHR, signed: false },
];

for (const shift of SHIFTS) {
  for (const size of [8, 16, 32, 64]) {
    define(`${shift.name}_RI${size}`, { size, uses: 'dD', flags: 'read-write' }, (region, insn) => {
      const count = countOf(insn, size);
      if (!count) return rewrite(region, insn, size);
      if (shift.signed) region.getSigned(insn.dst, size);
      else region.getUnsigned(insn.dst, size);
      byConstant(region, shift, size, count);
      region.setRegister(insn.dst, size);
    });
    define(`${shift.name}_MI${size}`, { size, uses: '', flags: 'read-write' }, (region, insn) => {
      const count = countOf(insn, size);
      region.operand(insn, size / 8, true);
      region.code.tee(region.pointer);
      region.load(size, shift.signed);
      if (count) byConstant(region, shift, size, count);
      const result = size === 64 ? region.t64 : region.t32;
      region.code.set(result);
      region.code.get(region.pointer);
      region.code.get(result);
      region.store(size);
    });
  }
  for (const size of [32, 64]) {
    define(`${shift.name}_RC${size}`, { size, uses: 'dD', reads: 2, flags: 'read-write' }, (region, insn) => {
      if (region.flagsNeeded) flagsByCount(region, shift, insn, size);
      region.getRaw(insn.dst, size);
      region.getRaw(RCX, size);
      region.code.op(size === 64 ? shift.op64 : shift.op32);
      region.setRegister(insn.dst, size);
    });
  }
}

function countOf(insn: Insn, size: number): number {
  return Number(insn.imm & (size === 64 ? 63n : 31n));
}

/** A shift by 0 still clears the upper half of a 32-bit register. */
function rewrite(region: RegionWriter, insn: Insn, size: number): void {
  region.getRaw(insn.dst, size);
  region.setRegister(insn.dst, size);
}

/** Shifts the value on the stack, extended as the shift wants it. */
function byConstant(region: RegionWriter, shift: Shift, size: number, count: number): void {
  const { code } = region;
  region.widen(size);
  code.set(region.a);
  code.get(region.a);
  if (size === 64) {
    code.i64(count);
    code.op(shift.op64);
  } else {
    code.op(W.I32_WRAP_I64);
    code.i32(count);
    code.op(shift.op32);
    code.op(W.I64_EXTEND_I32_U);
  }
  code.tee(region.r);
  if (size < 64) code.op(W.I32_WRAP_I64);
  region.flags = pendingFlags(shift.flags, size, count);
}

/** A count of 0 leaves the flags as they were: these are in memory then. */
function flagsByCount(region: RegionWriter, shift: Shift, insn: Insn, size: number): void {
  const { code } = region;
  region.storeFlags();
  region.getRaw(RCX, 32);
  code.i32(size === 64 ? 63 : 31);
  code.op(W.I32_AND);
  code.tee(region.u32);
  code.open(W.IF);
  code.i32(pendingFlags(shift.flags, size).kind!);
  code.get(region.u32);
  code.i32(T.REGION_FLAGS_COUNT_SHIFT);
  code.op(W.I32_SHL, W.I32_OR);
  code.set(region.kind);
  region.getRaw(insn.dst, size);
  region.widen(size);
  code.set(region.a);
  code.else();
  code.i32(T.REGION_FLAGS_STORED);
  code.set(region.kind);
  code.end();
  region.flags = DYNAMIC;
}

// Rotations set CF and OF and keep the other flags, which stay pending beneath.
for (const [name, op32, op64] of [
  ['ROL', W.I32_ROTL, W.I64_ROTL],
  ['ROR', W.I32_ROTR, W.I64_ROTR],
] as const) {
  for (const size of [32, 64]) {
    define(`${name}_RI${size}`, { size, uses: 'dD', flags: 'read-write' }, (region, insn) => {
      const count = countOf(insn, size);
      if (!count) return rewrite(region, insn, size);
      region.getRaw(insn.dst, size);
      region.immediate(insn, size);
      region.code.op(size === 64 ? op64 : op32);
      region.setRegister(insn.dst, size);
      if (region.flagsNeeded) rotationPending(region, insn, { left: name === 'ROL', size, count });
    });
    define(
      `${name}_RC${size}`,
      { size, uses: 'dD', reads: 2, flags: 'read-write', handlerForFlags: true },
      (region, insn) => {
        region.getRaw(insn.dst, size);
        region.getRaw(RCX, size);
        region.code.op(size === 64 ? op64 : op32);
        region.setRegister(insn.dst, size);
      },
    );
  }
}

/** By a count other than 1, OF stays, too: that of a rotation before it must be in memory then. */
function rotationPending(region: RegionWriter, insn: Insn, rotation: Rotation): void {
  if (region.flags.rotation?.count === 1 && rotation.count !== 1) region.storeFlags();
  region.code.get(region.register(insn.dst >> 3));
  region.code.set(region.rotated);
  region.flags = { kind: region.flags.kind, rotation };
}
