// Every integer and x87 encoding translated does what it does interpreted (which integer.test.ts and x87.test.ts compare with the
// CPU), to the last bit: undefined flags as well. Code is translated once and then runs with several operands. The test files beside
// this one share the mnemonics out, so that all cores of a machine take part; the vector instructions are in vector/.
// WBX_CPU_CODES = codes for each size and form.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODINGS } from '../../../isa/encodings.ts';
import type { Encoding, Family } from '../../../isa/generate/parse.ts';
import { Random } from '../byte-strings.ts';
import { describe, stateDifferences } from '../compare.ts';
import { choicesOf, hasLongOperand, randomCase } from '../encode.ts';
import { EXEMPT_INSTRUCTIONS } from '../fuzz/exempt.ts';
import { TranslatedMachine } from '../fuzz/translated-machine.ts';
import { prepare } from '../integer-operands.ts';
import { Machine, newMachine } from '../machine.ts';
import { DATA, randomValue, type TestCase } from '../testcase.ts';
import { randomX87 } from '../x87-operands.ts';

const CODES = Number(process.env.WBX_CPU_CODES ?? 2);
const STATES = 6;
const SHOWN = Number(process.env.WBX_CPU_SHOWN ?? 5);
const RSP = 4;

const tested = ENCODINGS.filter(
  ({ family, row }) => ['integer', 'x87'].includes(family) && !(row[0] in EXEMPT_INSTRUCTIONS),
);
const only = process.env.WBX_CPU_ONLY?.split(',');
const interpreter = new Machine(await newMachine());
const translated = new TranslatedMachine(await newMachine());

/** A test for each mnemonic of the family that begins with one of the letters. */
export function testTranslated(family: Family, letters: RegExp): void {
  const selected = tested.filter((e) => e.family === family && letters.test(e.row[0]));
  for (const mnemonic of new Set(selected.map(({ row }) => row[0]))) {
    if (only && !only.includes(mnemonic)) continue;
    test(`${mnemonic} translated`, () => {
      const random = new Random(0x3456789 + mnemonic.length);
      const encodings = selected.filter(({ row }) => row[0] === mnemonic);
      const wrong = encodings.flatMap((e) => casesOf(e, random)).flatMap(differences);
      assert.equal(wrong.length, 0, `${wrong.length} differ:\n${wrong.slice(0, SHOWN).join('\n')}`);
    });
  }
  test('all of that was translated', { skip: only !== undefined }, () => {
    assert.ok(translated.translated > selected.length, `${translated.translated} regions`);
  });
}

/** A line for a case whose outcomes differ. */
function differences(c: TestCase): string[] {
  const expected = interpreter.run(c);
  const actual = translated.run(c);
  const wrong = stateDifferences(c, actual, expected, 'interpreter');
  if (actual.rflags !== expected.rflags) wrong.push(`rflags ${actual.rflags}, interpreter ${expected.rflags}`);
  return wrong.length ? [`${describe(c)}: ${wrong.join('; ')}`] : [];
}

function casesOf(encoding: Encoding, random: Random): TestCase[] {
  return choicesOf(encoding).flatMap((choice) =>
    Array.from({ length: CODES }, () => {
      const first = prepare(encoding, randomCase(encoding, choice, random), random);
      first.longOperand = hasLongOperand(encoding);
      if (encoding.family === 'x87') first.fx = randomX87(random);
      return Array.from({ length: STATES }, (_, i) => (i ? otherOperands(first, random) : first));
    }).flat(),
  );
}

/** The same code with other operands; what leads to memory and what is small stays so. */
function otherOperands(c: TestCase, random: Random): TestCase {
  const gpr = c.gpr.map((value, r) => {
    const leadsToMemory = r === RSP || c.pointers?.includes(r) || value >> 20n === DATA >> 20n;
    if (leadsToMemory || random.below(3) === 0) return value;
    return value < 0x1000n ? randomValue(random) & 0x3ffn : randomValue(random);
  });
  return { ...c, gpr, rflags: (c.rflags & ~0x8d5n) | (BigInt(random.next()) & 0x8d5n), fx: c.fx && randomX87(random) };
}
