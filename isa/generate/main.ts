// All products of the instruction tables; run by tools/generate.ts.
import { AVX } from '../avx.ts';
import { AVX2 } from '../avx2.ts';
import { BITS } from '../bits.ts';
import type { Row } from '../dsl.ts';
import { FMA } from '../fma.ts';
import { INTEGER } from '../integer.ts';
import { MMX } from '../mmx.ts';
import { SSE } from '../sse.ts';
import { SSE4 } from '../sse4.ts';
import { SYSTEM } from '../system.ts';
import { X87 } from '../x87.ts';
import { decoderText } from './decoder.ts';
import { docsText } from './docs.ts';
import { numberOps, opsText } from './ops.ts';
import { type Encoding, type Family, parseRow } from './parse.ts';
import { shapesText } from './shapes.ts';
import { buildTree } from './tree.ts';

/** The x86-64 level of each table counts for its rows that name none. */
const TABLES: [Family, level: number, Row[]][] = [
  ['integer', 1, [...INTEGER, ...SYSTEM]],
  ['integer', 3, BITS],
  ['x87', 1, X87],
  ['mmx', 1, MMX],
  ['sse', 1, SSE],
  ['sse', 2, SSE4],
  ['avx', 3, [...AVX, ...AVX2, ...FMA]],
];

export const ENCODINGS: Encoding[] = TABLES.flatMap(([family, level, rows]) =>
  rows.map((row) => parseRow(row, family, level)),
);

export function generate(): { path: string; text: string }[] {
  const numbering = numberOps(ENCODINGS);
  const tree = buildTree(ENCODINGS, (name) => numbering.names.indexOf(name));
  return [
    { path: 'isa/ops.gen.ts', text: opsText(numbering) },
    { path: 'docs/INSTRUCTIONS.md', text: docsText(ENCODINGS) },
    { path: 'kernel/cpu/decode.gen.ts', text: decoderText(tree) },
    { path: 'kernel/cpu/avx/shapes.gen.ts', text: shapesText(ENCODINGS, numbering) },
  ];
}
