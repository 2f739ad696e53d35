// Runs sequences on the real CPU and on one tier of ours, and says what differs.
import { runNative } from '../native.ts';
import { stateDifferences } from '../compare.ts';
import { Machine, newMachine } from '../machine.ts';
import { ranApart } from '../maker.ts';
import type { State, TestCase } from '../testcase.ts';
import { TranslatedMachine } from './translated-machine.ts';

/** How a machine of each tier is made. */
export const TIERS: Record<string, () => Promise<Machine>> = {
  interp: async () => new Machine(await newMachine()),
  jit: async () => new TranslatedMachine(await newMachine()),
};

const SIGBUS = 7;
const BUS_ADRALN = 1;
const SIGALRM = 14;

export async function tier(name: string): Promise<Machine> {
  const make = TIERS[name];
  if (!make) throw new Error(`no tier ${name}: there is ${Object.keys(TIERS).join(', ')}`);
  return make();
}

/** #AC: a case that set RFLAGS.AC itself, see exempt.ts. */
const isAlignmentCheck = (s: State): boolean => s.signal === SIGBUS && s.sigcode === BUS_ADRALN;

/** What differs in each case, [] = nothing; a case that loops for ever is not compared. */
export function compareAll(machine: Machine, cases: TestCase[]): string[][] {
  if (cases.length === 0) return [];
  const expected = runNative(cases);
  return cases.map((c, i) => {
    const actual = run(machine, c);
    return actual ? compareOne(c, actual, expected[i]) : [];
  });
}

/** Undefined for a case that ran into RDRAND, RDTSC and their like, in the middle of another instruction. */
function run(machine: Machine, c: TestCase): State | undefined {
  try {
    return machine.run(c);
  } catch (error) {
    if (/random_get|clock_time_get/.test(String(error))) return undefined;
    throw error;
  }
}

function compareOne(c: TestCase, actual: State, expected: State): string[] {
  if (actual.signal === SIGALRM) return [];
  if (isAlignmentCheck(expected) || ranApart(actual, expected)) return [];
  return stateDifferences(c, actual, expected);
}
