// VEX forms of moves and packed integers: what string functions and compilers use of AVX2. The low half of a register is in
// its local as for SSE; the upper half is in memory, where a form without VEX.L clears it.
import { CPU_BASE } from '../../../abi/box.ts';
import { CPU_YMM } from '../../../abi/cpu.ts';
import { INSN_L } from '../../../abi/insn.ts';
import { type Insn, inMemory } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import * as S from '../wasm/simd.ts';
import { define } from './row.ts';
import { PLAIN } from './vector-integer.ts';
import { zero } from './vector-move.ts';
import { giveUp } from './vector-operand.ts';

/** A record names register n by 8 n; registers lie 32 bytes apart. */
const upperOf = (field: number): number => CPU_BASE + CPU_YMM + 4 * field + 16;

const isWide = (insn: Insn): boolean => (insn.flags & INSN_L) !== 0;

/** Pushes the upper half of a register. */
function getUpper({ code }: RegionWriter, field: number): void {
  code.i32(0);
  code.simdMemory(S.V128_LOAD, upperOf(field));
}

/** Stores what `push` pushes as the upper half, or zeros without VEX.L. */
function setUpper(region: RegionWriter, insn: Insn, push: () => void): void {
  const { code } = region;
  code.i32(0);
  if (isWide(insn)) push();
  else zero(region);
  code.simdMemory(S.V128_STORE, upperOf(insn.dst));
}

/** Leaves the source's halves in the locals v128 and w128; the second only with VEX.L. */
function fetch(region: RegionWriter, insn: Insn): void {
  const { code, vectors, v128, w128 } = region;
  if (inMemory(insn)) {
    region.operand(insn, isWide(insn) ? 32 : 16, false);
    code.tee(region.pointer);
    region.simdMemory(S.V128_LOAD);
    code.set(v128);
    if (!isWide(insn)) return;
    code.get(region.pointer);
    region.simdMemory(S.V128_LOAD, 16);
    code.set(w128);
    return;
  }
  vectors.get(insn.src);
  code.set(v128);
  if (!isWide(insn)) return;
  getUpper(region, insn.src);
  code.set(w128);
}

/** The operand's address must be a multiple of its size. */
function checkAligned(region: RegionWriter, insn: Insn): void {
  const { code } = region;
  if (!inMemory(insn)) return;
  region.effectiveAddress(insn);
  code.op(W.I32_WRAP_I64);
  code.i32(isWide(insn) ? 31 : 15);
  code.op(W.I32_AND);
  code.openUnlikely();
  giveUp(region, insn);
  code.end();
}

const MOVES: [name: string, aligned: boolean][] = [
  ['VMOVAPD', true],
  ['VMOVAPS', true],
  ['VMOVDQA', true],
  ['VMOVDQU', false],
  ['VMOVUPD', false],
  ['VMOVUPS', false],
];
for (const [name, aligned] of MOVES) {
  define(name, { uses: 'wV' }, (region, insn) => {
    if (aligned) checkAligned(region, insn);
    fetch(region, insn);
    region.code.get(region.v128);
    region.vectors.set(insn.dst);
    setUpper(region, insn, () => region.code.get(region.w128));
  });
  define(`${name}_ST`, { uses: 'W' }, (region, insn) => {
    const { code } = region;
    if (aligned) checkAligned(region, insn);
    region.operand(insn, isWide(insn) ? 32 : 16, true);
    code.tee(region.pointer);
    region.vectors.get(insn.src);
    region.simdMemory(S.V128_STORE);
    if (!isWide(insn)) return;
    code.get(region.pointer);
    getUpper(region, insn.src);
    region.simdMemory(S.V128_STORE, 16);
  });
}

/** Lanes of 128 bits do not mix in these: the upper half is like the lower. */
for (const [name, opcode] of Object.entries(PLAIN)) {
  define(`V${name}`, { uses: 'ywV' }, (region, insn) => binary(region, insn, opcode, false));
}
for (const name of ['VPANDN', 'VANDNPS', 'VANDNPD']) {
  define(name, { uses: 'ywV' }, (region, insn) => binary(region, insn, S.V128_ANDNOT, true));
}

/** dst = vvvv op src, or src op vvvv. */
function binary(region: RegionWriter, insn: Insn, opcode: number, swapped: boolean): void {
  const { code, vectors, v128, w128, x128 } = region;
  fetch(region, insn);
  const compute = (first: () => void, second: number) => {
    if (swapped) code.get(second);
    first();
    if (!swapped) code.get(second);
    code.simd(opcode);
  };
  compute(() => vectors.get(insn.aux), v128);
  code.set(x128);
  // vvvv may be dst: its upper half is read before anything is written.
  setUpper(region, insn, () => compute(() => getUpper(region, insn.aux), w128));
  code.get(x128);
  vectors.set(insn.dst);
}

/** Signs of the bytes of both halves. */
define('VPMOVMSKB', { uses: 'WD' }, (region, insn) => {
  const { code } = region;
  region.vectors.get(insn.src);
  code.simd(S.I8X16_BITMASK);
  if (isWide(insn)) {
    getUpper(region, insn.src);
    code.simd(S.I8X16_BITMASK);
    code.i32(16);
    code.op(W.I32_SHL, W.I32_OR);
  }
  region.setRegister(insn.dst, 32);
});

const BROADCASTS: [name: string, bytes: number, load: number][] = [
  ['VPBROADCASTB', 1, S.V128_LOAD8_SPLAT],
  ['VPBROADCASTW', 2, S.V128_LOAD16_SPLAT],
  ['VPBROADCASTD', 4, S.V128_LOAD32_SPLAT],
  ['VPBROADCASTQ', 8, S.V128_LOAD64_SPLAT],
];
for (const [name, bytes, load] of BROADCASTS) {
  define(name, { uses: 'wV' }, (region, insn) => {
    const { code, vectors, v128 } = region;
    if (inMemory(insn)) {
      region.operand(insn, bytes, false);
      region.simdMemory(load);
    } else {
      vectors.get(insn.src);
      vectors.get(insn.src);
      code.shuffle(Array.from({ length: 16 }, (_, i) => i % bytes));
    }
    code.set(v128);
    code.get(v128);
    vectors.set(insn.dst);
    setUpper(region, insn, () => code.get(v128));
  });
}

/** From a general register or memory; everything above becomes zero. */
for (const [name, size] of [
  ['VMOVD_X_R32', 32],
  ['VMOVQ_X_R64', 64],
] as const) {
  define(name, { uses: 'gV' }, (region, insn) => {
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
    setUpper(region, insn, () => zero(region));
  });
}

define('VZEROUPPER', { uses: '' }, (region) => {
  for (let field = 0; field < 128; field += 8) {
    region.code.i32(0);
    zero(region);
    region.code.simdMemory(S.V128_STORE, upperOf(field));
  }
});
