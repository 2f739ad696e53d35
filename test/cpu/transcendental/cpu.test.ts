// F2XM1 FCOS FPATAN FPTAN FSIN FSINCOS FYL2X FYL2XP1 against the CPU at many points of their domains and at its edges: results
// within one ulp of the real unit (SDM volume 1, 8.3.10), the same exceptions, C2 and stack. C1 tells how the last bit came about.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../byte-strings.ts';
import { differences } from '../compare.ts';
import { Machine, newMachine } from '../machine.ts';
import { hasOracle } from '../native.ts';
import { caseAt, INSTRUCTIONS, POINTS } from './points.ts';

const SHOWN = 5;

const machine = hasOracle() ? new Machine(await newMachine()) : undefined;

for (const name of Object.keys(INSTRUCTIONS)) {
  test(`${name} is within one ulp of the CPU`, { skip: machine ? false : 'needs an x86-64 Linux and gcc' }, () => {
    const random = new Random(0x3456789 + INSTRUCTIONS[name][1]);
    const cases = Array.from({ length: POINTS }, () => caseAt(name, random));
    const wrong = machine ? differences(machine, cases) : [];
    assert.equal(wrong.length, 0, `${wrong.length} of ${POINTS} differ:\n${wrong.slice(0, SHOWN).join('\n')}`);
  });
}
