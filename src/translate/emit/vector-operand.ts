// Operands of SSE instructions: the low half of a vector register, in its local, or memory.
import { type Insn, inMemory } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import * as S from '../wasm/simd.ts';

/** Gives the instruction to the interpreter: for what is rare and would be much code. */
export function giveUp(region: RegionWriter, insn: Insn): void {
  region.markSide();
  region.leaveBefore(insn);
}

/** Pushes the host pointer of 16 bytes that must be aligned; the interpreter raises #GP where they are not. */
export function alignedPointer(region: RegionWriter, insn: Insn, write: boolean): void {
  const { code } = region;
  region.effectiveAddress(insn);
  code.tee(region.t64);
  code.op(W.I32_WRAP_I64);
  code.i32(15);
  code.op(W.I32_AND);
  code.openUnlikely();
  giveUp(region, insn);
  code.end();
  region.operand(insn, 16, write);
}

/** Pushes the source as a vector; in memory it must be aligned. */
export function vectorSource(region: RegionWriter, insn: Insn): void {
  if (!inMemory(insn)) return region.vectors.get(insn.src);
  alignedPointer(region, insn, false);
  region.simdMemory(S.V128_LOAD);
}
