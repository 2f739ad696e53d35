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

/** Pushes a vector whose low number is the source's; one in memory may lie at any address. */
export function lowVectorSource(region: RegionWriter, insn: Insn, size: number): void {
  if (!inMemory(insn)) return region.vectors.get(insn.src);
  region.operand(insn, size / 8, false);
  region.simdMemory(size === 64 ? S.V128_LOAD64_ZERO : S.V128_LOAD32_ZERO);
}

/** Pops a vector of which the low 32, 64 or all 128 bits go into a register; the rest of it stays. */
export function setLow(region: RegionWriter, field: number, bits: number): void {
  const { code, vectors } = region;
  if (bits < 128) {
    vectors.get(field);
    // Bytes of the first vector, then those of the register.
    const low = bits / 8;
    code.shuffle(Array.from({ length: 16 }, (_, i) => (i < low ? i : i + 16)));
  }
  vectors.set(field);
}
