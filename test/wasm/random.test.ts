// Random programs in the loader and in Node's engine: same memory and globals after every call, same trap at the same place.
// WBX_WASM_SEEDS=N tries as many, WBX_WASM_SEED=N only that one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inLoader, inNode } from './engines.ts';
import { randomModule } from './random-module.ts';

const SEEDS = Number(process.env.WBX_WASM_SEEDS ?? 150);
const only = process.env.WBX_WASM_SEED;
const seeds = only === undefined ? Array.from({ length: SEEDS }, (_, i) => i) : [Number(only)];

test('random programs', () => {
  const ends = new Map<string, number>();
  for (const seed of seeds) {
    const module = randomModule(seed);
    const expected = inNode(module);
    const actual = inLoader(module);
    assert.deepEqual([actual.end, actual.output.length], [expected.end, expected.output.length], `seed ${seed}`);
    assert.ok(actual.output.equals(expected.output), `seed ${seed}: other memory`);
    ends.set(expected.end, (ends.get(expected.end) ?? 0) + 1);
  }
  // All of them valid, most of them running to their end.
  if (only === undefined)
    assert.ok((ends.get('ok') ?? 0) > SEEDS / 4 && !ends.has('refused'), JSON.stringify([...ends]));
});
