// What `wbx run` does for a box that is saved once it has printed something.
import { resolve } from 'node:path';
import { WbxError } from '../errors.ts';
import type { Box } from '../runtime/box.ts';
import type { RunOptions } from '../runtime/node/run.ts';
import type { Runnable } from '../runtime/node/runnable.ts';
import { watchFor } from '../runtime/node/snapshot-after.ts';
import { writeSnapshot } from '../runtime/node/snapshot-file.ts';
import { fdSink } from '../runtime/node/streams.ts';
import type { Moment } from '../snapshot/moment.ts';
import { formatSize } from './table.ts';

/** Options of a run, and what is left to do after it. */
export type SavedRun = Partial<RunOptions> & { finish?: () => Promise<void> };

/** Saves the box once it has printed `text`, and ends it then; `finish` writes the file. */
export function snapshotAfter(runnable: Runnable, text: string, output: string): SavedRun {
  let box: Box;
  let saved: Moment | undefined;
  const found = () => {
    saved = box.save();
    box.stop(0);
  };
  const [stdout, stderr] = watchFor(text, fdSink(1), fdSink(2), found);
  return {
    stdout,
    stderr,
    attach: async (started) => {
      box = started;
      return undefined;
    },
    finish: async () => {
      if (!saved) throw new WbxError('RUN_FAILED', `the box ended before it printed "${text}": no snapshot`);
      const size = await writeSnapshot(saved, runnable.base, { path: resolve(output) });
      process.stderr.write(`wrote ${output} (${formatSize(size)})\n`);
    },
  };
}

/** Ends a deterministic run at that instruction, and saves the box as it is then, if asked for. */
export function until(runnable: Runnable, instructions: number, output: string | undefined): SavedRun {
  let box: Box;
  let saved: Moment | undefined;
  return {
    attach: async (started) => {
      box = started;
      return undefined;
    },
    until: {
      instructions,
      reached: () => {
        saved = box.save();
      },
    },
    finish: async () => {
      if (!saved) throw new WbxError('RUN_FAILED', `the box ended before instruction ${instructions}`);
      if (output !== undefined) await writeSnapshot(saved, runnable.base, { path: resolve(output) });
    },
  };
}
