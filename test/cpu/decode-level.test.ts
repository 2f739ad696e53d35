// What a CPU of a lower x86-64 level makes of later instructions: #UD, but bit counts are the scans they were.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { decode, field, setLevel } from './decoder.ts';

/** Bytes, and the operation at levels 1, 2 and 3. */
const INSTRUCTIONS: [hex: string, ...operations: [string, string, string]][] = [
  ['0f 58 c1', 'ADDPS', 'ADDPS', 'ADDPS'],
  ['f2 0f 12 c1', 'UD', 'MOVDDUP', 'MOVDDUP'],
  ['66 0f 38 00 c1', 'UD', 'PSHUFB', 'PSHUFB'],
  ['f3 0f b8 c1', 'UD', 'POPCNT_RR32', 'POPCNT_RR32'],
  ['9f', 'UD', 'LAHF', 'LAHF'],
  ['f3 0f bd c1', 'BSR_RR32', 'BSR_RR32', 'LZCNT_RR32'],
  ['f3 48 0f bc 01', 'BSF_RM64', 'BSF_RM64', 'TZCNT_RM64'],
  ['c5 f0 58 c2', 'UD', 'UD', 'VADDPS'],
  ['c4 e2 70 f2 c2', 'UD', 'UD', 'ANDN_RRR32'],
  ['0f 01 d0', 'UD', 'UD', 'XGETBV'],
  ['0f 01 d1', 'UD', 'UD', 'GP'],
];

after(() => setLevel(0));

for (const level of [1, 2, 3]) {
  test(`x86-64-v${level} knows its own instructions and no later ones`, () => {
    setLevel(level);
    for (const [hex, ...operations] of INSTRUCTIONS) {
      const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      assert.equal(decode(bytes), bytes.length, hex);
      assert.equal(field.op(), operations[level - 1], hex);
    }
  });
}
