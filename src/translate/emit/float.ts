// Arithmetic, comparisons, minimum and maximum of SSE: scalar ones on numbers, packed ones on vectors, as float-check.ts allows.
import { REGION_FLAGS_ORDER } from '../../../abi/translate.ts';
import { pendingFlags } from '../flags-state.ts';
import { type Insn, inMemory } from '../insn.ts';
import type { RegionWriter } from '../region-writer.ts';
import * as W from '../wasm/opcodes.ts';
import * as S from '../wasm/simd.ts';
import { demandOrdinary, demandOrdinaryLanes, demandStands, extentOf, KINDS, type Kind } from './float-check.ts';
import { DOUBLE, type Format, SINGLE } from './float-format.ts';
import { define } from './row.ts';
import { vectorSource } from './vector-operand.ts';

const SCALAR: [suffix: string, format: Format][] = [
  ['SD', DOUBLE],
  ['SS', SINGLE],
];
const PACKED: [suffix: string, format: Format][] = [
  ['PD', DOUBLE],
  ['PS', SINGLE],
];
const ARITHMETIC = { uses: 'vwV', stack: true, mxcsr: true };

for (const [suffix, format] of SCALAR) {
  for (const kind of KINDS) {
    define(`${kind.toUpperCase()}${suffix}`, ARITHMETIC, (region, insn) => scalar(region, insn, kind, format));
  }
  define(`MIN${suffix}`, { uses: 'vwV', stack: true }, (region, insn) => lesser(region, insn, format, format.lt));
  define(`MAX${suffix}`, { uses: 'vwV', stack: true }, (region, insn) => lesser(region, insn, format, format.gt));
  for (const name of [`UCOMI${suffix}`, `COMI${suffix}`]) {
    define(name, { uses: 'vw', flags: 'write', stack: true }, (region, insn) => compare(region, insn, format));
  }
}
for (const [suffix, format] of PACKED) {
  for (const kind of KINDS) {
    const uses = kind === 'sqrt' ? 'wV' : 'vwV';
    define(`${kind.toUpperCase()}${suffix}`, { ...ARITHMETIC, uses }, (region, insn) =>
      packed(region, insn, kind, format),
    );
  }
  define(`MIN${suffix}`, { uses: 'vwV', stack: true }, (region, insn) => lesserLanes(region, insn, format, 'lt'));
  define(`MAX${suffix}`, { uses: 'vwV', stack: true }, (region, insn) => lesserLanes(region, insn, format, 'gt'));
}

/** Locals for two operands and a result. */
function numbersOf(region: RegionWriter, { size }: Format): [a: number, b: number, r: number] {
  return size === 64 ? [region.x64, region.y64, region.z64] : [region.x32, region.y32, region.z32];
}

/** Puts the numbers of dst, unless only src counts, and src into locals; gives up unless both are ordinary. */
function operands(region: RegionWriter, insn: Insn, format: Format, both = true): void {
  const { code, vectors } = region;
  const { size, load } = format;
  const [a, b] = numbersOf(region, format);
  const extent = extentOf(format, true);
  if (inMemory(insn)) {
    region.operand(insn, size / 8, false);
    region.plainMemory(load);
  } else vectors.number(insn.src, size);
  code.set(b);
  if (both) {
    vectors.number(insn.dst, size);
    code.set(a);
    if (!vectors.isOrdinary(insn.dst, extent)) demandOrdinary(region, insn, format, a);
  }
  const isSame = both && !inMemory(insn) && insn.src === insn.dst;
  if (!isSame && (inMemory(insn) || !vectors.isOrdinary(insn.src, extent))) demandOrdinary(region, insn, format, b);
  if (both) mark(region, insn.dst, extent);
  if (!inMemory(insn)) mark(region, insn.src, extent);
}

/** Notes what a check found; more may be known already. */
function mark({ vectors }: RegionWriter, field: number, extent: ReturnType<typeof extentOf>): void {
  if (!vectors.isOrdinary(field, extent)) vectors.markOrdinary(field, extent);
}

