// A slice of the law of snapshots: a few breaks in every program, with clocks that count instructions (then the whole run must
// be the same to the instruction) and with real ones. `npm run test:law` does a thousand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runBroken } from './law.ts';
import { lawPrograms, RANDOM } from './programs.ts';

/** Breaks of each program: all that WBX_LAW asks for, or a few. */
const BREAKS = Number(process.env.WBX_LAW ?? 3);
const TIMEOUT_MS = 600_000;

for (const [name, program] of Object.entries(lawPrograms())) {
  for (const realClock of RANDOM.includes(name) ? [false] : [false, true]) {
    test(`${name}, ${realClock ? 'real' : 'virtual'} clock`, { timeout: TIMEOUT_MS }, async (context) => {
      const whole = await runBroken({ ...program, realClock }, 0, 1, 1);
      const spacing = Math.max(2, Math.ceil((4 * whole.resumes) / (3 * BREAKS)));
      const { breaks, resumes, ...broken } = await runBroken({ ...program, realClock }, BREAKS, spacing, 7);
      context.diagnostic(`${breaks} breaks in ${resumes} resumes`);
      assert.ok(breaks > 0);
      assert.deepEqual(broken, { output: whole.output, status: whole.status, instructions: whole.instructions });
    });
  }
}
