// Arithmetic, comparisons, minimum and maximum of SSE, scalar and packed, on the host's vectors as float-check.ts allows.
import { REGION_FLAGS_ORDER } from '../../../abi/translate.ts';
import { pendingFlags } from '../flags-state.ts';
import { type Insn, inMemory } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import * as S from '../wasm/simd.ts';
import {
  allOf,
  DOUBLE,
  extentOf,
  type Format,
  KINDS,
  type Kind,
  ordinaryLanes,
  SINGLE,
  stands,
} from './float-check.ts';
import { define } from './row.ts';
import { giveUp, lowVectorSource, setLow, vectorSource } from './vector-operand.ts';

const FORMS: [suffix: string, format: Format, scalar: boolean][] = [
  ['SD', DOUBLE, true],
  ['PD', DOUBLE, false],
  ['SS', SINGLE, true],
  ['PS', SINGLE, false],
];

for (const [suffix, format, scalar] of FORMS) {
  for (const kind of KINDS) {
    const uses = kind === 'sqrt' && !scalar ? 'wV' : 'vwV';
    define(`${kind.toUpperCase()}${suffix}`, { uses, stack: true }, (region, insn) =>
      arithmetic(region, insn, kind, format, scalar),
    );
  }
  define(`MIN${suffix}`, { uses: 'vwV', stack: true }, (region, insn) => select(region, insn, format, scalar, true));
  define(`MAX${suffix}`, { uses: 'vwV', stack: true }, (region, insn) => select(region, insn, format, scalar, false));
}

function fetch(region: RegionWriter, insn: Insn, format: Format, scalar: boolean): void {
  if (scalar) lowVectorSource(region, insn, format.size);
  else vectorSource(region, insn);
  region.code.set(region.v128);
}

/** Gives up unless the condition on the stack holds. */
function demand(region: RegionWriter, insn: Insn): void {
  region.code.op(W.I32_EQZ);
  region.code.openUnlikely();
  giveUp(region, insn);
  region.code.end();
}

function arithmetic(region: RegionWriter, insn: Insn, kind: Kind, format: Format, scalar: boolean): void {
  const { code, vectors, v128: b, x128: r } = region;
  fetch(region, insn, format, scalar);
  const [left, right] = [() => vectors.get(insn.dst), () => code.get(b)];
  if (kind !== 'sqrt') left();
  right();
  code.simd(format[kind]);
  code.set(r);
  const extent = extentOf(format, scalar);
  const unknown = [
    ...(kind === 'sqrt' || vectors.isOrdinary(insn.dst, extent) ? [] : [left]),
    ...(!inMemory(insn) && vectors.isOrdinary(insn.src, extent) ? [] : [right]),
  ];
  stands(region, { format, kind, scalar, a: kind === 'sqrt' ? right : left, b: right, unknown });
  demand(region, insn);
  if (!inMemory(insn)) vectors.markOrdinary(insn.src, extent);
  code.get(r);
  setLow(region, insn.dst, scalar ? format.size : 128);
  vectors.markOrdinary(insn.dst, extent);
}

/** Both operands must be ordinary or zero; which comparison then needs no flag. */
function ordered(region: RegionWriter, insn: Insn, format: Format, scalar: boolean): void {
  const { code, vectors, v128: b } = region;
  const extent = extentOf(format, scalar);
  fetch(region, insn, format, scalar);
  const checks = [
    ...(vectors.isOrdinary(insn.dst, extent) ? [] : [() => vectors.get(insn.dst)]),
    ...(!inMemory(insn) && vectors.isOrdinary(insn.src, extent) ? [] : [() => code.get(b)]),
  ];
  checks.forEach((push, i) => {
    ordinaryLanes(region, format, push);
    if (i > 0) code.simd(S.V128_AND);
  });
  if (checks.length === 0) return;
  allOf(region, format, scalar);
  demand(region, insn);
  vectors.markOrdinary(insn.dst, extent);
  if (!inMemory(insn)) vectors.markOrdinary(insn.src, extent);
}

/** dst where it is smaller (larger), else src, also where they are equal. */
function select(region: RegionWriter, insn: Insn, format: Format, scalar: boolean, least: boolean): void {
  const { code, vectors, v128: b } = region;
  ordered(region, insn, format, scalar);
  vectors.get(insn.dst);
  code.get(b);
  vectors.get(insn.dst);
  code.get(b);
  code.simd(least ? format.lt : format.gt);
  code.simd(S.V128_BITSELECT);
  setLow(region, insn.dst, scalar ? format.size : 128);
  vectors.markOrdinary(insn.dst, extentOf(format, scalar));
}

for (const [suffix, format] of [
  ['SD', DOUBLE],
  ['SS', SINGLE],
] as const) {
  for (const name of [`UCOMI${suffix}`, `COMI${suffix}`]) {
    define(name, { uses: 'vw', flags: 'write', stack: true }, (region, insn) => {
      const { code, vectors, v128: b } = region;
      ordered(region, insn, format, true);
      // CF = less, ZF = equal, as they stand in rFLAGS.
      const bits: [opcode: number, shift: number][] = [
        [format.lt, 0],
        [format.eq, 6],
      ];
      for (const [opcode, shift] of bits) {
        vectors.get(insn.dst);
        code.get(b);
        code.simd(opcode);
        allOf(region, format, true);
        code.i32(1 << shift);
        code.op(W.I32_AND);
      }
      code.op(W.I32_OR);
      region.widen(32);
      code.set(region.r);
      region.flags = pendingFlags(REGION_FLAGS_ORDER, 64);
    });
  }
}
