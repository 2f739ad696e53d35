// Every SSE, MMX and AVX encoding, register and memory form, interpreted and translated, gives what this machine's CPU gives: registers, memory,
// MXCSR with its sticky flags, RFLAGS, x87 tags, and signals of unmasked exceptions and misaligned operands.
// The test files beside this one share the encodings out, so that all cores of a machine take part.
// VECTOR_SETS=n tries n operands under each of the 176 values of MXCSR (a multiple of it without MXCSR); 240 takes half an hour.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMakersChoice } from '../maker.ts';
import { Comparison } from './compare.ts';
import { type Encoding, ENCODINGS } from './encodings.ts';
import { handlers, translated } from './tiers.ts';

const SETS = Number(process.env.VECTOR_SETS ?? 2);
/** Instructions without MXCSR's 176 values get so many times more operands. */
const SETS_WITHOUT_CONTROL = SETS * 50;

/** A test for each mnemonic of the chosen encodings. */
export async function testVectors(isChosen: (encoding: Encoding) => boolean): Promise<void> {
  const byMnemonic = new Map<string, Encoding[]>();
  for (const encoding of ENCODINGS.filter(isChosen)) {
    if (isMakersChoice(encoding.name)) continue;
    byMnemonic.set(encoding.mnemonic, [...(byMnemonic.get(encoding.mnemonic) ?? []), encoding]);
  }
  const comparison = new Comparison({ interp: await handlers(), jit: await translated() });
  for (const [mnemonic, encodings] of byMnemonic) {
    test(mnemonic, (t) => {
      comparison.prepare(encodings);
      for (const encoding of encodings) {
        const result = comparison.compare(encoding, encoding.controlled ? SETS : SETS_WITHOUT_CONTROL);
        if (!result) return t.skip('this CPU lacks it');
        const { states, differ, first } = result;
        assert.equal(differ, 0, `${encoding.name}: ${differ} of ${states} differ; the first:${first}`);
      }
    });
  }
}
