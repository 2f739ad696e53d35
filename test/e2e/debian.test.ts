// A box of debian:bookworm beside a chroot of the same tree on the real kernel: same script, same bytes, same status.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import type { Runnable } from '../../src/runtime/node/runnable.ts';
import { runnableDirectory } from '../../src/runtime/node/runnable-tree.ts';
import { inBox, inChroot } from './chroot.ts';
import { SCRIPTS } from './debian-scripts.ts';

const BOOKWORM = 'build/bookworm';
/** Longer scripts, a file each; the first line says what one covers. */
const SCRIPT_FILES = 'test/e2e/debian';
const TIMEOUT_MS = 60_000;

let box: Runnable;

before(() => {
  box = runnableDirectory(BOOKWORM);
});

const files = readdirSync(SCRIPT_FILES).map((name) => [name, readFileSync(`${SCRIPT_FILES}/${name}`, 'utf8')] as const);

for (const [name, script] of [...Object.entries(SCRIPTS), ...files]) {
  test(name, { timeout: 2 * TIMEOUT_MS }, async () =>
    assert.deepEqual(await inBox(box, script), inChroot(BOOKWORM, script, TIMEOUT_MS)),
  );
}
