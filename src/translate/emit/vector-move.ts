// MOVAPS MOVUPS MOVSD MOVSS MOVQ MOVD MOVLPS MOVHPS and their kin, MOVMSKPD, PMOVMSKB.
import { type Insn, inMemory } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import * as S from '../wasm/simd.ts';
import { define } from './row.ts';
import { alignedPointer, vectorSource } from './vector-operand.ts';

for (const name of ['MOVAPS', 'MOVAPD', 'MOVDQA']) {
  define(name, { uses: 'wV' }, (region, insn) => {
    vectorSource(region, insn);
    setCopy(region, insn);
  });
  define(`${name}_ST`, { uses: 'W' }, (region, insn) => {
    alignedPointer(region, insn, true);
    region.vectors.get(insn.src);
    region.simdMemory(S.V128_STORE);
  });
}

for (const name of ['MOVUPS', 'MOVUPD', 'MOVDQU']) {
  define(name, { uses: 'wV' }, (region, insn) => {
    if (inMemory(insn)) {
      region.operand(insn, 16, false);
      region.simdMemory(S.V128_LOAD);
    } else region.vectors.get(insn.src);
    setCopy(region, insn);
  });
  define(`${name}_ST`, { uses: 'W' }, (region, insn) => {
    region.operand(insn, 16, true);
    region.vectors.get(insn.src);
    region.simdMemory(S.V128_STORE);
  });
}

/** Pops the source, all of it, into dst. */
function setCopy({ vectors }: RegionWriter, insn: Insn): void {
  if (insn.src === insn.dst && !inMemory(insn)) return vectors.set(insn.dst);
  vectors.set(insn.dst);
  if (!inMemory(insn)) vectors.copied(insn.dst, insn.src);
}

/** From memory the rest of the register becomes zero, from a register it stays. */
function moveScalar(name: string, size: 32 | 64): void {
  define(name, { uses: 'uwV' }, (region, insn) => {
    const { vectors } = region;
    if (inMemory(insn)) {
      region.operand(insn, size / 8, false);
      region.simdMemory(size === 64 ? S.V128_LOAD64_ZERO : S.V128_LOAD32_ZERO);
      vectors.set(insn.dst);
    } else {
      vectors.number(insn.src, size);
      vectors.setNumber(insn.dst, size);
      vectors.copied(insn.dst, insn.src, size);
    }
  });
  define(`${name}_ST`, { uses: 'W' }, (region, insn) => {
    region.operand(insn, size / 8, true);
    region.vectors.number(insn.src, size);
    region.plainMemory(size === 64 ? W.F64_STORE : W.F32_STORE);
  });
}
moveScalar('MOVSD', 64);
moveScalar('MOVSS', 32);

/** Stores one half. */
function storeLane(names: string[], lane: number): void {
  for (const name of names) {
    define(name, { uses: 'W' }, (region, insn) => {
      region.operand(insn, 8, true);
      region.vectors.get(insn.src);
      region.simdMemory(S.V128_STORE64_LANE);
      region.code.byte(lane);
    });
  }
}
storeLane(['MOVLPS_ST', 'MOVLPD_ST', 'MOVQ_ST'], 0);
storeLane(['MOVHPS_ST', 'MOVHPD_ST'], 1);

define('MOVQ_X', { uses: 'wV' }, (region, insn) => {
  const { code, vectors } = region;
  if (inMemory(insn)) {
    region.operand(insn, 8, false);
    region.simdMemory(S.V128_LOAD64_ZERO);
  } else {
    vectors.get(insn.src);
    zero(region);
    code.shuffle(bytesOf([0, 2], 8));
  }
  vectors.set(insn.dst);
});

/** MOVD and MOVQ with a general register or memory. */
for (const size of [32, 64]) {
  const letter = size === 32 ? 'MOVD' : 'MOVQ';
  define(`${letter}_X_R${size}`, { uses: 'gV' }, (region, insn) => {
    const { code } = region;
    if (inMemory(insn)) {
      region.operand(insn, size / 8, false);
      region.simdMemory(size === 64 ? S.V128_LOAD64_ZERO : S.V128_LOAD32_ZERO);
    } else {
      zero(region);
      region.getRaw(insn.src, size);
      code.lane(size === 64 ? S.I64X2_REPLACE_LANE : S.I32X4_REPLACE_LANE, 0);
    }
    region.vectors.set(insn.dst);
  });
  define(`${letter}_R${size}_X`, { uses: 'WG' }, (region, insn) => {
    const { code } = region;
    if (inMemory(insn)) {
      region.operand(insn, size / 8, true);
      region.vectors.get(insn.src);
      region.simdMemory(size === 64 ? S.V128_STORE64_LANE : S.V128_STORE32_LANE);
      code.byte(0);
    } else {
      region.vectors.get(insn.src);
      code.lane(size === 64 ? S.I64X2_EXTRACT_LANE : S.I32X4_EXTRACT_LANE, 0);
      region.setRegister(insn.dst, size);
    }
  });
}

/** One half of dst from memory or from one half of a register. */
function moveHalf(name: string, to: number, from: number): void {
  define(name, { uses: 'vwV' }, (region, insn) => {
    const { code, vectors } = region;
    if (inMemory(insn)) {
      region.operand(insn, 8, false);
      region.load(64);
      code.set(region.t64);
    } else {
      vectors.get(insn.src);
      code.lane(S.I64X2_EXTRACT_LANE, from);
      code.set(region.t64);
    }
    vectors.get(insn.dst);
    code.get(region.t64);
    code.lane(S.I64X2_REPLACE_LANE, to);
    vectors.set(insn.dst);
  });
}
moveHalf('MOVLPS', 0, 0);
moveHalf('MOVLPD', 0, 0);
moveHalf('MOVHLPS', 0, 1);
moveHalf('MOVHPS', 1, 0);
moveHalf('MOVHPD', 1, 0);
moveHalf('MOVLHPS', 1, 0);

define('PMOVMSKB', { uses: 'WG' }, (region, insn) => signs(region, insn, S.I8X16_BITMASK));
define('MOVMSKPS', { uses: 'WG' }, (region, insn) => signs(region, insn, S.I32X4_BITMASK));
define('MOVMSKPD', { uses: 'WG' }, (region, insn) => signs(region, insn, S.I64X2_BITMASK));

function signs(region: RegionWriter, insn: Insn, opcode: number): void {
  region.vectors.get(insn.src);
  region.code.simd(opcode);
  region.setRegister(insn.dst, 32);
}

export function zero(region: RegionWriter): void {
  region.code.i64(0);
  region.code.simd(S.I64X2_SPLAT);
}

/** Byte numbers for a shuffle of whole lanes of `width` bytes; lanes of the second vector count on. */
export function bytesOf(lanes: number[], width: number): number[] {
  return lanes.flatMap((lane) => Array.from({ length: width }, (_, i) => lane * width + i));
}
