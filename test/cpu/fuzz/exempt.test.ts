// Everything that sequences leave out is in the documentation, with its reason.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EXEMPT_INSTRUCTIONS } from './exempt.ts';

test('docs/TESTING.md names every exempt instruction', () => {
  const words = new Set(readFileSync('docs/TESTING.md', 'utf8').match(/[A-Z0-9]+/g));
  assert.deepEqual(
    Object.keys(EXEMPT_INSTRUCTIONS).filter((mnemonic) => !words.has(mnemonic)),
    [],
  );
});
