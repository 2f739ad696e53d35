// What `wbx run` does for a box that is to be saved: it can be reached by name, or is saved once it has printed something.
import { resolve } from 'node:path';
import { WbxError } from '../errors.ts';
import type { Box } from '../runtime/box.ts';
import { serveControl } from '../runtime/node/control/server.ts';
import type { RunOptions } from '../runtime/node/run.ts';
import type { Runnable } from '../runtime/node/runnable.ts';
import { watchFor } from '../runtime/node/snapshot-after.ts';
import { writeSnapshot } from '../runtime/node/snapshot-file.ts';
import { fdSink } from '../runtime/node/streams.ts';
import { formatSize } from './table.ts';

/** Listens as `name` while the box runs. */
export function reachable(runnable: Runnable, name: string): Partial<RunOptions> {
  return {
    attach: (box) =>
      serveControl(name, {
        snapshot: async ({ path, delta }) => {
          if (typeof path !== 'string') throw new WbxError('BAD_ARGUMENT', 'a snapshot needs a file');
          return { size: await writeSnapshot(box, runnable.base, { path, delta: delta === true }) };
        },
      }),
  };
}

/** Saves the box once it has printed `text`, and ends it then. */
export function snapshotAfter(runnable: Runnable, text: string, output: string): Partial<RunOptions> {
  let box: Box;
  let saving = false;
  const save = async () => {
    const size = await writeSnapshot(box, runnable.base, { path: resolve(output) });
    process.stderr.write(`wrote ${output} (${formatSize(size)})\n`);
  };
  const found = () => {
    saving = true;
    save().then(
      () => box.stop(0),
      (error: unknown) => box.stop(1, error),
    );
  };
  const [stdout, stderr] = watchFor(text, fdSink(1), fdSink(2), found);
  return {
    stdout,
    stderr,
    attach: async (started) => {
      box = started;
      return () => {
        if (!saving) throw new WbxError('RUN_FAILED', `the box ended before it printed "${text}": no snapshot`);
      };
    },
  };
}
