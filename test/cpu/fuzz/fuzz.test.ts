// A slice of what `npm run fuzz:cpu` does: the same sequences in every run, and those that once failed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasOracle } from '../native.ts';
import { compareAll, tier } from './compare-tiers.ts';
import { keptCases } from './found.ts';
import { randomSequence } from './sequence.ts';

const TIER = process.env.WBX_CPU_TIER ?? 'interp';
const SEQUENCES = 2000;
const FIRST_SEED = 1;

const machine = hasOracle() ? await tier(TIER) : undefined;
const skip = machine ? false : 'needs an x86-64 Linux and gcc';

const kept = keptCases();

test('sequences that once failed', { skip: skip || (kept.length === 0 && 'there are none') }, () => {
  for (const c of kept) assert.deepEqual(machine ? compareAll(machine, [c])[0] : [], [], c.name);
});

test('random sequences as the CPU does them', { skip }, () => {
  const sequences = Array.from({ length: SEQUENCES }, (_, i) => randomSequence(FIRST_SEED + i));
  const wrong = machine ? compareAll(machine, sequences) : [];
  const failed = sequences.flatMap((s, i) => (wrong[i].length ? [`${s.name}: ${wrong[i].join('; ')}`] : []));
  assert.deepEqual(failed, [], '`npm run fuzz:cpu -- --seed N --seconds 1` shrinks one');
});
