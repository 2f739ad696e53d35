// Software that people really run, from Debian's packages: a box beside a chroot of the same tree on the real kernel.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import type { Runnable } from '../../src/runtime/node/runnable.ts';
import { runnableDirectory } from '../../src/runtime/node/runnable-tree.ts';
import { inBox, inChroot } from './chroot.ts';

const SOFTWARE = 'build/software';
/** A script for each program, named after it; what it prints must not depend on the machine. */
const SCRIPTS = 'test/e2e/software';
const TIMEOUT_MS = 120_000;

let box: Runnable;

before(() => {
  box = runnableDirectory(SOFTWARE);
});

for (const name of readdirSync(SCRIPTS)) {
  const script = readFileSync(`${SCRIPTS}/${name}`, 'utf8');
  test(name, { timeout: 2 * TIMEOUT_MS }, async () =>
    assert.deepEqual(await inBox(box, script), inChroot(SOFTWARE, script, TIMEOUT_MS)),
  );
}
