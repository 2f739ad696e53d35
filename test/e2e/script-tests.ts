// A test for each script: a box of a root file system beside a chroot of the same tree on the real kernel.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import type { Runnable } from '../../src/runtime/node/runnable.ts';
import { runnableDirectory } from '../../src/runtime/node/runnable-tree.ts';
import { inBox, inChroot } from './chroot.ts';

/** Ends what hangs; how fast a machine is does not matter. */
const TIMEOUT_MS = 300_000;

/** By name; what a script prints must not depend on the machine. */
export type Scripts = Record<string, string>;

export function testScripts(rootfs: string, scripts: Scripts, timeout = TIMEOUT_MS): void {
  let box: Runnable;
  before(() => {
    box = runnableDirectory(rootfs);
  });
  for (const [name, script] of Object.entries(scripts)) {
    test(name, { timeout: 2 * timeout }, async () => {
      const [actual, expected] = await Promise.all([inBox(box, script), inChroot(rootfs, script, timeout)]);
      assert.deepEqual(actual, expected);
    });
  }
}

/** The scripts of a directory, a file each; the first line says what one covers. */
export function scriptsIn(directory: string): Scripts {
  return Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(`${directory}/${name}`, 'utf8')]));
}

/** The scripts with the function `tree` of file-tree.sh. */
export function withFileTree(scripts: Scripts): Scripts {
  const tree = readFileSync('test/e2e/file-tree.sh', 'utf8');
  return Object.fromEntries(Object.entries(scripts).map(([name, script]) => [name, `${tree}${script}`]));
}
