// Every guest program on Linux and in a box: same output, same status.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compare, difference } from './compare.ts';
import { knownFailures } from './known-failures.ts';
import { guestPrograms } from './programs.ts';

const known = knownFailures();

describe('guest programs', { concurrency: 2 }, () => {
  for (const program of guestPrograms()) {
    test(program.name, async (context) => {
      const { cases, difference: whole } = await compare(program);
      const failed = cases.filter(({ name, same }) => !same && !known.has(name));
      const mended = cases.filter(({ name, same }) => same && known.has(name));
      context.diagnostic(`${cases.filter(({ same }) => same).length} of ${cases.length} cases are the same`);
      assert.equal(failed.map((each) => `${each.name}\n${difference(each)}`).join('\n'), '');
      assert.deepEqual(
        mended.map(({ name }) => name),
        [],
        'take these out of known-failures.txt',
      );
      if (cases.every(({ same }) => same)) assert.equal(whole, '');
    });
  }
});
