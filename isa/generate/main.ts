// All products of the instruction tables; run by tools/generate.ts.
import { BITS } from '../bits.ts';
import { INTEGER } from '../integer.ts';
import { SYSTEM } from '../system.ts';
import { numberOps, opsText } from './ops.ts';
import { type Encoding, parseRow } from './parse.ts';

export const ENCODINGS: Encoding[] = [...INTEGER, ...BITS, ...SYSTEM].map((row) => parseRow(row, 'integer'));

export function generate(): { path: string; text: string }[] {
  const { names, first } = numberOps(ENCODINGS);
  return [{ path: 'isa/ops.gen.ts', text: opsText(names, first) }];
}
