// What the translator knows of an operation: how to emit it, and which registers and flags it touches.
// Invariant: an emitter computes every host pointer it needs, which may leave the region, before it changes any local.
import * as OPS from '../../../isa/ops.gen.ts';
import { type Insn, inMemory } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';

export type Emitter = (region: RegionWriter, insn: Insn) => void;

/** Flags an operation touches; a full write makes earlier ones irrelevant. */
export type FlagUse = 'none' | 'write' | 'read' | 'read-write';

export interface Row {
  emit: Emitter;
  /** Masks of general registers that are read and written, those of the address left out. */
  reads(insn: Insn): number;
  writes(insn: Insn): number;
  flags: FlagUse;
  /** It touches memory beyond its r/m operand or may fault otherwise, so it can leave the region. */
  stack: boolean;
  /** The r/m operand is only an address. */
  addressOnly: boolean;
  /** The emitter leaves the flags out: where they are needed the interpreter's handler runs instead. */
  handlerForFlags: boolean;
  /** The emitter asks what MXCSR allows. */
  mxcsr: boolean;
}

export const TABLE = new Map<number, Row>();

export interface RowOptions {
  /** Operand size in bits: writes of 8 and 16 bits keep the rest of the register. */
  size?: number;
  /**
   * Letters: d s = dst, src are read; D = dst is written; S = src is written; vector registers: v = dst is read, V = dst is
   * written, W = src is read. Only where the r/m operand is a register: g G = src, dst; u w = vector dst, src. x y
   * = the register, or vector register, of VEX.vvvv is read. */
  uses: string;
  flags?: FlagUse;
  /** Masks of implied registers. */
  reads?: number;
  writes?: number;
  stack?: boolean;
  addressOnly?: boolean;
  handlerForFlags?: boolean;
  mxcsr?: boolean;
}

export const bit = (register: number): number => 1 << (register >> 3);
export const vectorBit = (register: number): number => 1 << (16 + (register >> 3));

/** Numbers of the operation of this name: none when the table of instructions has no such form. */
export function number(name: string): number | undefined {
  return (OPS as Record<string, number>)[`OP_${name}`];
}

/** Adds an operation by name; forms that do not exist are passed over. */
export function define(name: string, options: RowOptions, emit: Emitter): void {
  const op = number(name);
  if (op === undefined) return;
  const { size = 64, uses, flags = 'none', stack = false, addressOnly = false } = options;
  const { handlerForFlags = false, mxcsr = false } = options;
  const partial = size < 32;
  const reads = (insn: Insn) => {
    let mask = options.reads ?? 0;
    if (uses.includes('d') || (partial && uses.includes('D'))) mask |= bit(insn.dst);
    if (uses.includes('s') || (partial && uses.includes('S'))) mask |= bit(insn.src);
    if (uses.includes('v')) mask |= vectorBit(insn.dst);
    if (uses.includes('W')) mask |= vectorBit(insn.src);
    if (uses.includes('x')) mask |= bit(insn.aux);
    if (uses.includes('y')) mask |= vectorBit(insn.aux);
    if (inMemory(insn)) return mask;
    if (uses.includes('g')) mask |= bit(insn.src);
    if (uses.includes('u')) mask |= vectorBit(insn.dst);
    if (uses.includes('w')) mask |= vectorBit(insn.src);
    return mask;
  };
  const writes = (insn: Insn) => {
    let mask = options.writes ?? 0;
    if (uses.includes('D')) mask |= bit(insn.dst);
    if (uses.includes('S')) mask |= bit(insn.src);
    if (uses.includes('V')) mask |= vectorBit(insn.dst);
    if (uses.includes('G') && !inMemory(insn)) mask |= bit(insn.dst);
    return mask;
  };
  TABLE.set(op, { emit, reads, writes, flags, stack, addressOnly, handlerForFlags, mxcsr });
}

/** General registers of the memory operand. */
export function addressRegisters(insn: Insn): number {
  if (!inMemory(insn)) return 0;
  return (insn.base < 128 ? bit(insn.base) : 0) | (insn.index < 128 ? bit(insn.index) : 0);
}
