// Every x87 encoding of the isa tables over many states of the unit, on the interpreter and on this machine's CPU.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODINGS } from '../../isa/encodings.ts';
import { Random } from './byte-strings.ts';
import { differences } from './compare.ts';
import { choicesOf, hasLongOperand, randomCase } from './encode.ts';
import { Machine, newMachine } from './machine.ts';
import { hasOracle } from './native.ts';
import { withX87 } from './x87-operands.ts';

const SETS = Number(process.env.WBX_CPU_SETS ?? 20) * 4;
const SHOWN = Number(process.env.WBX_CPU_SHOWN ?? 5);

/** FSTP that does not look whether ST(0) is empty: what it then leaves varies, and no assembler emits it. */
const ALIAS = 'D9 D8+i';
const x87 = ENCODINGS.filter((e) => e.family === 'x87' && e.row[1] !== ALIAS);
const APPROXIMATE = new Set('F2XM1 FCOS FPATAN FPTAN FSIN FSINCOS FYL2X FYL2XP1'.split(' '));
const only = process.env.WBX_CPU_ONLY?.split(',');
const machine = hasOracle() ? new Machine(await newMachine()) : undefined;

for (const mnemonic of new Set(x87.map((e) => e.row[0]))) {
  if (only && !only.includes(mnemonic)) continue;
  test(`${mnemonic} as the CPU does it`, { skip: machine ? false : 'needs an x86-64 Linux and gcc' }, () => {
    const random = new Random(0x2345678 + mnemonic.length);
    const approximate = APPROXIMATE.has(mnemonic);
    const cases = x87
      .filter((e) => e.row[0] === mnemonic)
      .flatMap((e) =>
        choicesOf(e).flatMap((choice) =>
          Array.from({ length: SETS }, () => ({
            ...withX87(randomCase(e, choice, random), random),
            approximate,
            longOperand: hasLongOperand(e),
          })),
        ),
      );
    const wrong = machine ? differences(machine, cases) : [];
    assert.equal(wrong.length, 0, `${wrong.length} of ${cases.length} differ:\n${wrong.slice(0, SHOWN).join('\n')}`);
  });
}
