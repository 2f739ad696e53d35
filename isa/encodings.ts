// All encodings of the instruction tables, each with the family and the x86-64 level that its table gives it.
import { AVX } from './avx.ts';
import { AVX2 } from './avx2.ts';
import { BITS } from './bits.ts';
import type { Row } from './dsl.ts';
import { FMA } from './fma.ts';
import { type Encoding, type Family, parseRow } from './generate/parse.ts';
import { INTEGER } from './integer.ts';
import { MMX } from './mmx.ts';
import { SSE } from './sse.ts';
import { SSE4 } from './sse4.ts';
import { SYSTEM } from './system.ts';
import { X87 } from './x87.ts';

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
