// Every integer encoding of the isa tables with random operands, on the interpreter and on this machine's CPU; exempt.ts says what is left out.
// WBX_CPU_SETS = operand sets for each size and form (`npm run test:cpu` takes many, `npm test` few).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODINGS } from '../../isa/encodings.ts';
import type { Encoding } from '../../isa/generate/parse.ts';
import { Random } from './byte-strings.ts';
import { differences } from './compare.ts';
import { choicesOf, hasLongOperand, randomCase } from './encode.ts';
import { EXEMPT_INSTRUCTIONS } from './fuzz/exempt.ts';
import { prepare } from './integer-operands.ts';
import { Machine, newMachine } from './machine.ts';
import { isUndefined, undefinedFlags } from './maker.ts';
import { hasOracle } from './native.ts';

const SETS = Number(process.env.WBX_CPU_SETS ?? 20);
const SHOWN = Number(process.env.WBX_CPU_SHOWN ?? 5);

const selected = (e: Encoding): boolean => e.family === 'integer' && !(e.row[0] in EXEMPT_INSTRUCTIONS);

const only = process.env.WBX_CPU_ONLY?.split(',');
const mnemonics = [...new Set(ENCODINGS.filter(selected).map((e) => e.row[0]))];
const machine = hasOracle() ? new Machine(await newMachine()) : undefined;

for (const mnemonic of mnemonics) {
  if (only && !only.includes(mnemonic)) continue;
  test(`${mnemonic} as the CPU does it`, { skip: machine ? false : 'needs an x86-64 Linux and gcc' }, () => {
    const random = new Random(0x1234567 + mnemonic.length);
    const encodings = ENCODINGS.filter((e) => selected(e) && e.row[0] === mnemonic);
    const cases = encodings.flatMap((encoding) =>
      choicesOf(encoding).flatMap((choice) =>
        Array.from({ length: SETS }, () => prepare(encoding, randomCase(encoding, choice, random), random))
          .filter((c) => !isUndefined(encoding, choice, c))
          .map((c) => ({
            ...c,
            longOperand: hasLongOperand(encoding),
            undefinedFlags: undefinedFlags(encoding, choice, c),
          })),
      ),
    );
    const wrong = machine ? differences(machine, cases) : [];
    assert.equal(wrong.length, 0, `${wrong.length} of ${cases.length} differ:\n${wrong.slice(0, SHOWN).join('\n')}`);
  });
}
