// Runs the bench's programs in a box of this process.
import { rootfsFromDirectory } from '../src/image/from-directory.ts';
import { newDirectory, newRootfs } from '../src/image/rootfs.ts';
import { runBox } from '../src/runtime/node/run.ts';
import type { Runnable } from '../src/runtime/node/runnable.ts';
import { runnableTree } from '../src/runtime/node/runnable-tree.ts';
import { BIN } from './programs.ts';

/** What a program printed, and what it took. */
export interface BoxRun {
  stdout: string;
  status: number;
  milliseconds: number;
  /** Guest instructions. */
  instructions: number;
}

/** A root file system with the programs in /bin, and /tmp. */
export function programsBox(): Runnable {
  const rootfs = newRootfs();
  rootfs.entries.set('bin', rootfsFromDirectory(BIN));
  rootfs.entries.set('tmp', newDirectory(0o1777));
  return runnableTree(rootfs);
}

export async function runInBox(box: Runnable, command: string[]): Promise<BoxRun> {
  let stdout = '';
  const sink = {
    write: (bytes: Uint8Array) => {
      stdout += Buffer.from(bytes).toString();
      return bytes.length;
    },
  };
  const start = performance.now();
  const boot = await box.bootOptions({ command });
  const { status, instructions } = await runBox({ ...box, boot, stdin: null, stdout: sink, stderr: sink });
  return { stdout, status, milliseconds: performance.now() - start, instructions };
}
