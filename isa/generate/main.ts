// All products of the instruction tables; run by tools/generate.ts.
import { BITS } from '../bits.ts';
import type { Row } from '../dsl.ts';
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
import { buildTree } from './tree.ts';

const TABLES: [Family, Row[]][] = [
  ['integer', [...INTEGER, ...BITS, ...SYSTEM]],
  ['x87', X87],
  ['mmx', MMX],
  ['sse', [...SSE, ...SSE4]],
];

export const ENCODINGS: Encoding[] = TABLES.flatMap(([family, rows]) => rows.map((row) => parseRow(row, family)));

export function generate(): { path: string; text: string }[] {
  const numbering = numberOps(ENCODINGS);
  const tree = buildTree(ENCODINGS, (name) => numbering.names.indexOf(name));
  return [
    { path: 'isa/ops.gen.ts', text: opsText(numbering) },
    { path: 'docs/INSTRUCTIONS.md', text: docsText(ENCODINGS) },
    { path: 'kernel/cpu/decode.gen.ts', text: decoderText(tree) },
  ];
}
