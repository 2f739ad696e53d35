// Tests of the law of snapshots: breaks in every program, with clocks that count instructions (then the whole run must be the same to the
// instruction) and with real ones. WBX_LAW says how many of each.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type LawProgram, runBroken } from './law.ts';
import { RANDOM } from './programs.ts';

const BREAKS = Number(process.env.WBX_LAW ?? 3);
/** Where the breaks fall: another seed tries others. */
const SEED = Number(process.env.WBX_LAW_SEED ?? 7);
const TIMEOUT_MS = 1_800_000;

export function testLaw(programs: Record<string, LawProgram>): void {
  let total = 0;
  for (const [name, program] of Object.entries(programs)) {
    for (const realClock of RANDOM.includes(name) ? [false] : [false, true]) {
      test(`${name}, ${realClock ? 'real' : 'virtual'} clock`, { timeout: TIMEOUT_MS }, async (context) => {
        const whole = await runBroken({ ...program, realClock }, 0, 1, 1);
        const spacing = Math.max(2, Math.ceil((4 * whole.resumes) / (3 * BREAKS)));
        const { breaks, resumes, ...broken } = await runBroken({ ...program, realClock }, BREAKS, spacing, SEED);
        context.diagnostic(`${breaks} breaks in ${resumes} resumes`);
        total += breaks;
        assert.ok(breaks > 0);
        assert.deepEqual(broken, { output: whole.output, status: whole.status, instructions: whole.instructions });
      });
    }
  }
  after(() => console.log(`${total} breaks in ${Object.keys(programs).length} programs`));
}
