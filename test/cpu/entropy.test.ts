// RDRAND and RDSEED against the CPU of this machine: all but the random bits, which are the size of the operand; and that
// these are not always the same. SDM volume 2, RDRAND: CF = 1, the other flags 0.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODINGS } from '../../isa/encodings.ts';
import { Random } from './byte-strings.ts';
import { stateDifferences } from './compare.ts';
import { choicesOf, randomCase } from './encode.ts';
import { Machine, newMachine } from './machine.ts';
import { hasOracle, runNative } from './native.ts';
import type { State, TestCase } from './testcase.ts';

const SETS = 40;
const SIGTRAP = 5;
const RSP = 4;
const OPERAND: Record<string, bigint> = { w: 0xffffn, d: 0xffffffffn, q: 0xffffffffffffffffn };

const skip = hasOracle() ? false : 'needs an x86-64 Linux and gcc';
const machine = hasOracle() ? new Machine(await newMachine({ random_get: () => 0 })) : undefined;

/** The register that the instruction is about: ModRM.rm and REX.B. */
function destination({ code }: TestCase): number {
  const rex = code.find((byte) => byte >= 0x40 && byte < 0x50) ?? 0;
  return (code[code.length - 1] & 7) | ((rex & 1) << 3);
}

for (const encoding of ENCODINGS.filter((e) => /^RD(RAND|SEED)$/.test(e.row[0]))) {
  for (const choice of choicesOf(encoding)) {
    test(`${encoding.row[0]} of ${choice.size}`, { skip }, () => {
      const random = new Random(0x456789 + choice.size.charCodeAt(0));
      const all = Array.from({ length: SETS }, () => randomCase(encoding, choice, random));
      const cases = all.filter((c) => destination(c) !== RSP);
      const expected = runNative(cases);
      const drawn = new Set<bigint>();
      cases.forEach((c, i) => {
        const actual = machine?.run(c) as State;
        const r = destination(c);
        drawn.add(actual.gpr[r] & OPERAND[choice.size]);
        for (const state of [actual, expected[i]]) state.gpr[r] &= ~OPERAND[choice.size];
        assert.equal(actual.signal, SIGTRAP, c.name);
        assert.deepEqual(stateDifferences(c, actual, expected[i]), [], c.name);
      });
      assert.ok(drawn.size > cases.length / 2, `${drawn.size} different values in ${cases.length}`);
    });
  }
}