function scalar(region: RegionWriter, insn: Insn, kind: Kind, format: Format): void {
  const { code, vectors } = region;
  const [a, b, r] = numbersOf(region, format);
  operands(region, insn, format, kind !== 'sqrt');
  if (kind !== 'sqrt') code.get(a);
  code.get(b);
  code.op(format[kind]);
  code.set(r);
  demandStands(region, insn, { format, kind, scalar: true, a: kind === 'sqrt' ? b : a, b, r });
  code.get(r);
  vectors.setNumber(insn.dst, format.size);
  vectors.markOrdinary(insn.dst, extentOf(format, true));
}

/** dst where it is smaller (larger), else src, also where they are equal. */
function lesser(region: RegionWriter, insn: Insn, format: Format, opcode: number): void {
  const { code, vectors } = region;
  const [a, b] = numbersOf(region, format);
  operands(region, insn, format);
  for (const local of [a, b, a, b]) code.get(local);
  code.op(opcode, W.SELECT);
  vectors.setNumber(insn.dst, format.size);
  vectors.markOrdinary(insn.dst, extentOf(format, true));
}

/** CF = less, ZF = equal, as they stand in rFLAGS. */
function compare(region: RegionWriter, insn: Insn, format: Format): void {
  const { code } = region;
  const [a, b] = numbersOf(region, format);
  operands(region, insn, format);
  code.get(a);
  code.get(b);
  code.op(format.lt);
  code.get(a);
  code.get(b);
  code.op(format.eq);
  code.i32(6);
  code.op(W.I32_SHL, W.I32_OR);
  region.widen(32);
  code.set(region.r);
  region.flags = pendingFlags(REGION_FLAGS_ORDER, 64);
}

/** The same for vectors, in the locals w128 and v128; returns which of them may be anything. */
function vectorOperands(region: RegionWriter, insn: Insn, format: Format, both: boolean): number[] {
  const { code, vectors, v128: b, w128: a } = region;
  const extent = extentOf(format, false);
  vectorSource(region, insn);
  code.set(b);
  const unknown: number[] = [];
  if (both) {
    vectors.get(insn.dst);
    code.set(a);
    if (!vectors.isOrdinary(insn.dst, extent)) unknown.push(a);
  }
  const isSame = both && !inMemory(insn) && insn.src === insn.dst;
  if (!isSame && (inMemory(insn) || !vectors.isOrdinary(insn.src, extent))) unknown.push(b);
  return unknown;
}

/** They were found to be ordinary. */
function markVectors(region: RegionWriter, insn: Insn, format: Format): void {
  mark(region, insn.dst, extentOf(format, false));
  if (!inMemory(insn)) mark(region, insn.src, extentOf(format, false));
}

function packed(region: RegionWriter, insn: Insn, kind: Kind, format: Format): void {
  const { code, vectors, v128: b, w128: a, x128: r } = region;
  const unknown = vectorOperands(region, insn, format, kind !== 'sqrt');
  if (kind !== 'sqrt') code.get(a);
  code.get(b);
  code.simd(format.lanes[kind]);
  code.set(r);
  demandStands(region, insn, { format, kind, scalar: false, a: kind === 'sqrt' ? b : a, b, r, unknown });
  code.get(r);
  vectors.set(insn.dst);
  markVectors(region, insn, format);
}

function lesserLanes(region: RegionWriter, insn: Insn, format: Format, opcode: 'lt' | 'gt'): void {
  const { code, vectors, v128: b, w128: a } = region;
  for (const local of vectorOperands(region, insn, format, true))
    demandOrdinaryLanes(region, insn, format, () => code.get(local));
  for (const local of [a, b, a, b]) code.get(local);
  code.simd(format.lanes[opcode]);
  code.simd(S.V128_BITSELECT);
  vectors.set(insn.dst);
  markVectors(region, insn, format);
}
